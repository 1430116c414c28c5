"""The training loop: full fine-tuning, batches of like length, layer-wise learning rates; on a GPU where one is."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pipeline.tag.encoding import PAD, encode, tokenizer

log = logging.getLogger("training")


@dataclass(frozen=True)
class Example:
    """One input and its answers, one a direction."""

    ids: list[int]
    places: list[int]
    labels: list[int]
    weight: float = 1.0


@dataclass(frozen=True)
class Options:
    """How to train."""

    epochs: int = 4
    batch: int = 32
    rate: float = 6e-5
    decay: float = 0.9  # of the learning rate, from each layer to the one below
    weight_decay: float = 0.01
    warmup: float = 0.06
    smoothing: float = 0.05
    none_weight: float = 0.5  # of the class none in the loss
    freeze: int = -1  # layers from below that stay as they are, embeddings with them; -1: everything learns
    seed: int = 1


def fit(model: nn.Module, train: Sequence[Example], options: Options, out: Path, *, each: object = None) -> None:
    """Train a model in place.

    Args:
        model: takes ids, mask and places, gives logits [n, directions, 3].
        train: what to learn from.
        options: how.
        out: folder for the log.
        each: called with the epoch's number after each epoch, to evaluate and keep.
    """
    device = _device()
    model.to(device).train()
    freeze(model, options.freeze)
    optimizer = torch.optim.AdamW(_groups(model, options), weight_decay=options.weight_decay)
    steps = options.epochs * -(-len(train) // options.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: _rate(s, steps, options.warmup))
    weight = torch.tensor([options.none_weight, 1.0, 1.0], device=device)
    loss_of = nn.CrossEntropyLoss(weight=weight, label_smoothing=options.smoothing, reduction="none")
    rng = random.Random(options.seed)  # noqa: S311 - shuffles
    (out / "options.json").write_text(json.dumps(asdict(options)), encoding="utf-8")
    for epoch in range(options.epochs):
        start, seen, total = time.monotonic(), 0, 0.0
        for batch in _batches(train, options.batch, rng):
            ids, mask, places, labels, weights = _tensors(batch, device)
            logits = model(ids, mask, places)
            loss = loss_of(logits.flatten(0, 1), labels.flatten())
            loss = (loss * weights.repeat_interleave(labels.shape[1])).mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            seen += len(batch)
            total += float(loss) * len(batch)
        log.info("epoch %d: loss %.4f, %.1f examples/s", epoch, total / seen, seen / (time.monotonic() - start))
        if callable(each):
            each(epoch)
            model.train()


def predict(model: nn.Module, examples: Sequence[Example], batch: int = 64) -> NDArray[np.float32]:
    """Return logits float32[n, directions, 3], in the order given."""
    device = _device()
    model.to(device).eval()
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
    found: dict[int, NDArray[np.float32]] = {}
    with torch.inference_mode():
        for at in range(0, len(order), batch):
            part = order[at : at + batch]
            ids, mask, places, _, _ = _tensors([examples[i] for i in part], device)
            for i, row in zip(part, model(ids, mask, places).float().cpu().numpy(), strict=True):
                found[i] = row
    return np.stack([found[i] for i in range(len(examples))])


def example(
    encoder: Path, text: str, spans: Sequence[tuple[int, int]], labels: list[int], weight: float = 1.0
) -> Example:
    """Encode one input."""
    if encoder not in _tokenizers:
        _tokenizers[encoder] = tokenizer(encoder)
    ids, places = encode(_tokenizers[encoder], text, spans)
    return Example(ids, places, labels, weight)


_tokenizers: dict[Path, object] = {}


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _rate(step: int, steps: int, warmup: float) -> float:
    rise = max(1, int(warmup * steps))
    return step / rise if step < rise else max(0.0, (steps - step) / (steps - rise))


def freeze(model: nn.Module, layers: int) -> None:
    """Let the encoder's embeddings and its lowest layers stay as they are.

    Args:
        model: with ``encoder``.
        layers: how many; none of them and not the embeddings either below 0.
    """
    for name, parameter in model.named_parameters():
        if layers >= 0 and name.startswith("encoder."):
            layer = int(name.partition(".layer.")[2].partition(".")[0]) if ".layer." in name else -1
            parameter.requires_grad_(layer >= layers)


def _groups(model: nn.Module, options: Options) -> list[dict[str, object]]:
    """Parameters with the rate of their layer: the head's is five times the top layer's."""
    layers = model.encoder.config.num_hidden_layers
    groups: dict[float, list[Tensor]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if not name.startswith("encoder."):
            rate = options.rate * 5
        elif ".layer." in name:
            depth = int(name.partition(".layer.")[2].partition(".")[0])
            rate = options.rate * options.decay ** (layers - 1 - depth)
        else:
            rate = options.rate * options.decay**layers
        groups.setdefault(rate, []).append(parameter)
    return [{"params": p, "lr": r} for r, p in groups.items()]


def _batches(train: Sequence[Example], size: int, rng: random.Random) -> Iterator[list[Example]]:
    """Batches of like length in random order: less padding, the same mixture."""
    order = list(range(len(train)))
    rng.shuffle(order)
    pools = [order[i : i + size * 50] for i in range(0, len(order), size * 50)]
    batches = []
    for pool in pools:
        pool.sort(key=lambda i: len(train[i].ids))
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    rng.shuffle(batches)
    for batch in batches:
        yield [train[i] for i in batch]


def _tensors(batch: Sequence[Example], device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    width = max(len(e.ids) for e in batch)
    ids = torch.tensor([e.ids + [PAD] * (width - len(e.ids)) for e in batch], device=device)
    mask = torch.tensor([[1] * len(e.ids) + [0] * (width - len(e.ids)) for e in batch], device=device)
    places = torch.tensor([e.places for e in batch], device=device)
    labels = torch.tensor([e.labels for e in batch], device=device)
    return ids, mask, places, labels, torch.tensor([e.weight for e in batch], device=device)
