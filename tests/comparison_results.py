"""What the results of a comparison must say of its settings, for tests that make results up."""

SETTINGS = {
    "train_tokens": 9, "words": 5, "epochs": 1, "minutes": None,
    "config": {"architecture": "cbow", "dim": 8, "window": 5, "subsample_threshold": 0.0},
}  # fmt: skip
ABOUT = {
    "files": "x.txt", "machine": "", "date": "today", "huffvec": "1.0", "heldout_tokens": 3,
    "heldout_oov": 0, "threads": 2, "unigram_nats": 7.0, "unigram_sample_nats": 7.0,
}  # fmt: skip
