"""Who takes part: from a token to the entity that holds or is judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from spacy.tokens import Token

from pipeline.tag import acts
from pipeline.tag.aliases import Cluster
from pipeline.tag.coref import Where
from pipeline.tag.entities import MentionKind, Named
from pipeline.tag.gazetteer import Gazetteer
from pipeline.tag.names import BODIES, FIRMS, OFFICES, ROLES
from pipeline.tag.nlp import Piece
from pipeline.tag.quotes import SPEECH, Speech
from pipeline.tag.stance import evaluative, lexicon
from pipeline.tag.syntax import child
from pipeline.tag.topics import Topics
from pipeline.tag.words import words

_TYPES = frozenset({"PERSON", "ORG", "GPE", "NORP"})
_POSSESSIVE = frozenset({"its", "his", "her", "their"})
_RELATIVE = frozenset({"who", "which", "that", "whom"})


_PASSES_ON = words("say claim tell argue allege report insist")
_ONE_OF = words("a an every each another one any")
_SOME_OF = words("million thousand hundred dozen number percent % most many some majority minority half lot few share")
#: Houses that are bodies where they act.
_HOUSES = frozenset({"Hospital", "Clinic", "Prison", "Airport", "Cathedral", "Abbey", "Mosque", "Temple", "Arena"})
_OWN_BODIES = words(
    """party company firm club union organisation organization movement group association hospital school university
    council committee board bank agency business"""
)
_MORE_BODIES = words("exporter importer refiner clinic carrier insurgency monastery watchdog tribunal supplier rival")
_THIRD = frozenset({"he", "him", "she", "her", "it", "they", "them"})
_THE_ONE = words("man woman guy fellow chap lad girl boy bloke person creature thing company firm lot")
_ABOUT = frozenset({"of", "about"})


def spoken_about(verb: Token) -> list[Token]:
    """Whom a quote is about by its cue: '"…," X said of Y', 'Asked about Y, X said "…"'."""
    things = [t for kid in verb.children if kid.dep_ == "prep" and kid.lower_ in _ABOUT and (t := child(kid, "pobj"))]
    for asked in verb.children:
        if asked.dep_ == "advcl" and asked.lemma_.lower() in {"ask", "question", "press"} and asked.tag_ == "VBN":
            preps = (kid for kid in asked.children if kid.dep_ == "prep" and kid.lower_ in _ABOUT)
            things.extend(t for kid in preps if (t := child(kid, "pobj")))
    return things


def passed_on(verb: Token, index: int, scene: "Scene", quote: Speech) -> Token | None:
    """Who says it in a quote that only passes it on: "My critics say that Y is a liar"."""
    node, piece = verb, scene.pieces[index]
    for _ in range(4):
        head = node.head
        if head.i == node.i or node.dep_ not in {"ccomp", "conj", "parataxis"}:
            return None
        if node.dep_ == "ccomp" and head.lemma_.lower() in _PASSES_ON:
            who = child(head, "nsubj")
            inside = quote.start <= piece.at(head) < quote.end
            return who if inside and who is not None and who.lower_ not in {"i", "we"} else None
        node = head
    return None


@dataclass(frozen=True, slots=True)
class Participant:
    """An entity in its part: the mention that names it, how it was found, and what that costs in confidence."""

    key: str
    mention: Named
    how: MentionKind
    cost: float = 0.0
    group: bool = False  # through a group noun: "Russian forces"
    topic: str = ""  # the name of the topic that it is, where it is no entity


class Veto(NamedTuple):
    """A cue that made no stance. ``holder`` or ``target`` is empty where none was found."""

    holder: str
    target: str
    why: str
    rule: str
    piece: int
    at: int = -1  # token of the cue


class Scene:
    """One article as the clause grammar sees it."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        where: Where,
        clusters: dict[str, Cluster],
        said: Sequence[Speech],
        trace: "list[Veto] | None" = None,
        topics: Topics | None = None,
    ) -> None:
        self.pieces = pieces
        self.where = where
        self.clusters = clusters
        self.said = said
        self.trace = trace
        self.asked = 0  # questions that the network got about this article
        self._topics = _topics(pieces, topics) if topics is not None else {}

    def topic(self, index: int, token: Token) -> Participant | None:
        """The topic whose phrase a token is the head of: what one may be for or against, never who is."""
        return self._topics.get((index, token.i))

    def in_topic(self, index: int, token: Token) -> bool:
        """Whether a name only helps to name a topic, as in "the Iran deal"; whose it is ("Iran's") does more."""
        around = (one.mention for (piece, _), one in self._topics.items() if piece == index)
        return token.dep_ != "poss" and any(name.first <= token.i < name.last for name in around)

    def _of_all(self, our: Token, name: Named) -> bool:
        """What a person calls "ours" is the nation's, as "our culture", unless it is a body that acts: "our party"."""
        noun = our.head.lemma_.lower()
        return self.clusters[name.key].type == "PERSON" and noun not in lexicon.PERSONAL_GROUPS | _OWN_BODIES

    def is_one_of_many(self, token: Token, name: Named) -> bool:
        """ "A Canadian", "the average Montanan", "millions of Americans", "Americans who rent", "a Republican"."""
        cluster = self.clusters[name.key]
        if name.last != token.i + 1 or token.dep_ in {"compound", "amod", "nmod", "poss"} or token.pos_ == "PRON":
            return False
        before = [kid for kid in token.children if kid.i < token.i]
        one = any(kid.lower_ in _ONE_OF or kid.lower_ in {"average", "typical", "ordinary"} for kid in before)
        if token.tag_ in {"NN", "NNP"}:
            return one and cluster.type in {"GPE", "NORP", "ORG"} and name.text != cluster.name
        if cluster.type != "GPE" or token.tag_ not in {"NNS", "NNPS"} or name.text == cluster.name:
            return False
        counted = token.dep_ == "pobj" and token.head.lower_ == "of" and token.head.head.lemma_.lower() in _SOME_OF
        return counted or any(
            kid.dep_ in {"acl", "nummod"}
            or (kid.dep_ == "relcl" and token.nbor(1).text != ",")
            or (kid.i < token.i and (kid.dep_ == "amod" or kid.lower_ in {"some", "many", "few", "several"}))
            for kid in token.children
        )

    def called(self, one: Participant) -> tuple[str, str]:
        """Name and type of an entity or a topic."""
        if one.topic:
            return one.topic, "TOPIC"
        cluster = self.clusters[one.key]
        return cluster.name, cluster.type

    def speeches(self, piece: Piece, token: Token) -> list[Speech]:
        """The speech a token stands in, outermost first."""
        at = piece.at(token)
        around = [q for q in self.said if q.field == piece.field and q.start <= at < q.end]
        return sorted(around, key=lambda q: (q.start - q.end, q.start))

    def speaker(self, quote: Speech) -> Named | None:
        """The mention of who speaks, or of whom an unnamed spokesman or a letter speaks for."""
        return (self.where.get(*quote.speaker) or quote.voice) if quote.speaker is not None else None

    def resolve(self, index: int, token: Token, *, target: bool = False, topic: bool = False) -> Participant | None:
        """The entity that a token stands for as holder or, with ``target``, as the one judged.

        ``topic``: plans and policies are left alone, since they are what is supported or opposed.
        """
        if token.lower_ in _RELATIVE:
            verb = token.head
            for _ in range(4):
                if verb.dep_ == "relcl":
                    return (
                        self.resolve(index, verb.head, target=target, topic=topic) if verb.head.i != token.i else None
                    )
                verb = verb.head
            return None
        own = self._own(index, token)
        if own is not None:
            return own
        if token.pos_ == "NOUN" and (named := self._beside(index, token)) is not None:
            return named
        if token.pos_ == "NOUN" and token.dep_ == "appos" and token.head.i < token.i:
            described = self._own(index, token.head)  # "Y, the minister, who has clashed with Z"
            if described is not None and described.mention.kind == "name":
                return described
        if (spoken_of := self._spoken_of(index, token)) is not None:
            return spoken_of
        if token.lower_ in {"we", "us"}:
            return self._we(index, token)
        if token.lower_ in {"you", "your", "yourself"}:
            return self._you(index, token)
        lemma = token.lemma_.lower()
        if lemma in lexicon.QUANTITIES:
            # "a number of Y's ministers"
            of = next((kid for kid in token.children if kid.dep_ == "prep" and kid.lower_ == "of"), None)
            thing = child(of, "pobj") if of is not None else None
            return self.resolve(index, thing, target=target, topic=topic) if thing is not None else None
        if lemma in lexicon.GROUPS and not (target and lemma in lexicon.SPOKESPEOPLE):
            owner = self._owner(index, token, of=True)
            kind = self.clusters[owner.key].type if owner is not None else ""
            one = kind == "NORP" and token.tag_ == "NN" and lemma in OFFICES  # "the Hindu nationalist premier"
            if owner is not None and not one and (kind != "PERSON" or lemma in lexicon.PERSONAL_GROUPS):
                return Participant(owner.key, owner.mention, "description", 0.05, group=True)
        if target and lemma in evaluative.CONDUCT and not (topic and lemma in lexicon.TOPICS):
            owner = self._owner(index, token, of=lemma in evaluative.CONDUCT_OF, places=False)
            if owner is not None:
                return Participant(owner.key, owner.mention, owner.how, 0.05 + owner.cost)
        undergone = lemma in evaluative.NOT_THEIRS and not any(kid.lower_ == "of" for kid in token.children)
        if target and not topic and lemma in acts.JUDGED and not (undergone and child(token, "poss") is not None):
            deed = acts.stands_for(self.pieces, self.where, (index, token.i))  # "condemned the ruling"
            if deed is not None and self.clusters[deed.key].type in _TYPES:
                return Participant(deed.key, deed, "description", 0.1)
        return None

    def group(self, index: int, token: Token) -> list[Participant]:
        """The two that "both countries", "the two sides" stand for."""
        out = []
        for name in self.where.group(index, token.i):
            if self.clusters[name.key].type in _TYPES:
                out.append(Participant(name.key, name, name.kind, 0.08))
        return out

    def veto(
        self,
        index: int,
        holders: Sequence["Participant | None"],
        targets: Sequence["Participant"],
        why: str,
        rule: str,
        at: int = -1,
    ) -> None:
        """Keep why a cue made no stance, for whoever asks."""
        if self.trace is None:
            return
        for target in targets or (None,):
            for holder in holders or (None,):
                one = holder.key if holder is not None else ""
                self.trace.append(Veto(one, target.key if target is not None else "", why, rule, index, at))

    def _spoken_of(self, index: int, token: Token) -> Participant | None:
        """Whom the cue of a quote names, for "him", "she", "the man" in it: '"I can't stand the man," X said of Y'."""
        of_one = token.lower_ in _THIRD or (
            token.lemma_.lower() in _THE_ONE and any(kid.lower_ in {"the", "that", "this"} for kid in token.children)
        )
        if not of_one:
            return None
        for speech in reversed(self.speeches(self.pieces[index], token)):
            if speech.cue_at[0] != index or not speech.marked:
                continue
            verb = token.doc[speech.cue_at[1]]
            for thing in spoken_about(verb):
                named = self._own(index, thing)
                if named is None:
                    continue
                person = named.mention.type == "PERSON"
                if person == (token.lower_ not in {"it", "they", "them"}):
                    return replace(named, how="pronoun" if token.pos_ == "PRON" else "description", cost=0.08)
        return None

    def _beside(self, index: int, token: Token) -> Participant | None:
        """The name that a description goes with: "the opposition leader, Y", "a widow, Y,", "her brother Y"."""
        for kid in token.children:
            # the parser takes some appositions for conjuncts; those have an "and"
            if kid.i > token.i and (
                kid.dep_ == "appos"
                or (
                    kid.dep_ == "conj" and not any(t.lower_ in {"and", "or", "but"} for t in token.doc[token.i : kid.i])
                )
            ):
                named = self._own(index, kid)
                if named is not None:
                    return named
        if token.lemma_.lower() in ROLES and token.lemma_.lower() not in lexicon.RELATIONS:
            # "the archbishop of Cebu, Ramon Villa,": the parser has Villa explain Cebu
            for of in (kid for kid in token.children if kid.dep_ == "prep" and kid.lower_ == "of"):
                place = child(of, "pobj")
                for kid in place.children if place is not None else ():
                    named = self._own(index, kid) if kid.dep_ == "appos" else None
                    if named is not None and named.mention.type == "PERSON":
                        return named
        doc = token.doc
        if (close := self._closely_beside(index, token)) is not None:
            return close
        at = token.right_edge.i + 1
        if at + 1 < len(doc) and doc[at].text == "," and token.lemma_.lower() not in lexicon.RELATIONS:
            named = self._own(index, doc[at + 1])
            end = named.mention.last if named is not None else 0
            if named is not None and named.mention.type == "PERSON" and end < len(doc) and doc[end].text in {",", "."}:
                return named
        return None

    def _closely_beside(self, index: int, token: Token) -> Participant | None:
        """The name right behind a description: "the sprinter Y", "the mining house Y", however it is parsed."""
        name = self.where.get(index, token.i + 1) if token.i + 1 < len(token.doc) else None
        if name is None or name.first != token.i + 1 or name.kind not in {"name", "alias"} or token.tag_ != "NN":
            return None
        lemma, before = token.lemma_.lower(), [kid for kid in token.children if kid.i < token.i]
        fits = lemma in ROLES if name.type == "PERSON" else lemma in BODIES | FIRMS | _MORE_BODIES
        if lemma == "house":  # "the mining house Y"
            fits = any(kid.dep_ == "compound" for kid in before)
        if not fits or not any(kid.dep_ in {"det", "poss"} for kid in before):
            return None
        return self._own(index, token.doc[name.last - 1])

    def _own(self, index: int, token: Token) -> Participant | None:
        name = self.where.get(index, token.i)
        if name is not None and token.lower_ == "our" and self._of_all(token, name):
            return None
        if name is None or self.clusters[name.key].type not in _TYPES or self.is_one_of_many(token, name):
            return None
        cost = {"name": 0.0, "alias": 0.0, "pronoun": 0.08, "description": 0.08}[name.kind]
        return Participant(name.key, name, name.kind, cost)

    def _owner(self, index: int, noun: Token, *, of: bool, places: bool = True) -> Participant | None:
        """Whose a noun is: "Poland's", "Polish", "by Poland" and, for groups, "of Poland"."""
        for kid in noun.children:
            if kid.dep_ in {"poss", "compound", "amod", "nmod"}:
                found = self._own(index, kid)
                if kid.lower_ == "whose" and noun.head.dep_ == "relcl":
                    found = self.resolve(index, noun.head.head)  # "Y, whose feud with Z …"
                elif found is not None and self.in_topic(index, kid):
                    found = None  # "the Gaza war"
                elif found is None and kid.dep_ == "poss" and kid.lemma_.lower() in lexicon.GROUPS:
                    found = self._owner(index, kid, of=True)
                if found is not None:
                    return found
        preps = {"by", "of", "for", "from", "in"} if of else {"by"}
        if not places:
            preps -= {"in", "for"}
        if noun.lemma_.lower() in lexicon.PROJECTILES:
            preps -= {"in", "for"}  # where it fell is not who sent it
        for kid in noun.children:
            if kid.dep_ in {"prep", "agent"} and kid.lower_ in preps:
                thing = child(kid, "pobj")
                found = self._own(index, thing) if thing is not None else None
                if found is not None:
                    return found
        return None

    def owner(self, index: int, noun: Token) -> Participant | None:
        """The holder of a noun cue by its own phrase: possessive, adjective, "by" or "from"."""
        for kid in noun.children:
            if (
                kid.dep_ == "poss"
                and kid.lower_ in _POSSESSIVE
                and (judged := self._judged_for(index, noun)) is not None
            ):
                return judged
            if kid.dep_ in {"poss", "amod", "nmod", "compound"}:
                found = self.resolve(index, kid)
                if found is not None and self.clusters[found.key].type in _TYPES:
                    return found
        for kid in noun.children:
            if (
                kid.dep_ in {"prep", "agent"}
                and kid.lower_ in {"by", "from"}
                and (thing := child(kid, "pobj")) is not None
            ):
                return self.resolve(index, thing)
        return self._shared_owner(index, noun)

    def _shared_owner(self, index: int, noun: Token) -> Participant | None:
        """Whose both of two nouns are: "X's coolness to Y and hostility to Z"."""
        first = noun.left_edge
        if noun.dep_ != "conj" or first.i == 0 or first.nbor(-1).lower_ != "and" or child(noun, "det") is not None:
            return None
        above = noun.head
        if above.dep_ == "pobj":  # the parser hangs it on what the first one is about
            above = above.head.head
        owner = child(above, "poss") if above.pos_ == "NOUN" or above.tag_ == "NNP" else None
        return self.resolve(index, owner) if owner is not None else None

    def _judged_for(self, index: int, noun: Token) -> Participant | None:
        """Who is thanked, given or blamed for what is theirs: "praised Y for its firmness"."""
        prep = noun.head
        if noun.dep_ != "pobj" or prep.lower_ != "for" or prep.head.pos_ != "VERB":
            return None
        verb = prep.head
        thing = child(verb, "dobj")
        to = next((kid for kid in verb.children if kid.lower_ == "to" and kid.i > verb.i), None)
        for one in (child(to, "pobj") if to is not None else None, thing):
            if one is not None and (found := self._own(index, one)) is not None:
                return found
        return None

    def _we(self, index: int, token: Token) -> Participant | None:
        around = self.speeches(self.pieces[index], token)
        marked = [q for q in around if q.marked or q.kind == "mixed"]
        name = self.speaker(marked[-1]) if marked else None
        if name is None or self.clusters[name.key].type not in _TYPES:
            return None
        return Participant(name.key, name, "pronoun", 0.05)

    def _you(self, index: int, token: Token) -> Participant | None:
        """Whom a quote is said to: "told Y", "wrote to Y", or called by name in it."""
        marked = [q for q in self.speeches(self.pieces[index], token) if q.marked]
        if not marked:
            return None
        piece, at = marked[-1].cue_at
        found: Named | None = None
        if at >= 0:
            verb = self.pieces[piece].doc[at]
            to = next((kid for kid in verb.children if kid.dep_ in {"prep", "dative"} and kid.lower_ == "to"), None)
            for thing in (child(verb, "dobj", "dative"), child(to, "pobj") if to is not None else None):
                found = found or (self.where.get(piece, thing.i) if thing is not None else None)
        if found is None:
            sentence, marks = token.sent, {",", ".", "!", "?", '"', "”", "’", "'"}
            for name in (self.where.get(index, t.i) for t in sentence):
                if name is None or name.first == sentence.start or name.last >= len(token.doc):
                    continue
                if token.doc[name.first - 1].text == "," and token.doc[name.last].text in marks:
                    inside = self.speeches(self.pieces[index], token.doc[name.first])
                    found = name if inside and inside[-1] is marked[-1] else found
        if found is None or found.key not in self.clusters or self.clusters[found.key].type not in _TYPES:
            return None
        return Participant(found.key, found, "pronoun", 0.08)


