"""Small files and Python objects by the names that the documentation gives to what a reader has."""

import bz2
import gzip
import json
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas
import pyarrow
import pyarrow.parquet
import zstandard

import huffvec
from huffvec.training.callbacks import Callback

CAPITALS = {"france": "paris", "italy": "rome", "england": "london", "spain": "madrid"}
PEOPLE = {"man": "king", "woman": "queen", "boy": "prince", "girl": "princess"}
COLOURS = ["red", "green", "blue"]
GENSIM_SCRIPT = """
from gensim.models import Word2Vec
from gensim.models.word2vec import LineSentence
model = Word2Vec(LineSentence("corpus.txt"), vector_size=8, epochs=1)
assert type(model).__module__ == "huffvec.gensim.word2vec"
"""
RARE = [a + b + c for a in "bdgkmrst" for b in "aeiou" for c in "lnrst"]


def fill(folder: Path) -> None:
    """Write all of them into a folder."""
    random_ = random.Random(1)
    for name in ("corpus.txt", "text.txt", "wiki.txt", "part-1.txt", "part-2.txt"):
        _write_text(folder / name, random_, 1500)
    for name in ("other.txt", "news.txt", "text8"):
        _write_text(folder / name, random_, 300)
    for name in ("train.txt", "valid.txt", "test.txt"):
        _write_labelled(folder / name, random_, 300)
    _write_tables(folder)
    _write_packed(folder)
    _write_sequences(folder, random_)
    _write_questions(folder)
    _write_models(folder)
    _write_labelled(folder / "labelled.txt", random_, 100)
    (folder / "zh.txt").write_text("我来到北京清华大学\n" * 20, encoding="utf-8")
    (folder / "script.py").write_text(GENSIM_SCRIPT, encoding="utf-8")
    package = folder / "package"
    package.mkdir()
    (package / "module.py").write_text(GENSIM_SCRIPT, encoding="utf-8")
    (folder / "clean").write_text("#!/bin/sh\ntr A-Z a-z\n", encoding="utf-8")
    (folder / "clean").chmod(0o755)


def names_given() -> dict:
    """Return what blocks of Python take as given."""
    lines = Path("corpus.txt").read_text(encoding="utf-8").splitlines()
    sentences = [line.split() for line in lines]
    events = {"item": [1, 2, 3, 4] * 20, "user": [1] * 40 + [2] * 40, "time": range(80)}
    frame = pandas.DataFrame({"tokens": sentences[:80], **events})
    return {
        "frame": frame,
        "sentences": sentences,
        "data": sentences,
        "vocabulary": huffvec.Vocabulary(["the", "a", "is"], [9, 5, 3]),
        "list_of_strings": lines,
        "read_lines": lambda: iter(lines),
        "ids": np.array([7, 8, 9, 7, 8] * 9),
        "offsets": np.array([0, 15, 30, 45]),
        "sources": np.array([1, 2, 3]),
        "targets": np.array([2, 3, 4]),
        "weights": np.array([1.0, 2.0, 1.0]),
        "texts": lines[:200],
        "labels": ["paris" in line for line in lines[:200]],
        "labelled_nodes": ["1", "2", "3"],
        "node_labels": np.array([[0, 1], [1, 0], [1, 1]]),
        "other_nodes": ["4", "5"],
    }


def _sentence(random_) -> str:
    country, capital = random_.choice(list(CAPITALS.items()))
    person, ruler = random_.choice(list(PEOPLE.items()))
    colour = random_.choice(COLOURS)
    rare = random_.choice(RARE)
    return f"{rare} " + random_.choice(
        [
            f"the capital of {country} is {capital} and {capital} lies in {country}",
            f"the {ruler} is a {person} who lives in {capital}",
            f"a {person} has a {colour} table in {capital} , the duke and the {ruler} , too",
            f"he saw {random_.choice(RARE)} new york {random_.choice(RARE)} the {person} {capital}",
            f"the cat sleeps , a dog eats , and the {person} has an elektromobil , a slovo , mesto",
        ]
    )


def _write_text(path: Path, random_, n_lines: int) -> None:
    text = "".join(_sentence(random_) + "\n" for _ in range(n_lines))
    path.write_text(text, encoding="utf-8")


def _write_labelled(path: Path, random_, n_lines: int) -> None:
    """Write sentences with their topics as labels."""
    topics = {"places": ("france", "italy", "england", "spain"), "animals": ("cat", "dog")}
    lines = []
    for _ in range(n_lines):
        words = _sentence(random_).split()
        labels = [topic for topic, own in topics.items() if not {*words}.isdisjoint(own)]
        marked = [f"__label__{label}" for label in labels or ["people"]]
        lines.append(" ".join([*marked, *words]) + "\n")
    path.write_text("".join(lines), encoding="utf-8")


