"""What the objectives cost beside one another.

    python benchmarks/objectives.py CORPUS [--part samples|softmax|fasttext|top]

``samples``: time per word of the sampling objectives against negative sampling with as many noise
words, in turns. ``softmax``: full softmax at 10,000 words, as a share of the rate of NumPy's matrix
product, and adaptive softmax against full softmax with the whole vocabulary. ``fasttext``: full
softmax against fastText's ``-loss softmax``. ``top``: the ten most probable words by searching the
tree and by scoring all its leaves.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import huffvec
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.objectives import Objective
from huffvec.training.callbacks import Callback
from huffvec.training.run import TrainingRun

DIM, THREADS = 200, 2
SAMPLING: list[tuple[Objective, Objective]] = [
    (huffvec.NCE(samples=n), huffvec.NegativeSampling(samples=n)) for n in (5, 20)
]
SAMPLING += [
    (huffvec.SampledSoftmax(samples=n), huffvec.NegativeSampling(samples=n)) for n in (5, 20)
]
SAMPLING += [(huffvec.BlackOut(samples=20), huffvec.NegativeSampling(samples=20))]
SAMPLING += [
    (huffvec.TargetSampling(candidates=n), huffvec.NegativeSampling(samples=n))
    for n in (20, 50, 200)
]


class Course:
    """A run that is trained piece by piece, to be timed in turns with others."""

    def __init__(self, corpus: Sentences, vocabulary: Vocabulary, objective: Objective) -> None:
        config = huffvec.TrainingConfig(dim=DIM, n_threads=THREADS)
        self.run = TrainingRun(corpus, vocabulary, objective, config)
        self.chunk = 0

    def step(self, n_chunks: int) -> tuple[float, float, float]:
        """Train the next chunks; return seconds per token, targets and their seconds."""
        before, start = self.run.position, time.perf_counter()
        self.run.train_chunks(self.chunk, self.chunk + n_chunks, Callback())
        seconds = time.perf_counter() - start
        self.chunk += n_chunks
        now = self.run.position
        return seconds / (now.tokens - before.tokens), now.targets - before.targets, seconds


def sampling(corpus: Sentences, vocabulary: Vocabulary, rounds: int) -> None:
    """Print the time of each sampling objective over that of negative sampling."""
    for objective, yardstick in SAMPLING:
        pair = [Course(corpus, vocabulary, o) for o in (objective, yardstick)]
        n_chunks = [max(2, int(0.7 / (course.step(4)[2] / 4))) for course in pair]
        times = np.array(
            [[c.step(n)[0] for c, n in zip(pair, n_chunks, strict=True)] for _ in range(rounds)]
        )
        own, other = times.min(axis=0)
        print(f"{objective}: {1e-3 / own:.0f}k words/s, {own / other:.2f} x {yardstick}")


def softmax(corpus: Sentences, vocabulary: Vocabulary, rounds: int) -> None:
    """Print what full softmax makes of the machine, and what adaptive softmax saves."""
    small, few = most_frequent(corpus, vocabulary, 10_000)
    course = Course(small, few, huffvec.FullSoftmax())
    rates, products = [], []
    for _ in range(rounds):
        _, targets, seconds = course.step(2)
        rates.append(6 * targets * len(few) * DIM / seconds / 1e9)
        products += [numpy_rate() for _ in range(8)]
    share = max(rates) / max(products)
    print(f"full softmax, V = 10,000: {max(rates):.0f} GFLOP/s, {share:.0%} of NumPy's product")
    courses = [
        Course(corpus, vocabulary, o) for o in (huffvec.AdaptiveSoftmax(), huffvec.FullSoftmax())
    ]
    times = np.array([[courses[0].step(16)[0], courses[1].step(2)[0]] for _ in range(2)])
    adaptive, full = times.min(axis=0)
    print(
        f"V = {len(vocabulary):,}: adaptive softmax {1e-3 / adaptive:.1f}k words/s, full softmax "
        f"{1e-3 / full:.2f}k words/s, {full / adaptive:.1f} times as fast"
    )


def numpy_rate(size: int = 2_048) -> float:
    """Return GFLOP/s of a float32 matrix product."""
    a = np.ones((size, size), np.float32)
    start = time.perf_counter()
    a @ a
    return 2 * size**3 / (time.perf_counter() - start) / 1e9


def most_frequent(
    corpus: Sentences, vocabulary: Vocabulary, n_words: int
) -> tuple[Sentences, Vocabulary]:
    """Return the first million tokens of the most frequent words, and these words."""
    ids = np.asarray(corpus.ids[:2_000_000])
    ids = ids[ids < n_words][:1_000_000].astype(np.int32)
    words = Vocabulary(vocabulary.words[:n_words], vocabulary.counts[:n_words])
    offsets = np.append(np.arange(0, len(ids), 1_000), len(ids)).astype(np.int64)
    return Sentences.from_arrays(ids, np.unique(offsets)), words


def fasttext(path: Path) -> None:
    """Print the time of full softmax over that of fastText's, on a text of 10,000 words."""
    tokens, words = [], set()
    for token in path.open().read(2_000_000).split():
        words.add(token)
        tokens.append(token)
        if len(words) == 10_000:
            break
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        lines = [" ".join(tokens[i : i + 1_000]) for i in range(0, len(tokens), 1_000)]
        text.write_text("\n".join(lines) + "\n")
        options = {"window": 1, "epochs": 1, "min_count": 1, "dim": DIM, "n_threads": THREADS}
        model = huffvec.train(text, huffvec.FullSoftmax(), **options)  # type: ignore[arg-type]
        ours = model.training["seconds"]
        code = (
            "import fasttext, time; start = time.perf_counter(); "
            f"fasttext.train_unsupervised({str(text)!r}, model='skipgram', loss='softmax', "
            f"dim={DIM}, ws=1, epoch=1, minCount=1, maxn=0, t=1e-3, thread={THREADS}, verbose=0); "
            "print(time.perf_counter() - start)"
        )
        answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    theirs = float(answer.stdout)
    print(f"{len(tokens)} tokens of 10,000 words, window 1: full softmax {ours:.1f} s, fastText's")
    print(f"softmax {theirs:.1f} s (with start and end), {theirs / ours:.1f} times as fast")


