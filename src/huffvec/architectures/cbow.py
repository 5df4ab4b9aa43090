"""CBOW: the mean of the context words' vectors predicts the target (Mikolov et al. 2013).

"Efficient estimation of word representations in vector space", ICLR Workshop. With subwords, the
mean is over all rows of all their bags, as in fastText, so that a word counts by the size of its
bag. With position weights, each vector is first multiplied elementwise by that of its position
(Mikolov et al. 2018, "Advances in pre-training distributed word representations"). These vectors
begin at ones, and as all windows share them, no number changes by more than 1/64 at a window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huffvec.architectures.base import Architecture
from huffvec.errors import ConfigError, OptionName
from huffvec.weights import Rows, Weight

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from huffvec.architectures.contexts import Contexts, Hidden
    from huffvec.config import TrainingConfig

POSITION_VECTORS = Weight("position_vectors", Rows.POSITIONS, "ones")


class CBOW(Architecture):
    """The mean of the context predicts, position-weighted or not."""

    name = "cbow"
    learning_rate = 0.11
    start_width = 8.0
    own_weights = (POSITION_VECTORS,)
    contexts_at_once = 1 << 15

    def hidden(
        self,
        vectors: npt.NDArray[np.float32],
        contexts: Contexts,
        sizes: npt.NDArray[np.int64] | None,
        weights: Mapping[str, npt.NDArray[np.float32]],
    ) -> Hidden:
        """Return the mean of each context.

        Words beyond the window count as if they stood at its end.
        """
        import numpy as np

        rows = vectors[contexts.ids]
        shares = np.ones(len(rows), np.float32)
        positions = weights.get(POSITION_VECTORS.name)
        if positions is not None:
            window = len(positions) // 2
            places = np.clip(contexts.offsets, -window, window)
            rows = rows * positions[places + window - (places > 0)]
        if sizes is not None:
            shares = sizes[contexts.ids].astype(np.float32)
        return weighted_means(rows, shares, contexts.bounds)

    def n_hidden(self, contexts: Contexts) -> npt.NDArray[np.int64]:
        """Return ones."""
        import numpy as np

        return np.ones(len(contexts.bounds), np.int64)

    def check(self, config: TrainingConfig) -> None:
        """Raise ConfigError if each place of a window without bounds is to have a vector."""
        if config.position_weights and config.window == "all":
            raise ConfigError(
                OptionName("window"),
                " must be a number with ",
                OptionName("position_weights"),
                ": each of its places has a vector",
            )

    def engine_options(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, Any]:
        """Return the name and the vectors of the window's places."""
        return {
            **super().engine_options(weights),
            "position_rows": weights.get(POSITION_VECTORS.name),
        }


def weighted_means(
    rows: npt.NDArray[np.float32], shares: npt.NDArray[np.float32], bounds: npt.NDArray[np.int64]
) -> Hidden:
    """Return the weighted means of contexts' rows.

    Parameters
    ----------
    rows
        float32 (n, dim).
    shares
        Their weights, float32 (n,).
    bounds
        Where each context begins among them; each has one, (n_contexts,).
    """
    import numpy as np

    from huffvec.architectures.contexts import Hidden

    sums = np.add.reduceat(rows * shares[:, None], bounds, axis=0)
    means = sums / np.add.reduceat(shares, bounds)[:, None]
    return Hidden(means.astype(np.float32, copy=False))
