"""The pages of the sample press, drawn with Jinja2 in one of four layouts.

Every page is a pure function of its story, the outlet and what else is listed.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.local.press.lists import story_url
from pipeline.local.press.world import HERE, SECTIONS, Kind, Outlet, Story

_LAYOUTS = HERE / "layouts"

#: Size of the page that is too large.
HUGE_BYTES = 5 * 1024 * 1024


class Pages:
    """Draws the pages of one outlet.

    Args:
        outlet: whose pages.
        root: of its site, ``http://<outlet>.localhost:<port>``.
    """

    def __init__(self, outlet: Outlet, root: str) -> None:
        self._outlet = outlet
        self._root = root
        self._labels = _labels()[outlet.language]

    def article(self, story: Story, others: Sequence[Story]) -> str:
        """Draw a story. ``others`` are what the outlet has listed; older ones among them are linked as related."""
        teaser = story.front.kind is Kind.PAYWALL
        return self._draw(
            f"{self._outlet.layout}/article.html",
            story=story,
            url=story_url(story, self._root),
            teaser=teaser,
            related=_related(story, others),
            comments=_pick(story.id, _comments(), 3),
            ld=self._json_ld(story, free=not teaser),
        )

    def huge(self, story: Story, others: Sequence[Story]) -> str:
        """Draw a story whose page carries five megabytes of state for a script that nobody needs."""
        page = self.article(story, others)
        row = '{"id":%07d,"kind":"tide-reading","station":"Halm West","height_cm":%d,"wind_ms":%d},'
        state = "".join(row % (n, n * 7919 % 611, n * 31 % 29) for n in range(HUGE_BYTES // 86))
        return page.replace("</body>", f'<script type="application/json" id="state">[{state}null]</script></body>')

    def listing(self, title: str, stories: Sequence[Story], path: str) -> str:
        """Draw a page that lists stories: home, section, archive day."""
        return self._draw(f"{self._outlet.layout}/list.html", title=title, stories=stories, url=f"{self._root}{path}")

    def consent(self, story: Story) -> str:
        """Draw the consent wall that stands before a story."""
        return self._draw("consent.html", title=self._labels["consent_title"], url=story_url(story, self._root))

    def video(self, story: Story) -> str:
        """Draw a page with a film and no text."""
        ld = {
            "@context": "https://schema.org",
            "@type": "VideoObject",
            "name": story.front.title,
            "uploadDate": story.front.published.isoformat(),
            "duration": "PT1M42S",
            "thumbnailUrl": f"{self._root}/media/{story.slug}.svg",
            "contentUrl": f"{self._root}/media/{story.slug}.mp4",
        }
        return self._draw("video.html", title=story.front.title, story=story, url=story_url(story, self._root), ld=ld)

    def message(self, title: str, message: str, path: str) -> str:
        """Draw a page with one sentence: not found, gone, too many requests, about."""
        return self._draw("message.html", title=title, message=message, url=f"{self._root}{path}")

    def label(self, name: str) -> str:
        """Return a phrase of the site's furniture in the outlet's language."""
        return str(self._labels[name])

    def _draw(self, template: str, **values: Any) -> str:
        outlet = self._outlet
        return (
            _environment()
            .get_template(template)
            .render(
                outlet=outlet,
                root=self._root,
                layout=outlet.layout,
                sections=SECTIONS,
                t=self._labels,
                link=lambda story: story_url(story, self._root),
                human=lambda when: human_date(when, outlet.language),
                section_name=lambda section: self._labels["sections"].get(section, section),
                **values,
            )
        )

    def _json_ld(self, story: Story, *, free: bool) -> dict[str, Any]:
        kind = {"opinion": "OpinionNewsArticle", "analysis": "AnalysisNewsArticle"}
        organisation = {"@type": "NewsMediaOrganization", "name": self._outlet.name, "url": f"{self._root}/"}
        url = story_url(story, self._root)
        return {
            "@context": "https://schema.org",
            "@type": kind.get(story.front.genre, "NewsArticle"),
            "mainEntityOfPage": {"@type": "WebPage", "@id": url},
            "url": url,
            "headline": story.front.title,
            "description": story.front.dek,
            "articleSection": story.front.section,
            "inLanguage": story.front.language,
            "datePublished": story.front.published.isoformat(),
            "dateModified": story.updated.isoformat(),
            "author": [{"@type": "Person", "name": name} for name in story.front.authors] or organisation,
            "publisher": organisation,
            "image": [f"{self._root}/media/{story.slug}.svg"],
            "isAccessibleForFree": free,
        }


def human_date(when: datetime, language: str) -> str:
    """Return a date as a reader of that language sees it, in the offset it carries."""
    if language == "de":
        months = _labels()[language]["months"]
        return f"{when.day}. {months[when.month - 1]} {when.year}, {when:%H.%M} Uhr"
    return f"{when.day} {when:%B %Y, %H:%M}"


def picture(name: str, accent: str) -> str:
    """Return an SVG that stands where a photograph would: sky, sea, a sun and a coast, different for each name."""
    rng = random.Random(hashlib.sha256(name.encode()).digest())  # noqa: S311 - a picture, not a secret
    sky, glow = rng.choice([(205, 40), (215, 195), (22, 45), (340, 30), (195, 55), (230, 18)])
    sea = rng.randrange(178, 218)
    horizon = rng.randrange(200, 290)
    coast = " ".join(f"{x},{horizon - rng.randrange(0, 46) * (1 if x % 160 else 0)}" for x in range(0, 841, 40))
    waves = "".join(
        f'<path d="M0 {y} q 50 {rng.randrange(-9, 9)} 100 0 t 100 0 t 100 0 t 100 0 t 100 0 t 100 0 t 100 0 t 100 0"'
        f' fill="none" stroke="#fff" stroke-opacity=".{rng.randrange(1, 4)}" stroke-width="2"/>'
        for y in range(horizon + 20, 450, 24)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 450" role="img">'
        f'<defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="hsl({sky} 45% 62%)"/>'
        f'<stop offset="1" stop-color="hsl({glow} 65% 86%)"/></linearGradient></defs>'
        f'<rect width="800" height="450" fill="url(#s)"/>'
        f'<circle cx="{rng.randrange(90, 710)}" cy="{rng.randrange(60, horizon - 30)}" r="{rng.randrange(22, 54)}"'
        f' fill="hsl({glow} 90% 95%)"/>'
        f'<polygon points="0,{horizon} {coast} 840,{horizon}" fill="{accent}" fill-opacity=".55"/>'
        f'<rect y="{horizon}" width="800" height="{450 - horizon}" fill="hsl({sea} 35% 36%)"/>'
        f"{waves}</svg>"
    )


def stylesheet(layout: str) -> str:
    """Return the CSS of a layout."""
    return (_LAYOUTS / layout / "site.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_LAYOUTS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def _labels() -> dict[str, dict[str, Any]]:
    labels: dict[str, dict[str, Any]] = yaml.safe_load((_LAYOUTS / "labels.yml").read_text(encoding="utf-8"))
    return labels


@lru_cache(maxsize=1)
def _comments() -> list[dict[str, str]]:
    comments: list[dict[str, str]] = yaml.safe_load((_LAYOUTS / "comments.yml").read_text(encoding="utf-8"))
    return comments


def _related(story: Story, others: Sequence[Story]) -> list[Story]:
    # Only older stories, so that a page does not change by itself when a newer one comes out.
    older = [
        o
        for o in others
        if o.front.published < story.front.published and o.front.kind is Kind.STORY and o.id != story.id
    ]
    same = [o for o in older if o.front.section == story.front.section]
    return (same + [o for o in older if o not in same])[:4]


def _pick(seed: str, pool: list[dict[str, str]], count: int) -> list[dict[str, str]]:
    return random.Random(seed).sample(pool, min(count, len(pool)))  # noqa: S311 - furniture, not a secret
