"""Forms of verbs lead to the verb that the lexicon knows."""

import pytest
from spacy.tokens import Doc

from pipeline.tag import nlp
from pipeline.tag.quotes import SPEECH
from pipeline.tag.stance import lexicon

DOUBLED = {"backstab", "scam", "unban", "tut", "deadpan", "shadowban"}


def _lemma(form: str) -> str:
    english = nlp.english()
    doc = Doc(english.vocab, words=[form], pos=["VERB"], tags=["VBD"])
    return english.get_pipe("lemmatizer").rule_lemmatize(doc[0])[0]


@pytest.mark.parametrize(
    ("form", "verb"),
    [
        ("hated", "hate"),
        ("hates", "hate"),
        ("shaming", "shame"),
        ("spared", "spare"),
        ("sparring", "spar"),
        ("slated", "slate"),
        ("griping", "gripe"),
        ("gripped", "grip"),
        ("raped", "rape"),
        ("rapped", "rap"),
        ("planned", "plan"),
        ("plans", "plan"),
        ("barred", "bar"),
        ("bars", "bar"),
        ("rides", "ride"),
        ("defunded", "defund"),
        ("doxxing", "doxx"),
        ("backstabbed", "backstab"),
        ("extolled", "extol"),
        ("extoll", "extol"),
        ("axes", "axe"),
        ("cosied", "cosy"),
    ],
)
def test_a_form_decides_the_verb(form: str, verb: str) -> None:
    assert _lemma(form) == verb


def test_verbs_of_the_lexicon_that_end_in_e_are_found_by_their_forms() -> None:
    verbs = {v for v in (*lexicon.VERBS, *lexicon.FELT, *SPEECH) if v.isalpha() and v.endswith("e")}
    forms = {form: verb for verb in verbs for form in (verb + "d", verb + "s", verb[:-1] + "ing")}
    wrong = {form: lemma for form, verb in forms.items() if (lemma := _lemma(form)) != verb}
    # "agreeing", "foreseeing" keep their e; the model's list has "lambast"
    assert {w: lemma for w, lemma in wrong.items() if lemma != "lambast" and "ee" not in forms[w]} == {}
