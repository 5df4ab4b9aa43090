"""The engine's random numbers (``cpp/base/rng.hpp``, ``alias.hpp``), whole streams at once.

The n-th number of a stream is a hash of its key and n, so that any number of them are made side by
side, and are the engine's own. Tensors have no unsigned numbers of 64 bits: all of this is int64,
whose sums and products keep the same low bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from huffvec.engine import engine

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SUBSAMPLE, WINDOW, NOISE = 1, 2, 3  # what a stream's draws are for
_LOW = 0xFFFFFFFF


def _signed(x: int) -> int:
    """Return the int64 with the bits of an unsigned number."""
    return x - (1 << 64) if x >= 1 << 63 else x


_STEP, _FIRST, _SECOND = map(_signed, (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def _shifted(x: Tensor, bits: int) -> Tensor:
    """Return x shifted to the right as a number without a sign."""
    return (x >> bits) & ((1 << (64 - bits)) - 1)


def mix(x: Tensor) -> Tensor:
    """Return SplitMix64's hash of numbers."""
    x = (x ^ _shifted(x, 30)) * _FIRST
    x = (x ^ _shifted(x, 27)) * _SECOND
    return x ^ _shifted(x, 31)


def streams(seed: int, chunks: Tensor, purpose: int) -> Tensor:
    """Return the keys of the streams of chunks, int64 as chunks are.

    Parameters
    ----------
    seed
        The run's.
    chunks
        Numbers of chunks, which count on through the epochs, int64.
    purpose
        What is drawn: `SUBSAMPLE`, `WINDOW` or `NOISE`.
    """
    of_seed = mix(torch.full_like(chunks, _signed((seed + _STEP) % (1 << 64))))
    return mix(mix(of_seed ^ (chunks + _STEP)) ^ purpose)


def numbers(keys: Tensor, places: Tensor) -> Tensor:
    """Return the numbers at places, counted from 0, of streams, 64 bits each."""
    return mix(keys + (places + 1) * _STEP)


def split(keys: Tensor) -> Tensor:
    """Return the keys of streams that the first number of each decides."""
    return mix(numbers(keys, torch.zeros_like(keys)))


def high(x: Tensor) -> Tensor:
    """Return the upper 32 bits, from 0 on."""
    return (x >> 32) & _LOW


def below(x: Tensor, n: int) -> Tensor:
    """Return numbers from 0 to n - 1, which must be less than 2^31."""
    return high(x) * n >> 32


class AliasTable:
    """A distribution over words, which is drawn from in constant time: the engine's table.

    Parameters
    ----------
    probs
        float64 (n_words,), summing to 1.
    device
        Where it is.
    """

    def __init__(self, probs: npt.NDArray[np.float64], device: torch.device) -> None:
        accept, alias = engine().alias_table(probs)
        self._accept = torch.from_numpy(accept.astype("int64")).to(device)
        self._alias = torch.from_numpy(alias).to(device)

    def draw(self, x: Tensor) -> Tensor:
        """Return the words that random numbers stand for, int64 of their shape."""
        slots = below(x, len(self._accept))
        return torch.where((x & _LOW) < self._accept[slots], slots, self._alias[slots].long())
