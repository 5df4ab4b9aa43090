"""The softmax over a set of candidates that many targets share, as the engine's layer has it.

All words (full softmax and its kin with other normalisers), or the targets of a part of the text
and random others (target sampling).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from huffvec.device.columns import Columns, Products, softmax_gradients
from huffvec.device.draws import below, high, numbers
from huffvec.device.outputs.base import Layer
from huffvec.device.step import Part

if TYPE_CHECKING:
    import numpy.typing as npt

    from huffvec.device.step import Step, Trained
    from huffvec.device.text import Block

_LONGEST_STEP = 0.05  # as in the engine's Normaliser
_BITS = 0xFFFFFFFF


@dataclass(frozen=True)
class Normaliser:
    """How log Z enters the loss: as ``cpp/engine/outputs/batch_softmax.hpp`` has it.

    Of ``share`` see `CandidateSoftmax`.
    """

    linear: float = 1.0
    square: float = 0.0
    offset: float = 0.0
    constant: float = 0.0
    low: float = 0.0
    high: float = 0.0
    share: float = 1.0

    def gradients(
        self, scores: Tensor, places: Tensor, shares: Tensor, has_normaliser: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the losses of columns, (c,), and what their scores are to grow by, (c, r).

        Parameters
        ----------
        scores
            (c, r).
        places
            Where the targets are among the words, int64 (c,).
        shares
            The share of the windows that have a normaliser, float32 (c,).
        has_normaliser
            Whether a column has one, bool (c,).
        """
        if self == Normaliser():
            return softmax_gradients(scores, places)
        own = scores.gather(1, places[:, None])[:, 0]
        log_z = torch.logsumexp(scores, dim=1) + self.offset
        bent = log_z.clamp(self.low, self.high)
        of_square = self.square / shares
        of_z = self.linear * log_z + of_square * bent * (2 * log_z - bent)
        slope = torch.where(has_normaliser, self.linear + 2 * of_square * bent, 0)
        gradients = -slope[:, None] * torch.exp(scores + self.offset - log_z[:, None])
        gradients.scatter_add_(1, places[:, None], torch.ones_like(own[:, None]))
        losses = self.constant - self.offset - own + torch.where(has_normaliser, of_z, 0)
        return losses, gradients


class CandidateSoftmax(Layer):
    """The words and the rule; the arguments are those of the engine's layer."""

    def __init__(
        self, device: torch.device, n_words: int, candidates: int, **normaliser: float
    ) -> None:
        super().__init__(device)
        self._n_words, self._candidates = n_words, min(candidates, n_words)
        self._rule = Normaliser(**normaliser)

    def numbers(self, n_hidden: int, stride: int) -> int:
        """Return the numbers of the scores and gradients, and of the hidden vectors."""
        return n_hidden * (3 * self._candidates + stride)

    def parts(self, block: Block, at: Tensor) -> Iterator[Part]:
        """Yield all targets, or parts of chunks whose targets make up half the candidates.

        The others are drawn.
        """
        if self._candidates == self._n_words:
            yield Part(at)
            return
        targets, chunks = block.ids[at].cpu().numpy(), block.chunks[at].cpu().numpy()
        keys = block.noise_keys.cpu()
        for chunk in range(len(keys)):
            first, last = np.searchsorted(chunks, [chunk, chunk + 1])
            drawn = 0
            while first < last:
                n, own = _targets_of_part(targets[first:last], max(1, self._candidates // 2))
                found, drawn = self._with_others(own, keys[chunk], drawn)
                yield Part(at[first : first + n], torch.from_numpy(found).to(self.device))
                first += n

    def _with_others(
        self, own: npt.NDArray[np.int64], key: Tensor, drawn: int
    ) -> tuple[npt.NDArray[np.int64], int]:
        """Return the candidates, rising, and how many draws of the chunk's stream are made then.

        Drawn are candidates that are no targets; or the words that are none, if those are fewer.
        """
        n_left_out = self._n_words - self._candidates
        is_in = np.zeros(self._n_words, bool)
        is_in[own] = True
        draws_in = self._candidates <= n_left_out
        lacking = self._candidates - len(own) if draws_in else n_left_out
        others, drawn = _distinct(key, drawn, lacking, is_in)
        if draws_in:
            is_in[others] = True
        else:
            is_in[:] = True
            is_in[others] = False
        return np.flatnonzero(is_in), drawn

    def train(self, step: Step) -> Trained:
        """Train the columns."""
        columns, places = Columns.of_step(step), step.targets
        rows, candidates = step.table[: self._n_words], step.candidates
        if candidates is not None:
            rows, places = step.table[candidates], torch.searchsorted(candidates, places)
        shares, has_normaliser = self._normalised(step)
        losses, gradients = self._rule.gradients(
            columns.hidden @ rows.mT,
            places[columns.of],
            shares[columns.of],
            has_normaliser[columns.of],
        )
        changes = Products.of(gradients * columns.rates[:, None], columns.hidden, rows)
        if candidates is None:
            rows += changes.rows
        else:
            step.table.index_add_(0, candidates, changes.rows)
        return columns.train(step, losses, changes.hidden, changes.moves)

    def _normalised(self, step: Step) -> tuple[Tensor, Tensor]:
        """Return the share of windows with a normaliser, and which windows have one, both (n,)."""
        shares = torch.ones_like(step.rates)
        if self._rule.share == 1:
            return shares, torch.ones_like(step.at, dtype=torch.bool)
        block, at = step.block, step.at
        wide = (step.rates.double() / _LONGEST_STEP).clamp(self._rule.share, 1)
        windows = block.counted_before(step.inputs.predicts(block))[at]
        draws = high(numbers(block.noise_keys[block.chunks[at]], windows))
        return wide.float(), draws <= (wide * _BITS).long()


def _targets_of_part(
    targets: npt.NDArray[np.int64], most: int
) -> tuple[int, npt.NDArray[np.int64]]:
    """Return how many of the targets make a part, and the distinct ones among them."""
    _, firsts = np.unique(targets, return_index=True)
    firsts.sort()
    n = len(targets) if len(firsts) <= most else int(firsts[most])
    return n, np.unique(targets[:n])


def _distinct(
    key: Tensor, drawn: int, n: int, is_taken: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], int]:
    """Return a stream's next n distinct words that are not taken, and how many draws are made."""
    found = np.empty(0, np.int64)
    while len(found) < n:
        places = torch.arange(drawn, drawn + 2 * (n - len(found)) + 16)
        words = below(numbers(key, places), len(is_taken)).numpy()
        new = ~(is_taken[words] | np.isin(words, found))
        firsts = np.sort(np.unique(words[new], return_index=True)[1])[: n - len(found)]
        at = np.flatnonzero(new)[firsts]
        found = np.concatenate([found, words[at]])
        drawn += int(at[-1]) + 1 if len(found) == n else len(words)
    return found, drawn
