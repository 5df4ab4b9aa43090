"""The encoded text on its way to the device: which tokens are trained, and in which windows.

As the engine walks it (``cpp/engine/corpus.hpp``, ``worker.hpp``), but all tokens of some chunks at
once: a chunk's tokens are kept or skipped, the radii of the windows are drawn, and sentences are
parted where a chunk ends, if they are longer than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from huffvec.device.draws import NOISE, SUBSAMPLE, WINDOW, below, high, numbers, streams

if TYPE_CHECKING:
    from huffvec.device.plan import Plan


def chunk_begins(plan: Plan) -> npt.NDArray[np.int64]:
    """Return the token that each chunk of an epoch begins with, and the end, int64 (n_chunks + 1,).

    A chunk begins with the first sentence that starts in its share of the tokens; in the middle of
    a sentence only if that is longer than a chunk.
    """
    offsets, n_tokens, size = plan.sentence_offsets, len(plan.ids), plan.chunk_tokens
    shares = np.arange(0, n_tokens, size)
    place = np.searchsorted(offsets[:-1], shares)
    start = offsets[place]
    length = start - offsets[np.maximum(place - 1, 0)]
    is_parted = (place == len(offsets) - 1) | (start >= shares + size)
    begins = np.where(is_parted & (length > size), shares, start)
    return np.append(begins, n_tokens)


@dataclass(frozen=True)
class Block:
    """The targets of some chunks in a row, on the device; each token that is kept is one.

    Attributes
    ----------
    ids
        Their words, int64 (n,).
    chunks
        Which chunk of the block each is in, int64 (n,).
    ranks
        How many of its chunk are before it, int64 (n,).
    places
        How many of its sentence, or of the part that lies in the chunk, are before it, int64 (n,).
    lefts, rights
        The target where its window begins, and the one behind its end, int64 (n,).
    sentences
        The numbers of their sentences, int64 (n,).
    noise_keys
        Of each chunk the key of its stream of noise, int64 (n_chunks,).
    rates
        The learning rate of each, float32 (n,).
    reach
        Places from a target to the farthest word of its window, at most.
    n_tokens
        How many tokens the chunks have, with those that were skipped.
    """

    ids: Tensor
    chunks: Tensor
    ranks: Tensor
    places: Tensor
    lefts: Tensor
    rights: Tensor
    sentences: Tensor
    noise_keys: Tensor
    rates: Tensor
    reach: int
    n_tokens: int

    def __len__(self) -> int:
        return len(self.ids)

    def windows(self, at: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the words around targets, which of them there are, and where they stand.

        Parameters
        ----------
        at
            The targets' numbers, int64 (n,).

        Returns
        -------
        tuple
            Word ids, int64 (n, 2 reach), 0 where there is none; bool of the same shape; and the
            places, int64 (2 reach,), counted from the target: negative to the left, never 0.
        """
        places = torch.arange(-self.reach, self.reach, device=at.device)
        places = places + (places >= 0)
        found = at[:, None] + places
        within = (found >= self.lefts[at, None]) & (found < self.rights[at, None])
        words = self.ids[torch.where(within, found, at[:, None])]
        return torch.where(within, words, 0), within, places

    def counted_before(self, counts: Tensor) -> Tensor:
        """Return of each target how many of its chunk's that count are before it, int64 (n,).

        counts is bool (n,).
        """
        before = torch.cumsum(counts.long(), dim=0) - counts.long()
        return before - before[torch.arange(len(counts), device=counts.device) - self.ranks]


