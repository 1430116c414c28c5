"""Reading elements: their visible text, and which of them are captions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import XPath
from lxml.html import HtmlElement

_VISIBLE = XPath("descendant::text()[not(parent::script or parent::style or parent::noscript or parent::template)]")
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:caption|wp-caption-text|image-?text|photo-?text|credits?|image-?credits?|photo-?credits?"
    r"|bildunterschrift|bildtext|legende|media-?info)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_CAPTION = 600  # code points; longer elements that are named so hold more than a caption


def text_of(element: HtmlElement) -> str:
    """Return an element's visible text, white space folded."""
    found = _VISIBLE(element)
    return " ".join(" ".join(str(part) for part in found).split()) if isinstance(found, list) else ""


def captions_in(tree: HtmlElement) -> list[HtmlElement]:
    """Return the elements that hold captions and credits of pictures and films, outermost only."""
    return list(_captions(tree))


def _captions(tree: HtmlElement) -> Iterator[HtmlElement]:
    inside: set[HtmlElement] = set()
    for one in tree.iter("figcaption", "div", "p", "span", "small", "cite", "dd", "td", "em", "i"):
        named = one.tag == "figcaption" or _CAPTION.search(one.get("class") or "")
        if named and one not in inside and len(text_of(one)) <= _LONGEST_CAPTION:
            inside.update(one.iterdescendants())
            yield one
