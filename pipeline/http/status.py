"""What a status says about an address."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.records import Reason

#: Reasons for which the same request may give something another time.
_PASSING = frozenset({Reason.RATE_LIMITED, Reason.SERVER_ERROR, Reason.NETWORK, Reason.HANG})


def reason_for(status: int, headers: Mapping[str, str]) -> Reason | None:
    """Why an answer with this status gives no document, or ``None`` where it gives one.

    Args:
        status: of the last hop.
        headers: names in lower case.
    """
    if 200 <= status < 300 or status == 304:
        return None
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return Reason.CHALLENGE
    if status == 429 or (status == 503 and "retry-after" in headers):
        return Reason.RATE_LIMITED
    if status >= 500:
        return Reason.SERVER_ERROR
    if status == 408:
        return Reason.HANG
    return {
        401: Reason.FORBIDDEN,
        403: Reason.FORBIDDEN,
        404: Reason.NOT_FOUND,
        410: Reason.GONE,
        451: Reason.FORBIDDEN,
    }.get(status, Reason.HTTP_ERROR)


def may_pass(reason: Reason) -> bool:
    """Whether trying again later can help."""
    return reason in _PASSING
