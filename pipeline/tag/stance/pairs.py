"""What the network is asked: about every claim of the grammar, and about pairs in constructions that the grammar knows
with words that it does not.

Such a pair is a subject and an object of one verb or adjective, one of whom somebody speaks or whom somebody names, or
two names of which the one acts and the other is what its predicate is about; where little confidence is enough, any two
names of a sentence too. What the grammar claims or has ruled out (denied, negated, imagined, asked) is not asked again;
a place, a source, an owner or a third party of the act is no candidate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, permutations

from spacy.tokens import Token

from pipeline.tag.entities import Named
from pipeline.tag.names import OFFICES, ROLES
from pipeline.tag.quotes import REPORTING, SPEECH, Speech
from pipeline.tag.stance import clause, contests, evaluative, lexicon, models
from pipeline.tag.stance.clause import Status
from pipeline.tag.stance.grammar import Claim, is_mock
from pipeline.tag.stance.lexicon import Act
from pipeline.tag.stance.participants import Participant, Scene, passed_on, spoken_about
from pipeline.tag.stance.scoring import Answer, by_network
from pipeline.tag.syntax import child, conjuncts, is_passive, subject
from pipeline.tag.words import words

#: Pairs asked about in one sentence beside the grammar's claims, and where any two names are.
MOST, MOST_WIDE = 6, 20
#: Different questions about one piece (a paragraph, or 2,000 characters of a longer one).
MOST_ASKED = 24
#: And about one text: news has a tenth of them.
MOST_ASKED_IN_TEXT = 80
#: What the questions about one piece may cost, where one of 250 characters costs 250 and twice as long a one four
#: times that; and the characters of one question that reach the network, about.
_MOST_READ = 4_000
_MOST_QUESTION = 800
#: Names of one sentence that are paired.
_MOST_NAMES = 6
_TYPES = frozenset({"PERSON", "ORG", "GPE", "NORP"})
#: Verbs whose objects are met, had, shown or spoken to.
_NEUTRAL = words(
    """be have do get go come say tell talk speak meet visit see hear watch know remember ask answer reply call include
    involve contain become remain stay live work play face beat win lose defeat replace succeed follow lead head join
    leave arrive travel return sit stand write read show send give take make put bring hold keep begin start marry
    represent cover interview report mention name appoint elect sell buy acquire own run found base locate happen
    announce state note add explain describe discuss flank accompany retake recapture reach enter cross owe bottle
    package stage pay borrow teach train coach treat serve march depict portray characterise characterize term label
    regard view style allocate order consider claim fire hire dismiss engage replace review analyse analyze summon
    investigate question urge articulate poll provide broadcast assign award grant implement negotiate sign settle
    groom insure advise brief lend rate detail establish create form set launch understand release exhort implore
    beseech simulate thank cite"""
)
#: Prepositions that lead to a place, a time, a reason or company.
_WHERE = words(
    "in at near across around between among during before after until since by of from than like inside outside"
)
_ASIDE = words("in at from near for with by than like after before during since")
#: What is held by whom it is "of".
_HELD = words(
    "confidence trust support backing anger fury wrath ire respect sympathy love affection loyalty esteem favour"
)
#: What is sent or paid to anybody, in the plural.
_GREETINGS = words("regard respect compliment")
_OURS = frozenset({"we", "us", "our", "ours", "you", "your"})
#: Candidates that are asked about with the speaker's name before what is said.
_VOICED = frozenset({"spoken", "voiced"})
_MODIFIES = frozenset({"compound", "nmod", "amod"})
#: Relations that lead from a name to the head of what it is part of.
_SAME = frozenset({"appos", "conj", "compound", "nmod", "amod", "flat"})


def candidates(scene: Scene, index: int, settled: frozenset[tuple[str, str]], *, wide: bool = False) -> Iterator[Claim]:
    """Yield claims whose sign and score are open for the pairs of a piece that only the network may decide.

    Args:
        scene: the article.
        index: of the piece.
        settled: holder and target, as keys, of what the grammar claims or has ruled out in this piece.
        wide: whether any two names of a sentence are a pair, whatever stands between them.
    """
    most = MOST_WIDE if wide else MOST
    asked: dict[int, int] = {}
    seen = set(settled) | {(b, a) for a, b in settled}
    for claim in (*_frames(scene, index), *_names(scene, index), *(_beside(scene, index) if wide else ())):
        if claim.holder is None:
            continue
        pair, sentence = (claim.holder.key, claim.target.key), claim.at.sent.start
        if pair in seen or pair[0] == pair[1] or asked.get(sentence, 0) >= most:
            continue
        named, kind = scene.clusters[pair[0]].name, scene.called(claim.target)[1]
        if contests.is_play(claim.at, named, on_person=kind == "PERSON"):
            continue
        if is_mock(scene, index, claim.at, lexicon.VERBS.get(claim.at.lemma_.lower(), ())):
            continue
        seen.add(pair)
        asked[sentence] = asked.get(sentence, 0) + 1
        yield claim


def ask(scene: Scene, claims: Sequence[Claim]) -> list[Answer | None]:
    """Ask the network about the claims of a piece: what it thinks of holder → target, in the order given.

    ``None`` where nothing can be asked (the outlet holds it, the two are not in one sentence) and beyond MOST_ASKED
    different questions of a piece, MOST_ASKED_IN_TEXT of a text or what very long ones cost, the first ones first:
    what a text costs is bounded.

    Raises:
        TagError: the network does not load.
    """
    questions = [_question(scene, claim) for claim in claims]
    # one question gives the answers of both directions
    different = list(dict.fromkeys(_in_order(question) for question in questions if question is not None))
    different = different[: min(MOST_ASKED, MOST_ASKED_IN_TEXT - scene.asked)]
    read = accumulate(min(len(text), _MOST_QUESTION) ** 2 // 250 for text, _, _ in different)
    different = [question for question, so_far in zip(different, read, strict=True) if so_far <= _MOST_READ]
    scene.asked += len(different)
    answers = {
        question: Answer(float(there[1]), float(there[2]), float(back[1]), float(back[2]))
        for question, (there, back) in zip(different, models.both_ways(different), strict=True)
    }
    return [None if question is None else _answered(question, answers) for question in questions]


_Question = tuple[str, tuple[int, int], tuple[int, int]]


def _in_order(question: _Question) -> _Question:
    text, a, b = question
    return text, min(a, b), max(a, b)


def _answered(question: _Question, answers: Mapping[_Question, Answer]) -> Answer | None:
    found = answers.get(_in_order(question))
    if found is None or question[1] < question[2]:
        return found
    return Answer(found.back_favor, found.back_against, found.favor, found.against)


def _question(scene: Scene, claim: Claim) -> tuple[str, tuple[int, int], tuple[int, int]] | None:
    """The sentence of the cue, stretched over both mentions, and where they stand in it."""
    if claim.holder is None or claim.target.topic:
        return None
    if by_network(claim) in _VOICED and (so := _said_so(scene, claim, claim.holder)) is not None:
        return so
    piece, one, other = scene.pieces[claim.piece], claim.holder.mention, claim.target.mention
    if one.piece != claim.piece or other.piece != claim.piece:
        return None
    sentence = claim.at.sent
    low = min(sentence.start_char, one.start - piece.start, other.start - piece.start)
    high = max(sentence.end_char, one.end - piece.start, other.end - piece.start)
    a = (one.start - piece.start - low, one.end - piece.start - low)
    b = (other.start - piece.start - low, other.end - piece.start - low)
    if not (0 <= a[0] < a[1] <= b[0] < b[1] or 0 <= b[0] < b[1] <= a[0] < a[1]):
        return None
    return piece.text[low:high], a, b


def _said_so(scene: Scene, claim: Claim, holder: Participant) -> tuple[str, tuple[int, int], tuple[int, int]] | None:
    """What somebody says of another, with the speaker's name before it: in articles it stands anywhere around."""
    piece, other, sentence = scene.pieces[claim.piece], claim.target.mention, claim.at.sent
    around = [q for q in scene.speeches(piece, claim.at) if scene.speaker(q) is not None]
    if other.piece != claim.piece or not around:
        return None
    low = max(sentence.start_char, around[-1].start - piece.start)
    high = min(sentence.end_char, around[-1].end - piece.start)
    if not low <= other.start - piece.start < other.end - piece.start <= high:
        return None
    name = scene.clusters[holder.key].name
    before = f"{name} said: “" if around[-1].marked else f"{name} said that "
    after = "”" if around[-1].marked else "."
    at = len(before) + other.start - piece.start - low
    return f"{before}{piece.text[low:high]}{after}", (0, len(name)), (at, at + other.end - other.start)