def _topics(pieces: Sequence[Piece], topics: Topics) -> dict[tuple[int, int], Participant]:
    """Topics by piece and head of their phrase."""
    found: dict[tuple[int, int], Participant] = {}
    for index, piece in enumerate(pieces):
        for start, end, key in topics.find(piece.text):
            span = piece.doc.char_span(start, end, alignment_mode="expand")
            if span is None:
                continue
            at = (piece.start + start, piece.start + end)
            name = Named(index, span.start, span.end, piece.field, *at, span.text, "EVENT", key=key)
            found[index, span.root.i] = Participant(key, name, "name", 0.05, topic=topics.entries[key].name)
    return found


def metonyms(
    names: Sequence[Named], pieces: Sequence[Piece], clusters: dict[str, Cluster], gazetteer: Gazetteer
) -> None:
    """Turn capitals that act or speak into their governments, and "it" and "its" behind them; elsewhere they stay
    places.
    """
    turned: dict[str, str] = {}
    for name in names:
        if name.kind == "pronoun" and name.key in turned:
            name.key = turned[name.key]
            continue
        place = name.key
        if name.type == "FAC" and name.text.rpartition(" ")[2] in _HOUSES:
            head = pieces[name.piece].doc[name.last - 1]
            if head.dep_ == "nsubj" and _acts(head):
                clusters[place].type = "ORG"  # "St Brannoc's Hospital has sacked Y"
        state = gazetteer.by_seat.get(name.text)
        if state is None or name.key == state or name.type == "PERSON":
            continue
        turned.pop(place, None)
        token = pieces[name.piece].doc[name.last - 1]
        if not _acts(token):
            continue
        entry = gazetteer.entries[state]
        clusters.setdefault(state, Cluster(key=state, name=entry.name, type=entry.type, known=True))
        name.key, name.kind = state, "alias"
        turned[place] = state


