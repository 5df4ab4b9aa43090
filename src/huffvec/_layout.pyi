"""Types of the layout of points in the plane (``cpp/bind/layout.cpp``)."""

import numpy as np
import numpy.typing as npt

class Layout:
    """The neighbours of points (`huffvec.layout.neighbours.NeighbourGraph`)."""

    def __init__(
        self,
        offsets: npt.NDArray[np.int64],
        neighbours: npt.NDArray[np.int32],
        weights: npt.NDArray[np.float32],
    ) -> None: ...
    def move(
        self,
        now: npt.NDArray[np.float32],
        moved: npt.NDArray[np.float32],
        *,
        seed: int,
        epoch: int,
        n_negatives: int,
        step: float,
        momentum: float,
        repulsion: float,
        n_threads: int,
    ) -> None:
        """Move points by one epoch: moved has where they were before, and gets where they go."""

def explore(
    units: npt.NDArray[np.float32],
    reach: npt.NDArray[np.int32],
    known_rows: npt.NDArray[np.int32],
    known_cosines: npt.NDArray[np.float32],
    rows: npt.NDArray[np.int32],
    cosines: npt.NDArray[np.float32],
    *,
    n_threads: int,
) -> None:
    """Fill rows and cosines with the k nearest to each point among those that are looked at.

    These are the ones known, those in its row of reach, and those in their rows of reach. reach is
    (n, m), where -1 stands for none; units are (n, dim), all others (n, k), best first.
    """
