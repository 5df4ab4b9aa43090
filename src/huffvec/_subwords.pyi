import numpy as np
import numpy.typing as npt

def bags(
    words: npt.NDArray[np.uint8],
    own_rows: npt.NDArray[np.int32],
    first_bucket: int,
    *,
    min_n: int,
    max_n: int,
    n_buckets: int,
    n_hashes: int,
    hash_words: bool,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return offsets and row ids of the bags of words, which are joined by line feeds."""

def mean_of_rows(
    table: npt.NDArray[np.float32],
    offsets: npt.NDArray[np.int64],
    row_ids: npt.NDArray[np.int32],
    means: npt.NDArray[np.float32],
) -> None:
    """Write the mean of each bag's rows to means, float32 (n_bags, dim)."""
