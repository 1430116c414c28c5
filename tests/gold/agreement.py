"""How far the two annotations of the gold set agree; `python -m tests.gold.agreement` prints it.

The first annotation is `articles/` and `contrast/`, where `first/` puts back what a third reading changed there; the
second is `second/`. Nothing here knows the tagger. Every figure is a function of counts, and counts are kept text by
text, so that an interval can be drawn by resampling texts.
Krippendorff's alpha and Cohen's kappa are nominal; F1 is symmetric, so neither annotator is the reference.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
ARTICLE_FIELDS = ("voice", "act", "factuality", "period", "strength", "section", "speaks_for", "source_chain")
SENTENCE_FIELDS = ("voice", "act", "factuality", "period")
SAME_QUOTE = 0.8
"""Intersection over union of tokens from which on two spans are one quote."""
ENOUGH = 0.67
"""The alpha below which a category's rule has to be rewritten before anything is scored on it."""
RESAMPLES = 2000

Row = dict[str, Any]
Pair = tuple[str, str]
Counts = Counter[Any]


@dataclass(frozen=True)
class Doubly:
    """One text, annotated twice; the names in `second` are those of `first` where both mean the same one."""

    id: str
    category: str
    names: frozenset[str]
    first: Row
    second: Row


# --- reading


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _by_id(folder: str, name: str) -> dict[str, Row]:
    return {row["id"]: row for row in _load(HERE / folder / f"{name}.yml")}


def _plain(form: str) -> str:
    return re.sub(r"^(?:the|an|a) ", "", form.casefold().replace("’", "'"))


def linked(first: Sequence[Row], second: Sequence[Row]) -> dict[str, str]:
    """The second annotator's entities by the first's names: most forms in common; one that has none keeps its name."""
    forms = [{_plain(form) for form in [row["name"], *row["also"]]} for row in first]
    to: dict[str, str] = {}
    for row in second:
        own = {_plain(form) for form in [row["name"], *row["also"]]}
        score = [
            (_plain(other["name"]) == _plain(row["name"]), len(own & of))
            for other, of in zip(first, forms, strict=True)
        ]
        best = max(range(len(first)), key=score.__getitem__, default=None)
        to[row["name"]] = first[best]["name"] if best is not None and score[best] > (False, 0) else row["name"]
    return to


def linked_in_sentence(first: Row, second: Row) -> dict[str, str]:
    """The second annotator's names by the first's: the same words of the sentence, or words that fit one name only."""
    shown = {name: first.get("as", {}).get(name, name) for name in _names(first)}
    to: dict[str, str] = {}
    for name in _names(second):
        words = second.get("as", {}).get(name, name)
        same = [other for other, of in shown.items() if of == words or other == name]
        within = [other for other, of in shown.items() if words in of or of in words]
        to[name] = same[0] if same else within[0] if len(within) == 1 else name
    return to


def _names(sentence: Row) -> set[str]:
    rows = sentence["stances"] + sentence.get("none", [])
    return {row[side] for row in rows for side in ("holder", "target")} - {"outlet"}


def _renamed(rows: Iterable[Row], to: dict[str, str]) -> list[Row]:
    return [
        {
            **row,
            **{
                side: to.get(row[side], row[side])
                for side in ("holder", "target", "speaker", "speaks_for")
                if side in row
            },
            **({"source_chain": [to.get(name, name) for name in row["source_chain"]]} if "source_chain" in row else {}),
        }
        for row in rows
    ]


def articles() -> list[Doubly]:
    """Every article, `category` being its genre."""
    second, before = _by_id("second", "articles"), _by_id("first", "articles")
    texts = []
    for path in sorted((HERE / "articles").glob("*.yml")):
        one = {**_load(path), **before.get(path.stem, {})}
        if "batch" in one:  # a later one, annotated once
            continue
        two = second[path.stem]
        to = linked(one["entities"], two["entities"])
        two = {**two, **{part: _renamed(two.get(part, []), to) for part in ("evidence", "none", "quotes")}}
        names = frozenset([row["name"] for row in one["entities"]] + list(to.values()))
        texts.append(Doubly(path.stem, one["genre"], names, one, two))
    return texts


