"""Deeds that a text comes back to, "the ruling", "the fine", "his remarks", and who did them.

A deed is no entity and has no mention of its own: whoever asks for the author of a noun gets the mention of who did
it. Known by the noun's own phrase ("France's decision", "the attack by France"), else by the verb that the noun takes
up, at most two sentences before ("France fined Y … the fine"). Open where two did such a thing, or nobody is named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Token

from pipeline.tag.coref import Where
from pipeline.tag.entities import Named
from pipeline.tag.nlp import Piece
from pipeline.tag.quotes import SPEECH
from pipeline.tag.syntax import child, is_passive, own_subject, subject
from pipeline.tag.words import words

_ACTORS = frozenset({"PERSON", "ORG", "GPE", "NORP"})
_SENTENCES = 2
#: Tokens looked back over: no text can make a noun dear.
_TOKENS = 120
_SAID = frozenset(SPEECH)
#: Nouns by the verbs that they take up ("fin" is the model's lemma of "fined").
_TAKEN_UP: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        words("ruling judgment judgement verdict"), words("rule find decide uphold overturn order convict acquit quash")
    ),
    **dict.fromkeys(words("fine penalty"), words("fine fin penalise penalize")),
    **dict.fromkeys(words("ban prohibition"), words("ban bar prohibit outlaw")),
    **dict.fromkeys(words("remark comment word statement speech"), _SAID),
    **dict.fromkeys(words("criticism rebuke"), words("criticise criticize condemn rebuke attack denounce")),
    **dict.fromkeys(words("accusation allegation charge"), words("accuse allege charge")),
    **dict.fromkeys(words("attack assault"), words("attack assault storm shell bomb strike raid hit")),
    **dict.fromkeys(words("bombing bombardment shelling airstrike"), words("bomb shell strike hit bombard")),
    **dict.fromkeys(words("killing murder assassination"), words("kill murder assassinate shoot")),
    **dict.fromkeys(words("proposal plan"), words("propose suggest plan")),
    **dict.fromkeys(words("cut reduction"), words("cut reduce slash")),
    **dict.fromkeys(words("sanction tariff"), words("sanction impose")),
    "announcement": words("announce"),
    "arrest": words("arrest detain seize"),
    "boycott": words("boycott"),
    "closure": words("close shut"),
    "deployment": words("deploy send"),
    "detention": words("detain arrest hold"),
    "endorsement": words("endorse back"),
    "expulsion": words("expel throw"),
    "invasion": words("invade"),
    "offer": words("offer"),
    "pledge": words("pledge vow promise"),
    "promise": words("promise vow pledge"),
    "raid": words("raid storm"),
    "refusal": words("refuse decline reject"),
    "resignation": words("resign quit"),
    "seizure": words("seize confiscate"),
    "strike": words("strike bomb shell"),
    "threat": words("threaten"),
    "veto": words("veto"),
    "warning": words("warn"),
    "withdrawal": words("withdraw pull leave quit"),
    **dict.fromkeys(words("motion bill complaint lawsuit appeal report order letter call demand"), frozenset()),
    "decision": words("decide rule choose opt resolve vote"),
    **dict.fromkeys(words("move step measure action"), frozenset()),
}
#: What may be any deed of the sentence before.
_ANY = words("decision move step measure action")
#: Verbs that say with a noun what the noun says ("tabled a motion", "issued the ruling").
_LIGHT = words(
    "table make issue take hand impose launch deliver reach publish file lodge bring carry announce give move mount"
)
#: Verbs that tell of no deed.
_NO_DEED = _SAID | words(
    """be have seem appear remain become feel think believe know hope fear expect want like own hold contain
    belong mean need deserve stand lie face suffer lose win live die grow rise fall include await meet
    praise condemn criticise criticize hail welcome applaud denounce slam blast back support defend oppose call describe
    dismiss mock deplore attack"""
)
#: Deeds of which a judgement is one on who did them; a motion or a plan is a topic, an accusation is denied or not.
JUDGED = words(
    """ruling judgment judgement verdict fine penalty ban decision move step measure action remark comment statement
    speech attack assault bombing bombardment shelling airstrike killing murder assassination raid invasion strike
    closure deployment expulsion refusal seizure withdrawal announcement arrest detention veto"""
)
_BACK = words("the this that these those such")


def is_act(noun: Token) -> bool:
    """Whether a noun names a deed whose author can be asked for."""
    return noun.pos_ == "NOUN" and noun.lemma_.lower() in _TAKEN_UP


def stands_for(pieces: Sequence[Piece], where: Where, at: tuple[int, int]) -> Named | None:
    """The noun phrase of a deed as a mention of who did it, for whoever judges the deed; ``None`` as :func:`author`.

    It is made for the asking and belongs to no entity's mentions.
    """
    who = author(pieces, where, at)
    if who is None:
        return None
    index, position = at
    piece = pieces[index]
    noun = piece.doc[position]
    article = child(noun, "det")
    first = article if article is not None and article.i < position else noun
    start, end = piece.at(first), piece.at(noun) + len(noun)
    return replace(
        who,
        piece=index,
        first=first.i,
        last=position + 1,
        field=piece.field,
        start=start,
        end=end,
        text=piece.text[start - piece.start : end - piece.start],
        kind="description",
    )


def author(pieces: Sequence[Piece], where: Where, at: tuple[int, int]) -> Named | None:
    """The mention of who did what a noun names; ``None`` where that is open.

    Args:
        at: piece and token of the noun: the head of "the ruling", "Tarsia's attack on the port".
    """
    index, position = at
    noun = pieces[index].doc[position]
    if not is_act(noun):
        return None
    owner = _own_phrase(where, index, noun)
    if owner is not None:
        return owner if owner.type in _ACTORS else None
    if any((kid.dep_ in {"poss", "amod"} and kid.lower_ in _OTHER) or kid.dep_ == "poss" for kid in noun.children):
        return None
    told_whose = {"by", "of"} if noun.lemma_.lower() in _OF_DOER else {"by"}
    if any(kid.dep_ in {"agent", "prep"} and kid.lower_ in told_whose for kid in noun.children):
        return None
    article = child(noun, "det")
    told = _beside_clause(where, index, noun)
    if told is not None or article is None or article.lower_ not in _BACK:
        return told
    lemma = noun.lemma_.lower()
    for sentence in _before(pieces, index, noun):
        done = list(_deeds(where, sentence, lemma))
        if not done and lemma in _ANY:
            done = list(_main_deed(where, sentence))
        if done:
            keys = {name.key if name is not None else "" for name in done}
            return done[0] if len(keys) == 1 else None
    return None


#: "The actions of X" are X's, "the killing of X" is not.
_OF_DOER = words(
    "action move decision step remark comment statement speech ruling judgment judgement verdict refusal announcement"
)
_OTHER = words("own other another previous earlier similar")


def _named(where: Where, index: int, token: Token) -> Named | None:
    name = where.get(index, token.i)
    return name if name is not None and name.type in _ACTORS else None


def _own_phrase(where: Where, index: int, noun: Token) -> Named | None:
    """Whose the noun's own phrase says the deed is."""
    for kid in noun.children:
        if kid.dep_ == "poss" or (kid.dep_ in {"amod", "nmod", "compound"} and kid.i < noun.i):
            name = where.get(index, kid.i)
            if name is not None:
                return name
    preps = {"by", "of"} if noun.lemma_.lower() in _OF_DOER else {"by"}
    for kid in noun.children:
        if kid.dep_ in {"agent", "prep"} and kid.lower_ in preps and (thing := child(kid, "pobj")) is not None:
            return where.get(index, thing.i)
    return None


