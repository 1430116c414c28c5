import io
import logging
import sys
from collections.abc import Iterator

import pytest

from pipeline import logs
from pipeline.errors import ConfigError
from tests.logging_state import kept_logging


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    with kept_logging():
        yield


def line(message: str, *args: object, **fields: object) -> str:
    record = logging.LogRecord("pipeline.fetch", logging.INFO, "f.py", 1, message, args, None)
    record.created = 0.0
    vars(record).update(fields)
    return logs.Formatter().format(record)


def test_time_is_utc_and_fields_stand_behind_the_message() -> None:
    assert line("got %d", 3, host="a.example", batch=7) == (
        "1970-01-01T00:00:00Z INFO pipeline.fetch: got 3  host=a.example batch=7"
    )


def test_empty_fields_are_left_away_but_zero_is_told() -> None:
    assert line("x", a=None, b="", c=[], d={}, e=0, f=False).endswith("x  e=0 f=False")


def test_an_event_is_one_line_whatever_comes_from_outside() -> None:
    told = line("polled %s", "a\n2026-01-01T00:00:00Z ERROR forged", title="two words", said='"', cut="a\nb")
    assert "\n" not in told
    assert told.endswith('title="two words" said="\\"" cut="a\\nb"')


def test_the_trace_of_an_error_stands_below() -> None:
    try:
        raise ValueError("why")
    except ValueError:
        record = logging.LogRecord("pipeline", logging.ERROR, "f.py", 1, "failed", (), sys.exc_info())
    first, *rest = logs.Formatter().format(record).split("\n")
    assert first.endswith("failed")
    assert rest[0].startswith("Traceback")
    assert rest[-1] == "ValueError: why"


def test_own_log_at_its_level_others_from_warning_on(monkeypatch: pytest.MonkeyPatch) -> None:
    logs.configure("warning")
    logs.configure("debug")  # again: still one handler
    monkeypatch.setattr(sys, "stderr", stderr := io.StringIO())  # a progress bar takes its place later
    logging.getLogger("pipeline.x").debug("one")
    logging.getLogger("other").info("two")
    logging.getLogger("other").warning("three")
    assert [told.partition(": ")[2] for told in stderr.getvalue().splitlines()] == ["one", "three"]


def test_a_level_that_there_is_not() -> None:
    with pytest.raises(ConfigError, match="log_level: 'loud'"):
        logs.configure("loud")
