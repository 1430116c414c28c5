"""Tagging an article: entities, quotes and stances, joined."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.errors import ConfigError, TagError
from pipeline.records import Entity, FieldName, Mention, Quote, Tags
from pipeline.settings import Settings, get_settings
from pipeline.tag import aliases, coref, entities, gazetteer, headlines, marks, nlp, quotes, stance, topics, unseen
from pipeline.tag.aliases import Cluster
from pipeline.tag.coref import Where
from pipeline.tag.entities import Named
from pipeline.tag.gazetteer import Gazetteer
from pipeline.tag.learnt import Learnt, of_settings
from pipeline.tag.mentions import mention
from pipeline.tag.nlp import Piece
from pipeline.tag.quotes import Speech
from pipeline.tag.stance import lexicon
from pipeline.tag.stance.participants import Veto
from pipeline.tag.topics import Topics
from pipeline.tag.versions import versions

logger = logging.getLogger(__name__)
_CUES = unseen.Cues(frozenset({*lexicon.VERBS, *lexicon.FELT}), frozenset(lexicon.NOUNS), quotes.REPORTING)


class Item(NamedTuple):
    """What is tagged. Who wrote it, and as what, decides who holds the judgements of the text's own words."""

    text: str
    title: str | None = None
    language: str = "en"
    authors: tuple[str, ...] = ()
    agency: str = ""
    genre: str = ""


