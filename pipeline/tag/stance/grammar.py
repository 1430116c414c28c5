"""The clause grammar: from cues and their frames to claims of who stands where on whom.

Each function reads one construction. None guesses: where the parse does not name both parts, nothing is made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc, Token

from pipeline.tag.names import OFFICES, ROLES, TITLES
from pipeline.tag.nlp import Piece
from pipeline.tag.quotes import REPORTING
from pipeline.tag.stance import clause, contests, evaluative, figures, lexicon, terms
from pipeline.tag.stance.clause import Status
from pipeline.tag.stance.lexicon import Act, Cue, Sign
from pipeline.tag.stance.participants import Participant, Scene, passed_on
from pipeline.tag.syntax import child, conjuncts, own_subject, subject
from pipeline.tag.syntax import is_passive as _is_passive
from pipeline.tag.words import words

#: Verbs that are an act of force by a state or a militia and words by a person.
_FORCE_OR_WORDS = words("attack strike hit target pound storm fight hammer assail challenge battle confront resist")
_PREDICATIVE = words("be remain become stay seem look")
#: What rivals are rivals for, and partners partners in, without a stance.
_PRIZES = words(
    """title cup championship crown medal trophy promotion league final race contract market award job post firm
    business company practice bank bakery shop restaurant project venture"""
)
#: "Drew the scorn of Y", "withdrew its support from Y".
_DRAWN = words("draw earn win attract incur provoke arouse suffer face gain invite risk")
_TAKEN_FROM = words("withhold withdraw pull yank remove retract")
#: Nouns strong enough to be an author's own judgement.
_OWN_WORDS = words(
    "disgrace liar traitor coward thug hypocrite crook charlatan tyrant fraud menace butcher hero saviour buffoon"
)
#: Endings of nouns of people.
_SOMEBODY = ("er", "or", "ist", "ian", "ee", "man", "woman", "people", "ant", "ite", "eer", "ess")
#: Verbs under which somebody has words for somebody.
_HAS_WORDS = words("have reserve save spare find hold keep utter offer share exchange")
#: Who has never felt it holds the contrary; who has never done it has only not done it.
_NEVER_FELT = words("forgive trust like love respect accept warm rate believe")
_IS = frozenset({"be", "become", "remain"})
_SOME_OF = words("one some few several many two three first last part")
_LIKENING = words("compare liken equate")
_MUST_GO = words("go resign quit apologise apologize leave")
_SCARE = words(
    """government republic president court election parliament state minister authorities referendum cabinet ministry
    army constitution senate assembly embassy trial"""
)
_GROUPS = words("group organisation organization network outfit gang militia movement")
_MARKS = frozenset("\"“”‘’'«»„")


@dataclass(slots=True)
class Claim:
    """A stance before it is scored and recorded. ``holder`` is ``None`` for the outlet."""

    holder: Participant | None
    target: Participant
    sign: Sign
    act: Act
    piece: int
    cue: tuple[int, int]  # tokens, last exclusive
    at: Token
    rule: str
    base: float
    status: Status
    inherited: bool = False
    label: bool = False
    weak: bool = False
    notes: list[str] = field(default_factory=list)


def claims(scene: Scene, index: int) -> Iterator[Claim]:
    """Yield the claims of one piece, in the order of their cues."""
    for token in scene.pieces[index].doc:
        if token.is_space or token.is_punct:
            continue
        made = list(_verb(scene, index, token))
        yield from made
        wrong = token.lemma_.lower() in evaluative.BAD_DOING or _held_against(token) is not None
        if made and (wrong or _figure(token) is not None):
            yield from _judgement(scene, index, token)  # who tells of a wrong holds it against the doer
        if not made:
            yield from _noun(scene, index, token)
            yield from _held(scene, index, token)
            yield from _gift(scene, index, token)
            yield from _adjective(scene, index, token)
            yield from _relation(scene, index, token)
            yield from _standing(scene, index, token)
            yield from _naming(scene, index, token)
            yield from _judgement(scene, index, token)
            yield from _of_doer(scene, index, token)
            yield from _idiom(scene, index, token)
            yield from _shunned(scene, index, token)
            yield from _brought(scene, index, token)
            yield from _demand(scene, index, token)
            yield from _freed(scene, index, token)
            yield from _under_fire(scene, index, token)
            yield from _mutual(scene, index, token)
            yield from _terms(scene, index, token)
            yield from _words_for(scene, index, token)
            yield from _liked_doing(scene, index, token)
            yield from _cheered(scene, index, token)
        yield from _label(scene, index, token)


def _settled(sign: Sign, status: Status, lemma: str) -> tuple[Sign | None, str]:
    """The sign that remains after negation, and why there is none."""
    if status.unreal:
        return None, status.unreal
    if status.negated and not status.ended:
        if sign < 0:
            return None, "negated"
        if status.never and lemma not in _NEVER_FELT:
            return None, "denied"
        return -1, "negated favor"
    return sign, ""


def _plays(scene: Scene, verb: Token, holder: Participant, target: Participant) -> bool:
    kind = scene.clusters[target.key].type
    return contests.is_play(verb, scene.clusters[holder.key].name, on_person=kind == "PERSON")


def _emit(
    scene: Scene,
    index: int,
    holders: Sequence[Participant | None],
    targets: Sequence[Participant],
    sign: Sign,
    act: Act,
    cue: tuple[int, int],
    at: Token,
    rule: str,
    base: float,
    status: Status,
    *,
    inherited: bool = False,
    label: bool = False,
    weak: bool = False,
) -> Iterator[Claim]:
    settled, why = _settled(sign, status, at.lemma_.lower())
    if settled is None:
        scene.veto(index, holders, targets, why, rule, at.i)
        return
    if sign > 0 and status.stopped and not status.negated:
        turned = replace(status, ended=False, stopped=False, negated=True)
        yield from _emit(
            scene, index, holders, targets, sign, act, cue, at, rule, base, turned, inherited=inherited, weak=weak
        )
    if status.would and not _own_promise(scene, index, at, holders):
        scene.veto(index, holders, targets, "irrealis: would", rule)
        return
    # nobody arms, bombs or is allied to a topic, and it has no stance
    holders = [holder for holder in holders if holder is None or not holder.topic]
    plain = act in {"verbal", "attitude"} or at.lemma_.lower() in lexicon.TOPIC_DEEDS
    targets = [target for target in targets if plain or not target.topic]
    if not targets or not holders:
        scene.veto(index, holders, targets, "no holder named" if targets else "no entity judged", rule, at.i)
    for holder in holders:
        for target in targets:
            if holder is not None and holder.key == target.key:
                continue
            if holder is not None and not target.topic and _plays(scene, at, holder, target):
                scene.veto(index, [holder], [target], "a contest", rule, at.i)
                continue
            claim = Claim(
                holder,
                target,
                settled,
                act,
                index,
                cue,
                at,
                rule,
                base,
                status,
                inherited=inherited,
                label=label,
                weak=weak,
            )
            if why:
                claim.notes.append(why)
            yield claim


def _own_promise(scene: Scene, index: int, at: Token, holders: Sequence[Participant | None]) -> bool:
    """ "She said she would support": a promise put back in time. Any other "would" is imagined."""
    around = scene.speeches(scene.pieces[index], at)
    speaker = scene.speaker(around[-1]) if around else None
    if speaker is None or any(t.lower_ == "if" for t in at.sent):
        return False
    return any(holder is not None and holder.key == speaker.key for holder in holders)


def is_passive(verb: Token) -> bool:
    """Whether a verb stands in the passive, that of headlines included: "Y defended by X"."""
    if _is_passive(verb):
        return True
    return (
        verb.tag_ in {"VBD", "VBN"}
        and child(verb, "agent") is not None
        and child(verb, "dobj") is None
        and not any(kid.dep_ == "aux" for kid in verb.children)
    )


def _who(verb: Token) -> tuple[Token | None, bool]:
    """The subject of a verb, past a reporter put in between and past what somebody is judged for."""
    head = verb.head
    if own_subject(verb)[0] is None:
        # the parser hangs some subjects below the auxiliary
        for aux in verb.children:
            if aux.dep_ in {"aux", "auxpass"} and (own := own_subject(aux)[0]) is not None:
                return own, False
        if verb.dep_ in {"ccomp", "oprd"} and head.lemma_ == "find" and (own := child(head, "nsubj")) is not None:
            return own, False  # "found itself defended by X"
    elif verb.dep_ == "ccomp" and head.lemma_ == "find" and own_subject(verb)[0] is not None:
        reflexive = own_subject(verb)[0]
        if reflexive is not None and reflexive.lower_.endswith(("self", "selves")):
            return child(head, "nsubj"), False
    if verb.dep_ in {"pobj", "pcomp"} and verb.tag_ == "VBG" and head.lower_ in {"for", "over", "of"}:
        above = head.head
        if above.pos_ == "VERB":
            if is_passive(above):
                return _who(above)[0], True
            thing = child(above, "dobj")
            for cue in lexicon.VERBS.get(above.lemma_.lower(), ()):
                if thing is None and cue.preps and cue.lemma not in lexicon.OWN_DEED:
                    found = _particle_objects(above, cue)
                    if found and found[1][0].i < verb.i:
                        return found[1][0], True
            if thing is not None and above.lemma_.lower() not in lexicon.OWN_DEED:
                return thing, True
    if verb.dep_ == "acl" and verb.tag_ == "VBD":
        return head, True  # a main verb that the parser hangs below its subject
    found_subject = subject(verb)
    if found_subject[0] is None and verb.dep_ == "ccomp":
        # "X, said Y, was to blame"
        subjects = [kid for kid in head.children if kid.dep_ == "nsubj"]
        if len(subjects) == 2 and subjects[0].i < head.i < subjects[1].i:
            return subjects[0], False
    return found_subject


def _all(
    scene: Scene, index: int, token: Token | None, *, target: bool = False, topic: bool = False
) -> list[Participant]:
    if token is None:
        return []
    out: list[Participant] = []
    for t in conjuncts(token):
        if t.i != token.i and clause.excluded(t):
            continue
        about = scene.topic(index, t) if target else None
        if about is None and (both := _both_named(scene, index, t)):
            out.extend(both)
            continue
        found = scene.resolve(index, t, target=target, topic=topic)
        if about is not None:
            out.append(about)
            if found is not None and found.mention.first <= t.i < found.mention.last:
                continue  # the topic's own name, taken for an entity's
        if found is not None:
            out.append(found)
            if t.pos_ == "NOUN" and t.tag_ == "NNS":
                # "two deputies, X and Y,": both
                beside = [other for kid in t.children if kid.dep_ == "appos" for other in list(conjuncts(kid))[1:]]
                out.extend(p for other in beside if (p := scene.resolve(index, other)) is not None)
        elif about is None:
            out.extend(scene.group(index, t) or _members(scene, index, t))
    if out and not target and (before := _listed_before(scene, index, token)) is not None:
        out.append(before)
    return out


def _both_named(scene: Scene, index: int, noun: Token) -> list[Participant]:
    """ "The owners of the two clubs, X and Y, are": by the commas, since the parser hangs the names anywhere."""
    doc, at = noun.doc, noun.i + 1
    if noun.tag_ != "NNS" or noun.lemma_.lower() not in ROLES | _PAIRS:
        return []
    while at < len(doc) and at < noun.i + 8 and doc[at].text != "," and doc[at].pos_ not in {"VERB", "AUX"}:
        at += 1
    found: list[Participant] = []
    for _ in range(2):
        name = scene.where.get(index, at + 1) if at + 1 < len(doc) and doc[at].lower_ in {",", "and"} else None
        if name is None or name.first != at + 1 or name.kind not in {"name", "alias"}:
            return []
        one = scene.resolve(index, doc[name.last - 1])
        at = name.last
        found.extend([replace(one, cost=one.cost + 0.05)] if one is not None else [])
    ends = at >= len(doc) or doc[at].text in {",", ".", ";", "—"}
    return found if ends and len({p.key for p in found}) == 2 else []


_PAIRS = words("founder co-founder cofounder brother sister twin son daughter owner co-owner party side country club")


def _listed_before(scene: Scene, index: int, subject: Token) -> Participant | None:
    """ "Norway, Sweden bury the hatchet": in a headline a comma is an "and"."""
    at, start = subject.left_edge.i, subject.sent.start
    second = child(subject, "appos")
    if second is not None and subject.dep_ == "nsubj" and subject.head.tag_ == "VBP" and at == start:
        # the parser has "Norway" explain "Belarus" in "Belarus, Norway bury the hatchet"
        plain = subject.pos_ == second.pos_ == "PROPN" and second.i + 1 == subject.head.i
        return scene.resolve(index, second) if plain else None
    if subject.dep_ != "nsubj" or subject.pos_ != "PROPN" or subject.head.tag_ not in {"VBP", "VBD", "VB"}:
        return None
    if not start < at <= start + 5 or subject.doc[at - 1].text != "," or subject.doc[subject.i + 1].text == ",":
        return None
    name = scene.where.get(index, at - 2)
    if name is None or name.first != start or scene.clusters[name.key].type not in {"GPE", "PERSON", "ORG"}:
        return None
    return scene.resolve(index, subject.doc[at - 2])


def _members(scene: Scene, index: int, noun: Token) -> list[Participant]:
    """ "Other unions, including X and Y, have endorsed Z", "critics such as X": those that are named."""
    if noun.tag_ != "NNS":
        return []
    found: list[Participant] = []
    for prep in noun.children:
        such = prep.lower_ == "as" and any(kid.lower_ == "such" for kid in prep.children)
        thing = child(prep, "pobj") if such or prep.lower_ == "including" else None
        named = (scene.resolve(index, one) for one in (conjuncts(thing) if thing is not None else ()))
        found.extend(replace(p, cost=p.cost + 0.05) for p in named if p is not None)
    return found


def _holders(scene: Scene, index: int, verb: Token, status: Status) -> tuple[list[Participant], bool]:
    if status.holder is not None:
        return _all(scene, index, status.holder), True
    who, inherited = _who(verb)
    if who is None and verb.dep_ == "pcomp" and not _is_some_noun(verb.head.head):
        # "far from supporting Y, X …": whoever does what the main clause says
        above = verb.head
        for _ in range(4):
            above = above.head
            if above.pos_ in {"VERB", "AUX"}:
                who, inherited = subject(above)[0], True
                break
    found = _all(scene, index, who)
    if not found and who is not None and who.lemma_.lower() in lexicon.WRITINGS:
        author = scene.owner(index, who)
        found = [author] if author is not None else []
    if not found and (behind := _one_of(verb) or _signatory(verb, who)) is not None:
        found, inherited = _all(scene, index, behind), True
    if not found and who is None and (speaker := _who_bids(scene, index, verb)) is not None:
        found = [speaker]
    if who is not None:
        known = {p.key for p in found}
        beside = [p for t in _company(verb, who) for p in _all(scene, index, t) if p.key not in known]
        found += [replace(p, cost=p.cost + 0.05) for p in beside]
    return found, inherited


def _is_some_noun(token: Token) -> bool:
    """ "A history of clashing with Y" is anybody's; who is at the forefront of it does it."""
    return token.pos_ == "NOUN" and token.lemma_.lower() not in _AT_IT


