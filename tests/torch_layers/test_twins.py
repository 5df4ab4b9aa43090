"""Layers against the float64 twin of the trainer and against the engine, on the same draws."""

import math
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from harness import CASES as OBJECTIVES
from harness import COUNTS, EPS, bound_to, make_setting, start_tables, train_native
from reference.huffman import huffman_codes
from reference.training import rates
from torch.func import functional_call
from twins import train_twin

from huffvec.objectives import HierarchicalSoftmax, InfrequentNormalization
from huffvec.torch import LAYERS

N_WORDS = len(COUNTS)
WORD_OF_PATH = {
    tuple((node, 1 - bit) for node, bit in path): word
    for word, path in enumerate(huffman_codes(COUNTS.tolist()))
}
# A layer normalises a share of its batch and no more, so half of one that is as long again.
CASES = {**OBJECTIVES, "infrequent": InfrequentNormalization(alpha=0.3, gamma=0.5)}


def rows_of(outputs, bands):
    """The rows of each band of a packed table (huffvec.objectives.bands)."""
    parts = []
    for _, n, first, width, per_row in bands:
        table, padded = outputs[first : first - (-n // per_row)], -(-width // 16) * 16
        columns = [table[:, i * padded : i * padded + width] for i in range(per_row)]
        parts.append(torch.stack(columns, dim=1).reshape(-1, width)[:n])
    return parts


class LayerSteps:
    """Steps of the twin's batches whose losses and gradients are a layer's."""

    def __init__(self, objective, dim):
        options = {} if objective.name == "hierarchical-softmax" else objective.to_dict()
        options = {name: value for name, value in options.items() if name not in ("name", "share")}
        make: Any = LAYERS[objective.name]
        self.layer = make(dim, COUNTS, **options, dtype=torch.float64, reduction="sum")
        self.objective = objective
        self.tables = bound_to(objective, COUNTS, dim).arrays()
        self.loss = 0.0

    def __call__(self, batch, slotted, outputs):
        inputs = slotted.rows
        vectors, rows = (torch.tensor(table, requires_grad=True) for table in (inputs, outputs))
        parameters = self.parameters(rows)
        losses = []
        for step in batch:
            hidden = vectors[step.tile.input_ids]
            if step.mean:
                hidden = hidden.mean(dim=0, keepdim=True)
            losses.append(functional_call(self.layer, parameters, *self.question(step, hidden)))
        sum(losses).backward()
        self.loss += sum(losses).item()
        inputs -= batch[0].lr * vectors.grad.numpy()
        outputs -= batch[0].lr * rates(batch, outputs) * rows.grad.numpy()

    def parameters(self, rows):
        """The layer's parameters as parts of the trainer's table."""
        if "bands" in self.tables:
            parts = rows_of(rows, self.tables["bands"].tolist())
            return {f"weights.{i}": part for i, part in enumerate(parts)}
        if "clusters" in self.tables:
            clusters = self.tables["clusters"].tolist()
            parameters = {"inner.head.weight": rows[: clusters[0][0] + len(clusters)]}
            for i, (cluster, part) in enumerate(
                zip(clusters, rows_of(rows, clusters), strict=True)
            ):
                _, _, first, width, _ = cluster
                parameters[f"inner.tail.{i}.0.weight"] = rows[first - width : first]
                parameters[f"inner.tail.{i}.1.weight"] = part
            return parameters
        parameters = {"weight": rows[: len(self.layer.weight)]}
        if len(rows) > N_WORDS:
            parameters["log_z"] = math.log(N_WORDS) + rows[-1, 0]
        return parameters

    def question(self, step, hidden):
        """The layer's arguments: hidden, target and what the twin drew."""
        outputs = step.outputs
        if isinstance(self.objective, HierarchicalSoftmax):
            target, draws = WORD_OF_PATH[tuple(zip(outputs.rows, outputs.labels, strict=True))], {}
        elif hasattr(self.layer, "draw"):
            target = outputs.rows[0]
            draws = {"samples": torch.tensor(outputs.rows[1:], dtype=torch.int64)}
        else:
            target, draws = getattr(outputs, "target_id", None), {}
            target = outputs.rows[0] if target is None else target
        targets = torch.full((len(hidden),), target)
        if isinstance(self.objective, InfrequentNormalization):
            places = torch.arange(0 if outputs.left_out else len(hidden))
            if self.objective.gamma < 1:
                hidden = torch.cat([hidden, torch.zeros_like(hidden)])
                targets = torch.cat([targets, torch.full_like(targets, -100)])
            draws = {"rows": places}
        return (hidden, targets), draws


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("case", CASES)
def test_training_by_a_layer_equals_the_twin_and_the_engine(case, architecture):
    objective, dim = CASES[case], 7
    sentences = make_setting().sentences[:4]
    setting = make_setting(architecture=architecture, sentences=sentences, start_lr=0.02)
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
