"""Verbs whose forms the lemmatizer's rules lead to the wrong word, or to none.

The rules strip endings and take what they find in their list of verbs, the shortest first: "hated" becomes "hat",
"shamed" "sham", "spared" "spar". English doubles the consonant of the short ones ("hatted"), so the form decides.
Verbs that are not in the list become what nobody writes ("defunded": "defunde").
"""

import re
from collections.abc import Iterator

from spacy.pipeline import Lemmatizer

from pipeline.tag.words import words

#: Of one syllable, ending in a single consonant that would be doubled.
_SHORT = re.compile(r"[^aeiou]*[aeiou][^aeiouwxyhs]")
#: Not in the lemmatizer's list.
_NEW = words(
    """backstab defund defang deadpan decertify deescalate deplatform deradicalise deradicalize deselect disempower dox
    doxx gaslight leaflet outlobby reelect resupply retweet scam scapegoat shadowban spearhead trashtalk tut unban
    unfollow unfriend cosy cozy microwave livestream crowdfund whitewash greenwash stonewall blindside sideline
    blacklist lowball deepfake swiftboat kneecap mansplain fearmonger strongarm cherrypick pinkwash sanewash"""
)
_DOUBLED = words("backstab deadpan scam shadowban tut unban kneecap")
#: Written with one consonant or two.
_EITHER = {"extoll": "extol", "enthral": "enthrall", "appal": "appall", "ax": "axe"}


def mend(lemmatizer: Lemmatizer) -> None:
    """Add forms and verbs to the tables of the English rule lemmatizer.

    Raises:
        KeyError: the lemmatizer has no such tables.
    """
    exceptions = lemmatizer.lookups.get_table("lemma_exc")["verb"]
    index = lemmatizer.lookups.get_table("lemma_index")
    known = {*index["verb"], *_NEW}
    # What the rules find in the index they prefer to an exception: the short one has to go, and loses nothing by it.
    hidden = {verb[:-1] for verb in known if verb[:-1] in known and verb.endswith("e") and _SHORT.fullmatch(verb[:-1])}
    index["verb"] = sorted(known - hidden - _EITHER.keys())
    for wrong, right in _EITHER.items():
        for form in (*_forms(right), wrong + "ed", wrong + "ing", wrong + "s", wrong):
            exceptions[form] = [right]
    for verb in sorted(_NEW):
        for form in _forms(verb):
            exceptions.setdefault(form, [verb])
    for verb in sorted(hidden):
        for form in (verb + verb[-1] + "ed", verb + verb[-1] + "ing"):
            exceptions.setdefault(form, [verb])


def _forms(verb: str) -> Iterator[str]:
    """The regular forms of a verb."""
    if verb.endswith("e"):
        yield from (verb + "d", verb[:-1] + "ing", verb + "s")
    elif verb.endswith("y"):
        yield from (verb[:-1] + "ied", verb + "ing", verb[:-1] + "ies")
    else:
        base = verb + verb[-1] if verb in _DOUBLED else verb
        yield from (base + "ed", base + "ing", verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s"))
