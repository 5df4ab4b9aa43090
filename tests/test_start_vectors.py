"""Training that starts from vectors made elsewhere."""

import numpy as np
import pytest
from cli_helpers import run, write_english

import huffvec
from huffvec.errors import ConfigError

OPTIONS = {"dim": 6, "epochs": 1, "n_threads": 1, "learning_rate": 1e-9}


def test_found_words_start_there(tmp_path, capsys):
    text = write_english(tmp_path / "t.txt", 200)
    rows = np.arange(18, dtype=np.float32).reshape(3, 6)
    start = huffvec.WordVectors(huffvec.Vocabulary(["zebra", "cat", "the"], [3, 2, 1]), rows)
    start.save(tmp_path / "start.vec")
    for given in (start, tmp_path / "start.vec"):
        model = huffvec.train(text, start_vectors=given, **OPTIONS)
        plain = huffvec.train(text, **OPTIONS)
        np.testing.assert_allclose(model.vectors[["cat", "the"]], rows[1:], atol=1e-5)
        np.testing.assert_allclose(model.vectors["dog"], plain.vectors["dog"], atol=1e-5)
        assert model.training["start_vectors"] == {"found": 2, "words": len(model.vocabulary)}
    command = ["train", text, "-o", tmp_path / "m.hv", "--dim", 6, "--epochs", 1]
    assert run(*command, "--start-vectors", tmp_path / "start.vec") == 0
    assert "(2 with start vectors)" in capsys.readouterr().err
    subwords = huffvec.Subwords(3, 3, 50)
    model = huffvec.train(text, start_vectors=start, subwords=subwords, **OPTIONS)
    np.testing.assert_allclose(
        model.input_vectors[model.vocabulary.id_of("cat")], rows[1], atol=1e-5
    )
    with pytest.raises(ConfigError, match="have dim 6, but the model has dim 5: they"):
        huffvec.train(text, start_vectors=start, **{**OPTIONS, "dim": 5})
    with pytest.raises(ConfigError, match="start_vectors must be a file or word vectors, not 7"):
        huffvec.train(text, start_vectors=7, **OPTIONS)
    hashed = huffvec.Subwords(3, 3, 50, hash_words=True)
    with pytest.raises(ConfigError, match="which hash_words does without"):
        huffvec.train(text, start_vectors=start, subwords=hashed, **OPTIONS)
    other = huffvec.WordVectors(huffvec.Vocabulary(["pes"], [3]), rows[:1])
    with pytest.raises(ConfigError, match="none of their words is in the text"):
        huffvec.train(text, start_vectors=other, **OPTIONS)
