"""Pages for the tests of extraction, written here."""

import json
from typing import Any

PARAGRAPHS = (
    "The council of Oberweiler voted on Tuesday to close the old slaughterhouse by the end of the year.",
    "Mayor Edda Brandt said the building had cost the town more than it could afford for a decade.",
    "Her opponents called the decision rash and announced that they would take it to court.",
    "The slaughterhouse opened in 1911 and once employed a third of the men in the lower town.",
    "A buyer for the site has not been found, although two breweries have asked to see the plans.",
)
TITLE = "Oberweiler closes its slaughterhouse"
URL = "https://www.weiler-bote.example/news/2026/10/slaughterhouse"


def page(
    body: str = "",
    *,
    title: str = TITLE,
    head: str = "",
    ld: dict[str, Any] | list[Any] | None = None,
    lang: str = "en",
) -> str:
    """Return a page with the given body, or one with the five paragraphs."""
    script = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld is not None else ""
    inner = body or f"<article><h1>{title}</h1>{paragraphs()}</article>"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} - Weiler Bote</title>'
        f"{head}{script}</head><body>{inner}</body></html>"
    )


def paragraphs(texts: tuple[str, ...] = PARAGRAPHS) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)
