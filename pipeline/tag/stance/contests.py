"""Contests: "hammered", "punished" and "took on" tell of play where two sides play, and say nothing of a stance.

The guide: beating, signing, ranking are none; insults, praise and protests between the people count.
"""

import re

from spacy.tokens import Span, Token

from pipeline.tag.words import words

#: Told of who won, or how: with any word of play in the sentence they are play.
_BEATING = words(
    """
    hammer crush thrash humiliate humble humilate rout stun maul sink demolish destroy dismantle trounce wallop batter
    pummel trample thump pulverise pulverize annihilate steamroll steamroller outclass outplay overwhelm overpower
    overrun dominate topple dethrone upset shock frustrate torment terrorise terrorize tame bully punish rob deny
    silence blunt stifle face fight battle edge pip oust eliminate dump knock bundle
    """
)
#: These are told of words and deeds, too: they are play where what they are done in or with is.
_ATTACKING = words(
    "attack hit strike press pressure threaten trouble challenge tackle foul target pound blast hurt burn"
)
#: With a particle: "take on", "see off", "put away".
_PARTICLES = frozenset({("take", "on"), ("see", "off"), ("put", "away"), ("put", "out"), ("fight", "off")})
_PLAY = words(
    """
    goal goalless semifinal quarterfinal halftime overtime stoppage shootout hattrick wicket inning innings touchdown
    homer playoff tiebreak tiebreaker birdie bogey podium peloton knockout striker midfielder goalkeeper quarterback
    winger batsman batter bowler equaliser equalizer fixture derby relegation scorer penalty header corner dunk rebound
    puck
    """
)
#: Words that have other senses as well: they count behind a preposition ("in the final", "with seven tries").
_MAYBE = words(
    "final match game try half minute set lap cup league round tie leg series tournament championship opener"
)
#: One of them says nothing by itself.
_COMMON = words("corner header penalty batter rebound goal")
_IN = words("in at with by from during of")
_SCORE = re.compile(r"(?<![\d–-])\d{1,3}[–-]\d{1,3}(?![\d–-])")
_COUNTED = re.compile(
    r"\b(?:vot\w+|senat\w+|parliament|congress|commons|ballot|poll\w*|per ?cent|majority|judges)\b", re.IGNORECASE
)
_NAMED = re.compile(
    r"\b(?:(?:semi|quarter)-?finals?|play-?offs?|half-?time|kick-?off|hat-?trick|shoot-?out|tie-?break\w*"
    r"|World Cup|Champions League|Premier League|Grand (?:Prix|Slam)|Super Bowl|Six Nations|Davis Cup|Test match"
    r"|straight sets|extra time|top of the table|first half|second half|round of 16)\b"
)
#: Bodies that punish and rule; they do not play.
_BODIES = re.compile(
    r"\b(?:[A-Z]{3,}|FA|Uefa|Fifa|\w*[Ff]ederation|\w*[Aa]ssociation|[Cc]ommittee|[Uu]nion|[Bb]oard|[Tt]ribunal|[Cc]ourt"
    r"|[Aa]uthority|[Cc]ouncil|[Pp]anel)\b"
)


def is_play(verb: Token, holder: str, *, on_person: bool) -> bool:
    """Whether what one side does to another is a move or the result of a contest between them.

    Args:
        verb: what it does.
        holder: its name; a body that rules over sides does not play.
        on_person: whether it is done to a person: one that attacks a person says something.
    """
    lemma = verb.lemma_.lower()
    particle = next((kid.lower_ for kid in verb.children if kid.dep_ == "prt"), "")
    beating = lemma in _BEATING or (lemma, particle) in _PARTICLES
    if verb.pos_ != "VERB" or not (beating or (lemma in _ATTACKING and not on_person)) or _BODIES.search(holder):
        return False
    if particle and any(map(_is_somewhere, verb.children)):
        return True
    return any(_of_play(token, verb, beating) for token in verb.sent) or (beating and _told(verb.sent))


def _is_somewhere(prep: Token) -> bool:
    """ "Take on Italy in Lyon": where it is to be."""
    return prep.lower_ in {"in", "at"} and any(kid.ent_type_ in {"GPE", "FAC", "LOC"} for kid in prep.children)


def _told(sentence: Span) -> bool:
    text = sentence.text
    return bool(_NAMED.search(text)) or (bool(_SCORE.search(text)) and not _COUNTED.search(text))


def _of_play(token: Token, verb: Token, beating: bool) -> bool:
    lemma = token.lemma_.lower()
    if token.pos_ not in {"NOUN", "PROPN"} or (lemma not in _PLAY and lemma not in _MAYBE):
        return False
    prep = _behind(token)
    if not beating:
        return prep is not None and prep.lower_ in _IN and prep.head == verb
    if lemma in _MAYBE or lemma in _COMMON:
        return prep is not None and prep.lower_ in _IN and verb in {prep.head, *prep.head.ancestors}
    return True


def _behind(token: Token) -> Token | None:
    """The preposition that a noun, or what it is part of, stands behind."""
    while token.dep_ in {"compound", "nmod", "conj", "amod"} and token.head.i != token.i:
        token = token.head
    return token.head if token.dep_ == "pobj" else None