def top(corpus: Sentences, vocabulary: Vocabulary) -> None:
    """Print the times of both ways to the most probable words."""
    course = Course(corpus, vocabulary, huffvec.HierarchicalSoftmax())
    course.step(400)
    model = course.run.model()
    words = model.vocabulary.words[10:4_000:200]

    def seconds(ask: Callable[[str], object], words: Sequence[str]) -> float:
        start = time.perf_counter()
        for word in words:
            ask(word)
        return (time.perf_counter() - start) / len(words)

    def all_leaves(word: str) -> object:
        log_probs = model.predictor.log_probs(model.hidden(word)[0])
        return np.argpartition(log_probs, -10)[-10:]

    model.predict(words[0])
    search, scoring = seconds(model.predict, words), seconds(all_leaves, words)
    print(f"top 10 of {len(model.vocabulary):,}: search {search * 1e6:.0f} us, ", end="")
    print(f"all leaves {scoring * 1e6:.0f} us, {scoring / search:.0f} times as fast")


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description="What the objectives cost beside one another.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--part", choices=("samples", "softmax", "fasttext", "top"))
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    if args.part in (None, "fasttext"):
        fasttext(args.corpus)
    if args.part == "fasttext":
        return
    with huffvec.encode(args.corpus, min_count=5) as corpus:
        if args.part in (None, "samples"):
            sampling(corpus, corpus.vocabulary, args.rounds)
        if args.part in (None, "softmax"):
            softmax(corpus, corpus.vocabulary, args.rounds)
        if args.part in (None, "top"):
            top(corpus, corpus.vocabulary)


if __name__ == "__main__":
    main()
