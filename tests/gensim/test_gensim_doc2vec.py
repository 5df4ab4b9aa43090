"""gensim's Doc2Vec by the engine: which tags have which rows, what is learned, what is said."""

import logging
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import doc2vec as theirs
from gensim.models.doc2vec import TaggedDocument

from huffvec.errors import ConfigError, TooLargeError
from huffvec.gensim import Doc2Vec

KINDS = [
    {"dm": dm, "dbow_words": words, "hs": hs, "negative": negative}
    for dm, words in ((0, 0), (0, 1), (1, 0))
    for hs, negative in ((0, 5), (1, 0), (1, 5))
]
SMALL = {"vector_size": 16, "workers": 1, "epochs": 10, "sample": 0, "alpha": 0.05, "min_count": 1}
MIXED = [
    TaggedDocument(["a", "b", "a"], [3, "x", np.int64(1)]),
    TaggedDocument(["b", "c"], ["y", "x", "x"]),
    TaggedDocument([], ["empty"]),
    TaggedDocument(["c", "c", "a", "b"], [3]),
]


@pytest.fixture(scope="module")
def documents(sentences: list[list[str]]) -> list[TaggedDocument]:
    """Documents of one topic each, with their places and their topics as tags."""
    return [
        TaggedDocument(words, [place, words[0].rstrip("0123456789")])
        for place, words in enumerate(sentences)
    ]


