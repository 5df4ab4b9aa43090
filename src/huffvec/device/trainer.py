"""The trainer of a run on a device, in the place of the engine's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import torch

from huffvec.device.inputs import inputs_of
from huffvec.device.outputs import output_layer
from huffvec.device.plan import Plan
from huffvec.device.step import GROUP, Step
from huffvec.device.text import Text
from huffvec.thread_trainer import ThreadTrainer

if TYPE_CHECKING:
    from huffvec.device.outputs.base import Layer
    from huffvec.device.step import Trained
    from huffvec.device.text import Block
    from huffvec.engine import Trainer
    from huffvec.objectives.bound import BoundObjective
    from huffvec.weights import FloatTable

# Targets of a step: a share of the words, so that few of them stand in it often, up to what keeps
# a device busy.
WORDS_PER_TARGET, LEAST_STEP, MOST_STEP = 4, 64, 1 << 14
MOST_NUMBERS = 1 << 26  # of a step's tensors, about
STEPS_OF_BLOCK = 16


class DeviceTrainer(ThreadTrainer):
    """Trains a run's chunks on a device, block by block.

    A block is so many chunks in a row that they make about `STEPS_OF_BLOCK` steps. A step takes its
    targets from the whole block, at equal distances, since neighbours have the same words; runs of
    neighbours where a kernel trains, since it loads those words once. Blocks
    lie where the run's chunks are counted from, in every epoch anew, so that a run that was
    interrupted between them goes on exactly.

    Parameters
    ----------
    bound
        The objective with the words.
    plan
        The fields of the engine's plan, but for the output layer.
    local
        The engine's trainer of the run, which knows chunks and learning rates.
    device
        Where to train.
    """

    def __init__(
        self,
        bound: BoundObjective,
        plan: Mapping[str, Any],
        local: Trainer,
        device: torch.device,
    ) -> None:
        super().__init__(local, "huffvec-device")
        self.plan, self.device = Plan(**plan), device
        self._text = Text(self.plan, device)
        self._layer = output_layer(bound, device)
        most = self.plan.n_words // WORDS_PER_TARGET
        self.targets_at_once = min(MOST_STEP, max(LEAST_STEP, most))
        of_block = STEPS_OF_BLOCK * self.targets_at_once
        self.chunks_at_once = max(1, of_block // self.plan.chunk_tokens)

    def work(self, first: int, last: int, n_threads: int) -> None:
        """Train chunks first … last - 1."""
        with _threads(n_threads), torch.no_grad():
            tables = Tables(self.plan, self._layer)
            while first < last and not self.stopping:
                end = min(last, self._end(first))
                if self._train(tables, first, end):
                    first = end
            tables.bring_back()

    def _end(self, chunk: int) -> int:
        """Return the chunk behind the end of a chunk's block."""
        epoch, in_epoch = divmod(chunk, self._text.n_chunks)
        end = (in_epoch // self.chunks_at_once + 1) * self.chunks_at_once
        return epoch * self._text.n_chunks + min(end, self._text.n_chunks)

    def _train(self, tables: Tables, first: int, last: int) -> bool:
        """Train a block, and return whether it was trained to its end."""
        block = self._text.block(first, last)
        trained = []
        for step in self._steps(tables, block):
            if self.abandoned:
                return False
            trained.append(self._layer.train(step))
        self.count(last - first, block.n_tokens, *_sums(trained))
        return True

    def _steps(self, tables: Tables, block: Block) -> Iterator[Step]:
        run, at = GROUP, torch.arange(len(block), device=self.device)
        if tables.fused is None:
            run, at = 1, at[tables.inputs.predicts(block)]
        of_target = self._layer.numbers(tables.inputs.width(block), tables.outputs.shape[1])
        size = max(1, min(self.targets_at_once, MOST_NUMBERS // of_target))
        for part in self._layer.parts(block, at):
            n_steps = -(-len(part.at) // size)
            for k in range(n_steps):
                at = _runs(part.at, run, k, n_steps)
                yield Step(block, at, tables.inputs, tables.outputs, part.candidates, tables.fused)


class Tables:
    """A run's tables on a device, for as long as they are trained there.

    Parameters
    ----------
    plan
        What is trained, with the run's tables.
    layer
        The output layer, whose device they are on.

    Attributes
    ----------
    inputs, outputs
        The input side, and the output rows.
    fused
        The kernel that trains them, or ``None`` where PyTorch's operators do.
    """

    def __init__(self, plan: Plan, layer: Layer) -> None:
        self._plan, device = plan, layer.device
        rows = [plan.input_rows] if plan.tag_rows is None else [plan.input_rows, plan.tag_rows]
        inputs = torch.cat([torch.from_numpy(table).to(device) for table in rows])
        self.inputs = inputs_of(plan, inputs)
        self.outputs = torch.from_numpy(plan.output_rows).to(device, copy=True)
        self.fused = layer.fused(self.inputs, self.outputs, plan.window)

    def bring_back(self) -> None:
        """Write the run's tables as they are now."""
        plan, n_inputs = self._plan, len(self._plan.input_rows)
        _copy(self.inputs.table[:n_inputs], plan.input_rows)
        _copy(self.outputs, plan.output_rows)
        if plan.tag_rows is not None:
            _copy(self.inputs.table[n_inputs:], plan.tag_rows)
        if plan.position_rows is not None:
            _copy(self.inputs.positions, plan.position_rows)


def _runs(at: torch.Tensor, run: int, first: int, step: int) -> torch.Tensor:
    """Return every step-th run of neighbours from a first one on; the last run may be shorter."""
    n_whole = len(at) // run
    runs = at[: n_whole * run].view(-1, run)[first::step].flatten()
    has_rest = n_whole >= first and (n_whole - first) % step == 0
    return torch.cat([runs, at[n_whole * run :]]) if has_rest else runs


def _sums(trained: list[Trained]) -> tuple[float, float]:
    """Return how many targets steps had, and the sum of their losses."""
    if not trained:
        return 0.0, 0.0
    losses, targets = map(torch.stack, zip(*trained, strict=True))
    return float(targets.cpu().double().sum()), float(losses.cpu().double().sum())


def _copy(rows: torch.Tensor | None, table: FloatTable) -> None:
    if rows is not None:
        torch.from_numpy(table).copy_(rows)


@contextlib.contextmanager
def _threads(n_threads: int) -> Iterator[None]:
    """Have PyTorch's operators on the CPU use so many threads, in this thread and for a while."""
    before = torch.get_num_threads()
    torch.set_num_threads(n_threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Run(Protocol):
    """What is trained: a run with its trainer."""

    bound: BoundObjective
    facts: dict[str, Any]
    trainer: Any

    def plan(self) -> dict[str, Any]:
        """Return the fields of the engine's plan, but for the output layer."""


@contextlib.contextmanager
def on_device(run: Run, device: torch.device) -> Iterator[DeviceTrainer]:
    """Let a run be trained by a device in a ``with`` statement; it keeps its tables."""
    local = run.trainer
    try:
        run.trainer = DeviceTrainer(run.bound, run.plan(), local, device)
        run.facts["device"] = str(device)
        yield run.trainer
    finally:
        run.trainer = local
