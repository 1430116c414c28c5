import hashlib
import json
from pathlib import Path

import pytest

from training import data
from training.data import AGAINST, FAVOR, NONE, NotInManifest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in the shape of the real one, with a manifest that names it."""
    train = [
        "[Arden] praised [Brook]'s plan.\tArden\tBrook\t1",
        "Again: [Arden] praised [Brook].\tArden\tBrook\t1",
        "again, [Arden] praised [Brook]!\tArden\tBrook\t1",
        "[Cole] sued [Dane], who sued [nobody].\tCole\tDane\t3",
        "[Evan]s met [Fox].\tEvan\tFox\t0",
        "[Gale] is loved by [Hale].\tGale\tHale\t2",
        "[Ives] was blamed by [Jude].\tIves\tJude\t4",
        "[Kent] and [Lowe] differ.\tKent\tLowe\t3",
        "[Kent] and [Lowe] differ.\tKent\tLowe\t0",
    ]
    valid = ["GALE is loved by [Hale], [Gale] says.\tHale\tGale\t1", "[Arden] praised [Brook]'s plan!\tArden\tBrook\t1"]
    files = {"stance/dse/train.txt": train, "stance/dse/valid.txt": valid}
    named = {}
    for name, lines in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        named[name] = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"files": named}), encoding="utf-8")
    monkeypatch.setattr(data, "MANIFEST", manifest)
    return tmp_path


def test_a_file_that_the_manifest_does_not_name_is_not_read(folder: Path) -> None:
    (folder / "stance/dse/test.txt").write_text("secret", encoding="utf-8")
    with pytest.raises(NotInManifest, match="not in manifest"):
        data.allowed(folder, "stance/dse/test.txt")


def test_a_file_that_changed_is_not_read(folder: Path) -> None:
    with (folder / "stance/dse/train.txt").open("a", encoding="utf-8") as file:
        file.write("[A] likes [B].\tA\tB\t1\n")
    with pytest.raises(NotInManifest, match="SHA-256"):
        data.directed(folder)


def test_a_sentence_counts_once_and_the_held_out_ones_are_not_learnt(folder: Path) -> None:
    train, valid = data.directed(folder)
    assert {data.key(p.text) for p in train}.isdisjoint({data.key(p.text) for p in valid})
    texts = [p.text for p in train]
    assert sum("gain" in t for t in texts) == 1
    assert not any("plan" in t for t in texts)
    assert not any("differ" in t for t in texts), "labelled in two ways"
    assert len(valid) == 2


def test_spans_are_those_of_the_names_and_labels_say_who_stands_where(folder: Path) -> None:
    train, _ = data.directed(folder)
    told = {(p.text[slice(*p.a)], p.text[slice(*p.b)]): (p.ab, p.ba, p.label) for p in train}
    assert told == {
        ("Arden", "Brook"): (FAVOR, NONE, 1),
        ("Evans", "Fox"): (NONE, NONE, 0),
        ("Gale", "Hale"): (NONE, FAVOR, 2),
        ("Ives", "Jude"): (NONE, AGAINST, 4),
    }
    for p in train:
        other = data.swapped(p)
        assert (other.a, other.b, other.ab, other.ba) == (p.b, p.a, p.ba, p.ab)


def test_the_real_manifest_names_no_set_that_is_kept_for_judging() -> None:
    named = json.loads((Path(data.__file__).with_name("manifest.json")).read_text(encoding="utf-8"))["files"]
    assert set(named) == {"stance/dse/train.txt", "stance/dse/valid.txt", "stance/newsmtsc/train.jsonl"}
    assert all(len(f["sha256"]) == 64 and f["licence"] and f["from"] for f in named.values())
