"""Documents that were made to break readers of feeds. Big ones are made when asked for, none is kept."""

import gzip
import json
import random
import zlib
from collections.abc import Callable

HEAD = "<?xml version='1.0' encoding='utf-8'?>"
#: What every document that still is a feed lists beside its trick.
LAST = "https://herald.example/last"


def rss(*items: str, before: str = HEAD, inside: str = "", root: str = "<rss version='2.0'>") -> bytes:
    text = f"{before}{root}<channel><title>H</title>{inside}{''.join(items)}{item('Last', LAST)}</channel></rss>"
    return text.encode("utf-8", "surrogatepass")


def item(title: str, link: str, more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def story(n: int, title: str = "") -> str:
    return item(title or f"Story {n}", f"https://herald.example/{n}")


def doctype(inside: str) -> str:
    return f"{HEAD}<!DOCTYPE rss [{inside}]>"


def laughs(levels: int) -> bytes:
    entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, levels + 1))
    return rss(story(1, f"&a{levels};"), before=doctype("<!ENTITY a0 'ha'>" + entities))


def png() -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + zlib.compress(random.Random(7).randbytes(20_000))


def page(title: str, body: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


def json_feed(*items: object) -> bytes:
    last = {"id": "last", "url": LAST}
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "H", "items": [*items, last]}).encode()


def nested_atom(depth: int) -> bytes:
    entry = "<entry><title>{0}</title><link href='https://herald.example/{0}'/>"
    return (
        f"{HEAD}<feed xmlns='http://www.w3.org/2005/Atom'>{''.join(entry.format(n) for n in range(depth))}"
        f"{'</entry>' * depth}<entry><link href='{LAST}'/></entry></feed>"
    ).encode()


#: Name → document. Each still lists ``LAST``: no trick may cost the feed.
FEEDS: dict[str, Callable[[], bytes]] = {
    "xxe file": lambda: rss(story(1, "&x;"), before=doctype("<!ENTITY x SYSTEM 'file:///etc/passwd'>")),
    "xxe http": lambda: rss(story(1, "&x;"), before=doctype("<!ENTITY x SYSTEM 'http://127.0.0.1:9/x'>")),
    "xxe dtd": lambda: rss(before=f"{HEAD}<!DOCTYPE rss SYSTEM 'http://127.0.0.1:9/x.dtd'>"),
    "xxe parameter": lambda: rss(before=doctype("<!ENTITY % p SYSTEM 'http://127.0.0.1:9/p'> %p;")),
    "billion laughs": lambda: laughs(9),
    "laughs, 4 levels": lambda: laughs(4),
    "quadratic blow-up": lambda: rss(story(1, "&b;" * 20_000), before=doctype(f"<!ENTITY b '{'b' * 50_000}'>")),
    "character references out of range": lambda: rss(story(1, "&#xD800;&#x110000;&#99999999999;&#0;")),
    "long references": lambda: rss(story(1, "&#" + "9" * 100_000 + ";&" + "n" * 100_000 + ";")),
    "doctype with backslashes": lambda: rss(before=doctype("<!ENTITY a 'C:\\\\x\\'>")),
    "50,000 name spaces": lambda: rss(
        root="<rss version='2.0' " + " ".join(f"xmlns:n{n}='urn:{n}'" for n in range(50_000)) + ">"
    ),
    "100,000 nested tags": lambda: rss(inside="<a>" * 100_000 + "</a>" * 100_000),
    "30,000 tags never closed": lambda: rss(inside="<b>" * 30_000),
    "5,000 nested entries": lambda: nested_atom(4_990),
    "200,000 attributes": lambda: rss(inside="<a " + " ".join(f"b{n}='1'" for n in range(200_000)) + "/>"),
    "one title of 8 MB": lambda: rss(story(1, "x" * 8_000_000)),
    "3 MB of entities": lambda: rss(story(1, "&nbsp;" * 500_000)),
    "2 MB of brackets": lambda: rss(story(1, "&lt;" * 500_000)),
    "2 MB of brackets in CDATA": lambda: rss(story(1, f"<![CDATA[{'<' * 2_000_000}]]>")),
    "comments never closed": lambda: rss(inside="<!-- " * 100_000 + "-->"),
    "NUL bytes": lambda: rss(story(1, "a\0b")).replace(b"<title>H", b"\0<title>\0H"),
    "half characters": lambda: rss(story(1, "\ud800 \udfff")),
    "scripts in titles": lambda: rss(story(1, "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=a()&gt;")),
    "directions in titles": lambda: rss(story(1, "\u202egnp.exe\u202c \u2066x\u2069 a\u200bb\ufeff")),
    "JSON whose items are numbers": lambda: json_feed(*range(100)),
    "JSON whose items are lists": lambda: json_feed([], [[]], None, True, "x", {"url": {"a": 1}, "title": [2]}),
    "JSON with half characters and NUL": lambda: json_feed({"id": "\ud800\0", "url": "/1", "title": "\udfff\0"}),
    "sitemap of 100,000 nested tags": lambda: (
        f"<urlset><url><loc>{LAST}</loc></url><url>{'<a>' * 100_000}{'</a>' * 100_000}</url></urlset>".encode()
    ),
}

#: Name → document that is no feed, and the word that the reader has for it.
OTHERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "random bytes": (lambda: random.Random(7).randbytes(300_000), "neither feed nor sitemap"),
    "picture": (png, "neither feed nor sitemap"),
    "gzip of nothing known": (lambda: gzip.compress(png()), "neither feed nor sitemap"),
    "gzip bomb": (lambda: gzip.compress(bytes(100_000_000)), "gzip"),
    "gzip in gzip": (lambda: gzip.compress(gzip.compress(rss())), "neither feed nor sitemap"),
    "consent page": (lambda: page("Before you continue"), "an HTML page"),
    "challenge": (lambda: page("Just a moment...", "<script>_cf_chl_opt={}</script>"), "an HTML page"),
    "JSON nested 100,000 times": (lambda: b'{"items":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "JSON"),
    "JSON of one number": (lambda: b"[" + b"9" * 5_000_000 + b"]", "JSON"),
}

#: Name → document too big to be read whole, and how many entries of it are taken.
BIG: dict[str, tuple[Callable[[], bytes], int]] = {
    "100,000 entries": (lambda: rss(*(story(n) for n in range(100_000))), 5000),
    "5 MB ill-formed, 40,000 items": (
        lambda: rss(*(f"<item><title>A & B <br> {n}</title><link>https://herald.example/{n}</link></item>"
                      f"{' ' * 40}" for n in range(40_000))),
        5000,
    ),
    "JSON of 100,000 items": (
        lambda: json_feed(*({"id": str(n), "url": f"https://herald.example/{n}"} for n in range(100_000))), 5000,
    ),
    "JSON, broken before each of 20,000 items": (
        lambda: b'{"items":[' + b",".join(b'{"id":"%d","url":"/%d","x":?}' % (n, n) for n in range(20_000)), 5000,
    ),
    "sitemap of 200,000 addresses": (
        lambda: b"<urlset>" + b"".join(b"<url><loc>/%d</loc></url>" % n for n in range(200_000)) + b"</urlset>", 5000,
    ),
}  # fmt: skip


#: These take seconds each.
SLOW = {
    "100,000 nested tags",
    "3 MB of entities",
    "2 MB of brackets",
    "100,000 entries",
    "5 MB ill-formed, 40,000 items",
    "sitemap of 200,000 addresses",
}
