"""What has a capital, or marks around it, and names nobody."""

import pytest

from pipeline.tag import tag


@pytest.mark.parametrize(
    ("text", "nobody"),
    [
        ("The court let the order stand. “The Order of the President is void,” Judge Laura Benton wrote.", "Order"),
        ("On Tuesday the chief spokesman, Rear Admiral Peter Novak, said that it was over.", "Rear Admiral"),
        ("They lived on the top floor of a Victorian home in Leeds.", "Victorian"),
        ("A Renters’ Rights Bill will be introduced. The Bill will also remove some rules, Laura Benton said.", "Bill"),
        ("The panel, led by chairman Peter Novak, R-Wis., asked for more.", "R-Wis."),
        ("Her team, which has an allied super PAC, has more money than Peter Novak.", "PAC"),
        ("She wrote “Man, the army does strange things” under a photograph of Peter Novak.", "Man"),
        ("The firm, Oil of Marn, S.A., was sold by Peter Novak. Saudi Arabia did not bid.", "S.A."),
        (
            "A newborn kitten was found in a barn by Peter Novak.\nNewborn Kitten Found Alive In Barn\nIt lives.",
            "Kitten",
        ),
        ("Peter Novak wrote: “THEY WERE NOT THERE AND THEY WILL NOT BE THERE IF WE CALL.”", "THEY"),
    ],
)
def test_is_nobody(text: str, nobody: str) -> None:
    """No mention is the words alone, or begins or ends with them."""
    mentions = [m.text for entity in tag(text).entities for m in entity.mentions]
    assert mentions
    assert not [m for m in mentions if m == nobody or m.startswith(nobody + " ") or m.endswith(" " + nobody)]


def test_a_prefix_is_no_part_of_a_name() -> None:
    """ "post-Civil War" and "Civil War" are one."""
    tags = tag("After the Civil War came the amendment. Its post-Civil War meaning was clear to Peter Novak.")
    war = [entity for entity in tags.entities if "Civil War" in entity.name]
    assert [[m.text for m in entity.mentions] for entity in war] == [["Civil War", "Civil War"]]


def test_the_seat_of_a_member_of_congress_is_no_state() -> None:
    names = {entity.name for entity in tag("Charles Norgrove, D-N.Y., praised Peter Novak, R-Texas.").entities}
    assert names == {"Charles Norgrove", "Peter Novak"}
