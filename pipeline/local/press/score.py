"""How what stands in the index compares with the gold of the sample press.

Articles and Reasons must be exact. Tags are scored: they only have to reach a floor, which is no claim about
quality (``docs/`` has those), but notices a tagger that is broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from pipeline.identity import url_id
from pipeline.local.press.gold import GoldArticle, load_gold
from pipeline.records import Reason
from pipeline.stages import Pipeline

#: Least F1 that a working tagger reaches on the press.
FLOORS = {"entities": 0.70, "quotes with speaker": 0.50, "stances": 0.30}
#: Of all stances that match in holder and target, the share whose sign is right.
SIGN_FLOOR = 0.85
_ALL = 10_000


class Measure(Struct, frozen=True, kw_only=True):
    """One line of the verdict."""

    name: str
    found: str
    wanted: str
    met: bool


class Verdict(Struct, frozen=True, kw_only=True):
    """How a crawl of the whole press compares with its gold."""

    measures: tuple[Measure, ...]
    differences: tuple[str, ...]  # in articles and Reasons, in words

    @property
    def met(self) -> bool:
        """Whether every measure is met."""
        return all(m.met for m in self.measures)


class F1(Struct, frozen=True, kw_only=True):
    """Counts of right, made and wanted, and what follows from them."""

    right: int
    made: int
    wanted: int

    @property
    def value(self) -> float:
        """The harmonic mean of precision and recall; 1 where nothing was wanted and nothing made."""
        return 2 * self.right / (self.made + self.wanted) if self.made + self.wanted else 1.0

    def __add__(self, other: F1) -> F1:
        return F1(right=self.right + other.right, made=self.made + other.made, wanted=self.wanted + other.wanted)

    def __str__(self) -> str:
        precision = self.right / self.made if self.made else 0.0
        recall = self.right / self.wanted if self.wanted else 0.0
        return f"F1 {self.value:.2f} (precision {precision:.2f}, recall {recall:.2f}, n {self.wanted})"


NONE = F1(right=0, made=0, wanted=0)


def judge(pipeline: Pipeline) -> Verdict:
    """Compare the index and the ledger of a pipeline that has crawled the whole press with the gold."""
    gold = load_gold(pipeline.settings.press_port)
    index = pipeline.index_client
    index.refresh()

    def all_of(alias: str) -> list[dict[str, Any]]:
        return [hit["_source"] for hit in index.search(alias, size=_ALL)["hits"]["hits"]]

    articles = {doc["article_id"]: doc for doc in all_of("articles")}
    quotes, evidence = _by_article(all_of("quotes")), _by_article(all_of("stance_evidence"))
    wanted = {url_id(article.url): article for article in gold.articles.values()}
    differences = list(article_differences(articles, wanted))
    ended = {url: Reason(reason) for reason, url, _ in pipeline.ledger.work.left_out() if reason}
    duplicates = {o.url: o.story for o in gold.outcomes.values() if o.reason is Reason.DUPLICATE}
    expected = {o.url: o.reason for o in gold.outcomes.values() if o.reason is not None and o.url not in duplicates}
    for url, story in duplicates.items():
        # Either of the two addresses of one article may be the duplicate.
        named = gold.articles[story].url if story in gold.articles else url
        expected[named if named in ended else url] = Reason.DUPLICATE
    reason_differences = list(reasons_differ(ended, expected))

    entities = said = stances = NONE
    signs_right = signs = 0
    for id_, article in wanted.items():
        if id_ not in articles or article.language != "en":
            continue
        doc = articles[id_]
        names = Names(article, doc.get("entities", []))
        entities += names.score()
        said += score_quotes(article, quotes.get(id_, []), names)
        one, right, both = score_stances(article, evidence.get(id_, []), names)
        stances, signs_right, signs = stances + one, signs_right + right, signs + both
    scored = {"entities": entities, "quotes with speaker": said, "stances": stances}
    sign = signs_right / signs if signs else 1.0
    return Verdict(
        measures=(
            Measure(
                name="articles",
                found=f"{len(articles)}, {len(differences)} differences",
                wanted=f"{len(wanted)}, exact",
                met=not differences,
            ),
            Measure(
                name="Reasons",
                found=f"{len(ended)}, {len(reason_differences)} differences",
                wanted=f"{len(expected)}, exact",
                met=not reason_differences,
            ),
            *(
                Measure(name=name, found=str(f1), wanted=f"F1 {FLOORS[name]:.2f}", met=f1.value >= FLOORS[name])
                for name, f1 in scored.items()
            ),
            Measure(
                name="sign of a stance",
                found=f"{sign:.2f} of {signs} right",
                wanted=f"{SIGN_FLOOR:.2f}",
                met=sign >= SIGN_FLOOR,
            ),
        ),
        differences=(*differences, *reason_differences),
    )


def article_differences(found: Mapping[str, Mapping[str, Any]], wanted: Mapping[str, GoldArticle]) -> Iterable[str]:
    """Name every article that is missing, too many, or not as the gold says; both by article id."""
    for id_ in found.keys() - wanted.keys():
        yield f"{found[id_]['url']}: indexed, but no article of the press"
    for id_, gold in sorted(wanted.items(), key=lambda kv: kv[1].story):
        doc = found.get(id_)
        if doc is None:
            yield f"{gold.story}: not indexed"
            continue
        for field, is_, should in (
            ("title", doc.get("title"), gold.title),
            ("authors", tuple(doc.get("author", ())), gold.authors),
            ("language", doc.get("language"), gold.language),
            ("published", doc.get("published"), gold.published.isoformat().replace("+00:00", "Z")),
            ("text", doc.get("text"), gold.text),
        ):
            if is_ != should:
                yield f"{gold.story}: {field}: {_first_difference(is_, should)}"


def reasons_differ(found: Mapping[str, Reason], wanted: Mapping[str, Reason]) -> Iterable[str]:
    """Name every address that ended in another way than it should; both by listed address."""
    for url in sorted(found.keys() | wanted.keys()):
        if found.get(url) != wanted.get(url):
            yield f"{url}: {found.get(url, 'not left out')}, should be {wanted.get(url, 'indexed')}"


class Names:
    """Which entity of the gold each entity that was found is: they share a surface form."""

    def __init__(self, gold: GoldArticle, found: Sequence[Mapping[str, Any]]) -> None:
        forms = {e.name: {_fold(form) for form in (e.name, *e.also)} for e in gold.entities}
        self._gold = gold
        self._found = len(found)
        self._of: dict[str, str] = {}
        for entity in sorted(found, key=lambda e: -e.get("salience", 0.0)):
            mine = {_fold(entity["name"])} | {
                _fold(m["text"]) for m in entity.get("mentions", ()) if m["kind"] in ("name", "alias")
            }
            shared = {name: len(mine & theirs) for name, theirs in forms.items()}
            best = max(shared, key=lambda name: shared[name], default="")
            if best and shared[best] and best not in self._of.values():
                self._of[entity["id"]] = best

    def gold(self, id_: str) -> str:
        """Return the gold's name of an entity that was found; ``outlet`` is itself; empty where it is none."""
        return "outlet" if id_ == "outlet" else self._of.get(id_, "")

    def score(self) -> F1:
        """Entities found of those wanted."""
        return F1(right=len(self._of), made=self._found, wanted=len(self._gold.entities))


