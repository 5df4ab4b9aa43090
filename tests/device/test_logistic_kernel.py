"""The fused kernel: by Triton's interpreter, against its float64 twin; compiled for GPUs."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
if importlib.util.find_spec("triton") is None:
    pytest.skip("Triton is not installed", allow_module_level=True)

import numpy as np
from cli_helpers import write_english
from device.kernel_steps import CASES, Step
from reference.groups import Decision, Groups, Table, Target

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, np.ndarray]]:
    """What the kernel makes of each case."""
    folder = tmp_path_factory.mktemp("kernel")
    program(HERE / "kernel_steps.py", folder)
    return {name: dict(np.load(folder / f"{name}.npz")) for name in CASES}


def program(path: Path, *arguments: Path) -> str:
    """Run a program of this folder, without warnings; return what it prints."""
    command = [sys.executable, "-W", "ignore", path, *arguments]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def targets(step: Step) -> list[Target]:
    offsets = np.zeros_like(step.signs) if step.offsets is None else step.offsets
    found = []
    for i, place in enumerate(step.targets):
        window = [c for c in range(step.lefts[place], step.rights[place]) if c != place]
        columns = zip(step.rows[i], step.signs[i], step.weights[i], offsets[i], strict=True)
        decided = [Decision(row, *map(float, rest)) for row, *rest in columns]
        top = [one for one in decided[: step.n_top] if one.weight]
        found.append(Target(list(step.words[window]), top, decided[step.n_top :]))
    return found


@pytest.mark.parametrize("name", CASES)
def test_step_is_that_of_the_twin(name: str, trained: dict[str, dict[str, np.ndarray]]) -> None:
    step, after = CASES[name], trained[name]
    inputs, outputs = (
        Table(rows.astype(np.float64), shares.astype(np.float64))
        for rows, shares in zip((step.inputs, step.outputs), step.shares, strict=True)
    )
    mean_shares = None if step.mean_shares is None else step.mean_shares.astype(np.float64)
    of_step = targets(step)
    groups = Groups(inputs, outputs, 0.1, mean_shares)
    loss = groups.train(of_step)
    sizes = [len(target.context) for target in of_step]
    assert after["count"] == (sum(map(bool, sizes)) if step.mean_shares is not None else sum(sizes))
    assert float(after["loss"]) == pytest.approx(loss, rel=1e-5)
    if step.offsets is not None:
        assert float(after["pull"]) == pytest.approx(groups.pull, rel=1e-4)
        assert float(after["size"]) == pytest.approx(groups.size, rel=1e-5)
    for side, table in (("input", inputs), ("output", outputs)):
        np.testing.assert_allclose(after[f"{side}s"], table.rows, atol=2e-5)
        np.testing.assert_allclose(after[f"{side}_moves"], table.moves, rtol=1e-4, atol=1e-6)
        before = getattr(step, f"{side}s")
        assert np.abs(table.rows - before).max() > 0.1


def test_compiles_for_gpus_that_are_not_here() -> None:
    # Several programs fit on a multiprocessor, whose shared memory is 164 kB or more.
    assert all(shared < 40_000 for shared in json.loads(program(HERE / "compile_kernel.py")))


def test_runs_learn_what_they_learn_by_operators(tmp_path: Path) -> None:
    text = write_english(tmp_path / "text.txt", 40)
    for name, runs in json.loads(program(HERE / "fused_runs.py", text)).items():
        (loss, n_targets), (by_operators, n_by_operators) = runs
        assert n_targets == n_by_operators, name
        assert loss < 0.95 * np.log(14), name
        assert loss < by_operators + 0.05, name
