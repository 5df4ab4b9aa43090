"""The readers that get mutated files, and a small file for each."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import json
import lzma
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from comparison_results import ABOUT, SETTINGS

import huffvec
from huffvec import Subwords, Vocabulary, classify
from huffvec.classify.resuming import read_newest as read_newest_of_classifier
from huffvec.comparison.reading import load as read_results
from huffvec.comparison.results import Results
from huffvec.corpus.file import load_corpus
from huffvec.corpus.labelled import read_examples
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.evaluation.pairs import read_pairs
from huffvec.evaluation.questions import read_analogies
from huffvec.files.suffixes import SUFFIXES
from huffvec.formats import FORMATS
from huffvec.search.index import load_index
from huffvec.training.callbacks import Callback, Report
from huffvec.training.checkpoint import read_newest
from huffvec.training.config_file import read_config
from huffvec.training.log_records import read_log
from huffvec.training.logs import JsonLines
from huffvec.training.recorded import write_config
from huffvec.trees.user import read_tree
from huffvec.tuning.log import SUFFIX as LOG_SUFFIX

WORDS = [f"w{number}" for number in range(3, 15)]
SENTENCES = [[WORDS[(i * j) % 12] for j in range(1, 9)] for i in range(40)]
OPTIONS = {"dim": 4, "epochs": 1, "min_count": 1, "n_threads": 1, "subsample_threshold": 0}


@dataclass(frozen=True)
class Target:
    """A reader.

    Attributes
    ----------
    write
        Makes a file, or a folder of files, of the name that it gets.
    read
        Reads it.
    name
        Of the file.
    """

    write: Callable[[Path], Any]
    read: Callable[[Path], Any]
    name: str


def vectors() -> huffvec.WordVectors:
    """Return some vectors."""
    table = np.linspace(-1, 1, len(WORDS) * 4, dtype=np.float32).reshape(-1, 4)
    return huffvec.WordVectors(Vocabulary(WORDS, range(30, 18, -1)), table)


def model(objective: str = "hierarchical-softmax", **options: Any) -> huffvec.Model:
    """Return a trained model."""
    return huffvec.train(SENTENCES, objective, **OPTIONS, **options)


def read_all_vectors(path: Path) -> None:
    """Read vectors, and look at all of them."""
    found = huffvec.load_vectors(path)
    _ = found.words[:3], found.vocabulary.counts
    if len(found):
        found.nearest(found.words[0], 3)


def read_model(path: Path) -> None:
    """Read a model, and ask it something."""
    found = huffvec.load(path)
    found.predict([found.vocabulary.words[0]], 3)


def read_documents(path: Path) -> None:
    """Read a model of documents, and ask it something."""
    found = huffvec.load(path)
    tag = found.documents.words[0]
    found.documents.nearest(tag, 3)
    found.predict(document=tag)


def encode(**options: Any) -> Callable[[Path], None]:
    """Return what reads training data."""

    def read(path: Path) -> None:
        huffvec.encode(path, min_count=1, n_threads=1, **options).close()

    return read


def examples(**options: Any) -> Callable[[Path], None]:
    """Return what reads texts with labels."""

    def read(path: Path) -> None:
        found = read_examples(path, ExampleOptions(**options))
        assert len(found.texts) == len(found.labels) == len(found)

    return read


def text(content: str | bytes) -> Callable[[Path], Any]:
    """Return what writes a file."""
    data = content.encode() if isinstance(content, str) else content
    return lambda path: path.write_bytes(data)


def table(path: Path) -> None:
    """Write a table in the format that the name says."""
    import pyarrow as pa
    import pyarrow.feather
    import pyarrow.parquet

    columns = pa.table(
        {
            "text": [" ".join(sentence) for sentence in SENTENCES],
            "tokens": SENTENCES,
            "ids": [[3, 1, 2]] * len(SENTENCES),
            "kind": pa.array(["a b", "b"] * (len(SENTENCES) // 2)).dictionary_encode(),
            "user": [number % 5 for number in range(len(SENTENCES))],
        }
    )
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(columns, path, row_group_size=15)
    else:
        pyarrow.feather.write_feather(columns, path, chunksize=15, compression="uncompressed")


def _log(path: Path) -> None:
    model(callbacks=[JsonLines(path, every=0)])


class _Interrupt(Callback):
    """Ctrl-C at the end of the first epoch."""

    def epoch(self, report: Report) -> None:
        raise KeyboardInterrupt


def _checkpoint(path: Path) -> None:
    text_file = path.with_name("text.txt")
    text_file.write_text(PLAIN)
    with contextlib.suppress(KeyboardInterrupt):
        huffvec.train(
            text_file,
            checkpoints=huffvec.Checkpoints(path, every=3600),
            callbacks=_Interrupt(),
            **OPTIONS | {"epochs": 9},
        )


def classifier(path: Path, objective: str | None = None, **options: Any) -> classify.Classifier:
    """Return a trained classifier; its examples are in a file beside path."""
    text_file = path.with_name("labelled.txt")
    lines = (f"__label__{s[0]} {' '.join(s)}" for s in SENTENCES)
    text_file.write_text("\n".join(lines))
    options = {"dim": 4, "epochs": 2, "n_threads": 1, "buckets": 500, **options}
    return classify.train(text_file, objective, **options)


def _fasttext_classifier(path: Path) -> None:
    options = {"objective": "hierarchical-softmax", "subwords": "2-3", "buckets": 40}
    classifier(path, **options).save(path, approximate=True)


def _quantized_classifier(path: Path) -> None:
    codes = path.with_name("codes.ftz")
    _fasttext_classifier(codes)
    classify.load(codes).save(path)


def read_classifier(path: Path) -> None:
    """Read a classifier, and ask it something."""
    found = classify.load(path)
    found.predict(["w3 w4", "w9"], k=2)
    _ = found.vectors.words[:3]


def _classifier_checkpoint(path: Path) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        checkpoints = huffvec.Checkpoints(path, every=3600)
        classifier(path, callbacks=_Interrupt(), checkpoints=checkpoints, epochs=9)


def _index(path: Path) -> None:
    vectors().index().save(path)


def _tune(path: Path) -> huffvec.Tuning:
    """Tune, or go on from the trials that are there: their log is the file."""
    output = Path(str(path).removesuffix(LOG_SUFFIX) + ".toml")
    options = {"trials": 2, "seeds": 1, **OPTIONS, "score": len_of_words}
    return huffvec.tune(SENTENCES, output=output, search="learning_rate", **options)


def len_of_words(found: huffvec.Model) -> float:
    """Return a score."""
    return len(found.vocabulary)


def _hashed(path: Path) -> None:
    model("negative-sampling", subwords=Subwords(2, 3, 50, hash_words=True)).vectors.save(path)


def _results(path: Path) -> None:
    path.mkdir()
    Results(SETTINGS, ABOUT).save(path)


ROWS = "\n".join(json.dumps({"text": " ".join(s), "ids": [4, 2]}) for s in SENTENCES)
CSV = "user,item,time\n" + "\n".join(f'{i % 5},"{s[0]} ""x""",{i}' for i, s in enumerate(SENTENCES))
PLAIN = "\n".join(map(" ".join, SENTENCES))
LABELLED = "\n".join(f"__label__{s[0]} {' '.join(s)} __label__{s[3]}" for s in SENTENCES)
_KEEPING_ALL = ("huffvec", "fasttext")


