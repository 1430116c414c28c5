"""Headlines in title case are read as running text: their verbs name nobody."""

import pytest

from pipeline.tag import headlines
from pipeline.tag.tagger import tag


@pytest.mark.parametrize(
    ("title", "text", "read"),
    [
        (
            "Karl Bohm’s Exit Marks the End of the Fight for the Town Hall",
            "Karl Bohm made his exit. The fight for the town hall is over.",
            "Karl Bohm’s exit marks the end of the fight for the town hall",
        ),
        (
            "Mayor Dodges Criticism During Debate",
            "The mayor dodged questions in a debate. She was criticized.",
            "Mayor dodges criticism during debate",
        ),
        ("The world needs more harbours. Oman wants to help", "More harbours.", None),
        ("Karl Bohm Leaves Reform Party", "Karl Bohm left the Reform Party.", "Karl Bohm leaves Reform Party"),
    ],
)
def test_a_word_keeps_its_capital_where_the_text_has_it_so(title: str, text: str, read: str | None) -> None:
    assert headlines.sentence_case(title, text) == (read or title)


def test_a_headlines_verb_is_nobody() -> None:
    tags = tag(
        "The premier dodged many questions during the debate. She was criticized for it.",
        "Japan Premier Dodges Criticism During Leaders Debate",
    )
    assert {entity.name for entity in tags.entities} <= {"Japan"}