class Text:
    """The chunks of a run, which it gives to the device block by block.

    Parameters
    ----------
    plan
        What is trained.
    device
        Where.
    """

    def __init__(self, plan: Plan, device: torch.device) -> None:
        self.plan, self.device = plan, device
        self.begins = chunk_begins(plan)
        self._keep = torch.from_numpy(plan.keep_thresholds.astype(np.int64)).to(device)

    @property
    def n_chunks(self) -> int:
        """Chunks of an epoch."""
        return len(self.begins) - 1

    def block(self, first: int, last: int) -> Block:
        """Return the targets of chunks first … last - 1, which lie in one epoch.

        Raises
        ------
        IndexError
            If an id is no word's.
        """
        plan, in_epoch = self.plan, first % self.n_chunks
        begins = self.begins[in_epoch : in_epoch + last - first + 1]
        cuts = _cuts(plan.sentence_offsets, begins)
        tokens = torch.from_numpy(self._ids(begins[0], begins[-1])).to(self.device).long()
        chunks = self._numbered(np.diff(begins))
        numbers_of_chunks = torch.arange(first, last, device=self.device)
        keys = [streams(plan.seed, numbers_of_chunks, kind) for kind in (SUBSAMPLE, WINDOW, NOISE)]
        draws = numbers(keys[0][chunks], _ranks(chunks, last - first))
        kept = (high(draws) <= self._keep[tokens]).nonzero()[:, 0]
        chunks = chunks[kept]
        ranks = _ranks(chunks, last - first)
        pieces = self._numbered(np.diff(cuts))[kept]
        places = _ranks(pieces, len(cuts) - 1)
        sizes = torch.bincount(pieces, minlength=len(cuts) - 1)
        radii = self._radii(keys[1][chunks], ranks)
        at = torch.arange(len(kept), device=self.device)
        sentences = np.searchsorted(plan.sentence_offsets, cuts[:-1], side="right") - 1
        return Block(
            ids=tokens[kept],
            chunks=chunks,
            ranks=ranks,
            places=places,
            lefts=at - torch.minimum(places, radii),
            rights=at + torch.minimum(sizes[pieces] - places, radii + 1),
            sentences=torch.from_numpy(sentences).to(self.device)[pieces],
            noise_keys=keys[2],
            rates=self._rates(first, last)[chunks],
            reach=int(min(plan.window, max(1, np.diff(cuts).max(initial=1) - 1))),
            n_tokens=int(begins[-1] - begins[0]),
        )

    def _ids(self, begin: int, end: int) -> npt.NDArray[np.int32]:
        ids = np.array(self.plan.ids[begin:end])
        for id_ in (int(ids.min(initial=0)), int(ids.max(initial=0))):
            if not 0 <= id_ < self.plan.n_words:
                raise IndexError(
                    f"the encoded corpus has the id {id_}, but the vocabulary has "
                    f"{self.plan.n_words} words"
                )
        return ids

    def _numbered(self, sizes: npt.NDArray[np.int64]) -> Tensor:
        """Return for each member of groups of these sizes the number of its group."""
        counts = torch.from_numpy(sizes).to(self.device)
        return torch.repeat_interleave(counts, output_size=int(sizes.sum()))

    def _radii(self, keys: Tensor, ranks: Tensor) -> Tensor:
        if self.plan.fixed_radius:
            return torch.full_like(ranks, self.plan.window)
        return 1 + below(numbers(keys, ranks), self.plan.window)

    def _rates(self, first: int, last: int) -> Tensor:
        """Return the learning rates of chunks, float32: as the engine reckons them."""
        plan = self.plan
        done = np.arange(first, last) / (self.n_chunks * plan.epochs)
        start, end = np.float32(plan.start_lr), np.float32(plan.end_lr)
        rates = start + np.float64(end - start) * done
        return torch.from_numpy(rates.astype(np.float32)).to(self.device)


def _cuts(offsets: npt.NDArray[np.int64], begins: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the tokens where a sentence or a chunk begins, and the end of the last chunk."""
    low, high = np.searchsorted(offsets, [begins[0], begins[-1]])
    return np.union1d(offsets[low:high], begins)


def _ranks(groups: Tensor, n_groups: int) -> Tensor:
    """Return how many of its group, (n,), are before each; groups rise."""
    sizes = torch.bincount(groups, minlength=n_groups)
    starts = torch.cumsum(sizes, dim=0) - sizes
    return torch.arange(len(groups), device=groups.device) - starts[groups]
