"""What becomes of each argument of gensim's models: none is ignored in silence."""

from __future__ import annotations

from typing import Any, Literal

Treatment = Literal["handled", "no effect", "falls back"]

#: Arguments of the constructors. Those that fall back do so for some values (`reason_for_gensim`),
#: those without effect say so when they are given.
ARGUMENTS: dict[str, Treatment] = {
    "alpha": "handled",
    "batch_words": "handled",  # the tokens of a chunk
    "bucket": "handled",
    "callbacks": "handled",
    "cbow_mean": "falls back",
    "comment": "handled",  # kept with the model
    "compute_loss": "handled",
    "corpus_file": "handled",
    "dbow_words": "handled",
    "dm": "handled",
    "dm_concat": "falls back",
    "dm_mean": "no effect",  # in gensim 4 neither
    "dm_tag_count": "handled",  # of dm_concat
    "documents": "handled",
    "dv": "handled",
    "dv_mapfile": "handled",  # gensim keeps it as an attribute
    "epochs": "handled",
    "hashfxn": "handled",  # gensim makes the start vectors
    "hs": "handled",
    "max_final_vocab": "handled",
    "max_n": "handled",
    "max_vocab_size": "handled",  # gensim counts, since it forgets words while it counts
    "min_alpha": "handled",
    "min_count": "handled",
    "min_n": "handled",
    "negative": "handled",
    "ns_exponent": "handled",
    "null_word": "handled",  # a word that no text has
    "sample": "handled",
    "seed": "handled",
    "sentences": "handled",
    "sg": "handled",
    "shrink_windows": "handled",
    "sorted_vocab": "handled",
    "trim_rule": "handled",
    "vector_size": "handled",
    "window": "handled",
    "word_ngrams": "handled",  # gensim refuses others than 1
    "workers": "falls back",
}

#: Arguments of `train`, in the same way.
TRAIN_ARGUMENTS: dict[str, Treatment] = {
    "callbacks": "handled",
    "compute_loss": "handled",
    "corpus_file": "handled",
    "corpus_iterable": "handled",
    "end_alpha": "handled",
    "epochs": "handled",
    "queue_factor": "no effect",
    "report_delay": "handled",
    "start_alpha": "handled",
    "total_examples": "handled",
    "total_words": "handled",
    "word_count": "no effect",
}


def reason_for_gensim(model: Any) -> str | None:
    """Return why gensim itself must train a model, with the argument; none if it need not."""
    if not model.sg and not model.cbow_mean:
        return "cbow_mean=0 adds up the vectors of a context"
    if not model.sg and getattr(model, "dm_concat", False):
        return "dm_concat=1 joins the vectors of a context to one"
    if model.workers < 1:
        return f"workers={model.workers}"
    return None
