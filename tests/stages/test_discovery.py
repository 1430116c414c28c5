"""What a crawl does about feeds that move, lie, list their archive or shut the door: rules of discovery, end to end."""

from datetime import timedelta

import psycopg
import pytest
from msgspec.structs import replace

from pipeline.local.press.world import sample_press
from pipeline.stages.health import sources_health
from tests.stages.conftest import MakeWorld
from tests.stages.world import World

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_this_process")]

STORIES = ("flussblatt/06-streit-um-die-meerenge", "flussblatt/14-ruderer-im-nebel", "flussblatt/20-streik-beendet")
HOST = "flussblatt.localhost"
DAY = timedelta(days=1)


def feeds_asked(world: World) -> list[str]:
    asked = [url.partition("/")[2].partition("/")[2] for url, _ in world.asked() if ".atom" in url]
    world.press.clear_log()
    return asked


def item(n: int, link: str, date: str = "") -> str:
    return f"<item><title>Story {n}</title><link>{link}</link>{date and f'<pubDate>{date}</pubDate>'}</item>"


def test_a_moved_feed_is_asked_under_its_new_address_after_three_polls_and_the_old_one_is_kept(
    make_world: MakeWorld,
) -> None:
    world = make_world(STORIES[0])
    world.press.fail(f"{HOST}/feed.atom", status=301, headers={"Location": "/new.atom"})
    link = world.url(STORIES[0])
    body = f"<rss version='2.0'><channel><title>F</title>{item(1, link)}</channel></rss>".encode()
    world.press.fail(f"{HOST}/new.atom", status=200, body=body, headers={"Content-Type": "application/rss+xml"})
    asked = []
    for _ in range(4):
        world.run(force=True)
        asked.append([path.rpartition("/")[2] for path in feeds_asked(world)])
        world.move(DAY)
    assert asked == [["feed.atom", "new.atom"]] * 3 + [["new.atom"]]
    with psycopg.connect(world.settings.ledger_url.get_secret_value().replace("+psycopg", "")) as c:
        ((old, new),) = c.execute("SELECT from_url, to_url FROM feed_address").fetchall()
    assert (old.rpartition("/")[2], new.rpartition("/")[2]) == ("feed.atom", "new.atom")
    assert world.states() == {"done": 1}


def test_a_server_that_says_304_to_everything_is_found_out_after_a_week(make_world: MakeWorld) -> None:
    world = make_world(STORIES[0])
    assert world.run().total["indexed"] == 1
    world.press.fail(f"{HOST}/feed.atom", status=304)
    causes = []
    for days in (6, 2):
        world.move(days * DAY)
        causes.append(world.run(force=True).sources["flussblatt"]["cause"])
    assert "failed" not in causes[0]
    assert causes[1].startswith("every poll failed")  # asked without conditions, it had no document


def test_the_first_poll_of_a_feed_takes_what_is_young_and_no_more_than_so_many(make_world: MakeWorld) -> None:
    world = make_world(*STORIES)
    world.sources = [replace(world.sources[0], max_age_days=30, max_entries=2)]
    home = f"http://{HOST}:{world.press.port}"
    old = "Fri, 03 Jan 2020 10:00:00 GMT"
    items = [item(n, f"{home}/old-{n}", old) for n in range(5)] + [
        item(n, world.url(story)) for n, story in enumerate(STORIES)
    ]
    body = f"<rss version='2.0'><channel><title>F</title>{''.join(items)}</channel></rss>".encode()
    world.press.fail(f"{HOST}/feed.atom", status=200, body=body, headers={"Content-Type": "application/rss+xml"})
    report = world.run()
    assert report.sources["flussblatt"]["discovered"] == 2
    with world.pipeline() as pipeline:
        (history,) = pipeline.ledger.health.histories({"flussblatt": "Europe/Berlin"}, world.clock())
    assert [poll.left_out for feed in history.feeds for poll in feed.polls] == [{"overflow": 1, "too_old": 5}]


def test_of_a_reserved_page_the_setting_decides_and_the_signal_is_kept(make_world: MakeWorld) -> None:
    story = STORIES[0]
    path = sample_press().revisions(story)[0].path
    kept = {}
    for obeys in (True, False):
        world = make_world(story, obey_opt_out=obeys)
        world.press.fail(
            f"{HOST}{path}", status=200, body=page_of(), headers={"TDM-Reservation": "1", "Content-Type": "text/html"}
        )
        world.run()
        kept[obeys] = world.ended(), [a.get("opt_out") for a in world.articles().values()]
    assert list(kept[True][0].values()) == ["opted_out"]
    assert kept[True][1] == []
    assert kept[False][0] == {}
    ((signals),) = kept[False][1]
    assert any("tdm-reservation" in signal.lower() for signal in signals)


def page_of(animal: str = "Boot", canonical: str = "") -> bytes:
    sentence = f"Der Hafenmeister zählte am Montag alle {animal}e und fand, dass eines von ihnen fehlte. "
    story = "".join(f"<p>{n}. {sentence * 3}</p>" for n in range(12))
    head = f"<title>Ein {animal} fehlt</title><link rel=canonical href='{canonical}'>"
    return f"<html lang=de>{head}<article><h1>Ein {animal} fehlt</h1>{story}</article></html>".encode()


def test_what_a_page_calls_canonical_is_its_article_on_the_same_site_only(make_world: MakeWorld) -> None:
    world = make_world(STORIES[0])
    home = f"http://{HOST}:{world.press.port}"
    pages = {
        "/amp/boot": page_of(canonical=f"{home}/boot"),
        "/boot": page_of(canonical=f"{home}/boot"),
        "/pferd": page_of("Pferd", canonical="http://elsewhere.localhost/pferd"),
    }
    for path, page in pages.items():
        world.press.fail(f"{HOST}{path}", status=200, body=page, headers={"Content-Type": "text/html"})
    items = "".join(item(n, home + path) for n, path in enumerate(pages))
    body = f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode()
    world.press.fail(f"{HOST}/feed.atom", status=200, body=body, headers={"Content-Type": "application/rss+xml"})
    world.run()
    boat, horse = sorted(a["url"] for a in world.articles().values())
    assert boat in {f"{home}/amp/boot", f"{home}/boot"}  # whichever was fetched first
    assert horse == f"{home}/pferd"
    with world.pipeline() as pipeline:
        for path in ("/amp/boot", "/boot"):
            article = pipeline.trace(home + path)["article"]
            assert article["canonical_url"] == boat
            assert {f"{home}/amp/boot", f"{home}/boot"} <= set(article["aliases"])


def test_a_source_that_answers_only_403_is_ill_and_called_blocked(make_world: MakeWorld) -> None:
    world = make_world(STORIES[0])
    world.run()
    world.press.fail(f"{HOST}*", status=403)
    for _ in range(3):
        world.move(DAY)
        world.run(force=True)
    with world.pipeline() as pipeline:
        (health,) = sources_health(pipeline, ())
    assert (health.state, health.cause) == ("ill", "blocked")
