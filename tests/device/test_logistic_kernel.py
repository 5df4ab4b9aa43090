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
from device.kernel_steps import CASES, Step
from reference.groups import Center, Groups

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


def centers(step: Step) -> list[Center]:
    biases = np.zeros(len(step.rows)) if step.biases is None else step.biases
    return [
        Center(
            [c for c in range(step.begins[t], step.ends[t]) if c != t],
            [
                (row, float(sign), 0.0)
                for row, sign in zip(step.hot_rows, step.hot_signs[step.words[t]], strict=False)
                if sign
            ],
            [
                (step.rows[e], float(step.signs[e]), float(biases[e]))
                for e in range(step.offsets[t], step.offsets[t + 1])
            ],
        )
        for t in range(step.first, step.last)
    ]


@pytest.mark.parametrize("name", CASES)
def test_step_is_that_of_the_twin(name: str, trained: dict[str, dict[str, np.ndarray]]) -> None:
    step, after = CASES[name], trained[name]
    share = None if step.mean_share is None else step.mean_share.astype(np.float64)
    inputs, outputs = step.inputs.astype(np.float64), step.outputs.astype(np.float64)
    loss = Groups(inputs, outputs, step.words, 0.1, share).train(centers(step))
    assert float(after["loss"]) == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(after["inputs"], inputs, atol=2e-5)
    np.testing.assert_allclose(after["outputs"], outputs, atol=2e-5)
    assert (np.abs(inputs - step.inputs).max() > 0.1) == (step.last > step.first)


def test_compiles_for_gpus_that_are_not_here() -> None:
    # Several programs fit on a multiprocessor, whose shared memory is 164 kB or more.
    assert all(shared < 40_000 for shared in json.loads(program(HERE / "compile_kernel.py")))
