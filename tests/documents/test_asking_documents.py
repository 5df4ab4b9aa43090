"""What models of documents answer: nearest documents and words, and probabilities."""

from dataclasses import replace

import numpy as np
import pytest
from topic_texts import DOCUMENTS, WITHOUT_WORDS, topic_documents

import huffvec
from huffvec import Model, Vocabulary
from huffvec.errors import ConfigError, FormatError, UnknownWordError

OPTIONS = {"dim": 16, "epochs": 8, "min_count": 2, "n_threads": 1, "subsample_threshold": 0}


@pytest.fixture(scope="module", params=DOCUMENTS)
def model(request: pytest.FixtureRequest) -> Model:
    return huffvec.train(topic_documents(), architecture=request.param, **OPTIONS)


@pytest.fixture(scope="module")
def dbow() -> Model:
    return huffvec.train(topic_documents(60), architecture="dbow", **{**OPTIONS, "dim": 5})


def topics(found: list) -> set[str]:
    return {word[:6] for word, _ in found}


def test_documents_are_found_by_their_tags(model: Model) -> None:
    assert repr(model).startswith("Model(200 words, 300 documents, dim 16, ")
    documents = model.documents
    assert repr(documents) == "DocumentVectors(300 documents, dim 16)"
    found = documents.nearest("13", k=300)
    assert documents.nearest(13, k=300) == found
    assert len(found) == 298  # neither itself nor the one without a word
    together = documents.nearest(["13", 8], k=10)
    if model.config.architecture != "dm":  # whose words are learned first
        assert [int(tag) % 5 for tag, _ in together] == [3] * 10
    assert documents.similarity(13, "18") == documents.similarity("18", 13)
    assert (documents[17] == documents.vectors[17]).all()
    assert 17 in documents
    assert "300" not in documents


def test_words_of_a_document(model: Model) -> None:
    if model.config.architecture != "dm":
        assert topics(model.predict(document=13, k=5)) == {"topic3"}
    if model.config.architecture == "dbow":
        with pytest.raises(ConfigError, match="dbow trains no word vectors: use"):
            model.documents.nearest_words("13")
    else:
        found = model.documents.nearest_words(13, k=5)
        a, b = model.documents[13], model.vectors[found[0].word]
        cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        assert found[0].similarity == pytest.approx(cosine, abs=1e-6)
        assert len(model.documents.nearest_words(["13", model.documents["8"]])) == 10
    if model.config.architecture == "dbow-words":
        assert topics(found) == {"topic3"}


def test_probabilities_sum_to_1(model: Model) -> None:
    words = model.vocabulary.words
    contexts = [()] if model.config.architecture == "dbow" else [(), "topic3word1"]
    for context in contexts:
        for document in (13, ["13", "18"], model.documents[13]):
            probs = [np.exp(model.log_prob(w, context, document=document)) for w in words]
            assert sum(probs) == pytest.approx(1, abs=1e-5)
            best = model.predict(context, 1, document=document)[0]
            assert best.probability == pytest.approx(max(probs), rel=1e-5)
    assert (model.hidden(document=13)[-1] == model.documents[13]).all()


def test_documents_without_a_known_word(model: Model) -> None:
    documents = model.documents
    assert not documents[WITHOUT_WORDS].any()
    assert WITHOUT_WORDS in documents
    assert not documents.has_vector(WITHOUT_WORDS)
    assert documents.has_vector(8)
    assert not documents.has_vector("none")
    unknown = "nothing is known of the document '7': the model knows none of its words"
    for ask in (
        lambda: documents.nearest(7),
        lambda: documents.nearest_batch(["8", "7"]),
        lambda: documents.nearest(["8", "7"]),
        lambda: documents.similarity(8, 7),
        lambda: model.predict(document=7),
        lambda: model.predict(document=[8, 7]),
    ):
        with pytest.raises(ConfigError, match=unknown):
            ask()


def test_many_contexts_and_documents_are_asked_at_once(model: Model) -> None:
    documents = ["13", ["8", 3], model.documents["4"], 21]
    contexts = [["topic1word1", "topic1word2"], [], "topic2word3", ["topic0word1"]]
    if model.config.architecture == "dbow":
        contexts = []
    many = model.predict_many(contexts, 7, documents=documents)
    for n, document in enumerate(documents):
        alone = model.predict(contexts[n] if contexts else (), 7, document=document)
        assert many.words[n] == [word for word, _ in alone]
        np.testing.assert_allclose(many.probabilities[n], [p for _, p in alone], rtol=1e-5)
    if contexts:
        found = model.predict_many(contexts, 200, documents=documents, exclude="context")
        assert found.probabilities[0, -2:].tolist() == [0, 0]
    table = model.documents.vectors[[13, 8]]
    assert model.predict_many(documents=table).words == model.predict_many(documents=[13, 8]).words
    blocks = model.predict_many(documents=list(range(6)) * 9000, k=1)  # more than one block
    assert blocks.words == model.predict_many(documents=list(range(6)), k=1).words * 9000
    with pytest.raises(ConfigError, match="there are 1 contexts, but 2 documents"):
        model.predict_many([()], documents=[1, 2])
    with pytest.raises(ConfigError, match="at least one word, or be in a document"):
        model.predict_many(documents=[])


