import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from training import sentences
from training.data import AGAINST, FAVOR, NONE, key
from training.sentences import BadSentence, held_out, items, own, read

POOLS = {
    "people": ["the Reeve", "Ann Birch", "Cole", "Dane", "Evan", "Ford", "Gale"],
    "states": ["Nord", "Oster", "the South", "West", "Upland", "Lowland"],
}


def written(folder: Path, lines: str, head: str = "") -> list[sentences.Item]:
    path = folder / "some.yml"
    body = "\n".join("  " + line for line in lines.splitlines())
    path.write_text(f"rule: 1\nnames: people\n{head}items: |\n{body}\n", encoding="utf-8")
    return list(read(path, POOLS))


def marked(item: sentences.Item) -> dict[str, str]:
    return {letter: item.text[slice(*span)] for letter, span in item.spans.items()}


def test_a_line_says_who_is_marked_and_who_stands_where(tmp_path: Path) -> None:
    one, two = written(tmp_path, "A-B B+C | {A:Dr Gray}, of {C:the mill}, sued {B:Ida}.\n0 | {A:She} met {B:him}.")
    assert one.text == "Dr Gray, of the mill, sued Ida."
    assert marked(one) == {"A": "Dr Gray", "B": "Ida", "C": "the mill"}
    assert one.stances == {("A", "B"): AGAINST, ("B", "C"): FAVOR}
    assert (two.text, dict(two.stances), two.directed) == ("She met him.", {}, True)


def test_neighbours_share_names_and_groups_do_not_share_a_side_by_chance_of_the_line(tmp_path: Path) -> None:
    found = written(tmp_path, "A-B | {A} sued {B}.\n0 | {A} met {B}.\n\n~ states\nA+B | {A} fed {B}, says {A2}.")
    assert marked(found[0]) == marked(found[1])
    assert [i.group for i in found] == ["some/0", "some/0", "some/1"]
    assert {n.lower() for n in marked(found[2]).values()} <= {n.lower() for n in POOLS["states"]}
    assert found[2].text.lower().count(marked(found[2])["A"].lower()) == 2


def test_alternatives_are_a_product_and_at_most_as_many_as_the_file_says(tmp_path: Path) -> None:
    lines = "A-B | {A:Ann} [hit] {B:Ben} [|again|on Monday]."
    every = written(tmp_path, lines, "lists:\n  hit: [struck, slapped]\n")
    assert {i.text for i in every} == {
        f"Ann {verb} Ben{tail}." for verb in ("struck", "slapped") for tail in ("", " again", " on Monday")
    }
    some = written(tmp_path, lines, "most: 3\nlists:\n  hit: [struck, slapped]\n")
    assert len(some) == 3
    assert some == written(tmp_path, lines, "most: 3\nlists:\n  hit: [struck, slapped]\n")
    assert all(i.expanded and marked(i) == {"A": "Ann", "B": "Ben"} for i in every)


def test_a_name_begins_a_sentence_with_a_capital_and_its_article_is_not_doubled(tmp_path: Path) -> None:
    (one,) = written(tmp_path, '@A- | "{A:the mill} lies."')
    (two,) = written(tmp_path, "@A- | The {A:the mill} gang lies.")
    assert one.text == '"The mill lies."'
    assert two.text == "The mill gang lies."
    assert marked(two) == {"A": "mill"}
    assert (dict(two.author), two.directed) == ({"A": AGAINST}, False)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{A} sued {B}.", "no ' | '"),
        ("A>B | {A} sued {B}.", "no label"),
        ("A-A | {A} sued {B}.", "on itself"),
        ("A-B A+B | {A} sued {B}.", "twice"),
        ("A-C | {A} sued {B}.", "not in the sentence"),
        ("A-B | {A} sued {B} and {B}.", "marked twice"),
        ("0 | {A} slept.", "two entities"),
        ("A-B | {A} [sued] {B}.", "alternatives"),
        ("A-B | {A} sued {B} and {Z}.", "left over"),
    ],
)
def test_a_line_out_of_format_is_refused_with_its_place(tmp_path: Path, line: str, wrong: str) -> None:
    with pytest.raises(BadSentence, match=wrong) as refused:
        written(tmp_path, f"0 | {{A}} met {{B}}.\n{line}")
    assert str(refused.value).startswith("some/0/2")