def sentences() -> list[Doubly]:
    """Every contrast sentence that both annotated; its stances stand under `evidence`, as an article's do."""
    second, before = _by_id("second", "contrast"), _by_id("first", "contrast")
    texts = []
    for path in sorted((HERE / "contrast").glob("*.yml")):
        for one in _load(path)["sentences"]:
            if "batch" in one:  # a later one, annotated once
                continue
            one = {**one, **before.get(one["id"], {})}
            two = second[one["id"]]
            to = linked_in_sentence(one, two)
            names = frozenset(_names(one) | set(to.values()))
            two = {"evidence": _renamed(two["stances"], to), "none": _renamed(two.get("none", []), to)}
            texts.append(Doubly(one["id"], path.stem, names, {**one, "evidence": one["stances"]}, two))
    return texts


# --- measures of counts


def alpha(counts: Counts) -> float:
    """Krippendorff's alpha, nominal, of two annotators; `counts` has how often (first's value, second's value) occurs.

    Not a number where only one value was ever given: nothing could have been told apart.
    """
    both: Counts = Counter()
    for (one, two), count in counts.items():
        both[one, two] += count
        both[two, one] += count
    values: Counts = Counter()
    for (one, _), count in both.items():
        values[one] += count
    total = sum(values.values())
    expected = (total**2 - sum(count**2 for count in values.values())) / (total - 1) if total > 1 else 0
    observed = sum(count for (one, two), count in both.items() if one != two)
    return 1 - observed / expected if expected else float("nan")


def kappa(counts: Counts) -> float:
    """Cohen's kappa; counts as for `alpha`. Not a number where both gave one value only."""
    total = sum(counts.values())
    if not total:
        return float("nan")
    one: Counts = Counter()
    two: Counts = Counter()
    for (left, right), count in counts.items():
        one[left] += count
        two[right] += count
    chance = sum(one[value] * two[value] for value in one) / total**2
    agreed = sum(count for (left, right), count in counts.items() if left == right) / total
    return float((agreed - chance) / (1 - chance)) if chance < 1 else float("nan")


def f1(counts: Counts) -> float:
    """Of `both`, `first` and `second`: what both have, and what each has at all."""
    found = counts["first"] + counts["second"]
    return 2 * counts["both"] / found if found else float("nan")


def interval(counts: Sequence[Counts], measure: Callable[[Counts], float], seed: int = 1) -> tuple[float, float]:
    """The 95 % interval of `measure` by resampling texts; `counts` has one entry for each text."""
    keys = sorted({key for of in counts for key in of}, key=str)
    if not counts or not keys:
        return float("nan"), float("nan")
    table = np.array([[of[key] for key in keys] for of in counts])
    draws = np.random.default_rng(seed).multinomial(len(counts), [1 / len(counts)] * len(counts), size=RESAMPLES)
    values = [measure(Counter(dict(zip(keys, map(int, row), strict=True)))) for row in draws @ table]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


# --- what is counted in one text


def sign_of(rows: Iterable[Row]) -> dict[Pair, str]:
    """Which sign each ordered pair has; `both` where it has either in one text, be it of different periods."""
    signs: dict[Pair, set[int]] = {}
    for row in rows:
        signs.setdefault((row["holder"], row["target"]), set()).add(row["polarity"])
    return {pair: "both" if len(of) > 1 else "favor" if of == {1} else "against" for pair, of in signs.items()}


def pairs_of(text: Doubly, *, all_names: bool) -> set[Pair]:
    """The pairs that either annotator listed, with or without a stance; or all ordered pairs of names in the text."""
    listed = {(row["holder"], row["target"]) for of in (text.first, text.second) for row in of["evidence"] + of["none"]}
    return listed | set(permutations(text.names, 2)) if all_names else listed


def signs(text: Doubly, *, all_names: bool = False) -> Counts:
    one, two = sign_of(text.first["evidence"]), sign_of(text.second["evidence"])
    return Counter((one.get(pair, "none"), two.get(pair, "none")) for pair in pairs_of(text, all_names=all_names))