def _frames(scene: Scene, index: int) -> Iterator[Claim]:
    for token in scene.pieces[index].doc:
        if token.pos_ in {"VERB", "AUX", "ADJ"}:
            yield from _frame(scene, index, token)
            yield from _called(scene, index, token)
            yield from _spoken_of(scene, index, token)
            yield from _said_of(scene, index, token)


def _frame(scene: Scene, index: int, word: Token) -> Iterator[Claim]:
    """A verb with its subject and its object, or an adjective with what it is about."""
    is_adjective = word.pos_ == "ADJ"
    if is_adjective and word.dep_ not in {"acomp", "oprd"}:
        return
    if not is_adjective and (word.lemma_.lower() in _NEUTRAL or word.lemma_.lower() in lexicon.FELT):
        return
    things = list(_objects(word))
    passive = not is_adjective and is_passive(word)
    if not things and not passive:
        return
    verb = word.head if is_adjective else word
    status = clause.read(verb)
    if _void(status):
        return
    if passive:
        doers = [t for kid in word.children if kid.dep_ == "agent" and (t := child(kid, "pobj")) is not None]
        undergoes = subject(word)[0]
        things = [undergoes] if undergoes is not None else []
    else:
        who = status.holder if status.holder is not None else subject(verb)[0]
        doers = [who] if who is not None else []
    act: Act = "attitude" if is_adjective else "verbal" if word.lemma_.lower() in SPEECH else "material"
    for holder in _all(scene, index, doers, target=False):
        for target in _all(scene, index, things, target=True):
            yield _claim(holder, target, act, index, word, status, "frame")


