"""What a clause claims: whether it is asserted, refused, intended or only imagined, and of what time."""

import re
from dataclasses import dataclass

from spacy.tokens import Span, Token

from pipeline.tag.quotes import REPORTING
from pipeline.tag.stance import lexicon
from pipeline.tag.syntax import child, is_passive, subject
from pipeline.tag.words import words

_CONDITIONS = words("if unless whether lest")
_NEGATIVE_SUBJECTS = words("nobody none neither no-one nothing")
_REFUSING_NOUNS = words("refusal reluctance failure unwillingness")
_INTENDING_NOUNS = words(
    "promise pledge threat plan vow intention decision bid offer commitment call demand readiness willingness"
)
_UNREAL_NOUNS = words(
    "right ability chance power possibility opportunity reason proposal debate pressure temptation request"
)
_WANTING = words("intention plan desire wish interest hesitation appetite inclination hope chance")
#: Nouns of something said, not done: what stands below them is a claim.
_CLAIM_NOUNS = words(
    """rumour rumor claim allegation report suggestion idea notion accusation assertion speculation myth perception
    charge denial story"""
)
_FALSE = words(
    "untrue false baseless wrong unfounded groundless nonsense invented fabricated absurd incorrect ridiculous"
)
#: Nouns that make a denial of time or manner: "at no point", "in no way".
_NOWHERE = words("point time way circumstance stage account sense moment means")
_YOUNG = words("student child boy girl youth teenager cadet schoolboy schoolgirl pupil")
#: Words before and after a predicate that are looked at for a time.
_NEAR = 80
_RECALL = words("recall remember recount reminisce")
_GLAD = words("happy glad proud pleased quick delighted honoured honored first right wrong")
_DENIED = words("deny denial untrue baseless dispute")
_ALLEGING = words("suspect convict acquit clear allege charge")
_AGO = re.compile(
    r"(?i)\b(?:(?:\w+|a few|several|many) (?:months?|years?|decades?|centuries) (?:ago|earlier|before)"
    r"|last (?:century|decade|year|spring|summer|autumn|winter|season)(?!['’])"
    r"|in those (?:days|years)|back then|at the time"
    r"|th(?:at|e previous) (?:year|spring|summer|autumn|winter)|as a (?:young|little) \w+"
    r"|(?:during|in) the (?:(?:civil|cold|first|second|great|world) )*(?:war|wars|occupation|siege|revolution|uprising)"
    r"|(?:in|during) the (?:early |late |mid-)?(?:1[5-9]|20)?\d0s|in h(?:is|er) youth|in h(?:is|er) \w+ties)\b"
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_IN_YEAR = re.compile(
    rf"\b(?:[Ii]n|[Dd]uring|[Ii]n early|[Ii]n late|[Ff]rom) (?:the (?:spring|summer|autumn|winter) of )?"
    rf"(?:(?:(?:{_MONTHS}) )?(?:1[5-9]|20)\d\d|{_MONTHS})\b|\bin the (?:spring|summer|autumn|winter)\b"
)
_NEXT = re.compile(
    r"(?i)\b(?:next (?:week|month|year|spring|summer|autumn|winter|decade)|tomorrow"
    r"|in the coming (?:days|weeks|months|years))\b"
)
_ONCE = words("once formerly previously")
#: Words before a relation that say it is over.
OVER = words("former previous ex onetime one-time erstwhile then-")


@dataclass(slots=True)
class Status:
    """What was found on the way from a cue's predicate to the top of its sentence."""

    negated: bool = False
    unreal: str = ""  # why it makes no stance
    intended: bool = False
    would: bool = False
    ended: bool = False
    past: bool = False
    time_text: str = ""
    doubt: float = 0.0
    stopped: bool = False  # the predicate held and was given up: both are said
    never: bool = False  # only denied as having been done
    holder: Token | None = None  # who urges, where the doer was only urged


def excluded(part: Token) -> bool:
    """Whether one of several is expressly left out: "by X, but not by Y", "X, not Y"."""
    left = part.left_edge.i
    return left > part.sent.start and part.doc[left - 1].lower_ == "not"


def read(predicate: Token) -> Status:
    """Read a clause's status from its predicate upwards."""
    status = Status()
    _own(predicate, status)
    node = predicate
    inherited = False
    for _ in range(10):
        head = node.head
        if head.i == node.i or _beside(node, head):
            break
        if node.dep_ in {"xcomp", "ccomp", "pcomp", "acl", "prep", "acomp", "dobj", "advcl", "attr"}:
            if not _govern(node, head, status):
                break
            node = head
        elif (
            node.dep_ == "relcl"
            and head.lemma_.lower() in _CLAIM_NOUNS
            and (child(node, "mark") is not None or _said_false(head))
        ):
            _govern(node, head, status)
            break
        elif node.dep_ == "conj":
            if any(kid.dep_ in {"nsubj", "nsubjpass"} for kid in node.children):
                break
            inherited = True
            if node.tag_ == "VBG" and _is_infinitive(head) and head.head.tag_ == "VBG":
                node = head.head  # "not just refusing to help but also jeering": coordinated with what governs
                continue
            if not any(kid.dep_ == "aux" for kid in node.children):
                _modals(head, status)
            if any(kid.dep_ == "cc" and kid.lower_ in {"or", "nor"} for kid in head.children) and head.i < node.i:
                status.negated = status.negated or _is_negated(head)
            node = head
        else:
            break
    sentence = predicate.sent
    if _is_question(sentence):
        status.unreal = "question"
    # a sentence without an end is looked at around the predicate
    near = predicate.doc[max(sentence.start, predicate.i - _NEAR) : min(sentence.end, predicate.i + _NEAR)]
    _time(predicate, near, status, alone=not inherited)
    return status


def _beside(node: Token, head: Token) -> bool:
    """Whether a clause that the parser hangs below the next one only stands beside it: "X did; Y did not"."""
    if node.dep_ not in {"ccomp", "advcl"} or node.i > head.i or child(node, "mark") is not None:
        return False
    return head.lemma_ == "do" or any(t.text == ";" for t in node.doc[node.i : head.i])


def _own(verb: Token, status: Status) -> None:
    if _ends(verb, status):
        status.negated = True
    elif _is_negated(verb):
        status.negated = not _beyond_measure(verb)
        future = any(kid.lower_ in {"will", "wo", "'ll", "’ll", "shall", "would"} for kid in verb.children)
        never = any(kid.lower_ in {"never", "ever"} or _nowhere(kid) for kid in verb.children)
        status.never = never and not future
    if _inverted(verb):
        status.unreal = "condition"
    _modals(verb, status)
    if any(kid.dep_ in {"mark", "advmod"} and kid.lower_ in _CONDITIONS for kid in verb.children):
        status.unreal = "condition"


def _nowhere(kid: Token) -> bool:
    """ "At no point", "in no way"."""
    thing = child(kid, "pobj") if kid.dep_ == "prep" else None
    return thing is not None and thing.lemma_.lower() in _NOWHERE and any(det.lower_ == "no" for det in thing.children)


def _inverted(verb: Token) -> bool:
    """ "Had she known", "were he to go": a condition without its word."""
    if verb.dep_ not in {"advcl", "ccomp", "ROOT"} or any(t.text == "?" for t in list(verb.sent)[-3:]):
        return False
    who = child(verb, "nsubj", "nsubjpass")
    aux = next((kid for kid in verb.children if kid.dep_ in {"aux", "auxpass"}), None)
    return (
        who is not None
        and aux is not None
        and aux.lower_ in {"had", "were", "should"}
        and aux.i < who.i
        and aux.i == verb.left_edge.i
        and verb.dep_ != "ROOT"
    )


def _beyond_measure(verb: Token) -> bool:
    """ "Could not praise her highly enough", "cannot thank them enough"; "did not only praise her"."""
    return any(kid.lower_ in {"can", "ca", "could"} and kid.dep_ == "aux" for kid in verb.children) and any(
        t.lower_ == "enough" or t.lower_ == "more" for t in verb.subtree if t.i > verb.i and t.dep_ == "advmod"
    )


def _is_negated(verb: Token) -> bool:
    for kid in verb.children:
        if _nowhere(kid):
            return True
        if kid.dep_ == "neg" and not any(
            t.lower_ in {"only", "just", "merely"} and t.i == kid.i + 1 for t in verb.doc[kid.i : kid.i + 2]
        ):
            return True
        if kid.dep_ == "advmod" and kid.lower_ in {"never", "hardly", "scarcely", "barely"}:
            return True
        if kid.lower_ == "once" and any(below.lower_ == "never" for below in kid.children):
            return True
        if kid.dep_ in {"nsubj", "nsubjpass"} and (
            kid.lower_ in _NEGATIVE_SUBJECTS
            or any(det.dep_ == "det" and det.lower_ in {"no", "neither"} for det in kid.children)
            or (kid.lower_ == "one" and kid.i and kid.nbor(-1).lower_ == "no")
        ):
            return True
    return False


def _ends(verb: Token, status: Status) -> bool:
    """ "No longer", "not … any more": what was so has ended."""
    for kid in verb.children:
        if kid.lower_ == "longer" and kid.i and kid.nbor(-1).lower_ in {"no", "any"}:
            start = kid.nbor(-1)
            status.time_text = kid.doc[start.i : kid.i + 1].text
            return True
        if kid.lower_ == "anymore":
            status.time_text = kid.text
            return True
    return False


_SEEN = words("see hear glimpse spot")


def _modals(verb: Token, status: Status) -> None:
    negated = _is_negated(verb)
    seen = verb.lemma_.lower() in _SEEN and any(kid.dep_ == "auxpass" for kid in verb.children)
    for kid in verb.children:
        if kid.dep_ != "aux":
            continue
        word = kid.lower_
        if seen and word in {"can", "could", "may"}:
            continue  # "can be seen shoving": it is on film
        if word in {"will", "'ll", "’ll", "shall", "wo", "going"}:
            status.intended = True
        elif word in {"would", "'d", "’d"} and kid.tag_ == "MD":
            # "would not help": refused
            status.would = not negated or any(t.lower_ in _CONDITIONS for t in verb.sent)
        elif kid.tag_ == "MD" and not (negated and word in {"can", "ca", "could"}):
            status.unreal = f"modal {word}"
    if verb.lemma_ == "be" and child(verb, "xcomp"):
        return


def _govern(node: Token, head: Token, status: Status) -> bool:
    """Take account of what governs a clause; ``False`` where nothing further up bears on it."""
    lemma = head.lemma_.lower()
    if node.dep_ in {"advcl", "acl", "xcomp"} and (mood := _mood(node, head)):
        if mood == "no":
            _refuse(status)
        else:
            status.unreal = "undecided"
        return False
    if node.dep_ in {"advcl", "xcomp"} and _is_infinitive(node):
        thing = child(head, "dobj")
        if thing is not None and thing.lemma_.lower() in {"pressure", "call", "demand", "temptation", "plea"}:
            status.unreal = f"only {thing.lemma_.lower()}"  # "faced calls to back Y"
            return False
    if node.dep_ == "advcl":
        if lemma == "bring" and _is_infinitive(node) and _is_negated(head):
            _refuse(status)  # "could not bring itself to support"
        return False
    if node.dep_ == "prep":
        if node.lower_ in {"without", "instead"}:
            status.unreal = node.lower_
        return head.pos_ in {"VERB", "ADJ", "ADV", "NOUN"} and node.lower_ not in {
            "for",
            "after",
            "before",
            "by",
            "while",
        }
    if node.dep_ == "pcomp":
        above = head.head
        word = above.lemma_.lower()
        if head.lower_ == "from" and above.lower_ == "far":
            _refuse(status)
        elif head.lower_ == "against" and word in {"decide", "advise", "rule", "vote", "warn", "argue", "choose"}:
            _refuse(status)  # "decided against recommending"
        elif word in _WANTING and any(kid.lower_ in {"no", "little"} for kid in above.children):
            if word != "hesitation":
                _refuse(status)  # "has no intention of supporting"
        elif word == "close" and head.lower_ == "to" and above.dep_ == "advmod":
            status.unreal = "close to"  # "came close to endorsing"
        elif head.lower_ in {"without", "instead"} or (
            head.lower_ == "of" and head.nbor(-1).lower_ in {"short", "instead"}
        ):
            status.unreal = f"{above.lower_} {head.lower_}"
        elif word in lexicon.AVOID or (head.lower_ == "from" and word in {"stop", "keep", "prevent", "ban", "bar"}):
            _refuse(status)
        elif word == "accuse" and any(t.lemma_.lower() in _DENIED for t in node.sent):
            status.unreal = "denied"
        elif word == "accuse":
            status.doubt += 0.1
        elif word in _ALLEGING:
            status.unreal = f"alleged ({word})"
        elif word in lexicon.DENY:
            status.unreal = "denied"
        return False
    if node.dep_ == "acl" and head.dep_ == "pobj" and head.head.lower_ == "of":
        told = head.head.head
        if told.lemma_.lower() in _TOLD and any(kid.lower_ == "no" for kid in told.children):
            status.unreal = "denied"  # "there is no report of X quarrelling with Y"
        return False
    if node.dep_ == "acl":
        if lemma in _REFUSING_NOUNS or (lemma in _WANTING and any(kid.lower_ == "no" for kid in head.children)):
            _refuse(status)
        elif lemma in _INTENDING_NOUNS:
            status.intended = True
            wanted = head.head.head.lemma_.lower()
            if head.dep_ == "dobj" and head.head.dep_ == "ccomp" and wanted in {"demand", "want", "insist"}:
                status.unreal = f"only {wanted}"  # "demands that X make a pledge to"
        elif lemma in _UNREAL_NOUNS:
            status.unreal = f"only {lemma}"
        elif lemma in _CLAIM_NOUNS and not _is_infinitive(node):
            status.unreal = "denied" if _said_false(head) else f"only a {lemma}"
        return False
    if head.pos_ == "NOUN" and lemma in _CLAIM_NOUNS and not _is_infinitive(node):
        status.unreal = "denied" if _said_false(head) else f"only a {lemma}"
    if head.pos_ not in {"VERB", "AUX", "ADJ"}:
        return False
    if node.dep_ == "ccomp" and not _is_infinitive(node):
        if any(_is_not_so(kid) for kid in head.children if kid.i < node.i):
            status.unreal = "denied"  # "it is not the case, wrote Z, that …"
            return False
        if lemma in lexicon.DENY or (lemma in {"reject", "dismiss"}):
            # "can hardly deny", "no longer disputes": granted; "did not deny": open
            ended = _ends(head, Status())
            weakly = any(
                k.lower_ in {"hardly", "scarcely"} or k.lower_ in {"can", "ca", "could"} for k in head.children
            )
            if not (ended or (_is_negated(head) and weakly)):
                status.unreal = "denied"
            return False
        if lemma in _RECALL and node.tag_ in {"VBD", "VBN"}:
            status.past = True
        elif lemma in {
            "hope",
            "wish",
            "fear",
            "doubt",
            "wonder",
            "suppose",
            "ask",
            "demand",
            "expect",
            "suggest",
            "want",
            "insist",
            "imagine",
            "pretend",
            "think",
        } - ({"think"} if not _is_negated(head) else set()) and lemma not in {
            "suggest",
            "insist",
            "ask",
        }:
            status.unreal = f"only {lemma}"
        elif _is_negated(head):
            if _would_not_say(node, head):
                status.negated = not status.negated
            else:
                status.unreal = f"not {lemma}"
        elif any(kid.dep_ == "mark" and kid.lower_ in _CONDITIONS for kid in head.children):
            status.unreal = "condition"
        elif lemma in {"promise", "vow", "threaten", "pledge"}:
            status.intended = True
        return lemma in REPORTING
    undone = lemma in lexicon.UNDONE and _is_negated(head)
    if undone:
        _modals(head, status)
        return True
    if lemma in lexicon.REFUSE or (lemma == "rule" and child(head, "prt")) or lemma in lexicon.AVOID:
        _refuse(status)
    elif lemma in lexicon.DENY:
        status.unreal = "denied"
    elif lemma in lexicon.STOP:
        status.ended = status.stopped = True
        status.time_text = status.time_text or head.text
    elif lemma in lexicon.URGE and is_passive(head) and _is_infinitive(node):
        # who is urged has not done it; who urges wants it
        agent = child(head, "agent")
        status.holder = child(agent, "pobj") if agent is not None else None
        status.intended = True
        if status.holder is None:
            status.unreal = "only urged"
    elif lemma in lexicon.URGE and child(head, "dobj", "nsubj", "dative") is not None and _is_infinitive(node):
        status.intended = True
        status.holder = subject(head)[0]
    elif lemma in {"want", "need"} and (other := child(node, "nsubj")) is not None and other.i > head.i:
        # "students want X to disown Y": X has not done it; who wants it is against Y
        status.intended = True
        status.holder = subject(head)[0]
    elif lemma in _GLAD and head.head.lemma_ == "be" and head.head.tag_ in {"VBD", "VBN"}:
        pass
    elif lemma in lexicon.INTEND or lemma in lexicon.URGE or lemma in lexicon.WILLING:
        status.intended = True
    elif lemma in lexicon.UNWILLING:
        _refuse(status)
    elif lemma == "use" and head.lower_ == "used":
        status.ended, status.time_text = True, "used to"
    elif lemma in {"have", "need"} or lemma in lexicon.UNREAL_GOVERNORS:
        status.unreal = f"only {lemma}"
    elif lemma == "be":
        if _is_infinitive(node):
            status.intended = True
    elif lemma not in lexicon.REALISED:
        status.doubt += 0.15
    if _is_negated(head):
        if lemma in lexicon.REFUSE | lexicon.DENY | lexicon.STOP | lexicon.AVOID or lemma == "rule":
            status.unreal = "twice negated"
        else:
            status.negated = True
    _modals(head, status)
    if any(kid.dep_ == "mark" and kid.lower_ in _CONDITIONS for kid in head.children):
        status.unreal = "condition"
    return True


_TOLD = words("report evidence sign suggestion indication proof record question trace hint talk")


def _is_not_so(said: Token) -> bool:
    case = child(said, "attr", "acomp")
    return said.lemma_ == "be" and case is not None and case.lower_ in {"case", "true", "so"} and _is_negated(said)


def _would_not_say(node: Token, head: Token) -> bool:
    """ "Would not say that she had confidence in Y": who will not say of themselves that they do, do not."""
    if head.lemma_.lower() not in {"say", "confirm"}:
        return False
    who = child(node, "nsubj")
    own = who is not None and who.lower_ in {"he", "she", "it", "they", "we", "i"}
    return own and any(kid.dep_ == "aux" and kid.lower_ in {"would", "will", "wo"} for kid in head.children)


def _mood(node: Token, head: Token) -> str:
    """ "In no mood to …": ``no``; "in two minds about …": ``open``; else nothing."""
    doc = node.doc
    for token in doc[max(node.sent.start, node.left_edge.i - 8) : node.i]:
        if token.lower_ in {"mood", "hurry", "position", "mind", "minds"} and head in (token, *token.ancestors):
            before = token.nbor(-1).lower_ if token.i else ""
            if before == "no" and (token.head.lower_ == "in"):
                return "no"
            if before == "two":
                return "open"
    return ""


def _said_false(claim: Token) -> bool:
    """Whether a claim, rumour or report is said to be untrue, or is denied, dismissed or rejected."""
    above = claim.head
    if claim.dep_ in {"dobj", "nsubjpass", "pobj"}:
        verb = above if claim.dep_ != "pobj" else above.head
        return verb.lemma_.lower() in lexicon.DENY | {"reject", "dismiss", "rebut"}
    if claim.dep_ == "nsubj" and above.lemma_ == "be":
        return any(kid.lemma_.lower() in _FALSE for kid in above.children)
    return False


def _refuse(status: Status) -> None:
    if status.negated:
        status.unreal = "twice negated"
    status.negated = True


def _is_infinitive(verb: Token) -> bool:
    return any(kid.dep_ == "aux" and kid.lower_ == "to" for kid in verb.children)


def _is_question(sentence: Span) -> bool:
    return any(token.text == "?" for token in sentence[-3:])


def _time(predicate: Token, sentence: Span, status: Status, *, alone: bool) -> None:
    if status.ended:
        return
    if status.intended or status.would:
        match = _NEXT.search(sentence.text)
        status.time_text = match.group() if match else status.time_text
        return
    for kid in predicate.children:
        if kid.dep_ == "advmod" and kid.lower_ in _ONCE and not any(b.lower_ in {"never", "not"} for b in kid.children):
            done = predicate.lemma_.lower() in REPORTING or predicate.tag_ not in {"VBD", "VBN"}
            status.past, status.ended, status.time_text = done, not done, kid.text
            return
    if predicate.tag_ in {"VBD", "VBN"} and not any(k.lower_ in {"has", "have"} for k in predicate.children):
        for kid in predicate.children:
            if kid.lower_ == "until" and kid.dep_ in {"prep", "mark"}:
                status.ended = True
                status.time_text = predicate.doc[kid.i : kid.right_edge.i + 1].text
                return
            role = child(kid, "pobj") if kid.lower_ == "as" and kid.dep_ == "prep" else None
            if role is not None and role.lemma_.lower() in _YOUNG:
                status.past, status.time_text = True, predicate.doc[kid.i : kid.right_edge.i + 1].text
                return
    if predicate.tag_ not in {"VBD", "VBN"}:
        return
    text = sentence.text
    match = _AGO.search(text) or _IN_YEAR.search(text)
    if match is None or any(k.lower_ in {"has", "have", "'s"} for k in predicate.children):
        return
    anchor = predicate.doc.char_span(
        sentence.start_char + match.start(), sentence.start_char + match.end(), alignment_mode="expand"
    )
    if anchor is not None and _verb_above(anchor.root).i == predicate.i:
        status.past, status.time_text = True, match.group()


def _verb_above(token: Token) -> Token:
    for _ in range(12):
        if token.pos_ in {"VERB", "AUX"} or token.head.i == token.i:
            return token
        token = token.head
    return token
