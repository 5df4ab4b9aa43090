"""Times the layers of huffvec.torch, forwards and backwards, against nn.Linear + cross-entropy.

    python benchmarks/torch_layers.py [--batch 256] [--dim 256] [--words 100000] [--device cuda]

All take turns in one run, on the same hidden vectors and targets; targets are drawn by Zipf's law,
which is that of the counts, too. Prints a table in Markdown: the fastest and the median
milliseconds of a step, and how many times as fast as the plain softmax that is (of the medians). On
Linux also how much memory a step of the full softmax takes beyond parameters and gradients. On a
busy machine, OMP_NUM_THREADS=1 and --cpu-time measure what this process takes, not others; with
MALLOC_MMAP_THRESHOLD_=1000000 memory that glibc keeps for later does not count.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from huffvec import Vocabulary
from huffvec.torch import LAYERS

Step = Callable[[Tensor, Tensor], Tensor]
SAMPLED = (
    "negative-sampling",
    "nce",
    "ranking-nce",
    "sampled-softmax",
    "blackout",
    "target-sampling",
)
COUNT_NAMES = {"target-sampling": "candidates"}  # of the others: samples


def make_steps(args: argparse.Namespace, counts: np.ndarray) -> dict[str, nn.Module]:
    """Return the modules by name; those that gather rows also with sparse gradients."""
    options = {"device": args.device, "dtype": torch.float32}
    modules: dict[str, nn.Module] = {"nn.Linear + cross-entropy": Plain(args, options)}
    vocabulary = Vocabulary([f"w{i:x}" for i in range(args.words)], counts)
    for name, layer in LAYERS.items():
        own = {COUNT_NAMES.get(name, "samples"): args.samples} if name in SAMPLED else {}
        own |= {"samples": args.samples} if name == "cnn-softmax" else {}
        modules[name] = layer(args.dim, vocabulary, **own, **options)
        if name in SAMPLED or name == "hierarchical-softmax":
            sparse = layer(args.dim, vocabulary, **own, **(options | {"sparse": True}))
            modules[f"{name}, sparse gradient"] = sparse
    edges = modules["adaptive-softmax"].inner.cutoffs[:-1]
    own_adaptive = nn.AdaptiveLogSoftmaxWithLoss(args.dim, args.words, edges, **options)
    modules["nn.AdaptiveLogSoftmaxWithLoss, same clusters"] = OwnAdaptive(own_adaptive)
    return modules


class Plain(nn.Module):
    """The softmax as everybody writes it."""

    def __init__(self, args: argparse.Namespace, options: dict[str, object]) -> None:
        super().__init__()
        self.linear = nn.Linear(args.dim, args.words, bias=False, **options)

    def forward(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return the mean loss."""
        return nn.functional.cross_entropy(self.linear(hidden), target)


class OwnAdaptive(nn.Module):
    """PyTorch's adaptive softmax, called like a layer."""

    def __init__(self, inner: nn.AdaptiveLogSoftmaxWithLoss) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return the mean loss."""
        return self.inner(hidden, target).loss


def seconds_of(
    module: nn.Module, hidden: Tensor, target: Tensor, clock: Callable[[], float]
) -> float:
    """Return the seconds of a step by the clock: loss and gradients, without an optimizer."""
    module.zero_grad()
    hidden.grad = None
    wait(hidden)
    start = clock()
    module(hidden, target).backward()
    wait(hidden)
    return clock() - start


def wait(tensor: Tensor) -> None:
    """Wait until the tensor's device has done what was asked of it."""
    if tensor.device.type == "cuda":
        torch.cuda.synchronize()


def extra_megabytes(module: nn.Module, hidden: Tensor, target: Tensor) -> float:
    """Return the peak memory of a step beyond what was there and the gradients, in MB."""
    extra = []
    for _ in range(5):  # the first also loads code, and systems count memory late
        module.zero_grad()
        hidden.grad = None
        before = start_peak(hidden)
        module(hidden, target).backward()
        extra.append(read_peak(hidden) - before)
    gradients = sum(p.grad.numel() * p.grad.element_size() for p in module.parameters())
    return (statistics.median(extra) - gradients) / 1e6


def start_peak(tensor: Tensor) -> int:
    """Begin to watch the peak; return the bytes in use now."""
    if tensor.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
        return torch.cuda.memory_allocated()
    Path("/proc/self/clear_refs").write_text("5")
    return status("VmRSS")


def read_peak(tensor: Tensor) -> int:
    """Return the most bytes in use since `start_peak`."""
    return torch.cuda.max_memory_allocated() if tensor.device.type == "cuda" else status("VmHWM")


def status(name: str) -> int:
    """Return a number of bytes from this process's status in /proc."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def main() -> None:
    """Run all and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--words", type=int, default=100_000)
    parser.add_argument("--samples", type=int, default=1024)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--cpu-time", action="store_true", help="of all threads, in place of wall")
    args = parser.parse_args()
    torch.manual_seed(1)
    counts = (1e7 / np.arange(1, args.words + 1)).astype(np.int64)
    hidden = torch.randn(args.batch, args.dim, device=args.device, requires_grad=True)
    shares = torch.tensor(counts / counts.sum())
    target = torch.multinomial(shares, args.batch, replacement=True).to(args.device)
    modules = make_steps(args, counts)
    if args.device == "cuda" or Path("/proc/self/clear_refs").exists():
        logits = args.batch * args.words * 4 / 1e6
        print(f"logits: {logits:.1f} MB; beyond parameters and gradients a step takes")
        for name in ("nn.Linear + cross-entropy", "full-softmax"):
            print(f"- {name}: {extra_megabytes(modules[name], hidden, target):.1f} MB")
        print()
    clock = time.process_time if args.cpu_time else time.perf_counter
    times: dict[str, list[float]] = {name: [] for name in modules}
    for repeat in range(args.repeats + 1):
        for name, module in modules.items():
            seconds = seconds_of(module, hidden, target, clock)
            module.zero_grad()
            if repeat:  # the first is for warming up
                times[name].append(seconds)
    plain = statistics.median(times["nn.Linear + cross-entropy"])
    print("| | fastest, ms | median, ms | times as fast |\n| --- | ---: | ---: | ---: |")
    for name, values in times.items():
        median = statistics.median(values)
        print(f"| {name} | {min(values) * 1e3:.1f} | {median * 1e3:.1f} | {plain / median:.1f} |")


if __name__ == "__main__":
    main()
