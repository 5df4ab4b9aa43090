"""What is trained and how: the twin of the engine's training plan."""

from dataclasses import dataclass


@dataclass
class Documents:
    bags: list[list[tuple[int, float]]]  # rows of the input table and their values
    weights: list[float] | None = None  # of the documents in the loss


@dataclass
class Setting:
    sentences: list[list[int]]
    keep_thresholds: list[int]
    architecture: str = "skipgram"
    mean_scale: float = 1.0  # of the gradient of a mean of n, a row gets (scale / n)^exponent
    mean_exponent: float = 1.0
    bags: list[list[int]] | None = None  # by word, rows of the input table
    n_rows: int = 0  # of the input table, without slots, position vectors and tags
    positions: bool = False
    documents: Documents | None = None  # sentences are then their labels
    tags: list[list[int]] | None = None  # of each sentence, which is a document then
    window: int = 5
    fixed_radius: bool = False
    frozen: list[int] | None = None  # by word, not zero for rows that stay
    epochs: int = 1
    start_lr: float = 0.025
    end_lr: float = 0.0
    seed: int = 1
    chunk_tokens: int = 10_000
    deterministic: bool = False