def _beside_clause(where: Where, index: int, noun: Token) -> Named | None:
    """ "France fined Y on Tuesday, a decision that …": the subject of the clause that the noun sums up."""
    article = child(noun, "det")
    if noun.lemma_.lower() not in _ANY or article is None or article.lower_ not in {"a", "an", "the"}:
        return None
    left = noun.left_edge.i
    if left == 0 or noun.doc[left - 1].text not in {",", "-", "–", "—"}:
        return None
    verb = noun.head
    for _ in range(6):
        if verb.pos_ == "VERB" or verb.head.i == verb.i:
            break
        verb = verb.head
    return _doer(where, index, verb) if verb.pos_ == "VERB" and verb.lemma_ not in _NO_DEED else None


def _before(pieces: Sequence[Piece], index: int, noun: Token) -> Iterator[list[tuple[int, Token]]]:
    """The rest of the noun's sentence that stands before it, then the sentences before that one, nearest first."""
    above = {noun.i, *(token.i for token in _upwards(noun))}
    sentence: list[tuple[int, Token]] = []
    left, sentences, at, position = _TOKENS, 0, index, noun.i - 1
    if noun.is_sent_start:
        sentences = 1
    while left > 0:
        if position < 0:
            if at == 0 or pieces[at - 1].field != pieces[index].field:
                break
            at -= 1
            position = len(pieces[at].doc) - 1
            if position < 0:
                continue
        token = pieces[at].doc[position]
        if not (at == index and position in above):
            sentence.append((at, token))
        if token.is_sent_start or position == 0:
            yield sentence
            sentence = []
            sentences += 1
            if sentences > _SENTENCES:
                return
        position -= 1
        left -= 1


