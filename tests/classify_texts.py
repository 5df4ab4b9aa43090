"""What tests of classifiers share: texts of known topics, and what must be equal of two."""

import numpy as np

from huffvec.classify.saving import parts

OPTIONS = {"dim": 8, "epochs": 6, "n_threads": 1}


def write_topics(path, n=600, n_topics=6, n_labels=1, seed=3, noise=0.5):
    """Write texts of which half the words tell their topics, and return the path.

    Topics are not equally frequent, and a text with several labels has a word of each at least.
    """
    rng = np.random.default_rng(seed)
    shares = 1 / np.arange(2, n_topics + 2)
    lines = []
    for _ in range(n):
        size = int(rng.integers(1, n_labels + 1))
        topics = rng.choice(n_topics, size=size, replace=False, p=shares / shares.sum())
        words = [f"t{topic}w{rng.integers(4)}" for topic in topics]
        while len(words) < 9:
            is_noise = rng.random() < noise
            words.append(
                f"n{rng.integers(9)}" if is_noise else f"t{rng.choice(topics)}w{rng.integers(4)}"
            )
        labels = [f"__label__topic-{topic}" for topic in topics]
        lines.append(" ".join([*labels, *rng.permutation(words).tolist()]))
    path.write_text("\n".join(lines) + "\n")
    return path


def content(model):
    """All that must be the same of two classifiers: everything but times."""
    tensors, sections = parts(model)
    record = {k: v for k, v in sections["training"].items() if k not in ("started", "seconds")}
    return {name: array.tobytes() for name, array in tensors.items()}, sections | {
        "training": record
    }