def score_quotes(gold: GoldArticle, found: Sequence[Mapping[str, Any]], names: Names) -> F1:
    """Quotes whose span overlaps a gold quote by more than half of the shorter, with the speaker right."""
    left = list(gold.quotes)
    right = 0
    for quote in found:
        for one in left:
            span = one.span
            overlap = min(quote["end"], span.end) - max(quote["start"], span.start)
            shorter = min(quote["end"] - quote["start"], span.end - span.start)
            if quote["field"] == span.field and overlap * 2 > shorter:
                left.remove(one)
                right += names.gold(quote.get("speaker", "")) == one.speaker
                break
    return F1(right=right, made=len(found), wanted=len(gold.quotes))


def score_stances(gold: GoldArticle, found: Sequence[Mapping[str, Any]], names: Names) -> tuple[F1, int, int]:
    """Distinct (holder, target, sign) of an article; and of the pairs in both, how many have the sign right."""
    authors = set(gold.authors)
    wanted = {("outlet" if s.holder in authors else s.holder, s.target, s.polarity) for s in gold.stances}
    made = {
        (names.gold(e["holder"]) or e["holder"], names.gold(e["target"]) or e["target"], e["polarity"]) for e in found
    }
    pairs = {(h, t) for h, t, _ in wanted} & {(h, t) for h, t, _ in made}
    right = sum(any((h, t, p) in wanted and (h, t, p) in made for p in (1, -1)) for h, t in pairs)
    return F1(right=len(wanted & made), made=len(made), wanted=len(wanted)), right, len(pairs)


def _by_article(docs: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for doc in docs:
        found.setdefault(doc["article_id"], []).append(doc)
    return found


def _fold(form: str) -> str:
    return form.casefold().removeprefix("the ").replace("’", "'").removesuffix("'s")


def _first_difference(is_: Any, should: Any) -> str:
    if isinstance(is_, str) and isinstance(should, str) and "\n" in should:
        for n, (a, b) in enumerate(zip(is_.split("\n"), should.split("\n"), strict=False), 1):
            if a != b:
                return f"paragraph {n} is {a[:90]!r}, should be {b[:90]!r}"
        return f"{is_.count(chr(10)) + 1} paragraphs, should be {should.count(chr(10)) + 1}"
    return f"{is_!r}, should be {should!r}"