def _format_targets() -> dict[str, Target]:
    found = {}
    for name in FORMATS:
        suffix = "".join(SUFFIXES[name][:1])

        def write(path: Path, name: str = name) -> None:
            source = vectors()
            if name in _KEEPING_ALL:
                source = model("negative-sampling", subwords=Subwords(2, 3, 50)).vectors
            FORMATS[name].write(path, source)

        if name != "floret":
            found[f"vectors {name}"] = Target(write, read_all_vectors, f"v{suffix}")
    return found


TARGETS: dict[str, Target] = {
    **_format_targets(),
    "vectors gz": Target(
        text(gzip.compress(b"2 3\nab 1 2 3\nc .5 2 3\n")), read_all_vectors, "v.vec.gz"
    ),
    "model hs": Target(lambda path: model().save(path), read_model, "m.hv"),
    "model subwords": Target(
        lambda path: model("nce", subwords=Subwords(2, 3, 50)).save(path), read_model, "m.hv"
    ),
    "model adaptive": Target(lambda path: model("adaptive-softmax").save(path), read_model, "m.hv"),
    "model dbow": Target(
        lambda path: model("nce", architecture="dbow").save(path), read_documents, "m.hv"
    ),
    "model dm": Target(lambda path: model(architecture="dm").save(path), read_documents, "m.hv"),
    "model hashed": Target(_hashed, read_all_vectors, "m.hv"),
    "classifier": Target(
        lambda path: classifier(path, subwords="2-3").save(path), read_classifier, "c.hvclf"
    ),
    "classifier tree": Target(
        lambda path: classifier(path, "hierarchical-softmax").save(path), read_classifier, "c.hvclf"
    ),
    "classifier bin": Target(_fasttext_classifier, read_classifier, "c.bin"),
    "classifier ftz": Target(_fasttext_classifier, read_classifier, "c.ftz"),
    "classifier codes": Target(_quantized_classifier, read_classifier, "c.hvclf"),
    "classifier checkpoint": Target(
        _classifier_checkpoint, read_newest_of_classifier, "c.hvclf.ckpt"
    ),
    "corpus": Target(
        lambda path: huffvec.encode(SENTENCES, min_count=1).save(path),
        lambda path: load_corpus(path).close(),
        "c.hvc",
    ),
    "corpus of documents": Target(
        lambda path: huffvec.encode(SENTENCES, min_count=1, tags="first").save(path),
        lambda path: load_corpus(path).close(),
        "d.hvc",
    ),
    "checkpoint": Target(_checkpoint, read_newest, "c.ckpt"),
    "index": Target(_index, lambda path: load_index(path, vectors()).nearest("w3", 2), "i.hvi"),
    "config": Target(
        lambda path: write_config(path, model("nce", subwords=Subwords(2, 3, 50))),
        read_config,
        "c.toml",
    ),
    "trials": Target(_tune, _tune, f"best{LOG_SUFFIX}"),
    "log": Target(_log, read_log, "l.jsonl"),
    "vocabulary": Target(
        lambda path: vectors().vocabulary.write_tsv(path), Vocabulary.read_tsv, "v.tsv"
    ),
    "tree": Target(
        text("root\tn1\tn2\nn1\tw3\tw4\nn2\tw5\tw6\n"),
        lambda path: read_tree(path, Vocabulary(WORDS[:4], [4, 3, 2, 1])),
        "t.tsv",
    ),
    "pairs": Target(text("a\tb\t1.5\nb\tc\t2\n"), read_pairs, "p.tsv"),
    "pairs csv": Target(text('Word 1,Word 2,Mean\na,"b",1.5\nb,c,2\n'), read_pairs, "p.csv"),
    "analogies": Target(text(": s\na b c d\nb a d c\n"), read_analogies, "q.txt"),
    "examples": Target(text(LABELLED), examples(lowercase=True), "e.txt"),
    "examples replaced": Target(text(LABELLED), examples(errors="replace"), "e.txt"),
    "examples json": Target(
        text('{"text": "a b", "label": ["x", 3]}\n' * 20 + '["a", "x", 0.5]\n'),
        examples(),
        "e.jsonl",
    ),
    "examples csv": Target(
        text("text,label,weight\n" + "a b,x y,0.5\n" * 20),
        examples(weight_column="weight"),
        "e.csv",
    ),
    **{
        f"examples {kind} {label}": Target(
            table, examples(column="text", label_column=label, weight_column=weight), f"e.{kind}"
        )
        for kind in ("parquet", "feather")
        for label, weight in (("tokens", "user"), ("ids", None), ("kind", None), ("user", None))
    },
    "edges": Target(
        text("a b 1\nb c 2.5\n# no edge\nc a 1\n"),
        lambda path: huffvec.random_walks(path, length=5, walks_per_node=1).close(),
        "e.txt",
    ),
    "results": Target(_results, read_results, "report"),
    "text": Target(text(PLAIN), encode(), "t.txt"),
    "text replaced": Target(text(PLAIN), encode(errors="replace", normalize="NFC"), "t.txt"),
    "text words": Target(text(PLAIN), encode(tokenize="words", errors="replace"), "t.txt"),
    "text gz": Target(text(gzip.compress(PLAIN.encode())), encode(), "t.txt.gz"),
    "text bz2": Target(text(bz2.compress(PLAIN.encode())), encode(), "t.txt.bz2"),
    "text xz": Target(text(lzma.compress(PLAIN.encode())), encode(), "t.txt.xz"),
    "json text": Target(text(ROWS), encode(column="text"), "t.jsonl"),
    "json ids": Target(text(ROWS), encode(column="ids", max_line=100_000), "t.json"),
    "json lists": Target(text("[3, 4]\n[5, 4, 9]\n" * 20), encode(errors="replace"), "t.jsonl"),
    "json groups": Target(
        text("\n".join(f'{{"u": {i % 5}, "i": "x{i % 7}", "t": {i}}}' for i in range(40))),
        encode(column="i", group_by="u", order_by="t"),
        "t.jsonl",
    ),
    "tsv groups": Target(
        text(CSV.replace(",", "\t")),
        encode(column="item", group_by="user", order_by="time"),
        "t.tsv",
    ),
    "csv": Target(text(CSV), encode(column="item"), "t.csv"),
    "csv groups": Target(
        text(CSV), encode(column="item", group_by="user", order_by="time"), "t.csv"
    ),
    **{
        f"{kind} {column}": Target(table, encode(column=column, **options), f"t.{kind}")
        for kind in ("parquet", "feather")
        for column, options in (
            ("text", {}),
            ("tokens", {"errors": "replace"}),
            ("ids", {}),
            ("kind", {"lowercase": True}),
            ("kind", {"group_by": "user"}),
            ("tokens", {"normalize": "NFC"}),
        )
    },
}
