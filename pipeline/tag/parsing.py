"""The English model run component by component: what ``Language.pipe`` gives, in less time.

Three things cost more in spaCy 3.8 than they need to, and are done here by other ways to the same result:

- The transitions of parser and NER run without the interpreter's lock, and each look at a word takes and gives back
  that lock: NER spends more than half of its time so. Stepped from here the lock is held throughout.
- The attribute ruler matches 180 patterns against every word, the lemmatizer looks for forms in lists of up to 57,000.
  All but a few patterns see nothing but a word, its tag and its relation, and so does the lemmatizer: what the two said
  of such a triple is kept.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc

from pipeline.errors import TagError

#: Docs that are one batch, as with ``Language.pipe``.
_BATCH = 64
#: Triples of word, tag and relation that are kept: about 20 MB.
_MOST_KEPT = 100_000
#: What the patterns may ask of a word: nothing but the triple decides it.
_OF_A_WORD = frozenset({"LOWER", "TAG", "DEP", "IS_SPACE"})

_Triple = tuple[int, int, int]
#: What attribute ruler and lemmatizer may set; blanks get another relation, too.
_SET: list[int | str] = ["TAG", "POS", "MORPH", "LEMMA", "DEP"]


class Parsing:
    """A loaded English model, ready to be run; not for several threads at once.

    Args:
        nlp: with ``tok2vec``, ``tagger``, ``parser``, ``attribute_ruler``, ``lemmatizer`` and ``ner``, in this order.
    """

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._components: list[tuple[str, Any]] = [(name, nlp.get_pipe(name)) for name in nlp.pipe_names]
        self._words = _Words(nlp)

    def docs(self, texts: Iterable[str]) -> list[Doc]:
        """Return what ``list(nlp.pipe(texts, batch_size=64))`` returns."""
        made = [self._nlp.make_doc(text) for text in texts]
        for start in range(0, len(made), _BATCH):
            self._read(made[start : start + _BATCH])
        return made

    def _read(self, docs: list[Doc]) -> None:
        for name, component in self._components:
            if name in {"parser", "ner"}:
                _parse(component, docs)
            elif name == "attribute_ruler":
                self._words.read(docs)
            elif name != "lemmatizer":
                component.set_annotations(docs, component.predict(docs))


def _parse(parser: Any, docs: Sequence[Doc]) -> None:
    """Parse greedily, as ``Parser.pipe`` does: by length, a quarter of a batch at a time."""
    ordered = sorted(docs, key=len)
    for start in range(0, len(ordered), _BATCH // 4):
        some = ordered[start : start + _BATCH // 4]
        states = parser.moves.init_batch(some)
        unfinished = [state for state in states if not state.is_final()]
        if unfinished:
            step = parser.model.predict(some)
            known = bool(step._class_mask.all())  # else those that training never saw are to score least
            while unfinished:
                if known:
                    vectors, _ = step.state2vec(step.get_token_ids(unfinished), False)
                    scores = step.vec2scores.predict(vectors)
                else:
                    scores = step.predict(unfinished)
                unfinished = parser.transition_states(unfinished, scores)
            step.clear_memory()
        parser.set_annotations(some, states)


class _Words:
    """What attribute ruler and lemmatizer say of a word."""

    def __init__(self, nlp: Language) -> None:
        self._vocab = nlp.vocab
        self._ruler: AttributeRuler = nlp.get_pipe("attribute_ruler")  # type: ignore[assignment]
        self._lemmatizer: Lemmatizer = nlp.get_pipe("lemmatizer")  # type: ignore[assignment]
        index = self._lemmatizer.lookups.get_table("lemma_index")
        for pos, forms in list(index.items()):
            index[pos] = frozenset(forms)  # only ever asked whether a form is in it
        rules: list[dict[str, Any]] = self._ruler.patterns
        asks = {name for rule in rules for pattern in rule["patterns"] for word in pattern for name in word}
        if unknown := {name for rule in rules for name in rule["attrs"]} - {*_SET} | asks - _OF_A_WORD:
            raise TagError(f"the attribute ruler knows more than is kept here: {sorted(unknown)}", subject="model")
        self._wider = Matcher(nlp.vocab)
        for number, rule in enumerate(rules):
            if wide := [pattern for pattern in rule["patterns"] if len(pattern) > 1]:
                self._wider.add(str(number), wide)
        self._kept: dict[_Triple, list[int]] = {}

    def read(self, docs: Sequence[Doc]) -> None:
        """Set part of speech, morphology and lemma of tagged and parsed docs."""
        plain: list[tuple[Doc, list[_Triple]]] = []
        for doc in docs:
            if self._wider(doc, allow_missing=True):
                self._lemmatizer(self._ruler(doc))
            elif len(doc):
                plain.append((doc, [tuple(row) for row in doc.to_array(["ORTH", "TAG", "DEP"]).tolist()]))
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        new = list(dict.fromkeys(t for _, triples in plain for t in triples if t not in self._kept))
        if new and not self._learn(new):
            for triple in new:
                self._learn([triple])
        for doc, triples in plain:
            doc.from_array(_SET, np.array([self._kept[t] for t in triples], np.uint64))  # type: ignore[arg-type]

    def _learn(self, triples: Sequence[_Triple]) -> bool:
        """Have triples read side by side; ``False`` where a pattern of several words takes them for its own."""
        strings = self._vocab.strings
        doc = Doc(
            self._vocab,
            words=[strings[orth] for orth, _, _ in triples],
            tags=[strings[tag] for _, tag, _ in triples],
            deps=[strings[dep] for _, _, dep in triples],
            heads=list(range(len(triples))),
        )
        if self._wider(doc, allow_missing=True):
            return False
        told: list[list[int]] = self._lemmatizer(self._ruler(doc)).to_array(_SET).tolist()
        self._kept.update(zip(triples, told, strict=True))
        return True
