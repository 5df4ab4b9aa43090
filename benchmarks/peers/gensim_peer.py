"""gensim in ``corpus_file`` mode, its fastest: no Python in the inner loop.

Word2Vec, with subwords FastText. Timed: ``model.train`` alone; ``build_vocab`` comes before it.
gensim cuts texts at 10,000 tokens and drops the rest, so the corpus must have short lines (see
corpora.py).
"""

from __future__ import annotations

import time
from pathlib import Path

from peers import Result, Settings


def version() -> str:
    """Return gensim's version."""
    import gensim

    return f"gensim {gensim.__version__}"


def train(corpus: Path, settings: Settings, folder: Path) -> Result:
    """Train with settings.n_threads workers; vectors as word2vec binary or fastText's .bin."""
    from gensim.models import fasttext, word2vec

    if word2vec.FAST_VERSION < 0:
        raise RuntimeError("gensim runs without its compiled code; reinstall it before comparing")
    kind, options = word2vec.Word2Vec, {}
    if settings.subwords:
        kind = fasttext.FastText
        options = {"min_n": settings.min_n, "max_n": settings.max_n, "bucket": settings.buckets}
    model = kind(
        sg=int(settings.architecture == "skipgram"),
        hs=int(settings.is_hierarchical),
        negative=0 if settings.is_hierarchical else settings.negatives,
        vector_size=settings.dim,
        window=settings.window,
        min_count=settings.min_count,
        sample=settings.subsample_threshold,
        alpha=settings.peer_learning_rate,
        workers=settings.n_threads,
        seed=settings.seed,
        **options,
    )
    model.build_vocab(corpus_file=str(corpus))
    start = time.perf_counter()
    model.train(
        corpus_file=str(corpus),
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=settings.epochs,
    )
    seconds = time.perf_counter() - start
    vectors, details = folder / "gensim.bin", {"n_words": len(model.wv)}
    if not settings.save:
        return Result(seconds, details=details)
    if settings.subwords:
        fasttext.save_facebook_model(model, str(vectors))
        return Result(seconds, vectors, "fasttext", details)
    model.wv.save_word2vec_format(str(vectors), binary=True)
    return Result(seconds, vectors, "word2vec-binary", details)
