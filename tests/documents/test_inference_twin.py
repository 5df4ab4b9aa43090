"""Inferred vectors of every objective against the float64 twin."""

import numpy as np
import pytest
from harness import CASES, EPS, N_WORDS, bound_to, counts_of, make_setting, start_tables
from reference.inference import infer
from topic_texts import DOCUMENTS
from twins import selector_for

from huffvec import Model, Vocabulary
from huffvec.config import TrainingConfig
from huffvec.corpus.sentences import Sentences
from huffvec.training.inferring import Inferrer

DIM, EPOCHS, PRIOR = 20, 3, 2.0


@pytest.mark.parametrize("architecture", DOCUMENTS)
@pytest.mark.parametrize("case", CASES)
def test_engine_equals_twin(architecture: str, case: str) -> None:
    objective = CASES[case]
    inputs, outputs = start_tables(objective, DIM, n_rows=N_WORDS)
    config = TrainingConfig(architecture=architecture, dim=DIM, window=4, seed=11)
    setting = make_setting(
        architecture="cbow" if architecture == "dm" else "dbow",
        n_rows=N_WORDS,
        window=4,
        epochs=EPOCHS,
        start_lr=0.1,
        end_lr=0.0,
        mean_exponent=0.5,
    )
    setting.tags = [[number] for number in range(len(setting.sentences))]
    vocabulary = Vocabulary([f"w{k}" for k in range(N_WORDS)], counts_of(N_WORDS))
    names = Vocabulary(["a"], np.ones(1, np.int64))
    weights = {
        "input_vectors": inputs,
        "output_vectors": outputs,
        "document_vectors": np.zeros((1, DIM), np.float32),
    }
    model = Model(vocabulary, weights, bound_to(objective, vocabulary.counts, DIM), config, names)
    keep_probs = np.array(setting.keep_thresholds) / (2**32 - 1)
    ids = np.concatenate(setting.sentences).astype(np.int32)
    offsets = np.cumsum([0, *map(len, setting.sentences)]).astype(np.int64)
    corpus = Sentences(ids, offsets)
    found = Inferrer(model, keep_probs, PRIOR).infer(corpus, EPOCHS, 0.1, 2, None)
    tables = (inputs.astype(np.float64), outputs.astype(np.float64))
    expected = infer(setting, selector_for(objective, DIM), *tables, PRIOR)
    n_steps = EPOCHS * max(map(len, setting.sentences))
    bound = 4 * n_steps * EPS * np.abs(expected).max()
    np.testing.assert_allclose(found, expected, rtol=0, atol=bound)
    assert np.abs(expected).max() > 100 * bound, "the test must be able to fail"
