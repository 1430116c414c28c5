"""What a request to the sample press gets: a pure function of the request, the clock and how often it came before."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from pipeline.local.press import lists
from pipeline.local.press.pages import Pages, picture, stylesheet
from pipeline.local.press.world import SECTIONS, Kind, ListSpec, Outlet, Press, Story, is_deleted

_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """What was asked. ``host`` is without port; header names are in lower case."""

    host: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What is sent back. With ``hold`` the body stops half-way and the connection stays open."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hold: bool = False
    gzip: bool = False


class Site:
    """All outlets of a press at one port.

    Args:
        press: the stories.
        port: the sites' port, as it stands in their links.
        feed_items: how many stories a feed lists; ``None``: all. Sitemaps and archive pages always list all.
    """

    def __init__(self, press: Press, port: int, feed_items: int | None = None) -> None:
        self._press = press
        self._port = port
        self._feed_items = feed_items
        self._pages = {o.id: Pages(o, self.root(o.id)) for o in press.outlets.values()}

    def root(self, outlet: str) -> str:
        """Return ``http://<outlet>.localhost:<port>``."""
        return f"http://{outlet}.localhost:{self._port}"

    def answer(self, request: Request, now: datetime, seen: int = 0) -> Answer:
        """Decide what a request gets at a time, having come ``seen`` times before."""
        where = self._route(request.host)
        if where is None:
            return Answer(404, b"no such site\n", {"Content-Type": _TEXT})
        outlet, host = where
        answer = self._answer(outlet, host, request.path, now, seen)
        if outlet.gzip and "gzip" in request.headers.get("accept-encoding", ""):
            answer = Answer(answer.status, answer.body, answer.headers, answer.hold, gzip=True)
        return _conditional(answer, request.headers)

    def _route(self, host: str) -> tuple[Outlet, str] | None:
        labels = host.lower().rstrip(".").split(".")
        if labels[-1] != "localhost" or not 2 <= len(labels) <= 3:
            return None
        outlet = self._press.outlets.get(labels[-2])
        prefix = labels[0] if len(labels) == 3 else ""
        if outlet is None or (prefix and prefix not in outlet.hosts):
            return None
        return outlet, prefix

    def _answer(self, outlet: Outlet, host: str, path: str, now: datetime, seen: int) -> Answer:
        if path == "/robots.txt":
            return self._robots(outlet)
        story = self._press.find(outlet.id, host, path, now)
        if story is not None:
            return self._story(outlet, story, now, seen)
        for spec in outlet.lists:
            if spec.path == path:
                return self._list(outlet, spec, now)
        return self._furniture(outlet, path, now)

    def _robots(self, outlet: Outlet) -> Answer:
        if not outlet.robots:
            return self._message(outlet, 404, "/robots.txt")
        body = outlet.robots.replace("{root}", self.root(outlet.id))
        return Answer(200, body.encode(), {"Content-Type": _TEXT})

    # -- stories and what stands in their place ------------------------------------------------------

    def _story(self, outlet: Outlet, story: Story, now: datetime, seen: int) -> Answer:
        pages = self._pages[outlet.id]
        kind = story.front.kind
        if is_deleted(story, now):
            return self._message(outlet, 410, story.path)
        if kind is Kind.NOT_FOUND:
            return self._message(outlet, 404, story.path)
        if kind is Kind.RATE_LIMITED or (kind is Kind.BUSY_ONCE and seen == 0):
            wait = "3600" if kind is Kind.RATE_LIMITED else "1"
            return self._message(outlet, 429, story.path, {"Retry-After": wait})
        if kind is Kind.REDIRECT:
            return self._redirect(story, now, status=301)
        others = self._press.listed(outlet.id, story.updated)
        if kind is Kind.CONSENT:
            page = pages.consent(story)
        elif kind is Kind.VIDEO:
            page = pages.video(story)
        elif kind is Kind.INDEX:
            page = pages.listing(story.front.title, others, story.path)
        elif kind is Kind.HUGE:
            page = pages.huge(story, others)
        else:
            page = pages.article(story, others)
        answer = _page(page, story.updated, story.front.encoding)
        return Answer(answer.status, answer.body, answer.headers, hold=True) if kind is Kind.HANG else answer

    def _redirect(self, story: Story, now: datetime, *, status: int) -> Answer:
        if status == 301:
            return Answer(301, headers={"Location": f"/go/{story.slug}", "Content-Type": _HTML})
        target = self._press.at(story.front.to, now)
        if target is None:
            return Answer(404, b"", {"Content-Type": _HTML})
        location = lists.story_url(target, self.root(target.outlet))
        return Answer(302, headers={"Location": location, "Content-Type": _HTML})

    # -- lists ---------------------------------------------------------------------------------------

    def _list(self, outlet: Outlet, spec: ListSpec, now: datetime) -> Answer:
        if spec.kind == "gone":
            return self._message(outlet, 410, spec.path)
        if spec.kind == "moved":
            return Answer(301, headers={"Location": f"{self.root(outlet.id)}{spec.to}", "Content-Type": _HTML})
        stories = self._press.listed(outlet.id, now)
        changed = self._press.changed(outlet.id, now)
        root = self.root(outlet.id)
        if spec.kind == "sitemap_index":
            body = lists.sitemap_index(outlet, stories, root, spec)
            return _with_validators(Answer(200, body, {"Content-Type": "application/xml; charset=utf-8"}), changed)
        write, content_type = lists.WRITERS[spec.kind]
        if self._feed_items is not None:
            stories = stories[: self._feed_items]
        body = write(outlet, stories, root, spec.path)
        headers = {"Content-Type": content_type, "Cache-Control": "max-age=300"}
        return _with_validators(Answer(200, body, headers), changed)

    # -- everything else -----------------------------------------------------------------------------

    def _furniture(self, outlet: Outlet, path: str, now: datetime) -> Answer:
        pages = self._pages[outlet.id]
        stories = [s for s in self._press.listed(outlet.id, now) if not is_deleted(s, now)]
        changed = self._press.changed(outlet.id, now)
        if path == "/":
            return _page(pages.listing(outlet.name, stories, path), changed)
        if match := re.fullmatch(r"/section/([a-z]+)", path):
            section = next((s for s in SECTIONS if s.lower() == match[1]), None)
            if section:
                mine = [s for s in stories if s.front.section == section]
                return _page(pages.listing(section, mine, path), changed)
        if match := re.fullmatch(r"/sitemaps/(\d{4}-\d\d(?:-\d\d)?)\.xml", path):
            return self._period(outlet, match[1], now)
        if outlet.archive and (match := re.fullmatch(r"/archive/(\d{4})/(\d\d)/(\d\d)/", path)):
            name = "-".join(match.groups())
            groups = dict(lists.by_period(outlet, self._press.listed(outlet.id, now), "day"))
            if name in groups:
                return _page(pages.listing(name, groups[name], path), changed)
        if match := re.fullmatch(r"/go/([a-z0-9-]+)", path):
            story = self._press.at(f"{outlet.id}/{match[1]}", now) if self._knows(outlet, match[1]) else None
            if story is not None and story.front.kind is Kind.REDIRECT:
                return self._redirect(story, now, status=302)
        if match := re.fullmatch(r"/media/([a-z0-9-]+)\.svg", path):
            return Answer(200, picture(match[1], outlet.accent).encode(), {"Content-Type": "image/svg+xml"})
        if path == "/static/site.css":
            return Answer(200, stylesheet(outlet.layout).encode(), {"Content-Type": "text/css; charset=utf-8"})
        if path == "/about":
            return _page(pages.message(pages.label("about"), pages.label("about_text"), path), None)
        return self._message(outlet, 404, path)

    def _period(self, outlet: Outlet, name: str, now: datetime) -> Answer:
        stories = {
            period: group
            for spec in outlet.lists
            if spec.kind == "sitemap_index"
            for period, group in lists.by_period(outlet, self._press.listed(outlet.id, now), spec.span)
        }
        if name not in stories:
            return self._message(outlet, 404, f"/sitemaps/{name}.xml")
        body = lists.sitemap(outlet, stories[name], self.root(outlet.id), "")
        answer = Answer(200, body, {"Content-Type": "application/xml; charset=utf-8"})
        return _with_validators(answer, max(s.updated for s in stories[name]))

    def _knows(self, outlet: Outlet, slug: str) -> bool:
        return f"{outlet.id}/{slug}" in self._press.story_ids

    def _message(self, outlet: Outlet, status: int, path: str, headers: dict[str, str] | None = None) -> Answer:
        pages = self._pages[outlet.id]
        body = pages.message(pages.label(f"title_{status}"), pages.label(f"text_{status}"), path)
        return Answer(status, body.encode(), {"Content-Type": _HTML, **(headers or {})})


