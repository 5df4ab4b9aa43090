"""Training: the loop over the corpus, its schedule and its progress."""
