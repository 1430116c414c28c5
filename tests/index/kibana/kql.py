"""Kibana's query language, as far as the saved objects use it, turned into the query DSL as Kibana turns it.

Learned from ``@kbn/es-query`` (kuery functions *is*, *exists*, *range*, *and*, *or*, *not*): each comparison is a
``bool`` with one ``should``; words are matched, quoted ones as a phrase, ``field: *`` asks whether there is a value.
"""

import re
from typing import Any

Query = dict[str, Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<paren>[()])|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<op>>=|<=|>|<|:)|(?P<word>[^\s()":<>]+))"""
)
_RANGES = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}


def to_dsl(kql: str) -> Query:
    """Return the query that Kibana sends for a KQL query."""
    if not kql.strip():
        return {"match_all": {}}
    parser = _Parser(kql)
    query = parser.either()
    assert parser.at_end(), f"not read to its end: {kql}"
    return query


def fields(kql: str) -> set[str]:
    """Return the fields that a query asks about."""
    return {word for word, _ in re.findall(r"([\w.]+)\s*(:|>=|<=|>|<)", kql)}


class _Parser:
    def __init__(self, kql: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(kql.rstrip()):
            found = _TOKEN.match(kql, at)
            assert found, f"no KQL: {kql[at:]}"
            self._tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
            at = found.end()
        self._at = 0

    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def _peek(self) -> str:
        return self._tokens[self._at][1] if not self.at_end() else ""

    def _next(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def either(self) -> Query:
        parts = [self._all()]
        while self._peek().lower() == "or":
            self._next()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else {"bool": {"should": parts, "minimum_should_match": 1}}

    def _all(self) -> Query:
        parts = [self._one()]
        while self._peek().lower() == "and":
            self._next()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else {"bool": {"filter": parts}}

    def _one(self) -> Query:
        if self._peek().lower() == "not":
            self._next()
            return {"bool": {"must_not": self._one()}}
        if self._peek() == "(":
            self._next()
            inner = self.either()
            assert self._next()[1] == ")"
            return inner
        kind, field = self._next()
        assert kind == "word", f"a field should stand here: {field}"
        _, operator = self._next()
        if self._peek() == "(":
            return self._values(field)
        kind, value = self._next()
        if operator in _RANGES:
            return _should({"range": {field: {_RANGES[operator]: value}}})
        assert operator == ":"
        if kind == "quoted":
            return _should({"match_phrase": {field: value[1:-1].replace('\\"', '"')}})
        if value == "*":
            return _should({"exists": {"field": field}})
        assert "*" not in value, "wildcards within words are not used"
        return _should({"match": {field: value}})

    def _values(self, field: str) -> Query:
        """``field: (a or b)``."""
        self._next()
        values = [self._next()[1]]
        while self._peek().lower() == "or":
            self._next()
            values.append(self._next()[1])
        assert self._next()[1] == ")"
        return {"bool": {"should": [_should({"match": {field: v}}) for v in values], "minimum_should_match": 1}}


def _should(query: Query) -> Query:
    return {"bool": {"should": [query], "minimum_should_match": 1}}