class Tagger:
    """Tags articles one after another; the model is loaded when the first one comes.

    An article's tags depend on its text, title and language, the settings, the gazetteer and the versions, on
    nothing else.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def tag_many(
        self, items: Iterable[tuple[str, str | None, str] | Item], trace: list[Veto] | None = None
    ) -> Iterator[Tags]:
        """Tag articles in order, each given as an :class:`Item` or as ``(text, title, language)``.

        ``trace``, if given, gets the cues of stance that made none, each with why.

        An article on which the tagger fails comes back without tags, with ``error`` saying why: it costs only itself.

        Raises:
            TagError: the model does not load.
            ConfigError: the gazetteer or the snapshot of names cannot be read.
        """
        names, learnt = gazetteer.of_settings(self._settings), of_settings(self._settings)
        about, made_with = topics.of_settings(self._settings), versions(self._settings)
        for given in items:
            item = Item(*given)
            text, title, language = item.text, item.title, item.language
            try:
                tags = _tag(item, names, learnt, about, self._settings.tag_floor, made_with, trace)
            except (ConfigError, TagError):
                raise
            except Exception as error:  # whatever a model makes of a text that nobody foresaw
                logger.exception("an article stays untagged", extra={"title": title, "characters": len(text)})
                tags = Tags(
                    title=title or "",
                    text=text,
                    language=language,
                    stance_tagged=False,
                    versions=made_with,
                    error=f"{type(error).__name__}: {error}"[:300],
                )
            yield tags


def tag(
    text: str,
    title: str | None = None,
    language: str = "en",
    *,
    authors: Sequence[str] = (),
    agency: str = "",
    genre: str = "",
    trace: list[Veto] | None = None,
) -> Tags:
    """Tag one article.

    Args:
        text: paragraphs separated by one newline.
        title: the headline; mentions in it have ``field="title"``.
        language: BCP 47; only English is parsed, others get gazetteer entities and quotes by marks.
        authors, agency, genre: as the article's page has them; an op-ed's judgements are its author's, wire copy's
            the agency's, all others the outlet's.
        trace: gets the cues of stance that made none, each with why.

    Raises:
        TagError: the model does not load.
        ConfigError: the gazetteer cannot be read.
    """
    return next(Tagger(get_settings()).tag_many([Item(text, title, language, tuple(authors), agency, genre)], trace))


def _tag(
    item: Item,
    names: Gazetteer,
    learnt: Learnt,
    about: Topics,
    floor: float,
    made_with: dict[str, str],
    trace: list[Veto] | None,
) -> Tags:
    text, title, language = item.text, item.title or "", item.language
    line, end = title.replace("\n", " "), nlp.limit(text)
    untagged = len(text) - end
    parsed = language.lower().partition("-")[0] in {"en", ""}
    pieces = (
        nlp.read(
            headlines.headings(text[:end]) + text[end:],
            headlines.sentence_case(line, text[:end]),
            parse=True,
        )
        if parsed
        else nlp.read(text, line, parse=False)
    )
    code = "en" if parsed else language.lower().partition("-")[0]
    found = entities.names(pieces, names, code, _CUES if parsed else None)
    clusters = aliases.resolve(found, pieces, names, learnt)
    texts: dict[FieldName, str] = {"title": title, "text": text}
    spans = marks.marked(line, "title") + marks.marked(text[:end], "text")
    if not parsed:
        said = [
            quotes.Speech(s.field, s.start, s.end, "direct", s.outer_start, s.outer_end)
            for s in spans
            if quotes.is_sentence(text if s.field == "text" else title, s)
        ]
        return Tags(
            title=title,
            text=text,
            entities=_entities(found, clusters, texts),
            quotes=_quotes(said, pieces, Where(found), texts),
            language=language,
            stance_tagged=False,
            untagged=untagged,
            versions=made_with,
        )
    said = quotes.speech(pieces, spans, texts)
    coref.learn_roles(found, pieces, clusters)
    found = sorted(found + coref.resolve(pieces, found, clusters, said), key=lambda name: (name.piece, name.first))
    where = Where(found)
    for quote in said:
        if quote.speaker is not None and where.get(*quote.speaker) is None:
            quote.voice = coref.voice_of(pieces, found, clusters, where, quote.speaker)
    writer = stance.writer_of(item.authors, item.agency, item.genre, clusters, names)
    judged = stance.judge(
        pieces,
        found,
        clusters,
        said,
        where,
        texts=texts,
        gazetteer=names,
        floor=floor,
        writer=writer,
        topics=about,
        trace=trace,
    )
    return Tags(
        title=title,
        text=text,
        entities=_entities(found, clusters, texts),
        quotes=_quotes(said, pieces, where, texts),
        evidence=judged.evidence,
        stances=judged.stances,
        judged=judged.pairs,
        language=language,
        untagged=untagged,
        versions=made_with,
    )


def _entities(found: Sequence[Named], clusters: dict[str, Cluster], texts: dict[FieldName, str]) -> tuple[Entity, ...]:
    length = len(texts["text"])
    by_key: dict[str, list[Named]] = {}
    for name in found:
        by_key.setdefault(name.key, []).append(name)
    most = max((len(names) for names in by_key.values()), default=1)
    out = [
        Entity(
            id=key,
            name=clusters[key].name,
            type=clusters[key].type,
            mentions=tuple(mention(name, texts) for name in sorted(names, key=lambda n: (n.field != "title", n.start))),
            salience=_salience(names, length, most),
            known=clusters[key].known,
        )
        for key, names in by_key.items()
    ]
    return tuple(sorted(out, key=lambda entity: (-entity.salience, entity.id)))


def _salience(names: Sequence[Named], length: int, most: int) -> float:
    """Half is how often it is named beside the one named most, three tenths the title, two tenths how early."""
    in_title = any(name.field == "title" for name in names)
    first = min((name.start for name in names if name.field == "text"), default=length)
    early = 1 - first / length if length else 0.0
    return round(0.5 * len(names) / most + 0.3 * in_title + 0.2 * early, 4)


def _quotes(
    said: Sequence[Speech],
    pieces: Sequence[Piece],
    where: Where,
    texts: dict[FieldName, str],
) -> tuple[Quote, ...]:
    out = []
    for quote in said:
        text = texts[quote.field]
        speaker, shown = "", None
        if quote.speaker is not None:
            piece, token = quote.speaker
            name = where.get(piece, token)
            if name is not None:
                speaker, shown = name.key, mention(name, texts)
            else:
                shown = _noun_phrase(pieces[piece], token, texts)
                speaker = quote.voice.key if quote.voice is not None else ""
            if quote.relative is not None:
                shown = _noun_phrase(pieces[quote.relative[0]], quote.relative[1], texts)
        out.append(
            Quote(
                field=quote.field,
                start=quote.start,
                end=quote.end,
                text=text[quote.start : quote.end],
                kind=quote.kind,
                speaker=speaker,
                speaker_mention=shown,
                cue=quote.cue,
            )
        )
    return tuple(out)


def _noun_phrase(piece: Piece, token: int, texts: dict[FieldName, str]) -> Mention:
    head = piece.doc[token]
    left = min(
        (
            kid.left_edge.i
            for kid in head.children
            if kid.dep_ in {"det", "amod", "compound", "poss", "nummod", "nmod"} and kid.i < token
        ),
        default=token,
    )
    start, end = piece.at(piece.doc[left]), piece.at(head) + len(head)
    text = texts[piece.field][start:end]
    return Mention(
        field=piece.field, start=start, end=end, text=text, kind="pronoun" if head.pos_ == "PRON" else "description"
    )
