import numpy as np
import numpy.typing as npt

def top_leaves(
    children: npt.NDArray[np.int32],
    root: int,
    output_vectors: npt.NDArray[np.float32],
    hidden: npt.NDArray[np.float32],
    k: int,
) -> tuple[list[int], list[float]]:
    """Return the k most probable words and their log-probabilities, best first."""
