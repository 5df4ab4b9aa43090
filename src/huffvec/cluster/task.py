"""What workers train: a run without its tables."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from huffvec.cluster.mapped import opened, travelling
from huffvec.engine import engine, engine_trainer
from huffvec.errors import OptionName
from huffvec.memory import check_memory

if TYPE_CHECKING:
    from huffvec.cluster.rows import Tables
    from huffvec.engine import Trainer
    from huffvec.objectives.bound import BoundObjective

LESS_MEMORY = ("lower ", OptionName("dim"), ", or let fewer workers share a machine")


@dataclass(frozen=True)
class Task:
    """What a worker needs to train: the engine's plan, but for the tables.

    Attributes
    ----------
    bound
        The objective with the words.
    options
        The fields of the plan that are no tables, as they travel (:mod:`huffvec.cluster.mapped`).
    tables
        The names of the weights that are its other fields.
    shapes
        Rows of each table.
    stride
        Floats of a row.
    """

    bound: BoundObjective
    options: dict[str, Any]
    tables: dict[str, str]
    shapes: dict[str, int]
    stride: int

    @classmethod
    def of(cls, bound: BoundObjective, plan: dict[str, Any], padded: Tables) -> Task:
        """Return the task of a run with these fields of a plan, some of which are its tables."""
        tables = {
            field: name
            for field, value in plan.items()
            for name, rows in padded.items()
            if value is rows
        }
        options = {field: travelling(plan[field]) for field in plan if field not in tables}
        shapes = {name: len(rows) for name, rows in padded.items()}
        stride = next(iter(padded.values())).shape[1]
        return cls(bound, options, tables, shapes, stride)

    def allocate(self) -> Tables:
        """Return zeros for all tables, float32 (n_rows, stride) each.

        Raises
        ------
        TooLargeError
            If a worker has no memory for them, and for what it last got of the owners.
        """
        n_bytes = 8.0 * self.stride * sum(self.shapes.values())
        check_memory(n_bytes, f"a worker on {platform.node()}", *LESS_MEMORY)
        native = engine()
        return {name: native.allocate_table(n, self.stride) for name, n in self.shapes.items()}

    def trainer(self, tables: Tables) -> Trainer:
        """Return the engine's trainer of the task with these tables.

        Raises
        ------
        CorpusError
            If this machine does not see the file of a corpus.
        """
        fields = {field: opened(value) for field, value in self.options.items()}
        fields |= {field: tables[name] for field, name in self.tables.items()}
        return engine_trainer(self.bound, fields)
