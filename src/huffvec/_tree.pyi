"""Types of the search in trees of decisions (``cpp/bind/tree.cpp``)."""

import numpy as np
import numpy.typing as npt

class BinarySearch:
    """The tree of a hierarchical softmax (`huffvec.trees.Tree`)."""

    def __init__(
        self,
        children: npt.NDArray[np.int32],
        root: int,
        output_vectors: npt.NDArray[np.float32],
    ) -> None: ...
    def top(self, hidden: npt.NDArray[np.float32], k: int) -> tuple[list[int], list[float]]:
        """Return the k most probable leaves and their log-probabilities, best first.

        Of several hidden vectors the mean of their probabilities counts.
        """

    def top_of_each(
        self, hidden: npt.NDArray[np.float32], k: int, n_threads: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Return those of every hidden vector by itself, k after k; there must be k leaves."""

class MultiwaySearch:
    """A label tree (`huffvec.trees.MultiwayTree`)."""

    def __init__(
        self,
        first_child: npt.NDArray[np.int32],
        leaf_ids: npt.NDArray[np.int32],
        is_logistic: bool,
        output_vectors: npt.NDArray[np.float32],
    ) -> None: ...
    def top(self, hidden: npt.NDArray[np.float32], k: int) -> tuple[list[int], list[float]]:
        """Return the k most probable leaves and their log-probabilities, best first.

        Of several hidden vectors the mean of their probabilities counts.
        """

    def top_of_each(
        self, hidden: npt.NDArray[np.float32], k: int, n_threads: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Return those of every hidden vector by itself, k after k; there must be k leaves."""
