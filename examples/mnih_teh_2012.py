"""A table as in Mnih & Teh 2012, with rows for all objectives: `torch_language_model.py --paper`.

    python examples/torch_language_model.py TRAIN --valid VALID --test TEST --paper mnih-teh-2012

"A fast and simple algorithm for training neural probabilistic language models", ICML 2012.
The model is theirs, log-bilinear: with a matrix C_i for each place i of the context, the hidden
vector is Σ_i C_i r_i of the context's word vectors r_i. It is trained by maximum likelihood (the
full softmax), by NCE with 1, 5, 25 and 100 noise words drawn from the unigram and the uniform
distribution, and by all other objectives.

What differs: steps are Adagrad's, and a batch shares its noise words, where theirs has some for
each target; with few words that makes the gradient noisier.

Each row has its own best learning rate: from ``--lr`` on it is halved and doubled as long as the
validation data gets more probable. A training ends when they get less probable, and the epoch
before counts. Every training is a line of the file ``--output``, so that an interrupted run goes on
there, and a finished one only prints the table again.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any

import texts
import torch
import torch_objectives as shared
from rich.console import Console
from torch import Tensor, nn

from huffvec import Vocabulary
from huffvec.torch import OutputLayer

NAME = "mnih-teh-2012"
DEFAULTS = {"dim": 100, "epochs": 10, "lr": 0.1, "min_count": 1, "samples": 100}
SETTINGS = (
    "file", "valid", "test", "limit", "max_words", "min_count", "context", "dim", "batch", "epochs",
    "seed",
)  # fmt: skip
N_DOUBLINGS = 6  # of the learning rate, at most


@dataclass(frozen=True)
class Row:
    """A line of the table: an objective with its options."""

    label: str
    objective: str
    n_samples: int
    options: dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """A training: perplexities are those of its best epoch, seconds those of the processor.

    ``epochs`` counts the last one, too, after which the validation data was less probable.
    """

    row: str
    learning_rate: float
    epochs: int
    valid_perplexity: float
    test_perplexity: float
    seconds_per_epoch: float


class LogBilinear(nn.Module):
    """Word vectors, a matrix for each place of the context, and an output layer."""

    def __init__(
        self, dim: int, n_context: int, vocabulary: Vocabulary, layer: OutputLayer
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(vocabulary), dim, sparse=True)
        nn.init.normal_(self.embedding.weight, 0, 0.1)
        self.matrices = nn.Linear(n_context * dim, dim, bias=False)
        self.output = layer

    def hidden(self, contexts: Tensor, state: None = None) -> tuple[Tensor, None]:
        """Return the hidden vectors, (batch, dim); nothing is carried on."""
        return self.matrices(self.embedding(contexts).flatten(1)), state


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a paper's table."""
    group = parser.add_argument_group(f"table of a paper ({NAME})")
    group.add_argument("--paper", choices=[NAME], help="which; FILE is the text to train on")
    group.add_argument("--valid", type=Path, help="text that chooses learning rates and epochs")
    group.add_argument("--test", type=Path, help="text whose perplexity is reported")
    group.add_argument("--limit", type=int, help="read no more words than that for training")
    group.add_argument("--max-words", type=int, default=10_000, help="words of the vocabulary")
    group.add_argument("--context", type=int, default=2, help="words that predict the next")
    group.add_argument("--batch", type=int, default=128, help="targets of a step")
    group.add_argument("--output", type=Path, default=Path(f"{NAME}.tsv"), help="all trainings")


def make_rows(objectives: Sequence[str], n_samples: int) -> list[Row]:
    """Return the paper's lines, then one for each of the other objectives."""
    rows = [Row("maximum likelihood", "full-softmax", 0, {})]
    for proposal in ("unigram", "uniform"):
        for n in (1, 5, 25, 100):
            label = f"NCE, {n} {proposal} noise word{'s' * (n > 1)}"
            rows.append(Row(label, "nce", n, {"proposal": proposal}))
    theirs = {row.objective for row in rows}
    for name in objectives:
        if name not in theirs:
            drawn = f", {n_samples}" if name in shared.SAMPLES else ""
            rows.append(Row(f"`{name}`{drawn}", name, n_samples, {}))
    return [row for row in rows if row.objective in objectives]