def test_a_setting_lengthens_short_narration_only_and_adds_none_but_bystanders(tmp_path: Path) -> None:
    narrated = "\n".join(f"A-B | {{A:Ann}} sued {{B:Ben}} on day {n}." for n in range(60))
    others = "@A- | {A:Ann} lies.\n"
    others += '0 | "Ann," {A:she} told {B:him}.\n0 | Will {A:Ann} sue {B:Ben}?\n0 | {A:Ann} to meet {B:Ben}'
    plain = written(tmp_path, f"{narrated}\n{others}")
    settings = {"leads": ["As {F:the mill} closed, "], "tails": [", say {F:two clerks}"]}
    found = list(read(tmp_path / "some.yml", POOLS, settings))
    assert found[60:] == plain[60:]
    told = [i for i in found[:60] if "F" in i.spans]
    assert 15 < len(told) < 45
    assert {i.text.split(" sued")[0] for i in told} == {"As the mill closed, Ann", "Ann"}
    for item in told:
        assert item.stances == {("A", "B"): AGAINST}
        assert marked(item)["F"] in {"the mill", "two clerks"}
        assert item.text.endswith(".")


def test_every_pair_of_a_sentence_is_labelled_in_both_directions(tmp_path: Path) -> None:
    by_origin = Counter(p.origin for p in own()[0])
    for item in items():
        n = len(item.spans)
        assert by_origin[item.origin] == (n * (n - 1) // 2 if item.directed else 0), item.origin
    labelled = {i.origin: i for i in items()}
    for p in own()[0]:
        item = labelled[p.origin]
        letter = {span: x for x, span in item.spans.items()}
        assert p.ab == item.stances.get((letter[p.a], letter[p.b]), NONE)
        assert p.ba == item.stances.get((letter[p.b], letter[p.a]), NONE)


def test_spans_lie_in_the_text_on_whole_words_and_apart() -> None:
    for item in items():
        for start, end in item.spans.values():
            assert 0 <= start < end <= len(item.text)
            assert item.text[start:end].strip() == item.text[start:end]
            assert not item.text[start - 1 : start].isalnum(), item.text
            assert not item.text[end : end + 1].isalnum(), item.text
        for (a0, a1), (b0, b1) in combinations(item.spans.values(), 2):
            assert a1 <= b0 or b1 <= a0, item.text


def test_sentences_are_clean() -> None:
    for item in items():
        assert item.text == item.text.strip(), item.origin
        assert not re.search(r"\s\s|\s[,.;]|\bthe the\b", item.text, re.IGNORECASE), item.text
        assert not re.search(r"\ba (?=[aeio](?!ne\b|nce\b))", item.text, re.IGNORECASE), item.text
        assert item.text.count('"') % 2 == 0, item.text
        assert 2 <= len(item.text.split()) <= 70, item.text


def test_nothing_stands_twice_nor_under_two_labels() -> None:
    pairs, singles = own()
    seen = Counter((key(p.text), p.a, p.b) for p in pairs)
    assert max(seen.values()) == 1
    assert max(Counter((key(s.text), s.target) for s in singles).values()) == 1


def test_a_group_of_neighbours_is_on_one_side() -> None:
    train, dev = own("train"), own("dev")
    for part in (0, 1):
        assert len(train[part]) + len(dev[part]) == len(own()[part])
        assert 0.04 < len(dev[part]) / len(own()[part]) < 0.16
        assert {key(x.text) for x in train[part]}.isdisjoint({key(x.text) for x in dev[part]})
    assert all(held_out("/".join(p.origin.split("/")[1:3])) for p in dev[0])
    assert {p.label for p in dev[0]} == {0, 1, 2, 3, 4}
    assert {s.label for s in dev[1] if s.origin.startswith("own/")} == {NONE, FAVOR, AGAINST}


def test_there_are_enough_of_each_kind() -> None:
    pairs, singles = own()
    directed = Counter(label for p in pairs for label in (p.ab, p.ba))
    forward = sum(p.ab != NONE for p in pairs)
    backward = sum(p.ba != NONE for p in pairs)
    assert len(pairs) >= 2500
    assert directed[FAVOR] > 0.4 * directed[AGAINST]
    assert backward > 0.3 * forward
    assert sum(p.ab != NONE and p.ba != NONE for p in pairs) >= 80
    written = Counter(s.label for s in singles if s.origin.startswith("own/"))
    assert written.total() >= 1000
    assert min(written.values()) > 0.15 * written.total()
    assert sum(i.expanded for i in items()) < len(items()) / 2
    for rule in ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13"):
        assert sum(i.origin.startswith(f"own/{rule}-") for i in items()) >= 40, rule


def test_the_actors_of_the_guide_are_not_learnt() -> None:
    guide = ("Kastova", "Belmark", "Tarsia", "Lenk", "Dorn", "Amaro", "Halden", "Kassim", "Zembria", "Okara", "Reiss")
    assert not [i.text for i in items() if any(name in i.text.split() for name in guide)]


def test_derived_singles_are_never_the_authors_stance() -> None:
    derived = [s for s in own()[1] if s.origin.startswith("own-derived/")]
    assert derived
    assert {s.label for s in derived} == {NONE}