#: What a capital does as its government, and what it has as one.
_OF_STATES = words(
    """consider view regard see claim seek want hope believe fear plan agree sign ratify respond deploy dispatch station
    react retaliate negotiate cede recognise recognize annex insist intend aim push press expect wish decide conclude
    retort object concede covet arm favour favor prefer escalate de-escalate mull weigh ponder"""
)
_STATES_OWN = words(
    """militia army navy military troop force soldier warship jet warplane missile embassy ambassador envoy diplomat
    ally regime arsenal sovereignty ministry government territory border neighbour neighbor influence rival adversary"""
)


def _acts(token: Token) -> bool:
    head, dep = token.head, token.dep_
    if dep == "conj" and token.head.dep_ in {"nsubj", "dobj", "pobj"}:
        return _acts(token.head)
    lemma = head.lemma_.lower()
    if dep == "nsubj":
        return (
            lemma in SPEECH
            or lemma in lexicon.VERBS
            or lemma in lexicon.LIGHT | lexicon.INTEND | lexicon.REFUSE | lexicon.GIVE | _OF_STATES
            or any(t.lemma_.lower() in lexicon.IDIOMS.get(lemma, {}) for t in head.subtree if t.i > head.i)
            or any((lemma, kid.lower_) in lexicon.PHRASAL for kid in head.children if kid.dep_ == "prt")
        )
    if dep in {"dobj", "nsubjpass", "dative"}:
        return any(cue.act == "verbal" and not cue.particle for cue in lexicon.VERBS.get(lemma, ()))
    if dep == "poss":
        return lemma in evaluative.CONDUCT or lemma in lexicon.NOUNS or lemma in _STATES_OWN
    if dep == "pobj":
        if head.dep_ == "agent" or (head.lower_ == "by" and head.head.pos_ == "VERB"):
            return True
        above = head.head.lemma_.lower()
        given = child(head.head, "dobj") if head.lower_ == "to" and above in lexicon.GIVE else None
        if given is not None and given.lemma_.lower() in lexicon.GIFTS:
            return True  # "delivered tanks to Kyiv"
        cues = (*lexicon.NOUNS.get(above, ()), *lexicon.VERBS.get(above, ()))
        return any(head.lower_ in cue.preps for cue in cues)
    return False


