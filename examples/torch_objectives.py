"""What the examples share: a model for each objective, asked exactly, and all losses in a plot."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from torch import Tensor, nn

from huffvec import Vocabulary
from huffvec.torch import LAYERS, OutputLayer

Batch = tuple[Tensor, Tensor]  # inputs, targets

torch.sparse.check_sparse_tensor_invariants.disable()  # said, or else PyTorch warns that it is so

SAMPLES = {  # what the number of samples is called
    "negative-sampling": "samples",
    "nce": "samples",
    "ranking-nce": "samples",
    "sampled-softmax": "samples",
    "importance-sampling": "samples",
    "blackout": "samples",
    "target-sampling": "candidates",
    "cnn-softmax": "samples",
}


@dataclass
class Run:
    """How one objective did.

    Attributes
    ----------
    objective
        Its name.
    targets_per_second
        Over the training, evaluations left out.
    points
        Epochs, seconds of training and exact nats per target of the validation data, now and then.
    """

    objective: str
    targets_per_second: float = 0.0
    points: list[tuple[float, float, float]] = field(default_factory=list)
    extra: dict[str, float] = field(default_factory=dict)


class Model(nn.Module):
    """Embedding, recurrent network and output layer."""

    def __init__(self, dim: int, vocabulary: Vocabulary, layer: OutputLayer) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(vocabulary), dim, sparse=True)
        nn.init.normal_(self.embedding.weight, 0, 0.1)
        self.network = nn.LSTM(dim, dim)
        self.dropout = nn.Dropout(0.2)
        self.output = layer

    def hidden(self, inputs: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """Return the hidden vectors, (steps, batch, dim), and the network's last state."""
        outputs, state = self.network(self.dropout(self.embedding(inputs)), state)
        return self.dropout(outputs), state


def make_layer(
    name: str, dim: int, vocabulary: Vocabulary, samples: int, **options: Any
) -> OutputLayer:
    """Return the layer of an objective with biases, and sparse gradients where it has them."""
    options["bias"] = True
    if name in SAMPLES:
        options[SAMPLES[name]] = samples
    if name == "hierarchical-softmax" or (name in SAMPLES and name != "cnn-softmax"):
        options["sparse"] = True
    return LAYERS[name](dim, vocabulary, **options)


def train(
    model: Model,
    batches: Callable[[], Iterable[Batch]],
    validation: Sequence[Batch],
    *,
    epochs: int,
    lr: float,
    carry_state: bool,
    run: Run,
    console: Console,
) -> None:
    """Train the model by Adagrad, which takes sparse gradients, and note how it does in run."""
    optimizer = torch.optim.Adagrad(model.parameters(), lr=lr)
    n_batches = sum(1 for _ in batches())
    steps, seconds, n_targets, next_point = 0, 0.0, 0, 0.0
    columns = (
        TextColumn(f"{run.objective:24}"),
        BarColumn(12),
        TextColumn("{task.fields[rate]:>7} targets/s, {task.fields[nats]:.3f} nats"),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=console) as progress:
        nats = evaluate(model, validation, carry_state)
        run.points.append((0.0, 0.0, nats))
        task = progress.add_task("", total=epochs * n_batches, rate="", nats=nats)
        for inputs, targets, state in with_states(batches, epochs):
            start = time.perf_counter()
            optimizer.zero_grad()
            hidden, state.value = model.hidden(inputs, state.value if carry_state else None)
            model.output(hidden, targets).backward()
            nn.utils.clip_grad_norm_(model.network.parameters(), 1.0)
            optimizer.step()
            seconds += time.perf_counter() - start
            state.value = tuple(part.detach() for part in state.value)
            steps += 1
            n_targets += int((targets != model.output.ignore_index).sum())
            next_point += 4 / n_batches  # four points an epoch
            if next_point >= 1 or steps == epochs * n_batches:
                next_point -= 1
                nats = evaluate(model, validation, carry_state)
                run.points.append((steps / n_batches, seconds, nats))
            run.targets_per_second = n_targets / seconds
            progress.update(task, advance=1, rate=f"{run.targets_per_second:,.0f}", nats=nats)


