"""Documents in the course of training: checkpoints, resuming, going on with new ones, removing."""

import os
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import run
from topic_texts import DOCUMENTS, topic_documents

import huffvec
from huffvec.errors import ConfigError, CorpusError
from huffvec.training.callbacks import Callback
from huffvec.training.checkpoint import Checkpoints

OPTIONS = {
    "dim": 4,
    "epochs": 3,
    "min_count": 1,
    "n_threads": 1,
    "subsample_threshold": 0,
}


class StopAt(Callback):
    """Ctrl-C at the end of an epoch."""

    def epoch(self, report) -> None:
        raise KeyboardInterrupt


def tagged(n: int = 60) -> list[tuple[list[str], list[str]]]:
    """Return documents, each with a tag of its own and one that it shares."""
    return [(words, [f"d{k}", f"s{k % 3}"]) for k, words in enumerate(topic_documents(n))]


def weights_and_tags(model: huffvec.Model) -> list:
    return [
        *(rows.tobytes() for rows in model.weights.values()),
        model.tags.words,
        model.tags.counts.tolist(),
    ]


@pytest.mark.parametrize("architecture", DOCUMENTS)
def test_resuming_ends_with_the_same_bytes(architecture: str, tmp_path: Path) -> None:
    options = {**OPTIONS, "architecture": architecture, "tags": "given"}
    whole = huffvec.train(tagged(), **options)
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=1e6)
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(tagged(), checkpoints=checkpoints, callbacks=StopAt(), **options)
    resumed = huffvec.resume(tmp_path / "m.ckpt", tagged())
    assert weights_and_tags(resumed) == weights_and_tags(whole)
    other = tagged()
    other[5] = (other[5][0], ["d5", "s0"])
    with pytest.raises(CorpusError, match="the text is not the one that training began with"):
        huffvec.resume(tmp_path / "m.ckpt", other)
    other[5] = (other[5][0], ["d5", "new"])
    with pytest.raises(CorpusError, match="the text is not the one that training began with"):
        huffvec.resume(tmp_path / "m.ckpt", other)


@pytest.mark.parametrize("architecture", DOCUMENTS)
def test_new_documents_are_added_and_old_ones_stay(architecture: str) -> None:
    old = huffvec.train(tagged(), architecture=architecture, tags="given", **OPTIONS)
    new_text = [(["topic0word1", "new", "topic0word2"] * 5, ["n0", "d3"]), (["new"] * 9, "n1")]
    more = huffvec.train_more(old, new_text, tags="given", n_threads=1)
    assert more.tags.words == [*old.tags.words, "n0", "n1"]
    assert "new" in more.vocabulary
    assert "new" not in old.vocabulary
    counts = dict(zip(more.tags.words, more.tags.counts.tolist(), strict=True))
    assert counts["d3"] == 60 + 15
    assert counts["n0"] == 15
    before, after = old.documents.vectors, more.documents.vectors
    moved = {more.tags.words[k] for k in np.flatnonzero((before != after[:-2]).any(axis=1))}
    assert moved == {"d3"}
    assert after[-2:].any(axis=1).all()


def test_subsampling_that_leaves_no_token_of_a_document_is_said() -> None:
    with pytest.raises(CorpusError, match=r"keeps about .* never one of a document with a tag"):
        huffvec.train(iter(["a", "b", "c"]), architecture="dbow", min_count=1, epochs=1)


def test_models_of_words_go_on_without_documents() -> None:
    words = huffvec.train(topic_documents(40), **OPTIONS)
    with pytest.raises(ConfigError, match=r"the model has no documents: .* skipgram"):
        huffvec.train_more(words, tagged(), tags="given")


def test_positions_go_on_counting(tmp_path: Path) -> None:
    options = {**OPTIONS, "architecture": "dbow"}
    old = huffvec.train(topic_documents(40), **options)
    more = huffvec.train_more(old, topic_documents(40)[20:25], n_threads=1)
    assert more.tags.words == [str(n) for n in range(45)]
    less = more.without_documents([0, "44", "none"])
    assert less.tags.words == [str(n) for n in range(1, 44)]
    again = huffvec.train_more(
        less, huffvec.encode(topic_documents(40)[9:12], min_count=1), n_threads=1
    )
    assert again.tags.words[-3:] == ["44", "45", "46"]
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=1e6)
    with pytest.raises(KeyboardInterrupt):
        huffvec.train_more(
            old,
            topic_documents(40)[20:25],
            checkpoints=checkpoints,
            callbacks=StopAt(),
            n_threads=1,
        )
    resumed = huffvec.resume(tmp_path / "m.ckpt", topic_documents(40)[20:25])
    assert weights_and_tags(resumed) == weights_and_tags(more)


def test_documents_are_removed(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    model = huffvec.train(tagged(10), architecture="dm", tags="given", **OPTIONS)
    less = model.without_documents("d3")
    kept = [tag for tag in model.tags.words if tag != "d3"]
    assert less.tags.words == kept
    assert np.array_equal(less.documents.vectors, model.documents[kept])
    assert np.array_equal(less.output_vectors, model.output_vectors)
    with pytest.raises(ConfigError, match="no document would be left: expected at least one"):
        model.without_documents(model.tags.words)
    model.save("m.hv")
    Path("gone.txt").write_text("d3\nd4\nnone\n")
    assert run("convert", "m.hv", "less.hv", "--without-documents", "gone.txt") == 0
    assert "removed" in capsys.readouterr().out
    assert huffvec.load("less.hv").tags.words == [tag for tag in kept if tag != "d4"]
    Path("others.txt").write_text("none\n")
    assert run("convert", "m.hv", "same.hv", "--without-documents", "others.txt") == 2
    assert "none of its documents has one of the tags in others.txt" in capsys.readouterr().err
    assert not Path("same.hv").exists()
    assert run("convert", "m.hv", "less.vec", "--without-documents", "gone.txt") == 2
    assert "--without-documents makes a whole model: name a file .hv" in capsys.readouterr().err


def test_what_is_of_words_alone_says_so(tmp_path: Path) -> None:
    vectors = huffvec.train(topic_documents(40), **OPTIONS).vectors
    with pytest.raises(ConfigError, match=r"are for words, which have no vectors with dbow: train"):
        huffvec.train(topic_documents(40), architecture="dbow", start_vectors=vectors, **OPTIONS)
    model = huffvec.train(
        topic_documents(40),
        architecture="dbow-words",
        start_vectors=vectors,
        freeze=True,
        **OPTIONS,
    )
    assert np.array_equal(model.vectors["topic1word1"], vectors["topic1word1"])
    for function in (huffvec.compare, huffvec.tune):
        with pytest.raises(
            ConfigError, match="is for vectors of words, not for those of documents"
        ):
            function(topic_documents(40), output=tmp_path / "out", architecture="dm")
        with pytest.raises(ConfigError, match=r"tags.* is for vectors of documents, but .* words"):
            function(topic_documents(40), output=tmp_path / "out", tags="first")
    assert os.listdir(tmp_path) == []


def test_text_without_pairs_can_be_documents() -> None:
    model = huffvec.train([["a"], ["b"], [], ["a"]], architecture="dbow", **OPTIONS)
    assert model.tags.counts.tolist() == [1, 1, 0, 1]
    corpus = huffvec.encode([["a"], [], ["b"]], tags="position", min_count=1)
    with pytest.raises(CorpusError, match="no sentence of the text has two tokens"):
        huffvec.train(corpus, dim=4)