def _called(scene: Scene, index: int, verb: Token) -> Iterator[Claim]:
    """Whom a verb of naming names in words that no list has: 'called Y "a debt collector with antennas"'."""
    if verb.lemma_.lower() not in _CALLS or verb.pos_ != "VERB":
        return
    thing = child(verb, "dobj")
    verdict = child(verb, "oprd", "xcomp")
    as_ = next((kid for kid in verb.children if kid.dep_ == "prep" and kid.lower_ == "as"), None)
    if verdict is None and as_ is not None:
        verdict = child(as_, "pobj")
    if is_passive(verb) or thing is None or verdict is None or verdict.i < thing.i or not _in_marks(verdict):
        return
    status = clause.read(verb)
    if _void(status):
        return
    who = status.holder if status.holder is not None else subject(verb)[0]
    for holder in _all(scene, index, [who] if who is not None else [], target=False):
        for target in _all(scene, index, [thing], target=True):
            claim = _claim(holder, target, "verbal", index, verb, status, "called")
            yield replace(claim, cue=(verdict.i, verdict.i + 1))


def _in_marks(word: Token) -> bool:
    """Whether a word is in what a reporter put in quotation marks: there the words are chosen."""
    low = next((t.i for t in word.doc[max(word.sent.start, word.left_edge.i - 1) : word.i] if t.text in _OPENING), None)
    return low is not None


_OPENING = frozenset("\"“‘«'")
_CALLS = words("call describe brand label dub deride mock portray depict characterise characterize paint")


def _objects(word: Token) -> Iterator[Token]:
    for kid in word.children:
        if kid.dep_ in {"dobj", "dative"} and kid.pos_ in {"PROPN", "NOUN", "PRON"}:
            yield kid
        elif kid.dep_ == "prep" and kid.lower_ not in _WHERE and kid.lower_ != "for":
            thing = child(kid, "pobj")
            if thing is not None:
                yield thing


