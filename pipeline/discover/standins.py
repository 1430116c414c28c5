"""What comes back in place of a feed: an HTML page, told by its title and its marks."""

from __future__ import annotations

import re

from pipeline.errors import FeedError
from pipeline.records import Reason

_CHALLENGE = re.compile(
    r"just a moment|attention required|access (?:to this page has been )?denied|are you a robot|pardon our interruption"
    r"|ddos-guard|checking your browser|robot or human|verify(?:ing)? (?:that )?you are|security check|request blocked"
    r"|you have been blocked|einen moment|un instant",
    re.IGNORECASE,
)
_CHALLENGE_MARK = re.compile(
    r"/cdn-cgi/challenge-platform/|cf-challenge|cf_chl_opt|captcha-delivery\.com|_incapsula_resource|px-captcha|awswaf"
    r"|enable javascript and cookies to continue",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"consent|cookies?\b|before you continue|your privacy|privacy (?:choices|settings)|bevor (?:sie|du)|zustimmung"
    r"|einwilligung|datenschutz-?einstellungen|vie privée|toestemming|we value your",
    re.IGNORECASE,
)
_CONSENT_PLACE = re.compile(
    r"^https?://(?:consent|guce|privacy|cmp|myprivacy|cookiewall)[.-]|[/.-](?:consent|cookie-?wall)(?:[/?.-]|$)",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"^\W*(?:log ?-?in|sign ?-?in|anmelden|anmeldung|connexion|iniciar sesi[oó]n|inloggen)\b", re.I)


class NotAFeed(FeedError):
    """What came back is a page of another kind. ``reason`` tells a wall from anything else."""

    def __init__(self, message: str, *, subject: str = "", reason: Reason = Reason.BAD_FEED) -> None:
        super().__init__(message, subject=subject)
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.message, self.subject, self.reason))


def _rebuild(message: str, subject: str, reason: Reason) -> NotAFeed:
    return NotAFeed(message, subject=subject, reason=reason)


def wall_of(title: str, html: str, url: str) -> Reason:
    """Which wall an HTML page at a feed's address is; ``BAD_FEED`` where it is none that is known.

    Args:
        title: of the page, cleaned.
        html: its beginning.
        url: where it came from, after redirects.
    """
    if _CHALLENGE.match(title) or _CHALLENGE_MARK.search(html):
        return Reason.CHALLENGE
    if _CONSENT.search(title) or _CONSENT_PLACE.search(url):
        return Reason.CONSENT
    if _LOGIN.match(title):
        return Reason.LOGIN
    return Reason.BAD_FEED
