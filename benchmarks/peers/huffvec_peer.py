"""huffvec itself, through its public interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from peers import Result, Settings


def version() -> str:
    """Return huffvec's version."""
    import huffvec

    return f"huffvec {huffvec.__version__}"


def train(corpus: Path, settings: Settings, folder: Path) -> Result:
    """Train and save the word vectors as word2vec binary."""
    import huffvec

    architecture: Any = settings.architecture
    objective: Any = (
        huffvec.HierarchicalSoftmax()
        if settings.is_hierarchical
        else huffvec.NegativeSampling(negatives=settings.negatives)
    )
    model = huffvec.train(
        corpus,
        objective=objective,
        architecture=architecture,
        dim=settings.dim,
        window=settings.window,
        epochs=settings.epochs,
        subsample_threshold=settings.subsample_threshold,
        min_count=settings.min_count,
        learning_rate=settings.learning_rate,
        n_threads=settings.n_threads,
        seed=settings.seed,
    )
    vectors = folder / "huffvec.bin"
    model.vectors.save(vectors, format="word2vec-binary")
    return Result(model.training["seconds"], vectors, "word2vec-binary", dict(model.training))
