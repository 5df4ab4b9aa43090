"""Text files as the numbers of their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from huffvec import Vocabulary

END, UNKNOWN = "</s>", "<unk>"


def read_tokens(path: Path, n_chars: int = -1) -> list[str]:
    """Return the words of a text, or of its first characters; the ends of lines are words, too."""
    with path.open(encoding="utf-8", errors="ignore") as file:
        text = file.read(n_chars)
    return [word for line in text.splitlines() for word in (*line.split(), END)]


def make_vocabulary(tokens: Sequence[str], min_count: int, max_words: int) -> Vocabulary:
    """Return the most frequent words by falling counts; ``<unk>`` stands for the others."""
    counts = Counter(tokens)
    unknown = counts.pop(UNKNOWN, 0)
    known = [(word, n) for word, n in counts.most_common(max_words - 1) if n >= min_count]
    unknown += counts.total() - sum(n for _, n in known)
    known = sorted([*known, (UNKNOWN, max(1, unknown))], key=lambda entry: -entry[1])
    return Vocabulary([word for word, _ in known], [n for _, n in known])


def word_ids(tokens: Sequence[str], vocabulary: Vocabulary) -> Tensor:
    """Return the tokens as word ids."""
    ids = {word: number for number, word in enumerate(vocabulary.words)}
    return torch.tensor([ids.get(word, ids[UNKNOWN]) for word in tokens])
