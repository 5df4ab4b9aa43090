"""Makes the files in fasttext_files/ by fastText (fasttext 0.9.3) and floret (0.10.5).

Run by hand, and only to add to them: the programs do not make the same file twice. From this
folder: ``python make_fasttext_files.py``.
"""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path

import fasttext
import floret

FOLDER = Path(__file__).parent / "fasttext_files"
SEEN = [
    "the",
    "Žilina",
    "naïve",
    "日本語",
    "👍🏽",
    "שלום",
    "e\u0301t\u00e9",
    "a",
    "ab",
    "cat",
    "cats",
]
UNSEEN = ["unseen", "Žiline", "日本", "👍🏽👍", "שלומי", "e\u0301", "catty", "x" * 40, "A"]
# fastText initialises threads/10 of its input matrix.
THREADS = 12
OPTIONS = {"dim": 3, "epoch": 2, "minCount": 1, "thread": THREADS, "verbose": 0}
NGRAMS = {"minn": 2, "maxn": 4, "bucket": 30}


def write_text(path: Path, labels: bool) -> None:
    draw = random.Random(5)
    with path.open("w", encoding="utf-8") as file:
        for _ in range(60):
            words = draw.choices(SEEN, weights=range(2 * len(SEEN), 0, -2), k=8)
            mark = [f"__label__{draw.choice(['yes', 'no'])}"] if labels else []
            file.write(" ".join([*mark, *words]) + "\n")


def vectors_of(model) -> dict[str, list[float]]:
    return {word: model.get_word_vector(word).tolist() for word in [*SEEN, *UNSEEN, "</s>"]}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    expected = {}
    with tempfile.TemporaryDirectory() as folder:
        text, labelled = Path(folder, "text"), Path(folder, "labelled")
        write_text(text, labels=False)
        write_text(labelled, labels=True)
        for name, options in {
            "skipgram-ns": {"model": "skipgram", "loss": "ns", **NGRAMS},
            "cbow-hs": {"model": "cbow", "loss": "hs", **NGRAMS, "ws": 3, "t": 0.01},
            "cbow-softmax": {"model": "cbow", "loss": "softmax", **NGRAMS, "minn": 0, "maxn": 2},
            "skipgram-words": {"model": "skipgram", "maxn": 0, "neg": 7},
        }.items():
            model = fasttext.train_unsupervised(str(text), **OPTIONS, **options)
            model.save_model(str(FOLDER / f"{name}.bin"))
            expected[name] = vectors_of(model)
        for name, supervised in {
            "classifier": {"wordNgrams": 2, "bucket": 20},
            "classifier-ngrams": {"loss": "ova", **NGRAMS},
        }.items():
            model = fasttext.train_supervised(str(labelled), **OPTIONS, **supervised)
            model.save_model(str(FOLDER / f"{name}.bin"))
            expected[name] = vectors_of(model)
        for name, quantizing in {"quantized": {}, "pruned": {"cutoff": 256}}.items():
            model = fasttext.train_supervised(str(labelled), **OPTIONS, wordNgrams=2, bucket=300)
            model.quantize(input=str(labelled), dsub=1, thread=THREADS, **quantizing)
            model.save_model(str(FOLDER / f"{name}.ftz"))
        model = floret.train_unsupervised(
            str(text), model="skipgram", mode="floret", hashCount=2, **OPTIONS, **NGRAMS
        )
        model.save_floret_vectors(str(FOLDER / "hashed.floret"))
        model.save_vectors(str(FOLDER / "hashed.vec"))
        expected["hashed"] = vectors_of(model)
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1))


if __name__ == "__main__":
    main()
