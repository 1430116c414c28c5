from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.local.press.world import DEFAULT_CLOCK, Kind, Press, is_deleted, load_press


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC)


def test_a_story_is_read_with_its_text_address_and_time(write: Callable[..., Path], tmp_path: Path) -> None:
    write("harbour-gazette/02-gulls-stay")
    (story,) = load_press(tmp_path).listed("harbour-gazette", DEFAULT_CLOCK)
    assert story.id == "harbour-gazette/02-gulls-stay"
    assert story.path == "/news/2026/10/02/gulls-stay"
    assert story.text == "The gulls of Saltby voted to stay.\nA show of wings\n“We like it here,” said Colm the gull."
    assert story.front.published.isoformat() == "2026-10-02T08:00:00+01:00"


def test_an_address_carries_the_day_of_the_outlets_own_zone(write: Callable[..., Path], tmp_path: Path) -> None:
    write("meridian-post/02-gulls-stay", published="2026-10-03T02:00:00+00:00")
    (story,) = load_press(tmp_path).listed("meridian-post", DEFAULT_CLOCK)
    assert story.path == "/2026/10/02/world/gulls-stay.html"


def test_nothing_is_out_before_its_time(write: Callable[..., Path], tmp_path: Path) -> None:
    write("harbour-gazette/02-one", published="2026-10-02T08:00:00+00:00")
    write("harbour-gazette/04-two", published="2026-10-04T08:00:00+00:00")
    press = load_press(tmp_path)
    assert [s.slug for s in press.listed("harbour-gazette", at(1))] == []
    assert [s.slug for s in press.listed("harbour-gazette", at(2, 8))] == ["02-one"]
    assert [s.slug for s in press.listed("harbour-gazette", at(5))] == ["04-two", "02-one"]
    assert press.changed("harbour-gazette", at(3)) == at(2, 8)
    assert press.changed("harbour-gazette", at(1)) is None
    assert press.find("harbour-gazette", "", "/news/2026/10/04/two", at(3)) is None


def test_a_correction_takes_the_place_of_the_story(write: Callable[..., Path], tmp_path: Path) -> None:
    write("harbour-gazette/02-one")
    write("harbour-gazette/02-one.r2", title="Gulls leave", more="corrected: 2026-10-03T08:00:00+00:00\n")
    press = load_press(tmp_path)
    before = press.at("harbour-gazette/02-one", at(3, 7))
    after = press.at("harbour-gazette/02-one", at(3, 8))
    assert before is not None
    assert after is not None
    assert (before.revision, after.revision) == (1, 2)
    assert before.path == after.path
    assert after.updated == at(3, 8)
    assert [s.front.title for s in press.listed("harbour-gazette", at(4))] == ["Gulls leave"]


def test_a_deleted_story_stays_listed(write: Callable[..., Path], tmp_path: Path) -> None:
    write("harbour-gazette/02-one", more="deleted: 2026-10-03T08:00:00+00:00\n")
    (story,) = load_press(tmp_path).listed("harbour-gazette", at(4))
    assert not is_deleted(story, at(3, 7))
    assert is_deleted(story, at(3, 8))


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("harbour-gazette/02-a", {"title": "Gulls: they stay"}, "front matter is no YAML"),
        ("harbour-gazette/02-a", {"more": "colour: red\n"}, "unknown field `colour`"),
        ("harbour-gazette/02-a", {"published": "2026-10-02T08:00:00"}, "published has no UTC offset"),
        ("harbour-gazette/02-a", {"published": "soon"}, "published"),
        ("harbour-gazette/02-a", {"body": ""}, "has no text"),
        ("harbour-gazette/02-A B", {}, "slug"),
        ("harbour-gazette/02-a.r2", {}, "`corrected` belongs"),
        ("harbour-gazette/02-a", {"more": "corrected: 2026-10-03T08:00:00Z\n"}, "`corrected` belongs"),
        ("harbour-gazette/02-a.r2", {"more": "corrected: 2026-10-03T08:00:00Z\n"}, "revision before"),
        ("harbour-gazette/02-a", {"more": "kind: redirect\nto: harbour-gazette/03-b\n"}, "which is no story"),
        ("evening-bugle/02-a", {}, "no outlet"),
    ],
)
def test_mistakes_are_told_with_the_file(
    write: Callable[..., Path], tmp_path: Path, name: str, fields: dict[str, str], told: str
) -> None:
    write(name, **fields)
    with pytest.raises(ConfigError, match=told) as error:
        load_press(tmp_path)
    assert error.value.subject == f"stories/{name}.md"


def test_two_stories_cannot_share_an_address(write: Callable[..., Path], tmp_path: Path) -> None:
    write("harbour-gazette/02-one")
    write("harbour-gazette/03-two", more="path: /news/2026/10/02/one\n")
    with pytest.raises(ConfigError, match="same address as harbour-gazette/02-one"):
        load_press(tmp_path)


def test_the_sample_press_holds_what_a_crawl_must_meet(press: Press) -> None:
    stories = [s for outlet in press.outlets for s in press.listed(outlet, DEFAULT_CLOCK)]
    assert {s.front.kind for s in stories} == set(Kind)
    assert {o.layout for o in press.outlets.values()} == {"plain", "furniture", "classic", "app"}
    assert len([s for s in stories if s.file.startswith("stories/")]) >= 120
    assert any(s.front.encoding == "iso-8859-1" for s in stories)
    assert any(s.front.language == "de" for s in stories if s.file.startswith("stories/"))
    assert any(s.front.listed_query for s in stories)
    assert any(s.revision == 2 for s in stories)
    assert any(is_deleted(s, DEFAULT_CLOCK) for s in stories)
    copied = [s.front.wire for s in stories if s.front.wire]
    assert max(len({c.outlet for c in stories if c.front.wire == wire}) for wire in copied) >= 2
