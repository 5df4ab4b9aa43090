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
    """Train; vectors as word2vec binary, with subwords in huffvec's format."""
    import huffvec

    architecture: Any = settings.architecture
    objective: Any = (
        huffvec.HierarchicalSoftmax()
        if settings.is_hierarchical
        else huffvec.NegativeSampling(samples=settings.negatives)
    )
    subwords = None
    if settings.subwords:
        subwords = huffvec.Subwords(settings.min_n, settings.max_n, settings.buckets)
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
        subwords=subwords,
        n_threads=settings.n_threads,
        seed=settings.seed,
    )
    seconds, details = model.training["seconds"], dict(model.training)
    if not settings.save:
        return Result(seconds, details=details)
    vectors, format = (
        folder / "huffvec.vectors",
        "huffvec" if settings.subwords else "word2vec-binary",
    )
    model.vectors.save(vectors, format=format)
    return Result(seconds, vectors, format, details)