def _upwards(token: Token) -> Iterator[Token]:
    for _ in range(24):
        if token.head.i == token.i:
            return
        token = token.head
        yield token


def _deeds(where: Where, sentence: Sequence[tuple[int, Token]], lemma: str) -> Iterator[Named | None]:
    """Who did what the noun takes up, in one sentence; ``None`` for a deed whose author is not named."""
    verbs = _TAKEN_UP[lemma]
    for index, token in sentence:
        if token.pos_ == "NOUN" and token.lemma_.lower() == lemma:
            owner = _own_phrase(where, index, token)
            if owner is not None:
                yield owner if owner.type in _ACTORS else None
            elif token.dep_ == "dobj" and token.head.lemma_ in _LIGHT:
                yield _doer(where, index, token.head)
            elif token.dep_ == "nsubjpass" and token.head.lemma_ in _LIGHT:
                yield _agent(where, index, token.head)
        elif token.pos_ == "VERB" and token.lemma_ in verbs and _is_fact(token):
            yield _doer(where, index, token)


def _main_deed(where: Where, sentence: Sequence[tuple[int, Token]]) -> Iterator[Named | None]:
    for index, token in sentence:
        if token.dep_ == "ROOT" and token.pos_ == "VERB" and token.lemma_ not in _NO_DEED and _is_fact(token):
            yield _doer(where, index, token)


def _is_fact(verb: Token) -> bool:
    return not any(
        kid.dep_ == "neg" or (kid.dep_ == "aux" and kid.tag_ == "MD" and kid.lower_ not in {"will", "would", "'ll"})
        for kid in verb.children
    )


def _doer(where: Where, index: int, verb: Token) -> Named | None:
    if is_passive(verb):
        return _agent(where, index, verb)
    doer = own_subject(verb)[0] or subject(verb)[0]
    if doer is None or any(True for _ in doer.conjuncts):
        return None
    return _named(where, index, doer)


def _agent(where: Where, index: int, verb: Token) -> Named | None:
    by = next((kid for kid in verb.children if kid.dep_ == "agent" or kid.lower_ == "by"), None)
    thing = child(by, "pobj") if by is not None else None
    return _named(where, index, thing) if thing is not None and not any(True for _ in thing.conjuncts) else None
