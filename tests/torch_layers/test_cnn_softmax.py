"""Rows made of characters."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from layer_cases import CASES, DIM, N_WORDS, VOCABULARY, make_batch, make_layer

from huffvec import Vocabulary
from huffvec.errors import ConfigError
from huffvec.torch import CNNSoftmax
from huffvec.torch.characters import CharacterTable


def test_characters_become_numbers():
    table = CharacterTable(Vocabulary(["añb", "b", "longer"], [3, 2, 1]), max_chars=4)
    numbers = {char: 4 + place for place, char in enumerate("abeglnorñ")}
    a, b, n, o, g, enye = (numbers[char] for char in "abnogñ")
    lon_g = [numbers["l"], o, n, g]
    assert table.ids.tolist() == [[2, a, enye, b, 3, 0], [2, b, 3, 0, 0, 0], [2, *lon_g, 3]]
    assert table.n_ids == 13
    assert table.encode(["z𝄞b", ""]).tolist() == [[2, 1, 1, b, 3, 0], [2, 3, 0, 0, 0, 0]]


def test_a_row_is_what_the_docstring_says():
    layer = make_layer("cnn")
    word_id = 5
    chars = layer.chars.weight[layer.char_ids[word_id].long()]
    features = []
    for convolution in layer.convolutions:
        width = convolution.weight.shape[2]
        places = [
            (convolution.weight * chars[place : place + width].T).sum((1, 2)) + convolution.bias
            for place in range(len(chars) - width + 1)
        ]
        features.append(torch.stack(places).amax(0).relu())
    expected = layer.projection.weight @ torch.cat(features)
    expected = expected + layer.widen.weight @ layer.correction.weight[word_id]
    torch.testing.assert_close(layer.rows()[word_id], expected)
    torch.testing.assert_close(layer.gather(torch.tensor([5, 2, 5]))[0][2], expected)


def test_precomputed_rows_answer_the_same_until_training_goes_on():
    layer, (hidden, target) = make_layer("cnn-bias"), make_batch(4)
    expected = layer.log_prob(hidden)
    layer.eval()
    layer.precompute()
    assert not layer.precomputed.requires_grad
    assert "precomputed" not in layer.state_dict()
    torch.testing.assert_close(layer.log_prob(hidden), expected)
    torch.testing.assert_close(
        layer.log_prob(hidden, target), expected.gather(1, target[:, None])[:, 0]
    )
    layer.load_state_dict(layer.state_dict())
    assert layer.precomputed is None
    layer.precompute()
    layer.train()
    assert layer.precomputed is None


def test_words_that_no_text_had_get_rows_from_their_spelling():
    layer = make_layer("cnn-bias")  # no corrections: spelling is all there is
    words = VOCABULARY.words
    torch.testing.assert_close(layer.word_rows(words), layer.rows())
    new = layer.word_rows(["w1w1", "ŷ", ""])
    assert new.shape == (3, DIM)
    assert new.isfinite().all()
    assert make_layer("cnn").word_rows(["w3"]).shape == (1, DIM)


def test_it_learns():
    """Each word from its own hidden vector: no loss is left."""
    layer = make_layer("cnn", samples=40)
    hidden, target = 3 * torch.randn(N_WORDS, DIM, dtype=torch.float64), torch.arange(N_WORDS)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.05)
    torch.manual_seed(1)
    for _ in range(120):
        optimizer.zero_grad()
        layer(hidden, target).backward()
        optimizer.step()
    assert layer.log_prob(hidden, target).mean() > -0.5


def test_wrong_options():
    cls, _ = CASES["cnn"]
    with pytest.raises(ConfigError, match="it needs a Vocabulary, not ndarray"):
        cls(4, np.arange(3))
    with pytest.raises(ConfigError, match="max_chars must be a whole number from 5"):
        cls(4, VOCABULARY, max_chars=3)
    with pytest.raises(ConfigError, match="filters must be a whole number from 1"):
        cls(4, VOCABULARY, filters=0)
    with pytest.raises(ConfigError, match="widths must be one or more whole numbers"):
        cls(4, VOCABULARY, widths=())
    with pytest.raises(ConfigError, match="correction_dim must be a whole number from 0"):
        cls(4, VOCABULARY, correction_dim=-1)
    with pytest.raises(ConfigError, match="their gradient cannot be sparse"):
        cls(4, VOCABULARY, sparse=True)
    with pytest.raises(ConfigError, match="the trainer has no CNN softmax"):
        CNNSoftmax.from_model(None)