def _page(html: str, changed: datetime | None, encoding: str = "utf-8") -> Answer:
    # A page in another encoding says so in its own head only: the header of such a server knows nothing of it.
    headers = {"Content-Type": _HTML if encoding == "utf-8" else "text/html"}
    return _with_validators(Answer(200, html.encode(encoding, "xmlcharrefreplace"), headers), changed)


def _with_validators(answer: Answer, changed: datetime | None) -> Answer:
    headers = {**answer.headers, "ETag": f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'}
    if changed is not None:
        headers["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    return Answer(answer.status, answer.body, headers, answer.hold)


def _conditional(answer: Answer, asked: dict[str, str]) -> Answer:
    """Turn a 200 into a 304 where the reader's validators say so (RFC 9110 §13.2.2)."""
    if answer.status != 200 or "ETag" not in answer.headers or answer.hold:
        return answer
    if tags := asked.get("if-none-match"):
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        same = answer.headers["ETag"] in known or "*" in known
    else:
        same = _not_since(answer.headers.get("Last-Modified"), asked.get("if-modified-since"))
    if not same:
        return answer
    kept = {name: value for name, value in answer.headers.items() if name != "Content-Type"}
    return Answer(304, b"", kept)


def _not_since(changed: str | None, since: str | None) -> bool:
    if changed is None or since is None:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