def speaks_for(
    names: Sequence[Named], pieces: Sequence[Piece], where: Where, clusters: dict[str, Cluster]
) -> dict[str, str]:
    """Which body or state a person holds office in, as the document says."""
    found: dict[str, str] = {}
    for name in names:
        if clusters[name.key].type != "PERSON" or name.kind == "pronoun":
            continue
        head = pieces[name.piece].doc[name.last - 1]
        posts = [kid for kid in head.children if kid.dep_ in {"appos", "compound", "nmod"}]
        if head.dep_ == "appos":
            posts.append(head.head)
        if head.dep_ == "nsubj" and head.head.lemma_ == "be":
            posts.extend(kid for kid in head.head.children if kid.dep_ == "attr")
        for post in posts:
            if post.lemma_.lower() not in OFFICES:
                continue
            sides = [*post.children, *(head.children if post.dep_ == "compound" else ())]
            for kid in sides:
                thing = child(kid, "pobj") if kid.dep_ == "prep" and kid.lower_ in {"of", "for", "at"} else kid
                if kid.dep_ not in {"prep", "poss", "compound", "amod", "nmod"} or thing is None:
                    continue
                body = where.get(name.piece, thing.i)
                if body is not None and body.key != name.key and clusters[body.key].type in {"ORG", "GPE"}:
                    found.setdefault(name.key, body.key)
    return found