def _spoken_of(scene: Scene, index: int, word: Token) -> Iterator[Claim]:
    """The subject of what somebody says, or whose it is, where no third one is in the clause."""
    if word.pos_ == "ADJ" or word.dep_ not in {"ccomp", "ROOT"}:
        return
    if word.lemma_.lower() in REPORTING and child(word, "dobj") is None:
        return
    around = scene.speeches(scene.pieces[index], word)
    speaker = scene.speaker(around[-1]) if around else None
    who = next((kid for kid in word.children if kid.dep_ == "nsubj"), None)
    if speaker is None or who is None or is_passive(word) or _feels(word):
        return
    if passed_on(word, index, scene, around[-1]) is not None:
        return
    kind = "spoken of" if any(map(_judges, word.subtree)) else "voiced of"
    state = child(word, "attr")
    if kind == "voiced of" and word.lemma_ == "be":
        said = child(word, "attr", "acomp")
        if said is None or said.lemma_.lower() in evaluative.DOMAIN:
            return  # where somebody is, in what health, what they are good at
    if state is not None and (
        (child(state, "det") or state).lower_ == "no" or state.lemma_.lower() in lexicon.RELATIONS
    ):
        return  # "is no fool", "was a worthy opponent"
    status = clause.read(word)
    if _void(status) or _is_urged(word):
        return
    present = {p.key for t in word.subtree if (p := scene.resolve(index, t)) is not None}
    holder = Participant(speaker.key, speaker, speaker.kind, 0.05 if speaker.kind == "pronoun" else 0.0)
    owner = child(who, "poss") if kind == "voiced of" and scene.resolve(index, who, target=True) is None else None
    for target in _all(scene, index, [owner or who], target=True):
        if present - {target.key, holder.key}:
            continue
        told = around[-1].marked or (target.mention.kind in {"name", "alias"} and child(word, "dobj") is not None)
        if kind == "spoken of" or (
            told and not target.group and (owner is None or scene.called(target)[1] == "PERSON")
        ):
            yield _claim(holder, target, "verbal", index, word, status, kind)


def _said_of(scene: Scene, index: int, verb: Token) -> Iterator[Claim]:
    """Whom a quote is about by its cue: '"…," X said of Y', 'Asked about Y, X said "…"'."""
    if verb.lemma_.lower() not in SPEECH or verb.pos_ != "VERB" or is_passive(verb):
        return
    things = spoken_about(verb)
    quote = next((q for q in scene.said if q.marked and q.cue_at == (index, verb.i)), None)
    who = subject(verb)[0]
    if not things or quote is None or who is None:
        return
    cue = next(
        (t for t in verb.sent if _within(scene, index, t, quote) and not _within(scene, index, t.head, quote)), None
    )
    if cue is None or clause.read(verb).unreal or clause.read(verb).negated or _is_urged(cue):
        return
    if cue.pos_ in {"VERB", "AUX"} and (clause.read(cue).unreal or clause.read(cue).would):
        return
    for holder in _all(scene, index, [who], target=False):
        for target in _all(scene, index, things[:1], target=True):
            yield _claim(holder, target, "verbal", index, cue, Status(), "told")


def _is_urged(verb: Token) -> bool:
    """ "He better come": what somebody had best do is no judgement on them."""
    return any(kid.lower_ == "better" and kid.i < verb.i for kid in verb.children)


def _within(scene: Scene, index: int, token: Token, quote: Speech) -> bool:
    piece = scene.pieces[index]
    return quote.field == piece.field and quote.start <= piece.at(token) < quote.end


def _judges(token: Token) -> bool:
    """Whether a word can judge by itself: what is only told of somebody is no stance on them."""
    lemma = token.lemma_.lower()
    if lemma in evaluative.DOMAIN and any(
        k.lower_ in {"in", "on", "at"} for k in (*token.children, *token.head.children)
    ):
        return False
    if token.dep_ == "amod" and token.head.head.lemma_ == "have":
        return False  # what somebody had: "a terrible accident"
    return (
        lemma in evaluative.BAD
        or lemma in evaluative.GOOD
        or lemma in evaluative.BAD_DOING
        or lemma in evaluative.GOOD_DOING
    )


