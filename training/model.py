"""The networks: a small encoder, and a head over the vectors of sentence and entities."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel


class Directed(nn.Module):
    """Stance of a on b and of b on a: one three-way head, asked twice.

    Both entities carry the same token, so swapping them changes nothing but the order of the two answers.
    Input: ``ids``, ``mask`` int64[n, t]; ``places`` int64[n, 2]. Output: float32[n, 2, 3], logits.
    """

    def __init__(self, encoder: Path, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(encoder, add_pooling_layer=False)
        size = self.encoder.config.hidden_size
        self.head = _head(5 * size, size, dropout)

    def forward(self, ids: Tensor, mask: Tensor, places: Tensor) -> Tensor:
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        sentence = _mean(hidden, mask)
        a, b = _at(hidden, places[:, 0]), _at(hidden, places[:, 1])
        first = hidden[:, 0]
        ab = self.head(torch.cat([first, sentence, a, b, a * b], dim=-1))
        ba = self.head(torch.cat([first, sentence, b, a, a * b], dim=-1))
        return torch.stack([ab, ba], dim=1)


class Authorial(nn.Module):
    """Stance of a sentence's author on one entity. Output: float32[n, 1, 3], logits."""

    def __init__(self, encoder: Path, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(encoder, add_pooling_layer=False)
        size = self.encoder.config.hidden_size
        self.head = _head(3 * size, size, dropout)

    def forward(self, ids: Tensor, mask: Tensor, places: Tensor) -> Tensor:
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        parts = [hidden[:, 0], _mean(hidden, mask), _at(hidden, places[:, 0])]
        logits: Tensor = self.head(torch.cat(parts, dim=-1))
        return logits.unsqueeze(1)


def _head(width: int, size: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Dropout(dropout), nn.Linear(width, size), nn.GELU(), nn.Dropout(dropout), nn.Linear(size, 3)
    )


def _mean(hidden: Tensor, mask: Tensor) -> Tensor:
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1)


def _at(hidden: Tensor, place: Tensor) -> Tensor:
    index = place.view(-1, 1, 1).expand(-1, 1, hidden.shape[-1])
    return hidden.gather(1, index).squeeze(1)
