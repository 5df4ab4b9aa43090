"""Chooses the compiled training engine by what this machine's CPU has.

``HUFFVEC_ISA`` (``base``, ``avx2`` or ``avx512``) forces one, for tests and comparisons.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from huffvec.errors import ConfigError, suggest

if TYPE_CHECKING:
    from types import ModuleType

    from huffvec import _engine_base
    from huffvec.objectives.bound import BoundObjective

    class Engine(ModuleType):
        """The names of an engine module; see ``_engine_base.pyi`` for their docstrings."""

        NoiseSampling = _engine_base.NoiseSampling
        ImportanceSampling = _engine_base.ImportanceSampling
        CandidateSoftmax = _engine_base.CandidateSoftmax
        DifferentiatedSoftmax = _engine_base.DifferentiatedSoftmax
        AdaptiveSoftmax = _engine_base.AdaptiveSoftmax
        HierarchicalSoftmax = _engine_base.HierarchicalSoftmax
        TreeAndNoise = _engine_base.TreeAndNoise
        OneVsAll = _engine_base.OneVsAll
        LabelTree = _engine_base.LabelTree
        TrainingPlan = _engine_base.TrainingPlan
        Trainer = _engine_base.Trainer
        Totals = _engine_base.Totals
        huffman_paths = staticmethod(_engine_base.huffman_paths)
        alias_table = staticmethod(_engine_base.alias_table)
        allocate_table = staticmethod(_engine_base.allocate_table)
        fill_uniform = staticmethod(_engine_base.fill_uniform)
        changes = staticmethod(_engine_base.changes)
        merge_changes = staticmethod(_engine_base.merge_changes)
        add_rows = staticmethod(_engine_base.add_rows)
        copy_rows = staticmethod(_engine_base.copy_rows)
        ROUND_CHUNKS = _engine_base.ROUND_CHUNKS

    OutputLayer = _engine_base.OutputLayer
    Trainer = _engine_base.Trainer


def available() -> list[str]:
    """Return the instruction sets that this build and this CPU both have, narrowest first."""
    base = importlib.import_module("huffvec._engine_base")
    return [isa for isa in base.cpu_isas() if importlib.util.find_spec(f"huffvec._engine_{isa}")]


def engine(isa: str | None = None) -> Engine:
    """Return the engine module for isa, by default ``HUFFVEC_ISA`` or the widest available.

    Raises
    ------
    ConfigError
        If the instruction set is unknown or this CPU does not have it.
    """
    return _load(isa or os.environ.get("HUFFVEC_ISA") or "")


@functools.cache
def _load(isa: str) -> Engine:
    isas = available()
    if isa and isa not in isas:
        raise ConfigError(
            f"HUFFVEC_ISA={isa!r} is not available here; choose from {', '.join(isas)}."
            f"{suggest(isa, isas)}"
        )
    return cast("Engine", importlib.import_module(f"huffvec._engine_{isa or isas[-1]}"))


def engine_trainer(bound: BoundObjective, plan: Mapping[str, Any]) -> Trainer:
    """Return the engine's trainer of an objective and the other fields of a plan."""
    native = engine()
    return native.Trainer(native.TrainingPlan(output_layer=bound.output_layer(native), **plan))