class TrialFile:
    """The trainings that were made, in a file of tab-separated values below their settings."""

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        self.path, self.header = path, f"# {json.dumps(settings)}\n"
        self.trials: list[Trial] = []
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                if file.readline() != self.header:
                    raise SystemExit(
                        f"{path} is of other texts or options; give another file with --output"
                    )
                rows = list(csv.reader(file, delimiter="\t"))[1:]
            self.trials = [
                Trial(label, float(rate), int(epochs), *map(float, others))
                for label, rate, epochs, *others in rows
            ]

    def add(self, trial: Trial) -> None:
        """Write the file anew with one more training."""
        self.trials.append(trial)
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, delimiter="\t", lineterminator="\n")
        writer.writerow(field.name for field in fields(Trial))
        writer.writerows(map(astuple, self.trials))
        new = self.path.with_name(self.path.name + ".new")
        new.write_text(self.header + lines.getvalue(), encoding="utf-8", newline="")
        new.replace(self.path)

    def find(self, row: Row, learning_rate: float) -> Trial | None:
        """Return a training if it was made."""
        return next(
            (t for t in self.trials if (t.row, t.learning_rate) == (row.label, learning_rate)), None
        )


def best_trial(measure: Callable[[float], Trial], start: float) -> Trial:
    """Return the training whose learning rate is better than its half and its double."""
    tried: dict[int, Trial] = {}
    place = 0
    while True:
        for i in (place, place + 1, place - 1):
            if i not in tried and abs(i) <= N_DOUBLINGS:
                tried[i] = measure(start * 2.0**i)
        best = min(tried, key=lambda i: tried[i].valid_perplexity)
        if best == place:
            return tried[best]
        place = best


class Experiment:
    """A model for each row, trained on the same texts."""

    def __init__(self, args: argparse.Namespace) -> None:
        words = texts.read_tokens(args.file)[: args.limit]
        self.args = args
        self.vocabulary = texts.make_vocabulary(words, args.min_count, args.max_words)
        self.train = self._windows(words)
        self.valid, self.test = (
            self._batches(self._windows(texts.read_tokens(path)), 2_000)
            for path in (args.valid, args.test)
        )

    def _windows(self, words: Sequence[str]) -> Tensor:
        """Return all contexts with their next words, (n, context + 1)."""
        return texts.word_ids(words, self.vocabulary).unfold(0, self.args.context + 1, 1)

    def _batches(self, windows: Tensor, size: int) -> list[shared.Batch]:
        return [(part[:, :-1], part[:, -1].contiguous()) for part in windows.split(size)]

    def measure(self, row: Row, learning_rate: float) -> Trial:
        """Train a model until its validation data gets less probable."""
        args = self.args
        torch.manual_seed(args.seed)
        layer = shared.make_layer(
            row.objective, args.dim, self.vocabulary, row.n_samples, **row.options
        )
        model = LogBilinear(args.dim, args.context, self.vocabulary, layer)
        optimizer = torch.optim.Adagrad(model.parameters(), lr=learning_rate)
        best, seconds, epochs = (math.inf, math.inf), 0.0, 0
        while epochs < args.epochs:
            seconds += self._train_epoch(model, optimizer)
            epochs += 1
            valid = perplexity(shared.evaluate(model, self.valid, carry_state=False))
            if valid >= best[0]:
                break
            best = valid, perplexity(shared.evaluate(model, self.test, carry_state=False))
        return Trial(row.label, learning_rate, epochs, *best, seconds / epochs)

    def _train_epoch(self, model: LogBilinear, optimizer: torch.optim.Optimizer) -> float:
        """Train on all windows in random order; return the seconds that the processor took."""
        start = time.process_time()
        shuffled = self.train[torch.randperm(len(self.train))]
        for contexts, targets in self._batches(shuffled, self.args.batch):
            optimizer.zero_grad()
            hidden, _ = model.hidden(contexts)
            model.output(hidden, targets).backward()
            optimizer.step()
        return time.process_time() - start


def perplexity(nats: float) -> float:
    """Return e to the power of nats; infinity where that is too much, or the training diverged."""
    return math.exp(nats) if nats < 700 else math.inf


def make_table(args: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Train a model for each row at some learning rates; print the best of each as Markdown."""
    if args.valid is None or args.test is None:
        parser.error(f"--paper {NAME} needs --valid and --test")
    done = TrialFile(args.output, {name: str(getattr(args, name)) for name in SETTINGS})
    experiment, notes = Experiment(args), Console(stderr=True)
    n_words = len(experiment.vocabulary)
    notes.print(f"{len(experiment.train):,} words to train on, {n_words:,} different ones")
    print("| | learning rate | test perplexity | seconds per epoch |\n|---|---:|---:|---:|")
    for row in make_rows(args.objectives, args.samples):

        def measure(learning_rate: float, row: Row = row) -> Trial:
            trial = done.find(row, learning_rate)
            if trial is None:
                trial = experiment.measure(row, learning_rate)
                done.add(trial)
                notes.print(", ".join(f"{k} {v}" for k, v in asdict(trial).items()))
            return trial

        best = best_trial(measure, args.lr)
        cells = (best.learning_rate, f"{best.test_perplexity:.1f}", f"{best.seconds_per_epoch:.1f}")
        print(f"| {row.label} | {' | '.join(map(str, cells))} |", flush=True)