_AT_IT = words("forefront business habit midst process act brink verge vanguard point risk charge favour favor")


def _one_of(verb: Token) -> Token | None:
    """ "X was the first to …", "was among the ministers who …", "is one of the few to …": X."""
    if verb.dep_ not in {"relcl", "acl", "xcomp"}:
        return None
    node = verb.head
    for _ in range(3):
        if node.dep_ != "pobj" or node.head.lower_ not in {"of", "among", "amongst"}:
            break
        if verb.head.tag_ not in {"NNS", "NNPS"} and node.i == verb.head.i:
            return None  # "part of a network that …"
        if node.head.head.lemma_ in _IS:
            return subject(node.head.head)[0]
        node = node.head.head
    if node.dep_ not in {"attr", "oprd"} or node.head.lemma_ not in _IS:
        return None
    return subject(node.head)[0] if node.i == verb.head.i or node.lower_ in _SOME_OF else None


def _who_bids(scene: Scene, index: int, verb: Token) -> Participant | None:
    """Who says "Stop X", "Do not trust X": the speaker."""
    if verb.tag_ != "VB" or verb.dep_ not in {"ccomp", "ROOT", "parataxis"}:
        return None
    if any(kid.dep_ == "aux" and kid.lower_ != "do" for kid in verb.children):
        return None
    around = scene.speeches(scene.pieces[index], verb)
    speaker = scene.speaker(around[-1]) if around else None
    opens = verb.left_edge.i
    while opens < verb.i and (verb.doc[opens].is_punct or verb.doc[opens].lower_ in {"please", "so", "but", "and"}):
        opens += 1
    if speaker is None or (opens != verb.i and verb.doc[opens].lower_ not in {"do", "never", "always", "just"}):
        return None
    return Participant(speaker.key, speaker, "name", 0.08)


def _signatory(verb: Token, who: Token | None) -> Token | None:
    """Who stands behind a writing that judges: "signed a letter criticising Y", "voted for a motion censuring Y"."""
    if verb.dep_ != "acl" or verb.tag_ != "VBG" or who is None or who.i != verb.head.i:
        return None
    if who.lemma_.lower() not in lexicon.WRITINGS | lexicon.MOTIONS or child(who, "poss") is not None:
        return None
    if any(kid.lower_ in {"by", "from"} for kid in who.children):
        return None
    above = who.head
    if who.dep_ == "pobj" and above.lower_ == "for" and above.head.lemma_.lower() == "vote":
        above = above.head
    elif who.dep_ != "dobj":
        return None
    if above.lemma_.lower() not in lexicon.STANDS_BEHIND | {"vote"} or is_passive(above):
        return None
    status = clause.read(above)
    return None if status.negated or status.unreal else subject(above)[0]


def _company(verb: Token, who: Token) -> Iterator[Token]:
    """Who does it too: "along with X", "together with X", "alongside X", "like X", "as did X", "and so did X"."""
    for source in (verb, who):
        for kid in source.children:
            word = kid.lower_
            thing: Token | None = None
            if word in {"along", "together"}:
                thing = next(_prep_objects(kid, words("with")), None)
            elif word == "with" and kid.i and kid.nbor(-1).lower_ in {"along", "together"}:
                thing = child(kid, "pobj")
            elif word == "alongside" or (word == "like" and (kid.i < who.i or kid.i <= who.i + 2)):
                thing = child(kid, "pobj") if kid.dep_ == "prep" else None
            elif kid.dep_ in {"advcl", "conj"} and kid.lemma_ == "do" and child(kid, "dobj") is None:
                same = any(k.lower_ in {"as", "so", "too", "likewise", "also"} and k.dep_ != "cc" for k in kid.children)
                thing = child(kid, "nsubj") if same and not any(k.dep_ == "neg" for k in kid.children) else None
            if thing is not None:
                yield thing


def _agents(scene: Scene, index: int, verb: Token) -> list[Participant]:
    out: list[Participant] = []
    if verb.dep_ == "ccomp" and child(verb, "agent") is None:
        # "it was by X that Y was praised"
        top = verb.head if verb.head.lemma_ != "find" else verb.head.head
        if top.lemma_ == "be" and (it := child(top, "nsubj")) is not None and it.lower_ == "it":
            out.extend(p for t in _prep_objects(top, words("by")) for p in _all(scene, index, t))
    for kid in verb.children:
        if kid.dep_ == "agent" or (kid.dep_ == "prep" and kid.lower_ == "by"):
            for phrase in conjuncts(kid):
                if not clause.excluded(phrase):
                    out.extend(_all(scene, index, child(phrase, "pobj")))
        elif kid.dep_ == "prep" and kid.lower_ == "as" and (role := child(kid, "pobj")) is not None:
            # "denounced as a traitor by X"
            out.extend(p for t in _prep_objects(role, words("by")) for p in _all(scene, index, t))
        elif kid.dep_ == "prep" and kid.lower_ in {"on", "at", "under", "in"}:
            # "on X's orders", "at the hands of X"
            thing = child(kid, "pobj")
            if thing is not None and thing.lemma_.lower() in lexicon.BY_ORDER:
                owner = scene.owner(index, thing) or next(
                    (p for t in _prep_objects(thing, words("of")) for p in _all(scene, index, t)), None
                )
                out.extend([owner] if owner is not None else [])
    return out


def _prep_objects(token: Token, preps: frozenset[str], *, after: Token | None = None) -> Iterator[Token]:
    """Objects of prepositions below a token (and below its particles)."""
    for kid in token.children:
        if after is not None and kid.i < after.i:
            continue
        if kid.dep_ in {"prep", "agent", "dative"} and kid.lower_ in preps:
            thing = child(kid, "pobj")
            if thing is not None:
                yield thing
        elif kid.dep_ in {"prt", "advmod", "prep"}:
            for below in kid.children:
                if below.dep_ == "prep" and below.lower_ in preps and (thing := child(below, "pobj")) is not None:
                    yield thing


