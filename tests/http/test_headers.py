from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.http.headers import MAX_RETRY_AFTER, max_age_s, retry_after
from pipeline.http.status import may_pass, reason_for
from pipeline.records import Reason
from tests.loopback import NOON


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sun, 22 Nov 2026 12:10:00 GMT", 600),
        ("Sunday, 22-Nov-26 12:10:00 GMT", 600),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("9999999999", 48 * 3600),
        ("Mon, 22 Nov 2027 12:00:00 GMT", 48 * 3600),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, seconds: int) -> None:
    assert retry_after(value, NOON) == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "٣", "Sun, 99 Nov 2026 12:10:00 GMT"])
def test_retry_after_that_says_nothing_is_none(value: str) -> None:
    assert retry_after(value, NOON) is None


@given(st.text(max_size=40))
def test_retry_after_is_never_in_the_past_nor_beyond_two_days(value: str) -> None:
    at = retry_after(value, NOON)
    assert at is None or NOON <= at <= NOON + MAX_RETRY_AFTER


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "public, max-age=300"}, 300),
        ({"cache-control": 'MAX-AGE="60"'}, 60),
        ({"cache-control": "no-cache", "expires": "Sun, 22 Nov 2026 13:00:00 GMT"}, None),
        ({"cache-control": "s-maxage=60"}, None),
        ({"expires": "Sun, 22 Nov 2026 12:05:00 GMT"}, 300),
        ({"expires": "Sun, 22 Nov 2026 12:05:00 GMT", "date": "Sun, 22 Nov 2026 12:04:00 GMT"}, 60),
        ({"expires": "0"}, None),
        ({"expires": "Sun, 22 Nov 2020 12:05:00 GMT"}, None),
    ],
)
def test_how_long_an_answer_is_good_for(headers: dict[str, str], seconds: int | None) -> None:
    assert max_age_s(headers, NOON) == seconds


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (200, {}, None),
        (206, {}, None),
        (304, {}, None),
        (404, {}, Reason.NOT_FOUND),
        (410, {}, Reason.GONE),
        (401, {}, Reason.FORBIDDEN),
        (403, {}, Reason.FORBIDDEN),
        (451, {}, Reason.FORBIDDEN),
        (403, {"cf-mitigated": "challenge"}, Reason.CHALLENGE),
        (503, {"cf-mitigated": "challenge"}, Reason.CHALLENGE),
        (429, {}, Reason.RATE_LIMITED),
        (503, {"retry-after": "10"}, Reason.RATE_LIMITED),
        (503, {}, Reason.SERVER_ERROR),
        (500, {}, Reason.SERVER_ERROR),
        (599, {}, Reason.SERVER_ERROR),
        (300, {}, Reason.HTTP_ERROR),
        (302, {}, Reason.HTTP_ERROR),
        (418, {}, Reason.HTTP_ERROR),
    ],
)
def test_what_a_status_says(status: int, headers: dict[str, str], reason: Reason | None) -> None:
    assert reason_for(status, headers) == reason


def test_only_what_passes_is_tried_again() -> None:
    passing = {reason for reason in Reason if may_pass(reason)}
    assert passing == {Reason.RATE_LIMITED, Reason.SERVER_ERROR, Reason.NETWORK, Reason.HANG}
