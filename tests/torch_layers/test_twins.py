"""Layers against the float64 twin of the trainer and against the engine, on the same draws."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from reference.huffman import huffman_codes
from test_contract import CASES as OBJECTIVES
from test_contract import COUNTS, EPS, make_setting, start_tables, train_native, train_twin

from huffvec.torch import LAYERS, NCE, HierarchicalSoftmax
from huffvec.torch.word_rows import WordRows

N_WORDS = len(COUNTS)
WORD_OF_PATH = {
    tuple((node, 1 - bit) for node, bit in path): word
    for word, path in enumerate(huffman_codes(COUNTS.tolist()))
}


class LayerSteps:
    """Steps of the twin's batches whose losses and gradients are a layer's."""

    def __init__(self, objective, dim):
        options = {"dtype": torch.float64, "reduction": "sum"}
        cls = LAYERS[objective.name]
        if issubclass(cls, WordRows):
            options |= {k: v for k, v in vars(objective).items() if k != "share"}
        self.layer = cls(dim, COUNTS, **options)
        self.loss = 0.0

    def __call__(self, batch, inputs, outputs):
        self.load(outputs)
        vectors = torch.tensor(inputs, requires_grad=True)
        losses = []
        for step in batch:
            hidden = vectors[step.input_ids]
            if step.mean:
                hidden = hidden.mean(dim=0, keepdim=True)
            target, draws = self.question(step.outputs)
            losses.append(self.layer(hidden, torch.full((len(hidden),), target), **draws))
        self.layer.zero_grad()
        sum(losses).backward()
        self.loss += sum(losses).item()
        inputs -= batch[0].lr * vectors.grad.numpy()
        outputs[: len(self.layer.weight)] -= batch[0].lr * self.layer.weight.grad.numpy()
        if isinstance(self.layer, NCE) and len(outputs) > N_WORDS:
            outputs[-1, 0] -= batch[0].lr * self.layer.log_z.grad.numpy()

    def load(self, outputs):
        if isinstance(self.layer, WordRows):
            self.layer.set_rows(outputs)
        else:
            with torch.no_grad():
                self.layer.weight.copy_(torch.tensor(outputs))

    def question(self, outputs):
        """The target and the samples that the twin's outputs were made of."""
        if isinstance(self.layer, HierarchicalSoftmax):
            return WORD_OF_PATH[tuple(zip(outputs.rows, outputs.labels, strict=True))], {}
        if hasattr(self.layer, "draw"):
            return outputs.rows[0], {"samples": torch.tensor(outputs.rows[1:], dtype=torch.int64)}
        return outputs.rows[0], {}


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("case", OBJECTIVES)
def test_training_by_a_layer_equals_the_twin_and_the_engine(case, architecture):
    objective, dim = OBJECTIVES[case], 5
    setting = make_setting(architecture=architecture)
    tables = start_tables(objective, dim)
    steps = LayerSteps(objective, dim)
    by_layer, total_loss, _ = train_twin(objective, setting, tables, steps)
    assert steps.loss == pytest.approx(total_loss, rel=1e-9)
    by_twin, _, _ = train_twin(objective, setting, tables)
    by_engine, _ = train_native(None, objective, setting, tables)
    for layer, twin, engine, start in zip(by_layer, by_twin, by_engine, tables, strict=True):
        np.testing.assert_allclose(layer, twin, rtol=0, atol=1e-9)
        np.testing.assert_allclose(layer, engine, rtol=0, atol=6000 * EPS * np.abs(twin).max())
        assert np.abs(twin - start).max() > 0.01, "the test must be able to fail"
