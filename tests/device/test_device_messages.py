"""What is said where a device cannot train."""

import subprocess
import sys

import pytest
from cli_helpers import run

import huffvec
from huffvec.errors import ConfigError

TEXT = [["a", "b", "a", "c"]] * 3
WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None  # as if it were not installed
import huffvec
try:
    huffvec.train([["a", "b"]], device="cuda", min_count=1)
except huffvec.errors.MissingExtraError as error:
    print(error)
"""


def test_without_pytorch_the_error_says_what_to_install():
    command = [sys.executable, "-c", WITHOUT_TORCH]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert said == "training on a device needs the package torch: pip install 'huffvec[torch]'."


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "", 0])
def test_a_device_that_is_unknown(device):
    expected = "device must be cpu, cuda, mps or xpu, or one of several, such as cuda:1, not"
    with pytest.raises(ConfigError, match=f"{expected} {device!r}"):
        huffvec.train(TEXT, device=device, min_count=1)


def test_a_device_that_is_not_there():
    torch = pytest.importorskip("torch")
    n = torch.cuda.device_count() if torch.cuda.is_available() else 0
    with pytest.raises(ConfigError, match=rf"cuda:{n}, but PyTorch .* finds {n} .* cpu"):
        huffvec.train(TEXT, device=f"cuda:{n}", min_count=1)


def test_a_device_and_a_cluster():
    pytest.importorskip("torch")
    with pytest.raises(ConfigError, match="device is for one machine: the workers of a cluster"):
        huffvec.train(TEXT, device="cpu", cluster=huffvec.Ray(), min_count=1)


def test_a_device_and_deterministic_training():
    pytest.importorskip("torch")
    with pytest.raises(ConfigError, match="deterministic is for the engine: the order"):
        huffvec.train(TEXT, device="cpu", deterministic=True, min_count=1)


def test_the_command_line_says_so_before_the_work(tmp_path, capsys):
    text = tmp_path / "text.txt"
    text.write_text("a b a c\n" * 3)
    assert run("train", text, "--device", "gpu", "-o", tmp_path / "x.hv") == 2
    assert "--device must be cpu, cuda, mps or xpu" in capsys.readouterr().err
    assert not (tmp_path / "x.hv").exists()