@dataclass
class State:
    """What a recurrent network remembers between the batches of an epoch."""

    value: Any = None


def with_states(
    batches: Callable[[], Iterable[Batch]], epochs: int
) -> Iterator[tuple[Tensor, Tensor, State]]:
    """Yield the batches of all epochs, each epoch with a state of its own."""
    for _ in range(epochs):
        state = State()
        for inputs, targets in batches():
            yield inputs, targets, state


@torch.no_grad()
def evaluate(model: Model, batches: Sequence[Batch], carry_state: bool) -> float:
    """Return the mean of −log p(target), in nats, normalised over all words: exact."""
    model.eval()
    if hasattr(model.output, "precompute"):
        model.output.precompute()
    total, n_targets, state = 0.0, 0, None
    for inputs, targets in batches:
        hidden, last = model.hidden(inputs, state)
        state = last if carry_state else None
        counted = targets != model.output.ignore_index
        total -= model.output.log_prob(hidden[counted], targets[counted]).sum().item()
        n_targets += int(counted.sum())
    model.train()
    return total / n_targets


def report(runs: Sequence[Run], console: Console) -> None:
    """Print a table of all objectives."""
    table = Table("objective", "perplexity", "targets/s", "seconds")
    for name in runs[0].extra:
        table.add_column(name)
    for run in runs:
        _, seconds, nats = run.points[-1]
        extra = [f"{value:.3f}" for value in run.extra.values()]
        rate = f"{run.targets_per_second:,.0f}"
        table.add_row(run.objective, f"{math.exp(nats):,.1f}", rate, f"{seconds:.0f}", *extra)
    console.print(table)


def plot(runs: Sequence[Run], path: Path, title: str) -> None:
    """Draw the validation losses of all runs, by epochs and by seconds of training."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import LogLocator

    figure, axes = plt.subplots(1, 2, figsize=(11, 4.8), sharey=True, layout="constrained")
    colors = plt.get_cmap("tab20").colors  # type: ignore[attr-defined]
    lowest = min(point[2] for run in runs for point in run.points)
    for run in sorted(runs, key=lambda run: run.points[-1][2]):
        number = list(LAYERS).index(run.objective)  # the same color in every plot
        epochs, seconds, nats = zip(*run.points, strict=True)
        color, style = colors[number % 20], ("-", "--")[number % 2]
        axes[0].plot(epochs, nats, style, color=color, label=run.objective)
        axes[1].plot(seconds[1:], nats[1:], style, color=color)
    axes[0].set(xlabel="epochs", ylabel="validation loss, nats per target (exact)")
    axes[0].set_ylim(lowest - 0.1, max(run.points[-1][2] for run in runs) + 1.0)
    axes[1].set(xlabel="seconds of training", xscale="log")
    axes[1].xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes[1].xaxis.set_major_formatter("{x:g}")
    for ax in axes:
        ax.grid(alpha=0.3)
        ax.spines[["top", "right"]].set_visible(False)
    figure.suptitle(title)
    figure.legend(loc="outside right center", title="best first", frameon=False)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def parser(description: str, file_help: str, **defaults: Any) -> argparse.ArgumentParser:
    """Return a parser of the options that the examples share."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    made.add_argument("file", type=Path, help=file_help)
    made.add_argument(
        "--objectives", nargs="+", default=list(LAYERS), choices=list(LAYERS), metavar="NAME",
        help=f"which: {', '.join(LAYERS)}",
    )  # fmt: skip
    made.add_argument("--epochs", type=int, default=2, help="passes over the training data")
    made.add_argument("--dim", type=int, default=128, help="numbers in a hidden vector")
    made.add_argument("--samples", type=int, default=1024, help="words drawn for a batch")
    made.add_argument("--lr", type=float, default=0.05, help="step size of Adagrad")
    made.add_argument("--seed", type=int, default=1, help="start of all random draws")
    made.add_argument("--plot", type=Path, help="draw the validation losses to this file")
    made.set_defaults(**defaults)
    return made