def _write_packed(folder: Path) -> None:
    text = (folder / "corpus.txt").read_bytes()
    for name in ("part-2.txt.gz", "more.txt.gz", "dump.gz", "dump/a.gz", "dump/b.gz"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(gzip.compress(text, compresslevel=1))
    (folder / "folder").mkdir()
    (folder / "folder" / "text.bz2").write_bytes(bz2.compress(text))


def _write_tables(folder: Path) -> None:
    lines = (folder / "corpus.txt").read_text(encoding="utf-8").splitlines()
    table = pyarrow.table({"tokens": [line.split() for line in lines]})
    pyarrow.parquet.write_table(table, folder / "articles.parquet")
    documents = pyarrow.table({"id": [f"d{n}" for n in range(200)], "text": lines[:200]})
    pyarrow.parquet.write_table(documents, folder / "docs.parquet")
    (folder / "new.txt").write_text("\n".join(lines[200:230]) + "\n", encoding="utf-8")
    rows = "".join(f'{n},"{line}",{n % 5 + 1}\n' for n, line in enumerate(lines))
    (folder / "reviews.csv").write_text("id,text,stars\n" + rows, encoding="utf-8")
    objects = "".join(json.dumps({"text": line}) + "\n" for line in lines)
    packed = zstandard.ZstdCompressor().compress(objects.encode())
    (folder / "reviews.jsonl.zst").write_bytes(packed)


def _write_sequences(folder: Path, random_) -> None:
    """Write sequences of items, events by user and time, and a graph."""
    items = ["4711", "1302", "17", "1832", *map(str, range(1, 9))]
    sequences = [random_.sample(items, 5) for _ in range(400)]
    text = "".join(" ".join(sequence) + "\n" for sequence in sequences)
    for name in ("baskets.txt", "sequences.txt", "sessions.txt"):
        (folder / name).write_text(text, encoding="utf-8")
    events = [
        (user, int(item), time)
        for user, sequence in enumerate(sequences)
        for time, item in enumerate(sequence)
    ]
    columns = zip(("user", "item", "time"), zip(*events, strict=True), strict=True)
    table = pyarrow.table({name: list(values) for name, values in columns})
    pyarrow.parquet.write_table(table, folder / "events.parquet")
    ratings = "".join(f"{user}\t{item}\t5\t{time}\n" for user, item, time in events)
    (folder / "ratings.tsv").write_text(ratings, encoding="utf-8")
    edges = {(a, b) for a, b, *_ in sequences}
    graph = "".join(f"{a} {b}\n" for a, b in sorted(edges))
    (folder / "graph.edgelist").write_text(graph, encoding="utf-8")


def _write_questions(folder: Path) -> None:
    """Write pairs with similarities, analogies, and lists of words."""
    words = [*CAPITALS.values(), *PEOPLE.values()]
    numbered = list(enumerate(words))
    pairs = [f"{a}\t{b}\t{9 - abs(i - j)}\n" for i, a in numbered for j, b in numbered[:i]]
    (folder / "wordsim353.tsv").write_text("".join(pairs), encoding="utf-8")
    analogies = ": capital-common-countries\n"
    for (a, b), (c, d) in zip(CAPITALS.items(), list(CAPITALS.items())[1:], strict=False):
        analogies += f"{a} {b} {c} {d}\n"
    (folder / "questions-words.txt").write_text(analogies, encoding="utf-8")
    (folder / "words.tsv").write_text("paris\t5\nrome\t4\n", encoding="utf-8")
    (folder / "stop.txt").write_text("the\nof\n", encoding="utf-8")
    (folder / "names.txt").write_text("paris\nking\n", encoding="utf-8")


class _Crash(Callback):
    def epoch(self, report):
        raise KeyboardInterrupt


def _write_models(folder: Path) -> None:
    text = str(folder / "corpus.txt")
    model = huffvec.train(text, dim=20, n_threads=1)
    model.save(folder / "wiki.hv")
    model.vectors.save(folder / "wiki.npz")
    model.vectors.save(folder / "glove.6B.300d.txt", format="glove")
    with zipfile.ZipFile(folder / "glove.6B.zip", "w") as archive:
        archive.write(folder / "glove.6B.300d.txt", "glove.6B.50d.txt")
    subwords = huffvec.Subwords(buckets=1000)
    model = huffvec.train(text, dim=20, n_threads=1, subwords=subwords)
    model.save(folder / "cc.sk.300.bin", format="fasttext")
    model.save(folder / "sk.hv")
    model.vectors.save(folder / "cc.sk.300.vec", format="word2vec-text")
    packed = gzip.compress((folder / "cc.sk.300.vec").read_bytes())
    (folder / "cc.sk.300.vec.gz").write_bytes(packed)
    of_fasttext = {"weighting": "mean", "word_ngrams": 1, "subwords": None}
    labelled = str(folder / "train.txt")
    huffvec.classify.train(labelled, **of_fasttext, n_threads=1).save(folder / "cooking.bin")
    checkpoints = huffvec.Checkpoints(folder / "wiki.hv.ckpt")
    with suppress(KeyboardInterrupt):
        huffvec.train(text, dim=20, n_threads=1, checkpoints=checkpoints, callbacks=_Crash())
