import random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.signature import BANDS, signature

WORDS = [f"word{n}" for n in range(3000)]


def text(seed: int, length: int = 400) -> list[str]:
    rng = random.Random(seed)
    return [rng.choice(WORDS) for _ in range(length)]


def shared(a: list[str], b: list[str]) -> int:
    return len(set(signature(" ".join(a))) & set(signature(" ".join(b))))


def test_is_the_same_on_every_machine() -> None:
    # Band keys stand in the ledger: a library that hashes in another way would lose every near duplicate.
    assert signature("One two three four five six seven.")[:2] == (8607922284965206057, -1829198282875530029)


def test_case_and_punctuation_do_not_count() -> None:
    assert signature("The mayor, she said, resigned today.") == signature("the MAYOR she said resigned\n“today”")


def test_near_duplicates_meet_and_others_do_not() -> None:
    one = text(1)
    edited = [f"new{i}" if i % 50 == 0 else word for i, word in enumerate(one)]
    assert shared(one, edited) > 0
    assert all(shared(one, text(seed)) == 0 for seed in range(2, 12))


def test_texts_without_words_have_no_key() -> None:
    assert signature("") == signature("  … — ") == ()


def test_characters_are_words_where_no_spaces_are_written() -> None:
    a = "市議会は火曜日に古い屠畜場を年末までに閉鎖することを決めた。反対派は裁判に訴えると述べた。" * 3
    assert set(signature(a)) & set(signature("本日、" + a))


@given(st.text(max_size=400))
def test_keys_fit_a_signed_64_bit_column(value: str) -> None:
    keys = signature(value)
    assert len(keys) in (0, BANDS)
    assert all(-(2**63) <= key < 2**63 for key in keys)