@pytest.mark.parametrize(
    ("document", "error", "message"),
    [
        ("doc", UnknownWordError, "no document has the tag 'doc'"),
        ([], ConfigError, "a document must have at least one tag"),
        (3.5, ConfigError, r"expected a word, not 3\.5"),
        (np.ones(3), ConfigError, r"vector of a document must have shape \(5,\), not \(3,\)"),
        (np.zeros(5), ConfigError, "the document's vector is zeros: nothing is known of it"),
    ],
)
def test_what_is_no_document(dbow: Model, document, error, message: str) -> None:
    with pytest.raises(error, match=message):
        dbow.predict(document=document)
    with pytest.raises(error, match=message):
        dbow.predict_many(documents=["3", document])


def test_words_predict_nothing_where_documents_predict_alone(dbow: Model) -> None:
    for ask in (
        lambda: dbow.predict("topic1word1"),
        lambda: dbow.predict("topic1word1", document=3),
        lambda: dbow.log_prob("topic1word1", "topic1word2"),
        lambda: dbow.predict_many(["topic1word1"]),
    ):
        with pytest.raises(
            ConfigError, match=r"the architecture dbow .* train with dbow-words or dm"
        ):
            ask()
    with pytest.raises(ConfigError, match="the context must have at least one word"):
        dbow.predict()


def test_models_of_words_have_no_documents() -> None:
    model = huffvec.train(topic_documents(20), **OPTIONS)
    with pytest.raises(ConfigError, match="the model has no documents: it was trained by skipgram"):
        model.predict("topic1word1", document="3")
    with pytest.raises(ConfigError, match="the model has no documents: it was trained by skipgram"):
        model.predict_many(documents=["3"])


def test_words_and_tags_are_spelled_by_rules_of_their_own() -> None:
    options = {"lowercase": True, "min_count": 1, "subsample_threshold": 0}
    model = huffvec.train(iter(["A b c", "C b a"]), architecture="dbow", **options)
    model = replace(model, tags=Vocabulary(["Doc1", "doc2"], [3, 3]))
    assert model.log_prob("A", document="Doc1") == model.log_prob("a", document="Doc1")
    with pytest.raises(UnknownWordError, match=r"no document has the tag 'doc1'. Did you mean 'D"):
        model.predict(document="doc1")


def test_new_texts_are_compared_with_documents_and_with_each_other(model: Model) -> None:
    documents, texts = model.documents, [" ".join(topic_documents(10)[d]) for d in (3, 8, 4)]
    vectors = documents.infer(texts).vectors
    assert (documents.text_vector(texts[0]) == vectors[0]).all()
    assert (documents.text_vector(texts[0].split()) == vectors[0]).all()
    assert not documents.text_vector("unknown words").any()
    with pytest.raises(ConfigError, match="nothing is near a vector of zeros"):
        documents.nearest(documents.text_vector("unknown words"))
    with pytest.raises(ConfigError, match="the document's vector is zeros"):
        model.predict(document=documents.text_vector("unknown words"))
    assert len(documents.nearest_batch(vectors, 3)) == 3
    if model.config.architecture != "dm":
        assert documents.similarity(*vectors[:2]) > documents.similarity(*vectors[1:]) + 0.3
        assert int(documents.nearest(vectors[0])[0].word) % 5 == 3
        assert topics(model.predict(document=vectors[0], k=5)) == {"topic3"}


def test_paths_through_the_tree_need_no_word_vectors() -> None:
    options = {**OPTIONS, "architecture": "dbow"}
    model = huffvec.train(topic_documents(20), "hierarchical-softmax", **options)
    assert len(model.path("topic1word1")) > 3


def test_fasttext_has_no_documents(model: Model, tmp_path) -> None:
    with pytest.raises(FormatError, match="fastText's files have no documents, and d"):
        model.save(tmp_path / "d.bin")
    assert not (tmp_path / "d.bin").exists()