def reversals(text: Doubly) -> set[Pair]:
    """Pairs that the first annotator gives a sign in one direction only and the second in the other only."""
    one, two = sign_of(text.first["evidence"]), sign_of(text.second["evidence"])
    return {(a, b) for a, b in one if (a, b) not in two and (b, a) in two and (b, a) not in one}


def span_overlap(one: str, two: str) -> float:
    """Intersection over union of the tokens."""
    left, right = (Counter(re.findall(r"\w+", text.casefold())) for text in (one, two))
    union = (left | right).total()
    return (left & right).total() / union if union else 0.0


def matched(first: Sequence[Row], second: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Evidence of the same holder, target and polarity, each piece once: same field and most words in common first."""

    def nearness(one: Row, two: Row) -> tuple[bool, bool, float]:
        return (
            one.get("field") == two.get("field"),
            one["period"] == two["period"],
            span_overlap(str(one.get("text", one["cue"])), str(two.get("text", two["cue"]))),
        )

    free_one, free_two, found = list(range(len(first))), list(range(len(second))), []
    candidates = [
        (nearness(first[i], second[j]), i, j)
        for i in free_one
        for j in free_two
        if all(first[i][key] == second[j][key] for key in ("holder", "target", "polarity"))
    ]
    for _, i, j in sorted(candidates, key=lambda row: row[0], reverse=True):
        if i in free_one and j in free_two:
            free_one.remove(i)
            free_two.remove(j)
            found.append((first[i], second[j]))
    return found


def evidence_counts(text: Doubly, agrees: Callable[[Row, Row], bool] = lambda one, two: True) -> Counts:
    first, second = text.first["evidence"], text.second["evidence"]
    both = sum(agrees(one, two) for one, two in matched(first, second))
    return Counter(both=both, first=len(first), second=len(second))


def quote_counts(text: Doubly, *, speaker: bool, kind: bool = False) -> Counts:
    first, second = text.first["quotes"], list(text.second["quotes"])
    total, both = len(second), 0
    for one in first:
        same = [
            two
            for two in second
            if one.get("field") == two.get("field")
            and span_overlap(one["text"], two["text"]) >= SAME_QUOTE
            and (not speaker or one["speaker"] == two["speaker"])
            and (not kind or one["kind"] == two["kind"])
        ]
        if same:
            second.remove(max(same, key=lambda two: span_overlap(one["text"], two["text"])))
            both += 1
    return Counter(both=both, first=len(first), second=total)


def entity_counts(text: Doubly, *, typed: bool) -> Counts:
    """Entities found by both, with their type if `typed`; the second's are taken by the first's name."""
    to = linked(text.first["entities"], text.second["entities"])
    one = {(row["name"], row["type"] if typed else "") for row in text.first["entities"]}
    two = {(to[row["name"]], row["type"] if typed else "") for row in text.second["entities"]}
    return Counter(both=len(one & two), first=len(one), second=len(two))


def form_counts(text: Doubly) -> Counts:
    """Pairs of forms that lead to one entity."""
    one, two = (
        {
            pair
            for row in of["entities"]
            for pair in combinations(sorted({_plain(form) for form in [row["name"], *row["also"]]}), 2)
        }
        for of in (text.first, text.second)
    )
    return Counter(both=len(one & two), first=len(one), second=len(two))


# --- the report


def summed(counts: Iterable[Counts]) -> Counts:
    total: Counts = Counter()
    for of in counts:
        total.update(of)
    return total


def _figure(counts: Sequence[Counts], measure: Callable[[Counts], float]) -> str:
    low, high = interval(counts, measure)
    return f"{measure(summed(counts)):.2f} ({low:.2f} to {high:.2f})"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for at, column in enumerate(columns):
        table.add_column(column, justify="left" if at == 0 else "right")
    return table


def _by_category(title: str, texts: Sequence[Doubly]) -> Table:
    table = _table(
        title, "", "texts", "pairs", "alpha, listed pairs", "alpha, all pairs", "kappa, all", "evidence F1", "reversed"
    )
    for group in [*sorted({text.category for text in texts}), "dev", "test", "all"]:
        part = [text for text in texts if group in (text.category, text.first["split"], "all")]
        listed, every = [signs(text) for text in part], [signs(text, all_names=True) for text in part]
        table.add_row(
            group + (" *" if alpha(summed(listed)) < ENOUGH else ""),
            str(len(part)),
            str(summed(listed).total()),
            _figure(listed, alpha),
            _figure(every, alpha),
            f"{kappa(summed(every)):.2f}",
            _figure([evidence_counts(text) for text in part], f1),
            str(sum(len(reversals(text)) for text in part)),
        )
    return table


def _confusion(title: str, texts: Sequence[Doubly]) -> Table:
    values = ("none", "favor", "against", "both")
    counts = summed(signs(text) for text in texts)
    table = _table(title, "first \\ second", *values)
    for one in values:
        table.add_row(one, *(str(counts[one, two]) for two in values))
    return table


def _fields(title: str, texts: Sequence[Doubly], fields: Sequence[str]) -> Table:
    def value(row: Row, field: str) -> str:
        return str(row.get(field, ""))

    def all_fields(one: Row, two: Row) -> bool:
        return all(value(one, field) == value(two, field) for field in fields)

    table = _table(title, "", "F1 of evidence with it", "equal on matched", "kappa on matched", "n")
    pairs = [pair for text in texts for pair in matched(text.first["evidence"], text.second["evidence"])]
    table.add_row(
        "holder, target, polarity", _figure([evidence_counts(text) for text in texts], f1), "", "", str(len(pairs))
    )
    for field in fields:

        def agrees(one: Row, two: Row, field: str = field) -> bool:
            return value(one, field) == value(two, field)

        values: Counts = Counter((value(one, field), value(two, field)) for one, two in pairs)
        table.add_row(
            field,
            _figure([evidence_counts(text, agrees) for text in texts], f1),
            f"{sum(agrees(one, two) for one, two in pairs) / len(pairs):.2f}",
            f"{kappa(values):.2f}",
            str(len(pairs)),
        )
    table.add_row("all of these", _figure([evidence_counts(text, all_fields) for text in texts], f1), "", "", "")
    if any("text" in row for row, _ in pairs):
        for least in (0.5, 0.8):

            def near(one: Row, two: Row, least: float = least) -> bool:
                return one["field"] == two["field"] and span_overlap(one["text"], two["text"]) >= least

            table.add_row(
                f"span, {least:.1f} of the words",
                _figure([evidence_counts(text, near) for text in texts], f1),
                "",
                "",
                "",
            )
    return table


def _finds(texts: Sequence[Doubly]) -> Table:
    table = _table("Entities and quotes of the articles", "", "F1", "first", "second", "both")
    for name, of in (
        ("entities, found", lambda text: entity_counts(text, typed=False)),
        ("entities, with type", lambda text: entity_counts(text, typed=True)),
        ("forms that lead to one entity", form_counts),
        ("quotes, span", lambda text: quote_counts(text, speaker=False)),
        ("quotes, span and speaker", lambda text: quote_counts(text, speaker=True)),
        ("quotes, span, speaker and kind", lambda text: quote_counts(text, speaker=True, kind=True)),
    ):
        counts = [of(text) for text in texts]
        total = summed(counts)
        table.add_row(name, _figure(counts, f1), str(total["first"]), str(total["second"]), str(total["both"]))
    return table


def main() -> None:
    console = Console(width=180)
    in_sentences, in_articles = sentences(), articles()
    console.print(_by_category(f"Contrast sentences (* alpha below {ENOUGH})", in_sentences))
    console.print(_confusion("Contrast sentences: listed pairs", in_sentences))
    console.print(_fields("Contrast sentences: evidence", in_sentences, SENTENCE_FIELDS))
    console.print(_by_category("Articles", in_articles))
    console.print(_confusion("Articles: listed pairs", in_articles))
    console.print(_fields("Articles: evidence", in_articles, ARTICLE_FIELDS))
    console.print(_finds(in_articles))


if __name__ == "__main__":
    main()
