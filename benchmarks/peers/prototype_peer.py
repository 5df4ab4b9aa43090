"""An external trainer binary, given by its path: a floor of speed, not a part of huffvec.

Called as ``BINARY PREFIX DIM THREADS EPOCHS OUT K`` with HSM=1 and/or CBOW=1 in the environment;
it reads PREFIX.ids (int32 word ids, -1 ends a sentence of at most 1,000 words), PREFIX.cnt (int64
counts) and PREFIX.voc (words, one a line), writes OUT (float32, rows of dim rounded up to 16) and
prints "… S s N words/s …". Window 5, threshold 1e-3, min_count 5, its learning rates and its seed
are built in.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from word2vec_file import write_word2vec_binary

from peers import PEER_LEARNING_RATES, Result, Settings

BUILT_IN = {"window": 5, "subsample_threshold": 1e-3, "min_count": 5}
MAX_SENTENCE = 1000


def version() -> str:
    """Return a fixed name: the binary tells no version."""
    return "prototype"


def train(corpus: Path, settings: Settings, folder: Path) -> Result:
    """Encode the corpus (once, kept beside it), run the binary, write word2vec binary."""
    if settings.binary is None:
        raise ValueError("the prototype needs the path of its binary (--prototype)")
    for name, value in BUILT_IN.items():
        if getattr(settings, name) != value:
            raise ValueError(f"the prototype has {name} = {value} built in")
    if settings.subwords:
        raise ValueError("the prototype is compared without subwords")
    if settings.peer_learning_rate != PEER_LEARNING_RATES[settings.architecture]:
        raise ValueError("the prototype's learning rates are built in")
    prefix = corpus.with_name(corpus.name + ".prototype")
    if not prefix.with_name(prefix.name + ".voc").exists():
        # A process of its own, so that its memory does not count as the prototype's.
        subprocess.run([sys.executable, "-m", __name__, str(corpus), str(prefix)], check=True)
    output = folder / "prototype.f32"
    switches = {"HSM": settings.is_hierarchical, "CBOW": settings.architecture == "cbow"}
    environment = {k: v for k, v in os.environ.items() if k not in {"HSM", "CBOW", "SUB"}}
    environment |= {name: "1" for name, on in switches.items() if on}
    numbers = (settings.dim, settings.n_threads, settings.epochs, output, settings.negatives)
    run = subprocess.run(
        [settings.binary, str(prefix), *map(str, numbers)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = re.search(r"([\d.]+) s ", run.stdout)
    if seconds is None:
        raise RuntimeError(f"no seconds in the binary's output: {run.stdout!r}")
    words = prefix.with_name(prefix.name + ".voc").read_text("utf-8").split("\n")
    vectors = folder / "prototype.bin"
    write_word2vec_binary(vectors, words, settings.dim, read_rows(output, settings.dim))
    output.unlink()
    details = {"n_words": len(words), "output": run.stdout.strip()}
    return Result(float(seconds[1]), vectors, "word2vec-binary", details)


def read_rows(path: Path, dim: int) -> Iterator[bytes]:
    """Yield the first dim floats of each row of the padded table."""
    stride = (dim + 15) // 16 * 16
    with path.open("rb") as file:
        while row := file.read(stride * 4):
            yield row[: dim * 4]


def encode(corpus: Path, prefix: Path) -> None:
    """Write the three files that the binary reads; PREFIX.voc last, as the sign of success."""
    counts: Counter[str] = Counter()
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            counts.update(line.split())
    frequent = {word: n for word, n in counts.items() if n >= BUILT_IN["min_count"]}
    words = sorted(frequent, key=lambda word: (-frequent[word], word.encode()))
    word_ids = {word: word_id for word_id, word in enumerate(words)}
    with (
        corpus.open(encoding="utf-8") as lines,
        prefix.with_name(prefix.name + ".ids").open("wb") as output,
    ):
        for line in lines:
            ids = [word_ids[word] for word in line.split() if word in word_ids]
            for begin in range(0, len(ids), MAX_SENTENCE):
                array("i", [*ids[begin : begin + MAX_SENTENCE], -1]).tofile(output)
    with prefix.with_name(prefix.name + ".cnt").open("wb") as output:
        array("q", (frequent[word] for word in words)).tofile(output)
    prefix.with_name(prefix.name + ".voc").write_text("\n".join(words), "utf-8")


if __name__ == "__main__":
    encode(Path(sys.argv[1]), Path(sys.argv[2]))