def _verb(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    if token.pos_ not in {"VERB", "AUX"}:
        return
    cues = lexicon.VERBS.get(token.lemma_.lower())
    if token.lemma_.lower() in lexicon.FELT:
        yield from _felt(scene, index, token)
        return
    if not cues or _to_blame(token) or is_mock(scene, index, token, cues):
        return
    if token.dep_ == "amod":
        yield from _flattened(scene, index, token, cues)
        return
    status = clause.read(token)
    for cue in sorted(cues, key=lambda c: (not c.preps, c.lemma)):
        if cue.preps:
            if token.dep_ == "relcl" and token.head.lemma_.lower() in lexicon.NOUNS and cue.lemma == "feel":
                continue  # "the contempt she feels for Y"
            found = _particle_objects(token, cue)
            if not found and is_passive(token) and (stranded := _stranded(token, cue)) is not None:
                # "was lied to by X"
                yield from _emit(
                    scene,
                    index,
                    _agents(scene, index, token),
                    _all(scene, index, token.head if token.dep_ == "acl" else _who(token)[0], target=True),
                    cue.sign,
                    cue.act,
                    (token.i, stranded.i + 1),
                    token,
                    f"passive {cue.lemma} {stranded.lower_}",
                    0.8,
                    status,
                    weak=cue.weak,
                )
                return
            if not found:
                continue
            span, things = found
            if is_passive(token):
                continue
            holders, inherited = _holders(scene, index, token, status)
            targets = [p for thing in things for p in _all(scene, index, thing, target=True)]
            if not targets and child(token, "dobj") is not None and any(not other.preps for other in cues):
                continue  # "accused X of siding": the object is what the other frame is about
            if cue.sign > 0 and cue.lemma in {"stand", "side"}:
                versus = [p for t in _prep_objects(token, words("against")) for p in _all(scene, index, t, target=True)]
                against = Cue(cue.lemma, -1, cue.act)
                yield from _force(
                    scene, index, token, against, holders, versus, status, inherited=inherited, rule="versus"
                )
            if any(_reciprocal(thing) for thing in things) and len({p.key for p in holders}) >= 2:
                targets = holders
            yield from _emit(
                scene,
                index,
                holders,
                targets,
                cue.sign,
                cue.act,
                span,
                token,
                f"verb {token.lemma_} {'/'.join(sorted(cue.preps))}",
                0.8,
                status,
                inherited=inherited,
                weak=cue.weak,
            )
            if cue.lemma in lexicon.BOTH_WAYS and cue.sign < 0:
                yield from _emit(
                    scene,
                    index,
                    targets,
                    holders,
                    cue.sign,
                    cue.act,
                    span,
                    token,
                    f"verb {token.lemma_} {'/'.join(sorted(cue.preps))}",
                    0.8,
                    status,
                    inherited=inherited,
                    weak=cue.weak,
                )
            return
        yield from _transitive(scene, index, token, cue, status)
        return


def is_mock(scene: Scene, index: int, verb: Token, cues: Sequence[Cue]) -> bool:
    """Whether a verb of favor stands alone in marks that nobody speaks in: "Trump ‘congratulates’ China"."""
    if not 0 < verb.i < len(verb.doc) - 1 or any(cue.sign < 0 for cue in cues):
        return False
    around = verb.nbor(-1).text in _MARKS and verb.nbor(1).text in _MARKS
    return around and not scene.speeches(scene.pieces[index], verb)


def _to_blame(token: Token) -> bool:
    """ "X is to blame"."""
    return token.lower_ == "blame" and token.dep_ == "xcomp" and token.head.lemma_ == "be"


def _felt(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "X angered Y", "Y was dismayed by X": Y feels it."""
    status = clause.read(token)
    if is_passive(token):
        holders = _all(scene, index, _who(token)[0] if token.dep_ != "acl" else token.head)
        causes = list(_prep_objects(token, words("by at with over")))
        targets = [p for t in causes for p in _all(scene, index, t, target=True)]
    else:
        thing = child(token, "dobj")
        if thing is None and token.dep_ == "relcl" and child(token, "nsubj") is not None:
            thing = token.head
        holders = _all(scene, index, thing)
        targets = _all(scene, index, _who(token)[0], target=True)
    sign: Sign = lexicon.FELT[token.lemma_.lower()]
    yield from _emit(
        scene,
        index,
        holders,
        targets,
        sign,
        "attitude",
        (token.i, token.i + 1),
        token,
        f"felt {token.lemma_.lower()}",
        0.78,
        status,
    )


def _flattened(scene: Scene, index: int, token: Token, cues: Sequence[Cue]) -> Iterator[Claim]:
    """A short sentence that the parser took for a noun phrase: "Norway armed Ukraine", the verb before its object."""
    cue = next((cue for cue in cues if not cue.preps), None)
    head = token.head
    if cue is None or token.tag_ != "VBD" or head.dep_ != "ROOT" or head.i < token.i or token.i == token.sent.start:
        return
    if any(t.pos_ in {"VERB", "AUX"} and t.i != token.i for t in token.sent):
        return
    holders = _all(scene, index, token.nbor(-1))
    status = Status(doubt=0.1)
    yield from _force(scene, index, token, cue, holders, _all(scene, index, head), status, inherited=False, rule="flat")


def _stranded(verb: Token, cue: Cue) -> Token | None:
    """The preposition of a frame that a passive leaves without object: "lied to", "shouted at"."""
    for kid in verb.children:
        if kid.lower_ in cue.preps and verb.i < kid.i <= verb.i + 2 and child(kid, "pobj") is None:
            return kid if not cue.particle or verb.nbor(1).lower_ == cue.particle else None
    return None


def _particle_objects(token: Token, cue: Cue) -> tuple[tuple[int, int], list[Token]] | None:
    if cue.particle:
        particles = cue.particle.split("_")
        following = [t.lower_ for t in token.doc[token.i + 1 : token.i + 1 + len(particles)]]
        if following != particles:
            return None
    things: list[Token] = []
    end = token.i + 1
    reach = token.i + 4 + cue.particle.count("_")
    for prep in token.doc[token.i + 1 : min(reach, len(token.doc))]:
        if prep.lower_ in cue.preps and prep.pos_ in {"ADP", "SCONJ", "ADV", "PART"}:
            thing = child(prep, "pobj")
            if thing is None and prep.dep_ == "prt" and prep.i == token.i + 1 and not cue.particle:
                # "turned on the man who …": the parser makes the preposition a particle
                thing = child(token, "dobj")
                if thing is not None and thing.i > prep.i:
                    things.append(thing)
                    end = prep.i + 1
                continue
            if thing is not None and _directly_below(prep, token, cue.particle.count("_") + bool(cue.particle)):
                things.extend(t for p in conjuncts(prep) if (t := child(p, "pobj")) is not None)
                end = prep.i + 1
    return ((token.i, end), things) if things else None


def _directly_below(prep: Token, verb: Token, reach: int = 0) -> bool:
    """Whether a preposition is the verb's own, if by way of its particle or adverb; "stands accused by" is not."""
    node = prep.head
    while node.i != verb.i:
        own = verb.i < node.i <= verb.i + reach  # a particle of several words
        if (node.pos_ in {"VERB", "AUX", "NOUN", "PROPN", "ADJ"} and not own) or node.head.i == node.i:
            return False
        node = node.head
    return True


def _transitive(scene: Scene, index: int, token: Token, cue: Cue, status: Status) -> Iterator[Claim]:
    if any(kid.lower_ == "ever" and kid.dep_ == "advmod" for kid in token.children) and not status.negated:
        status.unreal = status.unreal or "denied"
    if cue.act == "verbal" and child(token, "prt") is not None:
        return  # "knocked out": another verb, to be looked up as such
    if cue.lemma in {"reject", "dismiss", "repudiate", "contradict"}:
        rejected = child(token, "dobj", "nsubjpass")
        if rejected is not None and rejected.lemma_.lower() in lexicon.CLAIMS:
            scene.veto(index, [], [], "denied: the claim, not who made it", f"verb {cue.lemma}")
            return
    topic = cue.lemma in {"support", "back", "oppose", "reject", "endorse", "approve", "promote", "champion", "defend"}
    if is_passive(token):
        who, inherited = _who(token)
        holders = _agents(scene, index, token)
        targets = _all(scene, index, who, target=True, topic=topic)
        if token.dep_ == "acl" and token.tag_ == "VBN":
            targets = _all(scene, index, token.head, target=True, topic=topic)
        if not targets:
            targets = _robbed(scene, index, cue, token.head if token.dep_ == "acl" else who, holders)
        yield from _force(scene, index, token, cue, holders, targets, status, inherited=False, rule="passive")
        return
    holders, inherited = _holders(scene, index, token, status)
    thing = child(token, "dobj")
    if thing is not None and thing.i > token.i + 8 and thing.doc[thing.left_edge.i - 1].lower_ in {"and", "or"}:
        thing = None  # the last of a list of places, which the parser takes for the object
    if cue.lemma == "summon" and (thing is None or thing.lemma_.lower() not in lexicon.ENVOYS):
        return
    if thing is None and (span := child(token, "npadvmod")) is not None:
        # "deserted her last week": the parser makes the week hers
        owner = child(span, "poss")
        thing = owner if owner is not None and owner.pos_ == "PRON" and owner.i == token.i + 1 else None
    if cue.sign > 0 and thing is not None and not status.negated and scene.resolve(index, thing, target=True) is None:
        # "backed the case against X"
        for against in lexicon.NOUNS.get(thing.lemma_.lower(), ()):
            aimed = [p for t in _prep_objects(thing, against.preps) for p in _all(scene, index, t, target=True)]
            if aimed and against.sign < 0 and against.act != "relation":
                taken = Cue(cue.lemma, -1, cue.act, weak=cue.weak)
                yield from _force(
                    scene, index, token, taken, holders, aimed, status, inherited=inherited, rule="joined"
                )
                return
    if cue.lemma == "blame":
        onto = list(_prep_objects(token, words("on upon")))
        if thing is not None:
            onto.extend(_prep_objects(thing, words("on upon")))
        if onto:
            targets = [p for t in onto for p in _all(scene, index, t, target=True)]
            yield from _emit(
                scene,
                index,
                holders,
                targets,
                -1,
                "verbal",
                (token.i, token.i + 1),
                token,
                "verb blame on",
                0.85,
                status,
                inherited=inherited,
            )
            return
    if cue.lemma == "protest" or cue.lemma == "apologise":
        return
    if thing is not None and cue.lemma in {"reject", "refuse", "decline"} and thing.lemma_.lower() in _BIDS:
        return  # trade
    if thing is None:
        thing = child(token, "dative") if token.dep_ != "relcl" else None
        thing = thing if thing is not None and thing.pos_ in {"PROPN", "PRON", "NOUN"} else None
    shared = child(thing, "poss") if thing is not None else None
    of_both = shared is not None and _reciprocal(shared) and (cue.lemma in lexicon.ON_THINGS or cue.act != "material")
    if thing is not None and (_reciprocal(thing) or (of_both and thing.lemma_.lower() not in _FOLK)):
        if len({p.key for p in holders}) >= 2:
            yield from _force(scene, index, token, cue, holders, holders, status, inherited=inherited, rule="mutual")
        return
    if cue.sign > 0 and thing is not None and thing.lemma_.lower() in lexicon.HARM:
        harmed = [p for t in _prep_objects(thing, words("of")) for p in _all(scene, index, t, target=True)]
        owner = child(thing, "poss")
        harmed = harmed or (_all(scene, index, owner, target=True) if owner is not None else [])
        against = Cue(cue.lemma, -1, "attitude", weak=cue.weak)
        yield from _force(scene, index, token, against, holders, harmed, status, inherited=inherited, rule="harm")
        return
    targets = _all(scene, index, thing, target=True, topic=topic) or _robbed(scene, index, cue, thing, holders)
    if cue.lemma in {"defend", "represent"} and any(_is_counsel(token.doc, p) for p in holders):
        scene.veto(index, holders, targets, "counsel's office", f"verb {cue.lemma}")
        return
    if not targets and cue.lemma in lexicon.TRADE and thing is not None:
        # "will embargo timber from Y"
        targets = _goods_of(scene, index, thing, token)
    if not targets and cue.act != "material" and not topic and cue.lemma != "respect":
        targets = _whose(scene, index, thing)  # who asks that laws be respected praises nobody
    yield from _force(scene, index, token, cue, holders, targets, status, inherited=inherited, rule="verb")
    if cue.lemma in {"support", "back", "endorse", "favour", "favor", "prefer"} and targets and not status.negated:
        versus = [p for t in _prep_objects(token, words("against")) for p in _all(scene, index, t, target=True)]
        against = Cue(cue.lemma, -1, cue.act, weak=True)
        yield from _force(scene, index, token, against, holders, versus, status, inherited=inherited, rule="versus")
        if scene.called(targets[0])[1] == "PERSON":  # not "backed Norway over the Strait"
            over = [p for t in _prep_objects(token, words("over")) for p in _all(scene, index, t, target=True)]
            passed = [p for p in over if scene.called(p)[1] == "PERSON"]
            at, rule = (token.i, token.i + 1), f"over {cue.lemma}"
            yield from _emit(
                scene, index, holders, passed, -1, cue.act, at, token, rule, 0.88, status, inherited=inherited
            )


def _is_counsel(doc: Doc, holder: Participant) -> bool:
    """Whether somebody is named as a lawyer: "barrister X", "X's lawyer, Y"."""
    name = holder.mention
    around = [*doc[max(name.first - 3, 0) : name.first], *doc[name.last : name.last + 5]]
    return any(t.lower_ in _COUNSEL for t in around)


_COUNSEL = words("barrister lawyer attorney solicitor counsel advocate qc kc")
_BIDS = words("bid offer application tender applicant")


def _goods_of(scene: Scene, index: int, goods: Token, governor: Token) -> list[Participant]:
    """The state or firm whose goods are kept out: "its ban on beef from Y", "a tariff on Canadian steel"."""
    things = [*_prep_objects(goods, words("from")), *_prep_objects(governor, words("from"), after=goods)]
    things.extend(kid for kid in goods.children if kid.dep_ in {"amod", "compound", "nmod"} and kid.i < goods.i)
    found = [p for t in things for p in _all(scene, index, t, target=True)]
    return [p for p in found if scene.called(p)[1] in {"GPE", "ORG"}]


def _whose(scene: Scene, index: int, thing: Token | None) -> list[Participant]:
    """Whom words about a thing of theirs are about: "denounced Y's culture of secrecy"; not about their kin or fate."""
    if thing is None or thing.pos_ != "NOUN" or thing.lemma_.lower() in evaluative.NOT_THEIRS:
        return []
    if thing.lemma_.lower().endswith(_SOMEBODY) and thing.lemma_.lower() not in evaluative.NOBODY:
        return []
    owner = child(thing, "poss")
    return [replace(p, cost=p.cost + 0.1) for p in _all(scene, index, owner)[:1]] if owner is not None else []


def _robbed(
    scene: Scene, index: int, cue: Cue, thing: Token | None, holders: Sequence[Participant]
) -> list[Participant]:
    """Whose a thing is that is seized, wrecked, shelled or built up again: what is done to it is done to its owner."""
    if cue.lemma not in lexicon.ON_THINGS or thing is None or thing.pos_ not in {"NOUN", "PROPN"}:
        return []
    if thing.lemma_.lower() in lexicon.NO_THINGS:
        return []
    if cue.lemma in _FORCE_OR_WORDS and any(scene.called(one)[1] == "PERSON" for one in holders):
        return []
    owners = [kid for kid in thing.children if kid.dep_ in {"poss", "nmod"} or kid.ent_type_ in {"NORP", "GPE"}]
    if thing.lemma_.lower() in lexicon.POSITIONS:
        owners.extend(kid for kid in thing.children if kid.i == thing.i - 1 and kid not in owners)
        owners.extend(_prep_objects(thing, words("of")))
    for kid in thing.children:
        if kid.dep_ == "acl" and kid.lemma_.lower() in {"own", "belong", "run", "operate", "charter"}:
            owners.extend(_prep_objects(kid, words("by to")))
    found = [p for kid in owners if kid.i != thing.i for p in _all(scene, index, kid)]
    return [replace(p, cost=p.cost + 0.05) for p in found]


def _from_office(scene: Scene, verb: Token, holder: Participant) -> bool:
    """Whether a dismissal is from a post: "dismissed Y as chief of staff", "the hospital dismissed Y"."""
    body = scene.called(holder)[1] != "PERSON"
    posts = [t for t in _prep_objects(verb, words("as")) if t.lemma_.lower() in OFFICES | ROLES]
    return bool(posts) or (body and not any(kid.lower_ == "as" for kid in verb.children))


def _force(
    scene: Scene,
    index: int,
    token: Token,
    cue: Cue,
    holders: list[Participant],
    targets: list[Participant],
    status: Status,
    *,
    inherited: bool,
    rule: str,
) -> Iterator[Claim]:
    if cue.lemma == "train":
        targets = [p for p in targets if scene.called(p)[1] != "PERSON"]
    elif cue.lemma in lexicon.ON_PERSONS:
        targets = [p for p in targets if scene.called(p)[1] == "PERSON"]
    elif cue.lemma in lexicon.BY_STATES:
        holders = [p for p in holders if scene.called(p)[1] == "GPE"]
    for holder in holders:
        # "X says Y betrayed Z" is as much X's verdict on Y
        act, weak = (
            cue.act,
            cue.weak or (cue.lemma in evaluative.BAD_DOING and bool(scene.speeches(scene.pieces[index], token))),
        )
        person = any(scene.called(p)[1] == "PERSON" for p in targets)
        if cue.lemma == "dismiss" and person and _from_office(scene, token, holder):
            act, weak = "material", False
        if cue.lemma in _FORCE_OR_WORDS:
            person = scene.clusters[holder.key].type == "PERSON"
            for_it = any(kid.lower_ in {"for", "over", "as"} for kid in token.children)
            act = "verbal" if person or (for_it and cue.lemma in {"attack", "assail", "hit"}) else "material"
            weak = cue.lemma not in {"attack", "assail"} and person
        yield from _emit(
            scene,
            index,
            [holder],
            targets,
            cue.sign,
            act,
            (token.i, token.i + 1),
            token,
            f"{rule} {cue.lemma}",
            0.88,
            status,
            inherited=inherited,
            weak=weak,
        )


def _noun(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    if token.pos_ not in {"NOUN", "PROPN"}:
        return
    lemma = token.lemma_.lower()
    if lemma == "action" and any(kid.lower_ in lexicon.COURT_ACTIONS for kid in token.children):
        lemma = "lawsuit"
    cues = lexicon.NOUNS.get(lemma)
    if not cues:
        return
    governor = token.head if token.dep_ in {"dobj", "nsubjpass", "attr", "conj", "oprd"} else None
    if token.dep_ == "conj" and token.head.dep_ in {"dobj", "nsubjpass"}:
        governor = token.head.head
    if token.dep_ == "pobj" and token.head.lower_ == "of" and token.head.head.lemma_.lower() in lexicon.MEASURES:
        # "no word of praise for Y", "a gesture of support for Y"
        measure = token.head.head
        governor = measure.head if measure.dep_ in {"dobj", "nsubjpass"} else governor
    within = token.head if token.dep_ == "pobj" and token.head.lower_ in {"in", "with", "under"} else None
    for cue in cues:
        things = list(_prep_objects(token, cue.preps))
        does = governor.lemma_.lower() if governor is not None else ""
        of = "of" in cue.preps or does in lexicon.HAD - lexicon.RECEIVE
        had = does in lexicon.HAD if cue.sign > 0 else does in _DRAWN and cue.act == "attitude" and "of" in cue.preps
        if had and of and token.dep_ == "dobj" and governor is not None:
            givers = [p for t in _prep_objects(token, words("of from")) for p in _all(scene, index, t)]
            if givers and (does in lexicon.RECEIVE | {"have", "lose", "retain", "keep"} or is_passive(governor)):
                status = clause.read(governor)
                if does in {"lose", "deny"}:
                    status.negated = not status.negated
                status.intended = status.intended or does in {"promise", "offer"}
                who, inherited = subject(governor)
                yield from _emit(
                    scene,
                    index,
                    givers,
                    _all(scene, index, who, target=True),
                    cue.sign,
                    cue.act,
                    (governor.i, token.i + 1),
                    token,
                    f"noun {cue.lemma} had",
                    0.74,
                    status,
                    inherited=inherited,
                )
                return
        if not things and governor is not None and token.dep_ == "dobj":
            things = list(_prep_objects(governor, cue.preps, after=token))
            receiver = child(governor, "dative")
            if (
                not things
                and cue.preps & words("to for in on")
                and receiver is not None
                and does in lexicon.GIVE
                and receiver.pos_ in {"PROPN", "PRON", "NOUN"}
            ):
                things = [receiver]
        if not things and governor is not None and token.dep_ in {"nsubjpass", "pobj"}:
            things = list(_prep_objects(governor, cue.preps))
        if not things and governor is not None and does in _TAKEN_FROM:
            things = [*_prep_objects(token, words("from")), *_prep_objects(governor, words("from"))]
        targets = [p for thing in things for p in _all(scene, index, thing, target=True)]
        if not targets and cue.act in {"verbal", "attitude"}:
            targets = [p for thing in things for p in _whose(scene, index, thing)]
        if not targets and cue.lemma in lexicon.TRADE:
            targets = [p for thing in things for p in _goods_of(scene, index, thing, governor or token)]
        if not targets and cue.act != "relation" and (met := _met_with(scene, index, token)) is not None:
            holders, verb = met
            yield from _emit(
                scene,
                index,
                holders,
                _all(scene, index, _who(verb)[0], target=True),
                cue.sign,
                cue.act,
                (token.i, token.i + 1),
                token,
                f"noun {cue.lemma} met",
                0.7,
                clause.read(verb),
                inherited=True,
            )
            return
        yield from _governed(scene, index, token, cue, governor, within, targets)
        if things:
            return


def _met_with(scene: Scene, index: int, noun: Token) -> tuple[list[Participant], Token] | None:
    """Who gives a noun cue to the subject of the verb it hangs on, and that verb.

    "Met with scorn from X", "a target of X's anger", "resigned amid criticism by X".
    """
    if noun.dep_ != "pobj":
        return None
    prep = noun.head
    above = prep.head
    verb: Token | None = None
    if prep.lower_ == "with" and above.lemma_.lower() in {"meet", "greet"} and is_passive(above):
        verb = above
    elif prep.lower_ == "of" and above.lemma_.lower() in lexicon.BUTT and above.dep_ in {"attr", "dobj"}:
        verb = above.head
    elif prep.lower_ in {"amid", "after", "under", "following"} and above.pos_ in {"VERB", "AUX"}:
        verb = above if not is_passive(above) else None
    if verb is None:
        return None
    givers = [*_prep_objects(noun, words("from by")), *_prep_objects(verb, words("from"), after=noun)]
    if not givers and prep.lower_ == "of":
        givers = [kid for kid in noun.children if kid.dep_ == "poss"]
    holders = [p for t in givers for p in _all(scene, index, t)]
    return (holders, verb) if holders else None


def _governed(
    scene: Scene,
    index: int,
    token: Token,
    cue: Cue,
    governor: Token | None,
    within: Token | None,
    targets: list[Participant],
) -> Iterator[Claim]:
    span = (token.i, token.i + 1)
    none = any(kid.dep_ == "det" and kid.lower_ == "no" for kid in token.children) or any(
        kid.lower_ == "lack" for kid in (token.head, token.head.head)
    )
    none = none or (
        token.dep_ == "pobj"
        and token.head.head.lemma_.lower() in lexicon.MEASURES
        and any(kid.lower_ in {"no", "not"} for kid in token.head.head.children)
    )
    lemma = governor.lemma_.lower() if governor is not None and governor.pos_ in {"VERB", "AUX"} else ""
    if governor is not None and lemma in lexicon.RECEIVE and not targets and cue.act != "relation":
        sources = ("from", "by") if "of" in cue.preps else ("from", "by", "of")
        givers = [t for kid in sources for t in _prep_objects(token, frozenset({kid}))] or list(
            _prep_objects(governor, words("from"), after=token)
        )
        status = clause.read(governor)
        who, inherited = subject(governor)
        holders = [p for t in givers for p in _all(scene, index, t)]
        yield from _emit(
            scene,
            index,
            holders,
            _all(scene, index, who, target=True) or _did_before(scene, index, governor),
            cue.sign,
            cue.act,
            (governor.i, token.i + 1),
            token,
            f"noun {cue.lemma} received",
            0.72,
            status,
            inherited=inherited,
        )
        return
    if not targets:
        return
    if governor is not None and lemma:
        status = clause.read(governor)
        status.negated = status.negated or none
        start = min(governor.i, token.i)
        span = (start, max(governor.i, token.i) + 1) if abs(governor.i - token.i) <= 5 else span
        if is_passive(governor):
            holders, inherited = _agents(scene, index, governor), False
        else:
            holders, inherited = _holders(scene, index, governor, status)
        owner = scene.owner(index, token)
        if lemma == "call" and any(kid.dep_ == "prt" and kid.lower_ == "off" for kid in governor.children):
            scene.veto(index, holders, targets, "called off", f"noun {cue.lemma}")
            return
        if lemma == "find" and none:
            lemma = "have"
            status.unreal = "" if status.unreal.startswith("modal") else status.unreal
        if lemma == "share" and owner is not None:
            holders = [*holders, owner]
            lemma = "have"
        if lemma == "break" and any(kid.dep_ == "prt" and kid.lower_ == "off" for kid in governor.children):
            lemma = "end"
        if lemma in lexicon.WITHDRAW or lemma in lexicon.LIFT:
            if cue.sign > 0 and lemma in lexicon.WITHDRAW:
                yield from _emit(
                    scene,
                    index,
                    holders,
                    targets,
                    -1,
                    cue.act,
                    span,
                    token,
                    f"noun {cue.lemma} withdrawn",
                    0.8,
                    status,
                    inherited=inherited,
                )
            elif cue.sign < 0 and lemma in lexicon.LIFT and cue.lemma in lexicon.LIFTABLE:
                yield from _emit(
                    scene,
                    index,
                    holders,
                    targets,
                    1,
                    cue.act,
                    span,
                    token,
                    f"noun {cue.lemma} lifted",
                    0.72,
                    status,
                    inherited=inherited,
                )
            return
        theirs = lemma == "call" and owner is not None  # "called X's criticism of Y absurd"
        if lemma in lexicon.LIGHT or (lemma in lexicon.LIGHT_INTENDED and not theirs):
            if lemma in lexicon.LIGHT_INTENDED:
                status.intended = True
            if lemma in {"have", "feel", "show"} and cue.act == "material":
                return
            yield from _emit(
                scene,
                index,
                holders or ([owner] if owner else []),
                targets,
                cue.sign,
                cue.act,
                span,
                token,
                f"noun {cue.lemma} with {lemma}",
                0.78,
                status,
                inherited=inherited,
            )
            return
        if lemma == "be" and not owner:
            return
        if owner is not None:
            plain = Status(unreal="negated" if none else "")
            yield from _emit(
                scene,
                index,
                [owner],
                targets,
                cue.sign,
                cue.act,
                (token.i, token.i + 1),
                token,
                f"noun {cue.lemma} of",
                0.76,
                plain,
            )
        return
    owner = scene.owner(index, token)
    owners = [owner] if owner is not None else []
    for thing in _prep_objects(token, words("by from")) if owners else ():
        both = _all(scene, index, thing)
        owners = both if both and both[0].key == owners[0].key else owners  # "criticism of Y from X and Z"
    before = (kid for kid in token.children if kid.dep_ in {"poss", "amod", "compound"})
    if cue.lemma in lexicon.TRADE and not any(scene.resolve(index, kid) is not None for kid in before):
        owner = None  # "tariffs on goods from Y"
    if owner is not None and token.dep_ == "nsubj" and token.head.lemma_.lower() in lexicon.FADE:
        status = clause.read(token.head)
        if cue.sign > 0:
            faded = Status(unreal=status.unreal, negated=not status.negated)
        else:
            faded = Status(unreal=status.unreal, ended=not status.negated)
        yield from _emit(
            scene, index, [owner], targets, cue.sign, cue.act, span, token, f"noun {cue.lemma} fades", 0.72, faded
        )
    elif owner is not None:
        above = token.head if token.head.pos_ in {"VERB", "AUX"} else token
        status = clause.read(above) if above is not token and token.dep_ != "nsubj" else Status()
        plain = Status(unreal=status.unreal if status.unreal in {"question", "condition"} else "")
        yield from _emit(
            scene, index, owners, targets, cue.sign, cue.act, span, token, f"noun {cue.lemma} of", 0.8, plain
        )
    elif within is not None and within.head.pos_ in {"VERB", "AUX"}:
        verb = within.head
        status = clause.read(verb)
        if verb.lemma_.lower() in {"stint", "skimp"}:
            if not status.negated:
                return
            status.negated = False  # "did not stint in praise of Y"
        who, inherited = subject(verb)
        people = child(verb, "dobj")
        if within.lower_ == "with" and people is not None and people.tag_ == "NNS" and people.i == within.i - 1:
            return  # "passed over people with a grudge against Y"
        if not is_passive(verb):
            yield from _emit(
                scene,
                index,
                _all(scene, index, who),
                targets,
                cue.sign,
                cue.act,
                (within.i, token.i + 1),
                token,
                f"noun in {cue.lemma}",
                0.68,
                status,
                inherited=inherited,
            )


def _held(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "The affection that X felt for Y", "the abuse hurled by X at Y": what is done with a noun cue behind it."""
    cues = lexicon.NOUNS.get(token.lemma_.lower(), ()) if token.pos_ == "NOUN" else ()
    verb = next((kid for kid in token.children if kid.dep_ in {"relcl", "acl"} and kid.pos_ == "VERB"), None)
    if not cues or verb is None or verb.lemma_.lower() not in lexicon.LIGHT | _FELT_WITH:
        return
    passive = is_passive(verb)
    who = child(verb, "nsubj")
    thing = child(verb, "dobj")
    if (thing is not None and thing.lower_ not in {"that", "which"}) or (verb.dep_ == "acl" and not passive):
        return
    if not passive and (who is None or who.lower_ in {"that", "which"}):
        return
    holders = _agents(scene, index, verb) if passive else _all(scene, index, who)
    status = clause.read(verb)
    for cue in cues:
        if cue.act == "relation":
            continue
        things = list(_prep_objects(verb, _ON_WHOM | cue.preps)) or list(_cut_off(scene, index, verb))
        targets = [p for t in things[:1] for p in _all(scene, index, t, target=True)]
        span, rule = (min(token.i, verb.i), max(token.i, verb.i) + 1), f"noun {cue.lemma} held"
        if span[1] - span[0] > 8:
            span = (token.i, token.i + 1)
        yield from _emit(scene, index, holders, targets, cue.sign, cue.act, span, token, rule, 0.76, status)
        return


def _cut_off(scene: Scene, index: int, verb: Token) -> Iterator[Token]:
    """The name behind a preposition that the parser has made the subject of what follows."""
    for prep in verb.children:
        if prep.dep_ == "prep" and prep.lower_ in _ON_WHOM and child(prep, "pobj") is None and prep.i > verb.i:
            for at in (prep.i + 1, prep.i + 2):
                name = scene.where.get(index, at) if at < len(verb.doc) else None
                if name is not None and name.first == at:
                    yield verb.doc[name.last - 1]
                    return


_ON_WHOM = words("for on at against towards toward upon with to")
_FELT_WITH = words("level impose reserve entertain profess evince direct aim launch mount")


_COINS = words("pound dollar euro yen crown ruble rouble yuan rupee peso franc rand shekel")
_PROVIDE = words("provide supply furnish equip present")


def _did_before(scene: Scene, index: int, verb: Token) -> list[Participant]:
    """Whose deed drew it: "Y has defended the raid. That drew rebukes from X", "Y closed a school, which drew …"."""
    what = own_subject(verb)[0]
    if what is None or what.lower_ not in {"that", "this", "which"} or what.pos_ == "NOUN":
        return []
    doer: Token | None = None
    start = verb.sent.start
    if what.lower_ == "which" and verb.dep_ == "relcl" and what.nbor(-1).text == ",":
        above = verb.head
        while above.pos_ not in {"VERB", "AUX"} and above.head.i != above.i:
            above = above.head
        doer = _who(above)[0] if above.pos_ in {"VERB", "AUX"} and not is_passive(above) else None
    elif what.i == start and start > 0:
        doer = own_subject(verb.doc[start - 1].sent.root)[0]
    return [replace(p, cost=p.cost + 0.1) for p in _all(scene, index, doer, target=True)[:1]]


def _gift(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """What is sent to or fired at somebody."""
    lemma = token.lemma_.lower()
    verb = token.head
    does = verb.lemma_.lower()
    provided = token.dep_ == "pobj" and token.head.lower_ == "with" and token.head.head.lemma_.lower() in _PROVIDE
    if provided and lemma in lexicon.GIFTS:
        # "provided Y with tanks"
        verb = token.head.head
        status = clause.read(verb)
        passive = is_passive(verb)
        holders = _agents(scene, index, verb) if passive else _holders(scene, index, verb, status)[0]
        thing = _who(verb)[0] if passive else child(verb, "dobj")
        targets = _all(scene, index, thing, target=True)
        span, rule = (verb.i, verb.i + 1), f"{verb.lemma_.lower()} with {lemma}"
        yield from _emit(scene, index, holders, targets, 1, "material", span, verb, rule, 0.82, status)
        return
    if token.pos_ not in {"NOUN", "PROPN", "NUM"} or token.dep_ not in {"dobj", "nsubjpass"}:
        return
    money = does in {"give", "donate", "hand", "contribute"} and any(
        t.ent_type_ == "MONEY" or t.lemma_.lower() in _COINS for t in token.subtree
    )
    gift = (lemma in lexicon.GIFTS and does in lexicon.GIVE) or money
    taken = lemma in lexicon.GIFTS and does in lexicon.WITHDRAW and lemma not in lexicon.NOUNS
    shot = lemma in lexicon.PROJECTILES and does in lexicon.SHOOT
    thrown = does in lexicon.THROW and lemma not in lexicon.HARMLESS and token.ent_type_ == ""
    if not (gift or taken or shot or thrown):
        return
    preps = words("at on into towards toward against") if shot or (thrown and not gift) else words("to for")
    preps = words("at") if thrown and not (gift or shot) else preps
    things = [*_prep_objects(verb, preps), *_prep_objects(token, preps)]
    dative = child(verb, "dative")
    if gift and dative is not None and dative.pos_ in {"PROPN", "PRON", "NOUN"}:
        things.append(dative)
    if gift and not things:  # "gave Ada Moss money", which the parser takes for Moss money
        things.extend(kid for kid in token.children if kid.dep_ in {"compound", "nmod"} and kid.i == verb.i + 2)
    targets = [p for thing in things for p in _all(scene, index, thing, target=True)]
    if thrown and not (gift or shot):
        targets = [p for p in targets if scene.called(p)[1] == "PERSON"]  # not "threw money at the BBC"
    status = clause.read(verb)
    if does in {"pledge", "promise"}:
        status.intended = True
    if is_passive(verb):
        holders, inherited = _agents(scene, index, verb), False
    else:
        holders, inherited = _holders(scene, index, verb, status)
    span = (verb.i, token.i + 1) if 0 < token.i - verb.i <= 6 else (verb.i, verb.i + 1)
    yield from _emit(
        scene,
        index,
        holders,
        targets,
        1 if gift else -1,
        "material",
        span,
        verb,
        f"{does} {lemma}",
        0.78,
        status,
        inherited=inherited,
    )


def _adjective(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    cue = lexicon.ADJECTIVES.get(token.lemma_.lower()) or lexicon.ADJECTIVES.get(token.lower_)
    if cue is None or token.pos_ not in {"ADJ", "VERB", "ADV"}:
        return
    things = list(_prep_objects(token, cue.preps))
    targets = [p for thing in things for p in _all(scene, index, thing, target=True)]
    if not targets:
        return
    if token.dep_ in {"acomp", "oprd", "conj", "ROOT", "advcl", "ccomp", "relcl", "xcomp", "attr"}:
        copula = token.head if token.dep_ in {"acomp", "attr", "oprd"} else token
        if token.dep_ == "conj" and token.head.dep_ == "acomp":
            copula = token.head.head
        status = clause.read(copula)
        who, inherited = subject(copula)
        holders = _all(scene, index, who)
    else:
        status, inherited = Status(), False
        holders = _all(scene, index, token.head)
    yield from _emit(
        scene,
        index,
        holders,
        targets,
        cue.sign,
        cue.act,
        (token.i, token.i + 1),
        token,
        f"adjective {cue.lemma}",
        0.8,
        status,
        inherited=inherited,
    )


def _relation(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    known = lexicon.RELATIONS.get(token.lemma_.lower())
    if known is None or token.pos_ not in {"NOUN", "PROPN"} or scene.where.get(index, token.i) is not None:
        return
    sign, both = known
    if any(thing.lemma_.lower() in _PRIZES for thing in _prep_objects(token, words("for in"))):
        return  # "rivals for the title", "partners in a firm"
    if token.lemma_.lower() == "champion" and token.dep_ in {"compound", "nmod"}:
        return  # "the league champion Y"
    others: list[Participant] = []
    for thing in _prep_objects(token, words("of to")):
        others.extend(_all(scene, index, thing, target=True))
    owned = child(token, "poss") is not None  # "the group's European rival" is not one of Europe
    if not owned and (whose := _possessor(token)) is not None:
        others.extend(_all(scene, index, whose, target=True))
        owned = True
    for kid in token.children:
        if kid.dep_ in {"poss", "nmod"} or (kid.dep_ in {"compound", "amod"} and kid.i < token.i and not owned):
            others.extend(_all(scene, index, kid, target=True))
    status = Status()
    ones: list[Participant] = []
    inherited = False
    sworn = token.dep_ == "oprd" and token.head.lower_ == "sworn"  # "have been sworn enemies"
    if token.dep_ in {"attr", "oprd"} and (token.head.lemma_.lower() in _PREDICATIVE or sworn):
        status = clause.read(token.head)
        who, inherited = subject(token.head)
        ones = _all(scene, index, who)
    elif token.dep_ == "appos":
        ones = _all(scene, index, token.head)
    elif (one_of := _is_one_of_them(token)) is not None:
        status = clause.read(one_of)
        who, inherited = subject(one_of)
        ones = _all(scene, index, who)
    elif token.dep_ == "conj" and token.head.dep_ == "appos":
        ones = _all(scene, index, token.head.head)
    elif token.dep_ in {"compound", "nmod"}:
        ones = _all(scene, index, token.head)
        for kid in token.head.children:
            if kid.i < token.i and kid.dep_ in {"compound", "poss", "amod", "nmod"}:
                others.extend(_all(scene, index, kid, target=True))
    for kid in token.children:
        if kid.dep_ == "appos":
            ones.extend(_all(scene, index, kid))
    for thing in _prep_objects(token, words("in")):
        # "Y's allies in Z"
        if others and not ones:
            ones.extend(p for p in _all(scene, index, thing) if scene.clusters[p.key].type == "GPE")
    if not ones and token.dep_ in {"npadvmod", "advcl", "nsubj"} and token.head.pos_ in {"VERB", "AUX"}:
        who = subject(token.head)[0]
        if who is not None and who.i > token.i:
            ones = _all(scene, index, who)
    over = next((kid for kid in token.children if kid.lower_.rstrip("-") in clause.OVER and kid.i < token.i), None)
    over = over or (token.nbor(-1) if token.i and token.nbor(-1).lower_ in clause.OVER else None)
    begins = token.left_edge.i
    before = [
        t
        for t in token.doc[max(token.sent.start, min(begins - 1, token.i - 3)) : token.i]
        if t.lower_ in {"once", "formerly"}
    ]
    over = over or (before[-1] if before else None)
    if over is not None:
        status.ended, status.time_text = True, over.text
    person = any(scene.called(p)[1] == "PERSON" for p in (*ones, *others))
    shared = any(kid.lower_ in _PARTNERS_IN for kid in token.children if kid.i < token.i)
    if token.lemma_.lower() == "partner" and person and not shared:
        return  # whom somebody lives with
    keys = {p.key for p in ones}
    others = [p for p in others if p.key not in keys]
    if not others and len(keys) >= 2 and both and token.tag_ in {"NNS", "NNPS"} and not owned:
        others = ones
    none = any(kid.dep_ == "det" and kid.lower_ in {"no", "neither"} for kid in token.children)
    if token.dep_ == "attr" and sign > 0 and token.lemma_.lower() in _NOT_A_FAN and (none or status.negated):
        sign, both, status.negated, none = -1, False, False, False  # "is no fan of Y"
    if status.negated or none:
        status.unreal = "negated relation"
    span = (token.i, token.i + 1)
    act: Act = "relation" if both else "attitude"
    if not both and status.ended:
        status.past = False
    base = 0.6 if token.lemma_.lower() in {"friend", "partner", "fan", "champion", "challenger", "follower"} else 0.74
    rule = f"relation {token.lemma_.lower()}"
    yield from _emit(scene, index, ones, others, sign, act, span, token, rule, base, status, inherited=inherited)
    if both and others is not ones:
        yield from _emit(scene, index, others, ones, sign, act, span, token, rule, base, status, inherited=inherited)


def _possessor(noun: Token) -> Token | None:
    """Whose a noun is by its place alone: "have been Y's previous allies", which the parser takes apart."""
    doc, first = noun.doc, noun.left_edge.i
    for at in (first, first - 1):
        if 0 < at < noun.i and doc[at].tag_ == "POS":
            return doc[at - 1]
    return None


def _is_one_of_them(noun: Token) -> Token | None:
    """ "X is one of Y's staunchest supporters", "is among Y's allies": the verb of that clause."""
    if noun.dep_ != "pobj" or noun.head.lower_ not in {"of", "among", "amongst"}:
        return None
    one = noun.head.head
    if one.lower_ == "one" and one.dep_ == "attr":
        one = one.head
    return one if one.lemma_.lower() in _PREDICATIVE else None


_PARTNERS_IN = words("coalition close closest trusted loyal key main political strategic governing natural")
_NOT_A_FAN = words("fan admirer lover enthusiast")


def _standing(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    if token.i == 0 or token.dep_ != "pobj":
        return
    prep = token.head
    sign = lexicon.STANDING.get((prep.lower_, token.lemma_.lower())) or lexicon.STANDING.get(
        (prep.lower_, token.lower_)
    )
    if sign is None or not 0 < token.i - prep.i <= (3 if prep.lower_ == "on" else 1):
        return
    verb = prep.head
    for _ in range(3):
        if verb.pos_ in {"VERB", "AUX"}:
            break
        verb = verb.head
    if verb.pos_ not in {"VERB", "AUX"}:
        return
    status = clause.read(verb)
    if (prep.lower_, token.lemma_.lower()) == ("on", "term"):
        if not any(kid.lower_ in {"speaking", "good", "friendly"} for kid in token.children) or not status.negated:
            return
        status.negated = False
    if status.negated:
        status.unreal = "negated relation"
    who, inherited = subject(verb)
    if verb.lemma_.lower() in _PUTS and (moved := child(verb, "dobj")) is not None:
        who = moved  # "put her at odds with Y"
    ones = _all(scene, index, who)
    if who is not None and not ones:
        ones = list(scene.group(index, who))
    things = [t for source in (token, prep, verb) for t in _prep_objects(source, words("with"))]
    others = [p for t in things[:1] for p in _all(scene, index, t, target=True)]
    same = not things and len({p.key for p in ones}) >= 2
    if same:
        others = ones
    span = (prep.i, token.i + 1)
    rule = f"{prep.lower_} {token.lower_}"
    yield from _emit(scene, index, ones, others, sign, "relation", span, token, rule, 0.78, status, inherited=inherited)
    if not same:
        yield from _emit(
            scene, index, others, ones, sign, "relation", span, token, rule, 0.78, status, inherited=inherited
        )


_PUTS = words("put place set leave bring pit")


def _verdict(token: Token) -> Sign | None:
    for word in (token.lemma_.lower(), token.lower_):
        if word in evaluative.BAD or lexicon.RELATIONS.get(word, (0, True))[0] < 0:
            return -1
        if word in evaluative.GOOD:
            return 1
    return None


def _naming(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Called Y a coward", "described Y as a liar"."""
    if token.pos_ != "VERB" or token.lemma_.lower() not in evaluative.NAMING:
        return
    passive = is_passive(token)
    attitude = token.lemma_.lower() in {"regard", "consider", "deem", "see", "view", "find"}
    things: list[Token] = []
    verdicts: list[Token] = []
    for kid in token.children:
        if kid.dep_ == "dobj" and kid.lower_ in {"whom", "who", "that"} and token.dep_ == "relcl":
            things.append(token.head)  # "whom X has called a liar"
        elif kid.dep_ in {"dobj", "nsubj"} and kid.i > token.i:
            things.append(kid)
            verdicts.extend(_trailing(kid))
            below = [kid, *(k for k in kid.children if k.dep_ in {"appos", "conj"})]
            verdicts.extend(k for b in below for k in b.children if k.dep_ in {"appos", "acl"} and k.i > kid.i)
        elif kid.dep_ in {"oprd", "xcomp", "attr", "acomp"}:
            verdicts.append(kid)
            things.extend(k for k in kid.children if k.dep_ in {"nsubj"})
        elif kid.dep_ == "advmod" and kid.i > token.i + 1 and (things or passive):
            verdicts.append(kid)  # "called the decision cowardly", "described as spineless"
        elif kid.dep_ == "ccomp":
            verdicts.extend([kid, *(k for k in kid.children if k.dep_ in {"attr", "oprd", "acomp"})])
            things.extend(k for k in kid.children if k.dep_ in {"nsubj"})
        elif kid.dep_ == "prep" and kid.lower_ in {"to", "of"} and token.lemma_.lower() in {"refer", "speak", "talk"}:
            things.extend(k for k in kid.children if k.dep_ == "pobj")
            verdicts.extend(
                v for k in (*kid.children, *kid.subtree) if k.dep_ == "prep" and k.lower_ == "as" for v in k.children
            )
        elif kid.dep_ == "prep" and (
            kid.lower_ == "as" or (kid.lower_ in {"to", "with"} and token.lemma_.lower() in _LIKENING)
        ):
            verdicts.extend(k for k in kid.children if k.dep_ in {"pobj", "amod", "pcomp", "acomp", "advcl"})
    verdicts.extend(mod for v in list(verdicts) for mod in v.children if mod.dep_ == "amod")
    if not things and child(token, "agent") is None:
        # the parser takes whom it names for what they are named
        named = (kid for kid in token.children if kid.dep_ == "oprd" and kid.i > token.i)
        thing = next((kid for kid in named if _all(scene, index, kid, target=True)), None)
        if thing is not None and any(v.i > thing.i for v in verdicts):
            things, passive = [thing], False
            verdicts = [v for v in verdicts if v.i > thing.i]
    found = [(v, sign) for v in verdicts if (sign := _verdict(v)) is not None]
    if token.lemma_.lower() in _LIKENING:
        found.extend((v, -1) for v in verdicts if v.lower_ in evaluative.VILLAINS)
    figure = _named_figure(token)
    if figure is not None:
        verdict, sign, cue = token.doc[figure.end - 1], figure.sign, (figure.end - 1, figure.end)
    elif found:
        verdict, sign = found[0]
        cue = (verdict.i, verdict.i + 1)
    else:
        return
    status = clause.read(token)
    if passive:
        holders, inherited = _agents(scene, index, token), False
        who = token.head if token.dep_ == "acl" else _who(token)[0]
        things = [who] if who is not None else []
    else:
        holders, inherited = _holders(scene, index, token, status)
    targets = [p for thing in things for p in _all(scene, index, thing, target=True)]
    targets = targets or [p for thing in things for p in _whose(scene, index, thing)]
    if status.negated and sign > 0 and verdict.lemma_.lower() in evaluative.NEGATABLE:
        sign, status.negated = -1, False
    if status.negated:
        status.unreal = "negated"
    yield from _emit(
        scene,
        index,
        holders,
        targets,
        sign,
        "attitude" if attitude else "verbal",
        cue,
        token,
        f"naming {verdict.lemma_}",
        0.84,
        status,
        inherited=inherited,
    )


def _trailing(thing: Token) -> Iterator[Token]:
    """An adjective that the parser drew into the object: "called Y's handling of the crisis inept"."""
    yield from (kid for kid in thing.children if kid.dep_ == "amod" and kid.i > thing.i)
    last = thing.doc[thing.right_edge.i]
    while last.i > thing.i and last.is_punct:
        last = last.nbor(-1)
    if last.i > thing.i and last.dep_ == "pobj" and any(kid.dep_ == "compound" for kid in last.children):
        yield last


def _named_figure(verb: Token) -> figures.Figure | None:
    """A figure of speech after whom a verb names: "called Y a waste of space", "described Y as rotten to the core"."""
    for at in range(verb.i + 1, min(verb.i + 16, verb.sent.end)):
        word = verb.doc[at]
        if word.pos_ in {"VERB", "AUX"} and word.dep_ not in {"amod", "acl"}:
            return None
        before = word.nbor(-1)
        opens = before.lower_ in {"as", "a", "an", "the"} or before.text in _MARKS or before.ent_type_ != ""
        if opens and (found := figures.find(word, "being")) is not None:
            return found
    return None


def _judgement(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Y is a disgrace", "Y has lied", "Y must go": the speaker judges the subject, else the outlet does."""
    found = _said_of_subject(token) or _held_against(token)
    if found is None:
        return
    sign, verb, rule, base, cue = found
    status = clause.read(verb)
    if rule.startswith(("must", "figure should")):
        status.unreal = "" if status.unreal.startswith("modal") else status.unreal
    if rule.startswith("figure") and status.negated and _is_negated_figure(token, verb):
        status.negated = False
    if rule.startswith("judged no "):
        status.negated = False
    if status.negated:
        status.unreal = "negated judgement"
    if _asked(token):
        status.unreal = status.unreal or "asked"
    who, inherited = _who(verb)
    if inherited:
        return
    targets = _all(scene, index, who, target=True)
    around = scene.speeches(scene.pieces[index], token)
    holder = _alleged_by(scene, index, verb)
    if holder is not None:
        status = Status(unreal="negated judgement" if status.negated else "")
        base = max(base, 0.78)
    elif around:
        speaker = scene.speaker(around[-1])
        at = around[-1].cue_at
        told = scene.pieces[at[0]].doc[at[1]].lemma_.lower() if at[0] >= 0 and not around[-1].marked else ""
        if told in _ONLY_TELLS:
            return  # "Reuters reported that Y had lied"
        others = passed_on(verb, index, scene, around[-1])
        if speaker is None or (others is not None and (holder := scene.resolve(index, others)) is None):
            return  # "my critics say that Y is a liar"
        if others is None:
            holder = Participant(speaker.key, speaker, "name", 0.08 if speaker.kind == "pronoun" else 0.0)
    elif (holder := _said_above(scene, index, verb) or _in_view_of(scene, index, verb)) is not None:
        base -= 0.05
    elif token.lemma_.lower() in _OWN_WORDS and rule.startswith("judged") and not _headed(verb):
        base = 0.7
    else:
        return
    yield from _emit(scene, index, [holder], targets, sign, "verbal", cue, token, rule, base, status)


def _said_of_subject(token: Token) -> tuple[Sign, Token, str, float, tuple[int, int]] | None:
    """Sign, verb of the subject, rule, score and cue of what a word says of its clause's subject."""
    lemma, cue = token.lemma_.lower(), (token.i, token.i + 1)
    if token.dep_ in {"attr", "acomp"} and token.head.lemma_.lower() in _PREDICATIVE:
        if _figure(token.head) is not None:
            return None
        return _predicate(token, cue)
    if _to_blame(token):
        return -1, token.head, "to blame", 0.76, cue
    if token.pos_ not in {"VERB", "AUX"}:
        return None
    if (figure := _figure(token)) is not None:
        ought = "should " if _ought(token) else ""
        return figure.sign, token, f"figure {ought}{lemma}", 0.76, (token.i, figure.end)
    if token.pos_ == "VERB" and is_passive(token) and lemma in evaluative.PUNISHED and _ought(token):
        return -1, token, f"must be {token.lower_}", 0.76, cue
    if token.pos_ != "VERB" or is_passive(token):
        return None
    if lemma in evaluative.BAD_DOING:
        return -1, token, f"judged by deed {lemma}", 0.72, cue
    if lemma in evaluative.DOES:
        for kid in token.children:
            if kid.dep_ == "advmod" and kid.lower_ in evaluative.BADLY | evaluative.WELL:
                sign: Sign = -1 if kid.lower_ in evaluative.BADLY else 1
                return sign, token, f"judged by deed {lemma} {kid.lower_}", 0.76, (kid.i, kid.i + 1)
    for kid in token.children:
        if kid.dep_ == "advmod" and kid.i < token.i and kid.lower_ in evaluative.ACTED:
            acted: Sign = 1 if evaluative.ACTED[kid.lower_] > 0 else -1
            return acted, token, f"judged by deed {lemma} {kid.lower_}", 0.72, (kid.i, kid.i + 1)
    leaves = lemma in _MUST_GO and not any(kid.dep_ == "prep" and kid.lower_ == "to" for kid in token.children)
    if leaves and any(k.dep_ == "aux" and k.lower_ in {"must", "should"} for k in token.children):
        return -1, token, f"must {lemma}", 0.76, cue
    return None


def _predicate(token: Token, cue: tuple[int, int]) -> tuple[Sign, Token, str, float, tuple[int, int]] | None:
    """What "is a disgrace", "is honest", "is no friend of" say."""
    lemma = token.lemma_.lower()
    judged, sign, base = token, _verdict(token), 0.76
    to = next((k for k in (*token.children, *token.head.children) if k.dep_ == "xcomp" and k.i > token.i), None)
    if token.lower_ == "right" and token.dep_ == "acomp" and to is not None:
        sign = 1
    if sign is None:
        of = ((kid, s) for kid in token.children if kid.dep_ == "amod" and (s := _verdict(kid)) is not None)
        judged, sign = next(of, (token, None))
        base = 0.68
    if sign is None:
        return None
    word = judged.lemma_.lower()
    if word in evaluative.DOMAIN and any(
        kid.dep_ == "prep" and kid.lower_ in {"in", "on", "at"} for kid in (*token.children, *token.head.children)
    ):
        return None
    denied = any(kid.dep_ == "neg" for kid in token.head.children) or any(
        kid.lower_ in {"no", "not"} for kid in token.children
    )
    if denied and sign > 0 and {word, judged.lower_} & evaluative.NEGATABLE:
        return -1, token.head, f"judged no {lemma}", 0.76, cue
    if any(kid.lower_ == "no" for kid in token.children):
        return None  # "is no fool", "is no hero"
    praised = [k for kid in token.children if kid.dep_ == "amod" for k in (kid, *kid.conjuncts)]
    if sign < 0 and word in lexicon.RELATIONS and any(_verdict(kid) == 1 for kid in praised):
        return None  # "a worthy opponent"
    advised = any(kid.dep_ == "aux" and kid.lower_ in {"would", "'d", "might"} for kid in token.head.children)
    if advised and token.dep_ == "acomp" and any(k.dep_ == "xcomp" for k in (*token.children, *token.head.children)):
        return None  # "would be wise to wait"
    return sign, token.head, f"judged {lemma}", base, cue


def _of_doer(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "It was brave of Y to", "how cowardly of Y": who says so judges Y."""
    sign = _verdict(token)
    of = next((k for k in token.children if k.dep_ == "prep" and k.lower_ == "of"), None)
    if sign is None or token.tag_ != "JJ" or of is None:
        return
    said_it = any(kid.lower_ in {"it", "that", "this"} and kid.dep_ == "nsubj" for kid in token.head.children)
    how = any(kid.lower_ == "how" for kid in token.children)
    if not (how or (said_it and token.head.lemma_.lower() == "be")):
        return
    around = scene.speeches(scene.pieces[index], token)
    speaker = scene.speaker(around[-1]) if around else None
    if speaker is None:
        return
    status = clause.read(token.head) if token.head.pos_ in {"VERB", "AUX"} else Status()
    if _asked(token):
        status.unreal = status.unreal or "asked"
    holder = Participant(speaker.key, speaker, "name", 0.08 if speaker.kind == "pronoun" else 0.0)
    targets = _all(scene, index, child(of, "pobj"), target=True)
    rule, cue = f"judged of {token.lemma_}", (token.i, token.i + 1)
    yield from _emit(scene, index, [holder], targets, sign, "verbal", cue, token, rule, 0.74, status)


def _figure(verb: Token) -> figures.Figure | None:
    """A figure of speech that a verb begins, or that follows a form of "be"."""
    if verb.pos_ not in {"VERB", "AUX"} or verb.dep_ in {"aux", "auxpass"}:
        return None
    negated = any(kid.dep_ == "neg" and kid.i < verb.i + 3 for kid in verb.children)
    if verb.lemma_.lower() in _PREDICATIVE:
        for at in range(verb.i + 1, min(verb.i + 5, verb.sent.end)):
            word = verb.doc[at]
            found = figures.find(word, "being", negated=negated and word.dep_ != "neg")
            if found is not None:
                return found
            if word.dep_ not in {"neg", "det", "advmod", "poss"} and word.text not in _MARKS:
                break
    elif (done := figures.find(verb, "doing", negated=negated, ought=_ought(verb))) is not None:
        return done
    be = next((kid for kid in verb.children if kid.dep_ in {"aux", "auxpass"} and kid.lemma_.lower() == "be"), None)
    return figures.find(verb, "being") if be is not None and not negated else None


def _is_negated_figure(token: Token, verb: Token) -> bool:
    """Whether the "not" of a clause is part of its figure."""
    neg = any(kid.dep_ == "neg" for kid in verb.children)
    return neg and _figure(token) is not None


def _ought(verb: Token) -> bool:
    return any(kid.dep_ == "aux" and kid.lower_ in {"should", "must"} for kid in verb.children)


def _asked(token: Token) -> bool:
    """Whether the next mark that ends a clause is a question's."""
    ends = (t.text for t in token.doc[token.i : token.i + 40] if t.text in {".", "!", "?"})
    return next(ends, ".") == "?"


def _in_view_of(scene: Scene, index: int, verb: Token) -> Participant | None:
    """ "In X's view", "for X,", "to X,", "X: Y is", "X, for whom Y is": who judges without a verb of saying."""
    for kid in (k for node in (verb, *verb.children) for k in node.children):
        if kid.lower_ == "according":
            to = child(kid, "prep")
            return scene.resolve(index, source) if to is not None and (source := child(to, "pobj")) else None
        far = kid.lower_ == "concerned" and kid.dep_ in {"advcl", "ccomp"}
        if far and (felt := child(kid, "nsubj", "nsubjpass")) is not None:
            return scene.resolve(index, felt)
        if kid.dep_ != "prep" or (kid.i > verb.i and kid.lower_ != "in"):
            continue
        thing = child(kid, "pobj")
        if thing is None:
            continue
        if kid.lower_ in {"for", "to"}:
            if thing.lower_ in {"whom", "which"} and verb.dep_ == "relcl":
                return scene.resolve(index, verb.head)
            if kid.i == verb.sent.start or kid.nbor(-1).text in {",", "—", "–", ";", ":"}:
                return scene.resolve(index, thing)
        if kid.lower_ == "in" and thing.lemma_.lower() in evaluative.VIEWS:
            of = next((k for k in thing.children if k.dep_ == "prep" and k.lower_ == "of"), None)
            whose = child(thing, "poss") or (child(of, "pobj") if of is not None else None)
            return scene.resolve(index, whose) if whose is not None else None
    start = verb.sent.start
    name = scene.where.get(index, start)
    if name is not None and name.last < verb.i and verb.doc[name.last].text == ":":
        return scene.resolve(index, verb.doc[name.last - 1])
    # "Y is a liar: X"
    last = verb.sent.end - 1
    while last > verb.i and verb.doc[last].is_punct:
        last -= 1
    name = scene.where.get(index, last)
    if name is not None and name.first > verb.i and verb.doc[name.first - 1].text == ":":
        return scene.resolve(index, verb.doc[name.last - 1])
    return None


def _headed(verb: Token) -> bool:
    """Whether a colon or whose view it is stands beside the clause: whose words they are is not known."""
    told = {":", "according", "concerned"} | evaluative.VIEWS - {"mind", "book", "eye", "eyes"}
    return any(t.lower_ in told for t in verb.sent)


def _cheered(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Shame on Y", "hats off to Y" at the head of what somebody says."""
    name = scene.where.get(index, token.i)
    if name is None or name.first != token.i:
        return
    words_before: list[str] = []
    at = token.i - 1
    while at >= 0 and len(words_before) < 4 and token.doc[at].is_alpha:
        words_before.insert(0, token.doc[at].lower_)
        at -= 1
    if at >= 1 and token.doc[at].text == "," and token.doc[at - 1].lower_ == "you" and not words_before:
        # "Shame on you, Y"
        words_before = [t.lower_ for t in token.doc[max(at - 3, 0) : at - 1]]
    sign = evaluative.CHEERS.get(tuple(words_before))
    if sign is None:
        return
    around = scene.speeches(scene.pieces[index], token)
    speaker = scene.speaker(around[-1]) if around else None
    if speaker is None:
        return
    first, last = token.i - len(words_before), token.i
    holder = Participant(speaker.key, speaker, "name", 0.08 if speaker.kind == "pronoun" else 0.0)
    targets = _all(scene, index, token.doc[name.last - 1], target=True)
    rule = f"cheered {' '.join(words_before)}"
    yield from _emit(
        scene, index, [holder], targets, 1 if sign > 0 else -1, "verbal", (first, last), token, rule, 0.76, Status()
    )


def _said_above(scene: Scene, index: int, verb: Token) -> Participant | None:
    """Who says the clause of a verb, by the parse alone."""
    node = verb
    for _ in range(4):
        head = node.head
        if head.i == node.i or node.dep_ not in {"ccomp", "conj", "parataxis"}:
            return None
        if node.dep_ == "ccomp" and head.lemma_.lower() in REPORTING - _ONLY_TELLS:
            who = next((kid for kid in reversed(list(head.children)) if kid.dep_ == "nsubj"), None)
            return scene.resolve(index, who) if who is not None else None
        node = head
    return None


def _held_against(verb: Token) -> tuple[Sign, Token, str, float, tuple[int, int]] | None:
    """What is held against its doer by being alleged or complained of: "complained that Y had ignored the letters"."""
    if verb.pos_ != "VERB" or verb.dep_ not in {"acl", "ccomp"} or is_passive(verb):
        return None
    told, lemma, cue = verb.head.lemma_.lower(), verb.lemma_.lower(), (verb.i, verb.i + 1)
    cues = lexicon.VERBS.get(lemma, ())
    hostile = any(c.sign < 0 and c.act != "attitude" and not c.weak and not c.preps for c in cues)
    alleged = told in (_ALLEGED if verb.dep_ == "acl" else _ALLEGES)
    if alleged and hostile:
        return -1, verb, f"alleged {lemma}", 0.74, cue
    if verb.dep_ == "ccomp" and told in _COMPLAINS and lemma not in _SUFFERED and verb.head.pos_ == "VERB":
        if any(kid.lower_ in {"could", "can", "might", "may", "would", "should"} for kid in verb.children):
            return None
        return -1, verb, f"complained of {lemma}", 0.64, cue
    return None


_ONLY_TELLS = words("report reveal disclose learn confirm")
_ALLEGES = words("allege charge complain grumble moan fume rage protest")
_COMPLAINS = words("complain grumble moan gripe grouse whine fume")
_SUFFERED = words(
    """be have get need deserve suffer lose die face receive fall struggle wait work pay live feel want become remain
    seem stand lack miss bear endure earn spend arrive"""
)


def _alleged_by(scene: Scene, index: int, verb: Token) -> Participant | None:
    """Who alleges the clause of a verb in a noun: "an allegation by X that", "X's charge that", "a UN finding that"."""
    noun = verb.head
    if verb.dep_ != "acl" or noun.lemma_.lower() not in _ALLEGED or not any(k.lower_ == "that" for k in verb.children):
        return None
    above = noun.head
    if noun.dep_ == "dobj" and above.lemma_.lower() in lexicon.LIGHT | {"raise", "stand"} and not is_passive(above):
        status = clause.read(above)
        return None if status.negated or status.unreal else scene.resolve(index, _who(above)[0] or above)
    return scene.owner(index, noun)


_ALLEGED = words("allegation accusation charge claim complaint finding assertion contention insinuation suggestion")
_FOLK = lexicon.NO_THINGS | words("company wife child food music work art cooking")


def _reciprocal(token: Token) -> bool:
    """ "Each other", "one another"."""
    if token.lower_ == "one":
        return token.i + 1 < len(token.doc) and token.nbor(1).lower_ == "another"
    return token.lower_ in {"other", "another"} and token.i > 0 and token.nbor(-1).lower_ in {"each", "one"}


def _idiom(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """Verb, noun and preposition that mean a stance only together: "ran out of patience with Y"."""
    if token.pos_ not in {"VERB", "AUX"}:
        return
    lemma = token.lemma_.lower()
    nouns = lexicon.IDIOMS.get(lemma)
    if nouns:
        for noun in token.subtree:
            if not 0 < noun.i - token.i <= 7 or (frame := nouns.get(noun.lemma_.lower())) is None:
                continue
            preps, sign, act = frame
            things = [*_prep_objects(noun, preps), *_prep_objects(token, preps, after=noun)]
            if not things and "'s" in preps and (owner := child(noun, "poss")) is not None:
                things = [owner]
            if not things and "dat" in preps:
                things = [
                    t
                    for t in noun.doc[token.i + 1 : noun.i]
                    if t.dep_ in {"dative", "dobj", "nsubj"} and t.head.i in {token.i, noun.i}
                ][:1]
            if not things and "*" in preps:
                things = [*_objects_of(token)][:1]
            targets = [p for thing in things for p in _all(scene, index, thing, target=True)]
            if not targets:
                continue
            status = clause.read(token)
            holders, inherited = _holders(scene, index, token, status)
            if is_passive(token):
                holders, inherited = _agents(scene, index, token), False
            none = any(kid.dep_ == "det" and kid.lower_ == "no" for kid in noun.subtree)
            if none or any(t.lower_ == "no" for t in noun.doc[max(token.i, noun.i - 2) : noun.i]):
                status.negated = not status.negated
            if (lemma, noun.lemma_.lower()) in lexicon.ONLY_REFUSED and not status.negated:
                return
            if lemma in {"hear", "brook", "tolerate"} and status.negated:
                sign, status.negated = 1, False  # "would not hear a word against Y"
            yield from _emit(
                scene,
                index,
                holders,
                targets,
                sign,
                act,
                (token.i, noun.i + 1),
                token,
                f"idiom {lemma} {noun.lemma_.lower()}",
                0.78,
                status,
                inherited=inherited,
            )
            return
    thing = child(token, "dobj")
    if thing is None:
        return
    particle = child(token, "prt") or next(
        (k for k in token.children if k.dep_ in {"advmod", "oprd", "acomp"} and (lemma, k.lower_) in lexicon.PHRASAL),
        None,
    )
    phrasal = lexicon.PHRASAL.get((lemma, particle.lower_)) if particle is not None else None
    unbearable = (
        lemma in {"stand", "bear", "stomach", "abide", "endure"}
        and any(kid.dep_ == "neg" for kid in token.children)
        and any(kid.lower_ in {"can", "ca", "could"} for kid in token.children)
    )
    if phrasal is None and not unbearable:
        return
    status = clause.read(token)
    if unbearable:
        status.negated, status.unreal = False, "" if status.unreal.startswith("modal") else status.unreal
    cue = phrasal or Cue(lemma, -1, "attitude")
    rule = f"phrasal {lemma} {particle.lower_}" if particle is not None else f"cannot {lemma}"
    span = (token.i, particle.i + 1 if particle is not None and 0 < particle.i - token.i < 4 else token.i + 1)
    passive = is_passive(token)
    holders, inherited = (_agents(scene, index, token), False) if passive else _holders(scene, index, token, status)
    targets = _all(scene, index, _who(token)[0] if passive else thing, target=True)
    if _reciprocal(thing) and len({p.key for p in holders}) >= 2:
        targets = holders
    yield from _emit(
        scene,
        index,
        holders,
        targets,
        cue.sign,
        cue.act,
        span,
        token,
        rule,
        0.78,
        status,
        inherited=inherited,
        weak=cue.weak,
    )


def _shunned(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Refused to meet Y", "will not talk to Y", "X's refusal to recognise Y"."""
    preps = lexicon.SHUNNED.get(token.lemma_.lower())
    if preps is None or token.pos_ != "VERB" or is_passive(token) or not _is_refused(token):
        return
    things = [child(token, "dobj")] if "" in preps else [*_prep_objects(token, preps)]
    targets = [p for thing in things if thing is not None for p in _all(scene, index, thing)]
    status = replace(clause.read(token), negated=False, intended=False, would=False)
    holders, inherited = _holders(scene, index, token, status)
    rule = f"refused to {token.lemma_.lower()}"
    span = (token.i, token.i + 1)
    yield from _emit(
        scene, index, holders, targets, -1, "material", span, token, rule, 0.8, status, inherited=inherited
    )


def _is_refused(verb: Token) -> bool:
    head = verb.head
    if verb.dep_ == "xcomp" and head.lemma_.lower() in {"refuse", "decline"}:
        return not any(kid.dep_ == "neg" for kid in head.children)
    if verb.dep_ == "acl" and head.lemma_.lower() == "refusal":
        return True
    helpers = {kid.lower_ for kid in verb.children if kid.dep_ == "aux"}
    told = any(kid.dep_ == "neg" for kid in verb.children) and helpers & {"will", "wo", "'ll", "’ll", "would"}
    return bool(told) and "have" not in helpers and not any(t.lower_ in {"if", "unless"} for t in verb.sent)


def _freed(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Demanded the release of Y", "called for Y's release": who wants somebody free is for them."""
    if token.lemma_.lower() not in lexicon.FREEDOM or token.pos_ != "NOUN":
        return
    wants = lexicon.DEMANDING.get(token.head.lemma_.lower() if token.dep_ == "dobj" else "")
    verb = token.head
    if token.dep_ == "pobj" and token.head.lower_ == "for":
        verb = token.head.head
        wants = lexicon.DEMANDING.get(f"{verb.lemma_.lower()} for")
    if wants is None or verb.pos_ != "VERB" or is_passive(verb):
        return
    owner = child(token, "poss")
    things = [owner] if owner is not None else [*_prep_objects(token, words("of"))]
    targets = [p for t in things for p in _all(scene, index, t) if scene.called(p)[1] == "PERSON"]
    status = clause.read(verb)
    holders, inherited = _holders(scene, index, verb, status)
    span = (verb.i, token.i + 1)
    rule = f"freed {token.lemma_.lower()}"
    yield from _emit(scene, index, holders, targets, 1, "verbal", span, token, rule, 0.78, status, inherited=inherited)


def _demand(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Called on X to resign", "demanded that X withdraw", "demanded an apology from X": X does wrong."""
    lemma = token.lemma_.lower()
    if token.pos_ != "VERB" or lemma not in lexicon.URGE or clause.read(token).unreal:
        return
    asked: list[Token] = []
    passive = is_passive(token)
    for kid in token.children:
        if kid.dep_ in {"xcomp", "ccomp", "advcl"} and kid.lemma_.lower() in lexicon.UNDO and kid.i > token.i:
            if any(k.dep_ == "neg" for k in kid.children):
                continue
            own = child(kid, "nsubj")
            if passive and (who := _who(token)[0]) is not None:
                asked = [who]
            else:
                asked = (
                    [own] if own is not None else [*_objects_of(token), *_prep_objects(token, words("on upon for"))][:1]
                )
        elif kid.dep_ == "dobj" and kid.lemma_.lower() in lexicon.HARM | {"apology", "retraction", "withdrawal"}:
            owner = child(kid, "poss")
            asked = (
                [owner]
                if owner is not None
                else [*_prep_objects(kid, words("from of")), *_prep_objects(token, words("from"))][:1]
            )
        elif kid.dep_ == "prep" and kid.lower_ == "for" and (thing := child(kid, "pobj")) is not None:
            owner = child(thing, "poss") or next(_prep_objects(thing, words("of")), None)
            if (
                thing.lemma_.lower() in lexicon.HARM | {"apology"}
                and owner is not None
                and lemma in {"call", "push", "press"}
            ):
                asked = [owner]
    targets = [p for t in asked for p in _all(scene, index, t, target=True)]
    if not targets:
        return
    status = clause.read(token)
    if status.negated:
        status.unreal = "negated"
    holders, inherited = (_agents(scene, index, token), False) if passive else _holders(scene, index, token, status)
    yield from _emit(
        scene,
        index,
        holders,
        targets,
        -1,
        "verbal",
        (token.i, token.i + 1),
        token,
        f"demand {lemma}",
        0.76,
        status,
        inherited=inherited,
    )


def _brought(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Took X to court", "held X to account", "quit X in protest"."""
    lemma = token.lemma_.lower()
    if token.pos_ != "VERB":
        return
    to = next(
        (
            t
            for kid in token.children
            if kid.dep_ == "prep" and kid.lower_ in {"to", "in"} and (t := child(kid, "pobj")) is not None
            if (lemma, t.lemma_.lower()) in lexicon.BROUGHT or (t.lower_ == "protest" and lemma in lexicon.LEAVE)
        ),
        None,
    )
    if to is None or (to.lower_ == "protest") != (to.head.lower_ == "in"):
        return
    things = list(_objects_of(token))
    if to.lower_ == "protest":
        things = [*things, *_prep_objects(token, words("from of")), *_prep_objects(to, words("at against"))]
    status = clause.read(token)
    passive = is_passive(token)
    holders, inherited = (_agents(scene, index, token), False) if passive else _holders(scene, index, token, status)
    if passive:
        who = _who(token)[0]
        things = [who] if who is not None else []
    targets = [p for t in things for p in _all(scene, index, t, target=True)][:1]
    if not targets:
        return
    rule = f"brought {lemma} {to.lower_}"
    yield from _emit(
        scene,
        index,
        holders,
        targets,
        -1,
        "material",
        (token.i, token.i + 1),
        token,
        rule,
        0.78,
        status,
        inherited=inherited,
    )


def _objects_of(verb: Token) -> Iterator[Token]:
    return (kid for kid in verb.children if kid.dep_ in {"dobj", "dative"} and kid.pos_ in {"PROPN", "NOUN", "PRON"})


def _under_fire(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Came under fire from X"."""
    if token.dep_ != "pobj" or token.head.lower_ != "under" or token.lower_ not in {"fire", "attack", "criticism"}:
        return
    verb = token.head.head
    if verb.lemma_.lower() not in {"come", "be", "remain"}:
        return
    givers = [t for source in (token, verb) for t in _prep_objects(source, words("from by"))]
    yield from _emit(
        scene,
        index,
        [p for t in givers for p in _all(scene, index, t)],
        _all(scene, index, _who(verb)[0], target=True),
        -1,
        "verbal",
        (token.head.i, token.i + 1),
        token,
        f"under {token.lower_}",
        0.76,
        clause.read(verb),
    )


def _plain_object(verb: Token) -> Token | None:
    """The object of a verb, if it is no stretch of time."""
    thing = child(verb, "dobj")
    return thing if thing is None or thing.ent_type_ not in {"DATE", "TIME"} else None


def _mutual_idiom(verb: Token) -> tuple[Sign, Token] | None:
    """ "Locked horns", "buried the hatchet", with its sign and its noun."""
    for noun in verb.children:
        if noun.dep_ in {"dobj", "prep"} and noun.i > verb.i:
            thing = noun if noun.dep_ == "dobj" else child(noun, "pobj")
            sign = lexicon.MUTUAL_IDIOMS.get((verb.lemma_.lower(), thing.lemma_.lower())) if thing is not None else None
            if sign is not None and thing is not None:
                return sign, thing
    return None


def _mutual(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "The feud between X and Y", "X and Y have quarrelled", "X and Y made up"."""
    lemma = token.lemma_.lower()
    if token.pos_ == "NOUN" and lemma in lexicon.MUTUAL_NOUNS:
        sign = lexicon.MUTUAL_NOUNS[lemma]
        ones = [p for t in list(_prep_objects(token, words("between")))[:1] for p in _all(scene, index, t, target=True)]
        verb = token.head if token.head.pos_ in {"VERB", "AUX"} else token
        status = Status(unreal="no such relation" if any(k.lower_ == "no" for k in token.children) else "")
        if verb is not token and clause.read(verb).unreal in {"question", "condition"}:
            status.unreal = "irrealis"
        span = (token.i, token.i + 1)
    elif token.pos_ == "VERB" and (told := _mutual_idiom(token)) is not None:
        sign, noun = told
        status = clause.read(token)
        who, _ = _who(token)
        ones = _all(scene, index, who)
        ones += [p for t in _prep_objects(token, words("with")) for p in _all(scene, index, t, target=True)]
        ones += [p for t in _prep_objects(noun, words("with")) for p in _all(scene, index, t, target=True)]
        if status.negated:
            status.unreal = "negated relation"
        span = (token.i, noun.i + 1)
    elif token.pos_ == "VERB" and lemma in lexicon.MUTUAL_VERBS and _plain_object(token) is None:
        sign, particle = lexicon.MUTUAL_VERBS[lemma]
        prt = child(token, "prt")
        if particle and (prt is None or prt.lower_ != particle):
            return
        if any(kid.lower_ in {"with", "against"} for kid in token.children):
            return
        status = clause.read(token)
        who = subject(token)[0]
        if who is not None and who.dep_ == "conj":
            who = who.head  # a relative clause that the parser hangs on the last of two
        ones = _all(scene, index, who)
        span = (token.i, prt.i + 1 if prt is not None and prt.i > token.i else token.i + 1)
    else:
        return
    if len({p.key for p in ones}) != 2:
        return
    others = ones
    if token.pos_ == "VERB" and any(kid.dep_ == "poss" for kid in token.doc[span[1] - 1].children):
        ones, others = ones[:1], ones[1:]  # "made its peace with Y": its own
    yield from _emit(scene, index, ones, others, sign, "relation", span, token, f"mutual {lemma}", 0.74, status)


def _terms(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Relations between X and Y have soured", "X and Y are not on speaking terms", "is in X's good books"."""
    found = terms.find(token)
    if found is None:
        return
    ones = _all(scene, index, found.ones, target=found.others is None)
    if found.others is None:
        if len({p.key for p in ones}) != 2:
            return
        others = ones
    else:
        others = _all(scene, index, found.others, target=True)
    predicate = found.predicate
    status = clause.read(predicate) if predicate.pos_ in {"VERB", "AUX"} else Status()
    rule = f"terms {token.lemma_.lower()}"
    act: Act = "relation" if found.mutual else "attitude"
    yield from _emit(scene, index, ones, others, found.sign, act, found.cue, token, rule, 0.74, status)
    if found.mutual and others is not ones:
        yield from _emit(scene, index, others, ones, found.sign, act, found.cue, token, rule, 0.74, status)


def _words_for(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Had kind words for Y", "reserved her harshest words for Y", "nothing but praise for Y"."""
    verb, sign, source = token.head, 0, token
    act: Act = "verbal"
    if token.dep_ != "dobj" or verb.lemma_.lower() not in _HAS_WORDS:
        return
    if token.lemma_.lower() == "word":
        sign = next((s for kid in token.children if (s := lexicon.WORDS_FOR.get(kid.lower_))), 0)
    elif token.lower_ in {"nothing", "little"}:
        but = next((k for k in token.children if k.lower_ in {"but", "except"} and k.dep_ == "prep"), None)
        praise = child(but, "pobj") if but is not None else None
        say = next((k for k in token.children if k.lower_ == "say"), None)
        good = next((lexicon.WORDS_FOR[k.lower_] for k in token.children if k.lower_ in lexicon.WORDS_FOR), 0)
        if praise is not None:
            cues = lexicon.NOUNS.get(praise.lemma_.lower(), ())
            told = next((c for c in cues if c.act in {"verbal", "attitude"}), None)
            sign, act, source = (told.sign, told.act, praise) if told is not None else (0, act, praise)
        elif say is not None and good:
            sign, source = (good if but is not None else -good), say
    if not sign:
        return
    preps = words("for about of towards toward")
    things = [*_prep_objects(source, preps), *_prep_objects(token, preps), *_prep_objects(verb, preps, after=token)]
    targets = [p for thing in things[:1] for p in _all(scene, index, thing, target=True)]
    status = clause.read(verb)
    holders, inherited = _holders(scene, index, verb, status)
    settled: Sign = 1 if sign > 0 else -1
    if status.never and settled > 0:
        status.never = False  # "never had a good word for Y" denies nothing that was said
    span = (token.i, max(token.i, source.i) + 1)
    rule = f"words {token.lower_}"
    yield from _emit(scene, index, holders, targets, settled, act, span, token, rule, 0.76, status, inherited=inherited)


def _liked_doing(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """ "Loved working with Y", "hated playing under Y"."""
    if token.pos_ != "VERB" or token.lemma_.lower() not in lexicon.LIKED:
        return
    doing = child(token, "xcomp")
    if doing is None or doing.tag_ != "VBG" or doing.lemma_.lower() not in {"work", "play", "serve", "be", "live"}:
        return
    targets = [p for t in _prep_objects(doing, words("with for under")) for p in _all(scene, index, t, target=True)]
    status = clause.read(token)
    holders, inherited = _holders(scene, index, token, status)
    sign, span, rule = lexicon.LIKED[token.lemma_.lower()], (token.i, doing.i + 1), f"liked {token.lemma_.lower()}"
    yield from _emit(
        scene, index, holders, targets, sign, "attitude", span, token, rule, 0.74, status, inherited=inherited
    )


def _label(scene: Scene, index: int, token: Token) -> Iterator[Claim]:
    """Loaded names: "the Y regime", "the so-called Y", a Y "government" in scare quotes."""
    piece = scene.pieces[index]
    lower = token.lower_
    targets: list[Participant] = []
    rule = ""
    sign: Sign = -1
    if token.lemma_.lower() in evaluative.LABELS_AFTER or lower in evaluative.LABELS_AFTER:
        kids = [k for k in token.children if k.dep_ in {"compound", "poss", "amod", "nmod"}]
        kids.extend(_prep_objects(token, words("of in")))
        theirs = token.head.lemma_.lower() in evaluative.NAMING and token.dep_ in {"oprd", "xcomp", "attr", "ccomp"}
        targets = [] if theirs else [p for kid in kids for p in _all(scene, index, kid)][:1]
        rule = f"label {lower}"
    elif _hyphened(token) in evaluative.LABELS_BEFORE:
        head = token.head
        for _ in range(2):
            if scene.where.get(index, head.i) is None and head.dep_ in {"amod", "compound", "npadvmod", "advmod"}:
                head = head.head
        targets = _all(scene, index, head)[:1] if head.i > token.i else []
        rule = f"label {_hyphened(token)}"
    elif (named := _terror_group(scene, index, token)) is not None:
        targets, rule = [named], f"label terror {lower}"
    elif lower in evaluative.BAD and scene.speeches(piece, token) and (named := _spoken_label(scene, index, token)):
        targets, rule = [named], f"label {lower}"
    elif lower in evaluative.LABELS_GOOD and token.dep_ == "amod":
        targets, sign, rule = _all(scene, index, token.head)[:1], 1, f"label {lower}"
    elif token.is_lower and token.is_alpha and token.pos_ in {"NOUN", "ADJ"} and _in_scare_quotes(piece, token):
        targets, rule = _scared(scene, index, token), f"scare quotes {lower}"
    elif lower in _SCARE and token.i and _in_scare_quotes(piece, token):
        kids = [k for k in token.children if k.dep_ in {"compound", "poss", "amod", "nmod"}]
        targets = [p for kid in kids for p in _all(scene, index, kid)][:1]
        rule = f"scare quotes {lower}"
    if not targets or lower in TITLES - {"president", "minister"}:
        return
    around = scene.speeches(piece, token)
    holder: Participant | None = None
    if around:
        speaker = scene.speaker(around[-1])
        if speaker is None:
            return
        holder = Participant(speaker.key, speaker, "name")
    yield from _emit(
        scene, index, [holder], targets, sign, "verbal", (token.i, token.i + 1), token, rule, 0.62, Status(), label=True
    )


def _terror_group(scene: Scene, index: int, token: Token) -> Participant | None:
    """ "The terror group Y" as a name that an author gives, not as one that somebody decides on."""
    if token.lower_ not in _GROUPS or token.i == 0 or token.nbor(-1).lower_ not in {"terror", "terrorist"}:
        return None
    if any(t.lower_ in {"designated", "proscribed", "listed", "banned", "outlawed", "as"} for t in token.sent):
        return None
    name = scene.where.get(index, token.i + 1) if token.i + 1 < len(token.doc) else None
    return scene.resolve(index, token.doc[name.last - 1]) if name is not None and name.first == token.i + 1 else None


def _spoken_label(scene: Scene, index: int, token: Token) -> Participant | None:
    """ "Crooked Y", "that liar Y", "Y, a liar," in what somebody says: whom the word goes with."""
    name = scene.where.get(index, token.i + 1) if token.i + 1 < len(token.doc) else None
    own = name is not None and name.first == token.i + 1 and token.dep_ in {"amod", "compound", "nmod", "appos"}
    if own and name is not None and name.last < len(token.doc) and token.doc[name.last].pos_ in {"NOUN", "PROPN"}:
        return None  # "the corrupt Y ministry"
    if own and name is not None and token.doc[name.last - 1].nbor(1).text not in {"'s", "’s"}:
        return scene.resolve(index, token.doc[name.last - 1])
    before = token.dep_ == "appos" and token.pos_ == "NOUN" and token.head.i < token.i
    if before and scene.where.get(index, token.head.i) is not None:
        return scene.resolve(index, token.head)
    return None


def _scared(scene: Scene, index: int, token: Token) -> list[Participant]:
    """Whose the word in scare quotes is: "X's 'experts'", "X, the paper's 'conscience'", "what X calls 'data'"."""
    if token.head.lemma_.lower() in {"call", "term", "label", "dub"} and token.dep_ in {
        "oprd",
        "dobj",
        "xcomp",
        "ccomp",
    }:
        if any(kid.lower_ == "what" for kid in token.head.children):
            return _all(scene, index, child(token.head, "nsubj"))[:1]
        return []
    if any(t.lower_ in {"put", "called", "calls", "described", "describes", "termed", "named"} for t in token.sent):
        return []
    coined = any(kid.lower_ in {"a", "an"} for kid in token.children)  # 'a "tea bus" that sells cake'
    if token.dep_ in {"amod", "compound"} and token.lower_ in _MERITS:
        name = scene.where.get(index, token.i + 2) if token.i + 2 < len(token.doc) else None  # behind the mark
        return _all(scene, index, token.doc[name.last - 1])[:1] if name is not None else []
    if token.dep_ == "attr" and coined and token.lemma_.lower() in _STATUS and token.head.lemma_ == "be":
        who = child(token.head, "nsubj")
        negated = clause.read(token.head).negated or any(t.text == "?" for t in token.sent)
        return _all(scene, index, who)[:1] if who is not None and not negated else []
    if token.dep_ == "appos" and not coined and (found := _all(scene, index, token.head)):
        return found[:1]
    owners = [kid for kid in token.children if kid.dep_ == "poss"]
    found = [p for kid in owners for p in _all(scene, index, kid)][:1]
    if not found and token.lower_ in _SCARE:
        kids = [k for k in token.children if k.dep_ in {"compound", "amod", "nmod"}]
        kids.extend(t for t in token.subtree if t.dep_ == "pobj" and t.head.lower_ in {"in", "of"} and t.i > token.i)
        found = [p for kid in kids for p in _all(scene, index, kid)][:1]
    return found


#: Of what rank or worth somebody is not, where the word stands in marks: 'the "independent" Y', 'Y is a "charity"'.
_MERITS = words(
    """independent free fair impartial democratic neutral peaceful objective charitable humanitarian honest friendly
    elected sovereign moderate reformist scientific civic popular"""
)
_STATUS = words(
    """charity republic democracy ministry expert university journalist doctor professor hero patriot moderate
    independent reformer think-tank newspaper court parliament government church scientist scholar philanthropist"""
)


def _hyphened(token: Token) -> str:
    """A word with what a hyphen joins to it: the tokenizer takes "so-called" apart."""
    doc = token.doc
    if token.i + 2 < len(doc) and doc[token.i + 1].text == "-":
        return f"{token.lower_}-{doc[token.i + 2].lower_}"
    return token.lower_


def _in_scare_quotes(piece: Piece, token: Token) -> bool:
    text = piece.text
    before, after = text[token.idx - 1 : token.idx], text[token.idx + len(token) : token.idx + len(token) + 1]
    return before in _MARKS and after in _MARKS and bool(before) and bool(after)
