"""Documents that were trained on have the vectors that are inferred of their texts."""

from pathlib import Path

import numpy as np
import pytest
from harness import CASES
from topic_texts import topic_documents

import huffvec
from huffvec.training import trained_documents
from huffvec.training.callbacks import Callback, Report, StopTraining
from huffvec.training.checkpoint import Checkpoints

TEXTS = topic_documents(60)
NEW = topic_documents(90)[60:]
OPTIONS = {"dim": 16, "epochs": 4, "min_count": 2, "n_threads": 1, "subsample_threshold": 1e-2}


def tagged(texts: list[list[str]], *tags: list[str]) -> list[tuple[list[str], list[str]]]:
    """Return texts with the tags of each."""
    return list(zip(texts, [list(of_one) for of_one in zip(*tags, strict=True)], strict=True))


@pytest.mark.parametrize("architecture", ["dbow", "dbow-words"])
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_documents_vector_is_that_of_its_text(architecture: str, name: str) -> None:
    model = huffvec.train(TEXTS, CASES[name], architecture=architecture, **OPTIONS)
    inferred = model.documents.infer(TEXTS)
    assert model.documents.vectors.tobytes() == inferred.vectors.tobytes()
    assert inferred.known.any()


def test_a_tags_vector_is_that_of_all_its_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained_documents, "BLOCK_TOKENS", 100)  # several blocks
    groups = [f"group{k % 7}" for k in range(60)]
    data = tagged(TEXTS, [f"text{k}" for k in range(60)], groups)
    model = huffvec.train(data, tags="given", architecture="dbow", **OPTIONS)
    found = model.documents.infer(TEXTS).vectors
    assert np.array_equal(model.documents[[f"text{k}" for k in range(60)]], found)
    for k in range(7):
        words = [word for text in TEXTS[k::7] for word in text]
        expected = model.documents.infer([words]).vectors[0]
        assert np.array_equal(model.documents[f"group{k}"], expected)


def test_dm_leaves_documents_as_they_were_trained() -> None:
    model = huffvec.train(TEXTS, architecture="dm", **OPTIONS)
    assert not np.array_equal(model.documents.vectors, model.documents.infer(TEXTS).vectors)


def test_documents_of_before_keep_what_was_trained() -> None:
    names = [f"text{k}" for k in range(60)]
    model = huffvec.train(tagged(TEXTS, names), tags="given", architecture="dbow", **OPTIONS)
    added = tagged([TEXTS[3], *NEW], ["text3", *(f"new{k}" for k in range(len(NEW)))])
    callback = StopAfter(99)
    more = huffvec.train_more(model, added, tags="given", callbacks=callback)
    assert callback.stages[-1] == ("inferring", len(NEW), len(NEW))
    old = [name for name in names if name != "text3"]
    assert np.array_equal(more.documents[old], model.documents[old])
    again = more.documents.infer([TEXTS[3], *NEW]).vectors
    assert np.array_equal(more.documents[[f"new{k}" for k in range(len(NEW))]], again[1:])
    assert not np.array_equal(more.documents["text3"], again[0])
    assert not np.array_equal(more.documents["text3"], model.documents["text3"])


class StopAfter(Callback):
    """Stops after some epochs."""

    def __init__(self, epochs: int) -> None:
        self.epochs, self.stages = epochs, []

    def stage(self, name: str, done: int, total: int) -> None:
        self.stages.append((name, done, total))

    def epoch(self, report: Report) -> None:
        if report.epoch == self.epochs:
            raise StopTraining("enough")


def test_documents_are_inferred_where_training_stops_early() -> None:
    callback = StopAfter(2)
    model = huffvec.train(TEXTS, architecture="dbow", callbacks=callback, **OPTIONS)
    assert model.training["stopped"] == "enough"
    assert np.array_equal(model.documents.vectors, model.documents.infer(TEXTS).vectors)
    assert callback.stages[-1] == ("inferring", 60, 60)


def test_a_resumed_run_knows_which_documents_there_were_before(tmp_path: Path) -> None:
    texts = tmp_path / "more.txt"
    names = ["text3", *(f"new{k}" for k in range(len(NEW)))]
    lines = [" ".join([name, *text]) for name, text in zip(names, [TEXTS[3], *NEW], strict=True)]
    texts.write_text("\n".join(lines) + "\n")
    before = tagged(TEXTS, [f"text{k}" for k in range(60)])
    model = huffvec.train(before, tags="given", architecture="dbow", **OPTIONS)
    checkpoints = Checkpoints(tmp_path / "run.ckpt", every=0.001)
    options = {"tags": "first", "checkpoints": checkpoints}
    whole = huffvec.train_more(model, texts, **options)
    resumed = huffvec.resume(checkpoints.path)
    assert np.array_equal(resumed.documents.vectors, whole.documents.vectors)
    inferred = whole.documents.infer([TEXTS[3]]).vectors[0]
    assert not np.array_equal(whole.documents["text3"], inferred)