def _feels(word: Token) -> bool:
    """ "Y was delighted, X said": what Y feels."""
    state = child(word, "acomp")
    return state is not None and (state.tag_ in {"VBN", "VBD"} or state.lower_.endswith("ed"))


def _names(scene: Scene, index: int) -> Iterator[Claim]:
    """Two names of a sentence, of which one is an actor and the other what its predicate is about."""
    for one, other in _two(scene, index):
        yield from _apart(scene, index, one, other)


def _beside(scene: Scene, index: int) -> Iterator[Claim]:
    """Any two names of a sentence that stand for themselves; what joins them is the cue."""
    doc = scene.pieces[index].doc
    for one, other in _two(scene, index):
        left, right = doc[one.last - 1], doc[other.last - 1]
        if _is_led(left) or _is_led(right) or {one.text.lower(), other.text.lower()} & _OURS:
            continue
        below = [right, *right.ancestors]
        top = next((token for token in (left, *left.ancestors) if token in below), None)
        if top is None or _urges(top) or _leads_to_a_person(scene, index, other):
            continue
        cue = top if top.pos_ in {"VERB", "AUX", "NOUN", "ADJ"} else right.sent.root
        status = clause.read(cue) if cue.pos_ in {"VERB", "AUX"} else Status()
        act: Act = "verbal" if cue.lemma_.lower() in SPEECH else "attitude" if cue.pos_ == "ADJ" else "material"
        holder, target = Participant(one.key, one, one.kind), Participant(other.key, other, other.kind)
        yield _claim(holder, target, act, index, cue, status, "beside")


def _is_led(name: Token) -> bool:
    """ "The party, led by X": who leads it only tells which it is."""
    return name.dep_ == "pobj" and name.head.dep_ == "agent" and name.head.head.dep_ == "acl"


def _two(scene: Scene, index: int) -> Iterator[tuple[Named, Named]]:
    """Pairs of names that stand apart in one sentence, each in both orders."""
    piece = scene.pieces[index]
    for sentence in piece.doc.sents:
        first: dict[str, Named] = {}
        for token in sentence:
            name = scene.where.get(index, token.i)
            if name is not None and (scene.in_topic(index, token) or scene.is_one_of_many(token, name)):
                continue
            if name is not None and scene.clusters[name.key].type in _TYPES and token.i == name.last - 1:
                first.setdefault(name.key, name)
        for one, other in permutations(list(first.values())[:_MOST_NAMES], 2):
            if one.last <= other.first or other.last <= one.first:
                yield one, other


