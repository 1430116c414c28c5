"""What is read back out of a shipped network answers as it does; the training group is needed."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("transformers")

from pipeline.tag.stance import models  # noqa: E402 - only where its libraries are
from training import restore  # noqa: E402
from training.export import run  # noqa: E402
from training.model import Directed  # noqa: E402
from training.train import example, predict  # noqa: E402

NETWORKS = Path(models.__file__).parent / "networks"
SAID = [
    ("The mayor praised the dockers for their patience.", (0, 9), (18, 29)),
    ("The mayor met the dockers on Friday.", (0, 9), (14, 25)),
    ("The dockers were called thieves by the mayor.", (0, 11), (35, 44)),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("restored")
    restore.folder(NETWORKS, "directed", out)
    return out


def test_it_answers_as_what_is_shipped(folder: Path) -> None:
    model = Directed(folder)
    model.load_state_dict(torch.load(folder / "weights.pt", weights_only=True))
    asked = [example(folder, text, [a, b], [0, 0]) for text, a, b in SAID]
    whole, small = predict(model, asked), run(NETWORKS / "directed.onnx", [(e.ids, e.places) for e in asked])
    assert (whole.argmax(-1) == small.argmax(-1)).all()
    assert np.abs(whole - small).mean() < 0.15


def test_the_folder_is_one_to_begin_with(folder: Path) -> None:
    assert (folder / "tokenizer.json").read_text() == (NETWORKS / "tokenizer.json").read_text()
    assert json.loads((folder / "made_of.json").read_text())["layers"] == 10


def test_another_shape_is_told(folder: Path) -> None:
    class Other(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense = torch.nn.Linear(7, 5)

    with pytest.raises(ValueError, match="shape"):
        restore.restored(NETWORKS / "directed.onnx", Other())
