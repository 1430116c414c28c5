"""Averaging runs, and comparing two of them; the training group's libraries are needed."""

import random

import pytest

torch = pytest.importorskip("torch")
np = pytest.importorskip("numpy")
pytest.importorskip("sklearn")

from training import evaluate  # noqa: E402 - only where its libraries are
from training.soup import mean  # noqa: E402
from training.train import Options, freeze  # noqa: E402


def test_the_mean_is_weighted_and_what_is_no_float_stays() -> None:
    one = {"w": torch.tensor([1.0, 3.0]), "n": torch.tensor([7])}
    two = {"w": torch.tensor([5.0, 3.0]), "n": torch.tensor([9])}
    found = mean([one, two], [3, 1])
    assert found["w"].tolist() == [2.0, 3.0]
    assert found["n"].tolist() == [7]


def test_the_gain_of_a_better_guess_is_positive_and_of_the_same_nothing() -> None:
    rng = random.Random(1)
    gold = np.array([rng.randrange(3) for _ in range(300)])
    good = np.array([g if rng.random() < 0.9 else 0 for g in gold])
    poor = np.array([g if rng.random() < 0.5 else 0 for g in gold])
    gain, low, high = evaluate.gain(gold, good, poor)
    assert 0 < low < gain < high
    assert evaluate.gain(gold, good, good) == (0.0, 0.0, 0.0)


class _Small(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = torch.nn.ModuleDict({"layer": torch.nn.ModuleList([torch.nn.Linear(2, 2) for _ in range(3)])})
        self.encoder["embeddings"] = torch.nn.Linear(2, 2)
        self.head = torch.nn.Linear(2, 2)


@pytest.mark.parametrize(
    ("layers", "learning"),
    [
        (-1, {"embeddings", "layer.0", "layer.1", "layer.2", "head"}),
        (0, {"layer.0", "layer.1", "layer.2", "head"}),
        (2, {"layer.2", "head"}),
    ],
)
def test_frozen_layers_do_not_learn(layers: int, learning: set[str]) -> None:
    model = _Small()
    freeze(model, layers)
    found = {n.removeprefix("encoder.").rsplit(".", 1)[0] for n, p in model.named_parameters() if p.requires_grad}
    assert found == learning
    assert Options().freeze == -1