def _apart(scene: Scene, index: int, one: Named, other: Named) -> Iterator[Claim]:
    doc = scene.pieces[index].doc
    left, right = doc[one.last - 1], doc[other.last - 1]
    up, down = [left, *left.ancestors], [right, *right.ancestors]
    top = next((token for token in up if token in down), None)
    if top is None or top == right or _urges(top) or _leads_to_a_person(scene, index, other):
        return
    way, back = up[: up.index(top)], down[: down.index(top)]
    if any(n and n[0].dep_ in _MODIFIES and _is_somebody_else(scene, index, n[0].head) for n in (way, back)):
        return
    if any(n and n[0].dep_ in _MODIFIES and _names_another(scene, index, n[0]) for n in (way, back)):
        return
    if any(t.pos_ == "NOUN" and child(t, "poss") not in {None, right} for t in back):
        return  # "condemned X's attack on Y"
    if any(t.dep_ == "acl" and any(k.lower_ == "by" and k.i < t.i for k in t.head.children) for t in back):
        return  # "read a letter by X attacking Y"
    if not _acts(way, top) or any(t.dep_ == "pcomp" or _of_somebody(t) or _felt_by(t) for t in back):
        return
    if any(_others_clause(t, right) for t in back) or any(clause.excluded(t) for t in (*way, *back)):
        return
    for token in (left, right):
        for speech in scene.speeches(scene.pieces[index], token):
            speaker = scene.speaker(speech)
            if speaker is not None and speaker.key in {one.key, other.key}:
                return  # a source; what it judges itself is asked as such
    kind = "inner" if any(token.dep_ == "ccomp" for token in back) else "names"
    cue = _cue(top, back, known=kind != "inner")
    if cue is None or _is_what_for(scene, index, cue, back, other):
        return
    predicate = cue if cue.pos_ in {"VERB", "AUX"} else cue.head if cue.head.pos_ in {"VERB", "AUX"} else top
    status = clause.read(predicate) if predicate.pos_ in {"VERB", "AUX"} else Status()
    above = clause.read(top) if top.pos_ in {"VERB", "AUX"} else Status()
    if _void(status) or _void(above):
        return
    act: Act = "verbal" if cue.lemma_.lower() in SPEECH else "attitude" if cue.pos_ == "ADJ" else "material"
    if not _undergoes(back) and (way or back[-1].dep_ != "relcl"):
        kind = "far"
    holder, target = Participant(one.key, one, one.kind), Participant(other.key, other, other.kind)
    yield _claim(holder, target, act, index, cue, status, kind)


def _urges(verb: Token) -> bool:
    """ "Called on Y to act", "urged Y to act": what Y is asked to do says nothing on Y."""
    lemma = verb.lemma_.lower()
    return (lemma in lexicon.URGE or lemma == "call") and any(
        kid.dep_ in {"xcomp", "advcl"} and kid.tag_ == "VB" for kid in verb.children
    )


def _leads_to_a_person(scene: Scene, index: int, place: Named) -> bool:
    """ "Tulsa, Okla., police officer Y": where somebody is from or serves."""
    doc = scene.pieces[index].doc
    if scene.clusters[place.key].type != "GPE":
        return False
    for token in doc[place.last : place.last + 9]:
        name = scene.where.get(index, token.i)
        if name is not None and scene.clusters[name.key].type == "PERSON":
            return any(t.pos_ == "NOUN" for t in doc[place.last : token.i])
        if name is None and token.pos_ not in {"NOUN", "PROPN", "PUNCT", "ADJ"}:
            return False
    return False


def _is_what_for(scene: Scene, index: int, verb: Token, back: Sequence[Token], other: Named) -> bool:
    """ "Accused Y of the killing of Z", "praised Y over Z": the verb has its object, and Z is what it is about."""
    thing = child(verb, "dobj") if verb.pos_ == "VERB" and _known(verb) else None
    judged = scene.resolve(index, thing, target=True) if thing is not None else None
    if judged is None or judged.key == other.key:
        return False
    return any(t.dep_ == "prep" and t.head == verb and t.lower_ in {"of", "for", "over", "about", "in"} for t in back)


def _others_clause(verb: Token, name: Token) -> bool:
    """Whether a clause on the way has a subject of its own, or undergoes what nobody is said to do."""
    if verb.dep_ in {"xcomp", "advcl"} and verb.head.lemma_.lower() in lexicon.URGE and verb.tag_ == "VB":
        return True  # "called on Z to respect Y's laws": whoever is urged would do it
    if verb.pos_ not in {"VERB", "AUX"} or verb.dep_ not in {"relcl", "advcl", "ccomp", "conj", "parataxis"}:
        return False
    own = child(verb, "nsubj", "nsubjpass")
    if own is None:
        return False
    if own.i != name.i and not own.is_ancestor(name):
        return True
    if verb.dep_ in {"conj", "parataxis"} and not is_passive(verb):
        return True  # "X condemned Z, and so did Y"
    return is_passive(verb) and child(verb, "agent") is None


