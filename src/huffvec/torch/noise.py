"""Words drawn at random where the tensors are: the alias method (Walker 1977, Vose 1991)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from huffvec.noise import floored
from huffvec.torch.tables import TableModule


def alias_table(
    probs: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return accept_probs and alias_ids, both (n_words,), that draw by probs.

    A draw takes a place at random and stays with probability accept_probs[place], or goes to
    alias_ids[place]. Vose's sweep fills light places, of less than the mean, from heavy ones until
    a heavy one has become light itself. Where it stands follows from running sums of what the
    light ones lack and the heavy ones have over, so it needs no loop over the words.
    """
    weights = probs * (len(probs) / probs.sum())
    mean = min(1.0, weights.max())  # rounding must not leave all of them lighter than the mean
    light, heavy = np.flatnonzero(weights < mean), np.flatnonzero(weights >= mean)
    accept, alias = np.ones(len(probs)), np.arange(len(probs))
    lacking, over = np.cumsum(1 - weights[light]), np.cumsum(weights[heavy] - 1)
    giver = np.searchsorted(over, np.concatenate([[0.0], lacking])[: len(light)], side="left")
    accept[light] = weights[light]
    alias[light] = heavy[np.minimum(giver, len(heavy) - 1)]
    # A heavy place becomes light with the first light one that it cannot fill; the next heavy one
    # fills it then. The last has nobody after it, and what it lacks is rounding.
    emptied = np.searchsorted(lacking, over[:-1], side="right")
    within = emptied < len(light)
    lacks = lacking[np.minimum(emptied, len(light) - 1)] - over[:-1] if len(light) else over[:-1]
    accept[heavy[:-1]] = np.where(within, 1 - lacks, 1.0)
    alias[heavy[:-1]] = heavy[1:]
    return np.clip(accept, 0.0, 1.0), alias


class Noise(TableModule):
    """A distribution over the words, to draw from and to ask, on the device of the module.

    A draw costs O(1) whatever the vocabulary, where `torch.multinomial` and Gumbel noise pass over
    all of it. The tables are not in the ``state_dict``, since they follow from the counts.

    Parameters
    ----------
    probs
        float64 (n_words,), summing to 1.
    device, dtype
        As for `TableModule.keep`.
    """

    def __init__(
        self, probs: npt.NDArray[np.float64], device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        accept, alias = alias_table(probs)
        self.keep(
            persistent=False,
            device=device,
            dtype=dtype,
            accept_probs=accept,
            alias_ids=alias,
            probs=floored(probs),
        )

    def draw(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """Return n word ids, int64 (n,), drawn independently of each other.

        Parameters
        ----------
        n
            How many.
        generator
            Where randomness comes from, on the module's device; None takes torch's own.
        """
        device = self.alias_ids.device
        places = torch.randint(len(self.alias_ids), (n,), device=device, generator=generator)
        chance = torch.rand(n, device=device, generator=generator, dtype=self.accept_probs.dtype)
        return torch.where(chance < self.accept_probs[places], places, self.alias_ids[places])


def first_of_each(ids: Tensor) -> Tensor:
    """Return which of the ids, (n,), is the first of its value: bool (n,)."""
    ordered, order = torch.sort(ids, stable=True)
    is_first = torch.ones_like(ids, dtype=torch.bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return torch.zeros_like(is_first).scatter(0, order, is_first)