def topics_found(model: Any, documents: list[TaggedDocument]) -> float:
    """Return which share of documents has one of its own topic nearest, or the topic's tag."""
    topics = [document.tags[1] for document in documents]
    nearest = [model.dv.most_similar(place, topn=1)[0][0] for place in range(len(documents))]
    found = [topics[near] if isinstance(near, int) else near for near in nearest]
    return float(np.mean([near == topic for near, topic in zip(found, topics, strict=True)]))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_topics_are_found(
    documents: list[TaggedDocument], kind: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    model = Doc2Vec(documents, **SMALL | {"epochs": 20}, **kind)
    # DM learns less of documents whose topic the context tells; gensim's finds as many
    assert topics_found(model, documents) > (0.5 if kind["dm"] else 0.95)
    assert "huffvec.gensim" not in caplog.text  # gensim has trained nothing


def test_tags_and_their_counts_are_gensims() -> None:
    ours, gensims = Doc2Vec(MIXED, **SMALL), theirs.Doc2Vec(MIXED, **SMALL)
    assert ours.dv.index_to_key == gensims.dv.index_to_key == [0, 1, 2, 3, "x", "y", "empty"]
    assert ours.dv.key_to_index == gensims.dv.key_to_index
    assert ours.dv.expandos.keys() == gensims.dv.expandos.keys() == {"word_count", "doc_count"}
    for name, counts in gensims.dv.expandos.items():
        np.testing.assert_array_equal(ours.dv.expandos[name], counts)
    assert ours.corpus_count == gensims.corpus_count == 4
    assert ours.corpus_total_words == gensims.corpus_total_words == 9
    assert ours.wv.index_to_key == gensims.wv.index_to_key


@pytest.mark.parametrize("kind", KINDS[::2], ids=str)
def test_start_vectors_are_gensims(kind: dict[str, int]) -> None:
    options = SMALL | kind | {"alpha": 1e-30, "min_alpha": 1e-30}
    ours, gensims = Doc2Vec(MIXED, **options), theirs.Doc2Vec(MIXED, **options)
    np.testing.assert_array_equal(ours.dv.vectors, gensims.dv.vectors)
    np.testing.assert_array_equal(ours.wv.vectors, gensims.wv.vectors)


@pytest.mark.parametrize("kind", KINDS[::2], ids=str)
def test_what_is_trained(kind: dict[str, int]) -> None:
    """Rows of tags that have words; those of words unless documents alone predict."""
    options = SMALL | kind
    start = Doc2Vec(MIXED, **options | {"alpha": 1e-30, "min_alpha": 1e-30})
    model = Doc2Vec(MIXED, **options)
    changed = (model.dv.vectors != start.dv.vectors).any(axis=1)
    assert changed.tolist() == [False, True, False, True, True, True, False]
    words_change = kind["dm"] == 1 or kind["dbow_words"] == 1
    assert (model.wv.vectors != start.wv.vectors).any() == words_change


def test_the_same_seed_gives_the_same() -> None:
    first, second, other = (Doc2Vec(MIXED, **SMALL, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.dv.vectors, second.dv.vectors)
    assert (first.dv.vectors != other.dv.vectors).any()


def test_lines_of_a_file_are_documents(sentences: list[list[str]], tmp_path: Path) -> None:
    path = tmp_path / "documents.txt"
    path.write_text("\n".join(" ".join(s) for s in [*sentences[:50], [], *sentences[50:99]]))
    of_file = Doc2Vec(corpus_file=str(path), **SMALL)
    of_lines = Doc2Vec(theirs.TaggedLineDocument(str(path)), **SMALL)
    of_stream = Doc2Vec(**SMALL)
    of_stream.build_vocab(iter(of_lines_of(sentences)))
    assert of_file.dv.index_to_key == list(range(100))
    np.testing.assert_array_equal(of_file.dv.vectors, of_lines.dv.vectors)
    of_stream.train(of_lines_of(sentences), total_examples=100, epochs=10)
    np.testing.assert_array_equal(of_file.dv.vectors, of_stream.dv.vectors)


def of_lines_of(sentences: list[list[str]]) -> list[TaggedDocument]:
    lines = [*sentences[:50], [], *sentences[50:99]]
    return [TaggedDocument(words, [place]) for place, words in enumerate(lines)]


def test_tags_that_were_not_counted_are_left_out() -> None:
    model = Doc2Vec(**SMALL)
    model.build_vocab(MIXED)
    before = model.dv.vectors.copy()
    model.train([TaggedDocument(["a", "b"], ["x", "unheard", 77, -1])], total_examples=1, epochs=1)
    changed = (model.dv.vectors != before).any(axis=1)
    assert changed.nonzero()[0].tolist() == [model.dv.key_to_index["x"]]


def test_tags_can_be_added() -> None:
    model = Doc2Vec(MIXED, **SMALL)
    tags = list(model.dv.index_to_key)
    before = {tag: model.dv[tag].copy() for tag in tags}
    more = [TaggedDocument(["a", "fresh"], [5, "x", "z"]), TaggedDocument(["fresh"], ["z"])]
    model.build_vocab(more, update=True)
    assert model.dv.index_to_key == [0, 1, 2, 3, 4, 5, "x", "y", "empty", "z"]
    assert model.dv.key_to_index == {"x": 6, "y": 7, "empty": 8, "z": 9}
    assert model.dv.expandos["doc_count"].tolist() == [0] * 6 + [4, 1, 1, 2]
    assert model.dv.expandos["word_count"].tolist() == [0] * 6 + [9, 2, 0, 3]
    for tag in tags:
        np.testing.assert_array_equal(model.dv[tag], before[tag])
    start = model.dv.vectors.copy()
    model.train(more, total_examples=2, epochs=5)
    changed = (model.dv.vectors != start).any(axis=1)
    assert changed.nonzero()[0].tolist() == [5, 6, 9]


def test_tags_are_counted_anew() -> None:
    model = Doc2Vec(MIXED, **SMALL)
    model.build_vocab(MIXED)
    assert model.dv.index_to_key == [0, 1, 2, 3, "x", "y", "empty"]
    assert model.dv.expandos["doc_count"].tolist() == [0] * 4 + [3, 1, 1]


def test_documents_are_gone_through_once() -> None:
    class Counting:
        times = 0

        def __iter__(self) -> Any:
            self.times += 1
            return iter(MIXED)

    counting = Counting()
    Doc2Vec(counting, **SMALL)
    assert counting.times == 1
    changing = list(MIXED)
    model = Doc2Vec(**SMALL)
    model.build_vocab(changing)
    changing[0] = TaggedDocument(["c"], [0])
    before = model.dv.vectors.copy()
    model.train(changing, total_examples=4, epochs=3)
    assert (model.dv[0] != before[0]).any()


def test_a_saved_model_is_gensims_and_back(tmp_path: Path) -> None:
    model, path = Doc2Vec(MIXED, **SMALL), str(tmp_path / "model")
    model.save(path)
    again, gensims = Doc2Vec.load(path), theirs.Doc2Vec.load(path)
    assert (type(again), type(gensims)) == (Doc2Vec, theirs.Doc2Vec)
    np.testing.assert_array_equal(gensims.dv.vectors, model.dv.vectors)
    assert vars(again).keys() == vars(gensims).keys()
    gensims.train(MIXED, total_examples=4, epochs=1)
    gensims.save(path)
    trained_on = Doc2Vec.load(path)
    trained_on.train(MIXED, total_examples=4, epochs=1)
    assert trained_on.train_count == 3
    assert type(pickle.loads(pickle.dumps(model))) is theirs.Doc2Vec


FALLING_BACK = [
    ({"dm_concat": 1}, "dm_concat=1 joins the vectors of a context to one"),
    ({"cbow_mean": 0}, "cbow_mean=0 adds up the vectors of a context"),
]


@pytest.mark.parametrize(("options", "reason"), FALLING_BACK, ids=str)
def test_gensim_does_what_the_engine_cannot(
    options: dict[str, Any], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    Doc2Vec(MIXED, **SMALL | {"epochs": 1} | options)
    line = f"huffvec.gensim: gensim itself trains this Doc2Vec: {reason}"
    assert [r.getMessage() for r in caplog.records if r.name == "huffvec.gensim"] == [line]


def test_gensim_trains_if_tags_are_locked(caplog: pytest.LogCaptureFixture) -> None:
    model = Doc2Vec(**SMALL)
    model.build_vocab(MIXED)
    model.dv.vectors_lockf = np.zeros(1, np.float32)
    before = model.dv.vectors.copy()
    model.train(MIXED, total_examples=4, epochs=1)
    np.testing.assert_array_equal(model.dv.vectors, before)
    assert "dv.vectors_lockf locks vectors of tags" in caplog.text


@pytest.mark.parametrize("kind", KINDS[::2], ids=str)
def test_locked_words_stay(kind: dict[str, int], caplog: pytest.LogCaptureFixture) -> None:
    model = Doc2Vec(**SMALL, **kind)
    model.build_vocab(MIXED)
    model.wv.vectors_lockf = np.zeros(len(model.wv), np.float32)
    words, tags = model.wv.vectors.copy(), model.dv.vectors.copy()
    model.train(MIXED, total_examples=4, epochs=1)
    np.testing.assert_array_equal(model.wv.vectors, words)
    assert (model.dv.vectors != tags).any()
    assert "huffvec.gensim" not in caplog.text


def test_dm_mean_has_no_effect_in_gensim_either(caplog: pytest.LogCaptureFixture) -> None:
    assert theirs.Doc2Vec(dm_mean=0).cbow_mean == 1
    Doc2Vec(None, None, 100, 0)
    assert "dm_mean=0 has no effect: gensim 4 takes the mean, too" in caplog.text
    caplog.clear()
    Doc2Vec(dm_mean=1)
    Doc2Vec(dm_mean=0, cbow_mean=0)
    assert "huffvec.gensim" not in caplog.text


def test_what_looks_wrong_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    options = SMALL | {"epochs": 1}
    Doc2Vec([TaggedDocument("one", ["a", "b"])], **options)
    assert "Each 'words' should be a list of words" in caplog.text
    assert "More unique tags (2) than documents (1)." in caplog.text
    Doc2Vec([TaggedDocument(["one", "two"], [30])], **options)
    assert "Highest int doctag (30) larger than count of documents (1)" in caplog.text
    assert "29 excess, unused slots (1856 bytes)" in caplog.text


def test_progress_is_logged_as_gensims(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "gensim"):
        Doc2Vec(MIXED, **SMALL | {"epochs": 1})
    assert "PROGRESS: at example #0, processed 0 words" in caplog.text
    assert "collected 3 word types and 7 unique tags from a corpus of 4 examples and 9 words" in (
        caplog.text
    )


def test_words_forgotten_while_counting(caplog: pytest.LogCaptureFixture) -> None:
    """gensim counts words and tags itself with a limit."""
    model = Doc2Vec(MIXED, **SMALL, max_vocab_size=50)
    assert model.dv.index_to_key == [0, 1, 2, 3, "x", "y", "empty"]
    assert "huffvec.gensim" not in caplog.text


def test_dbow_has_no_window(caplog: pytest.LogCaptureFixture) -> None:
    """Graph2Vec and others give a window of 0."""
    trained = [Doc2Vec(MIXED, **SMALL, dm=0, window=window).dv.vectors for window in (0, 5)]
    np.testing.assert_array_equal(*trained)
    assert "huffvec.gensim" not in caplog.text


def test_a_text_in_place_of_tags_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    model = Doc2Vec([TaggedDocument(["one", "two"], "tag")], **SMALL)
    assert model.dv.index_to_key == ["t", "a", "g"]
    assert "Each 'tags' should be a list of tags. First 'tags' here is instead" in caplog.text


@pytest.mark.parametrize("document", ["a text", ["a", "text"], (["a", "text"], [0])], ids=str)
def test_documents_must_be_documents(document: Any) -> None:
    message = (
        r"documents must be gensim's TaggedDocument\(words, tags\), found a "
        rf"{type(document).__name__}: give TaggedDocument\(words, \[number\]\) for"
    )
    model = Doc2Vec(MIXED, **SMALL)
    with pytest.raises(TypeError, match=message):
        Doc2Vec([document], **SMALL)
    with pytest.raises(TypeError, match=message):
        model.train([document], total_examples=1, epochs=1)


def test_a_number_in_place_of_tags() -> None:
    with pytest.raises(TypeError, match=r"must be a list, found 3: give \[3\]"):
        Doc2Vec([TaggedDocument(["one", "two"], 3)], **SMALL)


def test_numbers_that_can_be_no_rows() -> None:
    message = "must be rows, from 0 on, found -1: give it as text, '-1'"
    with pytest.raises(ConfigError, match=message):
        Doc2Vec([TaggedDocument(["one", "two"], [3, -1])], **SMALL)
    message = r"up to the largest tag, 1,000,000,000,000, would take .*: give such tags as text"
    with pytest.raises(TooLargeError, match=message):
        Doc2Vec([TaggedDocument(["one", "two"], [10**12])], **SMALL)