def _acts(way: Sequence[Token], top: Token) -> bool:
    """Whether a name is the subject or the agent of what stands at the top, or owns the noun there."""
    rest = list(way)
    while rest and rest[0].dep_ in _SAME:
        rest.pop(0)
    if not rest:
        return True
    if len(rest) == 1:
        return rest[0].dep_ == "nsubj" or (rest[0].dep_ == "poss" and top.lemma_.lower() in lexicon.NOUNS)
    return len(rest) == 2 and rest[0].dep_ == "pobj" and rest[1].dep_ == "agent"


def _undergoes(back: Sequence[Token]) -> bool:
    """Whether the predicate leads to a name without passing a place, a reason, company or another clause."""
    return not any(
        token.dep_ in {"advcl", "relcl", "acl"} or (token.dep_ == "prep" and token.lower_ in _ASIDE) for token in back
    )


def _of_somebody(token: Token) -> bool:
    """ "Y's premier", "the brother of Y": what is said of them is not said of Y."""
    return token.dep_ in {"poss", "prep"} and _is_somebody(token.head)


def _names_another(scene: Scene, index: int, modifier: Token) -> bool:
    """ "NATO member Estonia", "Montana Republicans": the name helps to name somebody else."""
    own, whole = scene.where.get(index, modifier.i), scene.where.get(index, modifier.head.i)
    return own is not None and whole is not None and own.key != whole.key


def _is_somebody_else(scene: Scene, index: int, token: Token) -> bool:
    """A person: "U.S. President Y" is not the U.S., nor is "a French dentist" France."""
    name = scene.where.get(index, token.i)
    if name is not None:
        return scene.clusters[name.key].type == "PERSON"
    lemma = token.lemma_.lower()
    return token.pos_ == "NOUN" and (lemma in ROLES or (lemma not in lexicon.GROUPS and lemma not in lexicon.NOUNS))


def _felt_by(token: Token) -> bool:
    """ "The confidence of Y", "support from Y": Y holds it."""
    return token.dep_ == "prep" and token.lower_ in {"of", "from"} and token.head.lemma_.lower() in _HELD


_YOUNG = words("youth child kid resident student woman man")


def _is_somebody(noun: Token) -> bool:
    lemma = noun.lemma_.lower()
    return noun.pos_ == "NOUN" and (
        lemma in ROLES
        or lemma in OFFICES
        or lemma in _YOUNG
        or any(kid.dep_ == "appos" and kid.pos_ == "PROPN" for kid in noun.children)
    )


def _known(token: Token) -> bool:
    """Whether the lexicon has a word as it is used: a verb of a prepositional frame counts with its preposition."""
    lemma = token.lemma_.lower()
    if token.pos_ != "VERB":
        if token.tag_ == "NNS" and lemma in _GREETINGS:
            return False
        return lemma in lexicon.NOUNS or lemma in lexicon.ADJECTIVES or token.lower_ in lexicon.ADJECTIVES
    below = {kid.lower_ for kid in token.children if kid.dep_ in {"prep", "prt", "agent"}}
    return any(not cue.preps or cue.preps & below for cue in lexicon.VERBS.get(lemma, ()))


def _cue(top: Token, back: Sequence[Token], *, known: bool) -> Token | None:
    """The word that shows it: one that the lexicon knows, else, where it need not be ``known``, the highest that says
    more than that something is.
    """
    way = [token for token in (top, *reversed(back)) if token.pos_ in {"VERB", "NOUN", "ADJ"} and not token.ent_type_]
    for token in way:
        if _known(token):
            return token
    if known:
        return None
    return next((token for token in way if token.lemma_.lower() not in _NEUTRAL), None)


def _all(scene: Scene, index: int, tokens: Sequence[Token], *, target: bool) -> list[Participant]:
    found = (scene.resolve(index, t, target=target) for token in tokens for t in conjuncts(token))
    return [p for p in found if p is not None]


def _void(status: Status) -> bool:
    return bool(status.unreal) or status.negated or status.would


def _claim(
    holder: Participant, target: Participant, act: Act, index: int, at: Token, status: Status, kind: str
) -> Claim:
    rule = f"network {kind} {at.lemma_.lower()}"
    return Claim(holder, target, 1, act, index, (at.i, at.i + 1), at, rule, 0.0, status)
