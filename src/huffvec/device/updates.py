"""How much a step changes a table: sums of all that moves a row, with a bound.

A step takes thousands of targets, and all its gradients are those of the values before it. A row
that takes part in few of them moves as in the engine, which trains one target after the other. One
that takes part in hundreds (a frequent word, the root of a tree) would move hundreds of times as
far as its gradient says anything about. So the sum of a row's changes is shortened to where the
scores that the row is part of move by `FARTHEST` nats at most, all changes taken to be in one
direction and the other side of the product to be as long as on the average. This holds whatever
the step's size, the learning rate or the objective, so that a step cannot diverge; rows that move
less are changed by exactly the sum.
"""

from __future__ import annotations

from torch import Tensor

FARTHEST = 4.0  # nats
ALIKE = 1.0  # nats, of a number that all scores have in common: what moves it is in one direction


def add_bounded(table: Tensor, ids: Tensor, changes: Tensor, moves: Tensor) -> None:
    """Add changes to rows of a table in place, those of the same row together, within the bound.

    Parameters
    ----------
    table
        float32 (n_rows, stride).
    ids
        Rows, int64 (n,); each may stand there many times.
    changes
        What is added to them, float32 (n, stride).
    moves
        By how many nats each change moves the scores of its row, at most, float32 (n,).
    """
    shares = shares_of(table.new_zeros(len(table)).index_add_(0, ids, moves))
    table.index_add_(0, ids, changes * shares[ids, None])


def shares_of(moves: Tensor, farthest: float = FARTHEST) -> Tensor:
    """Return what is left of changes that move scores by so many nats, up to 1."""
    return (farthest / moves).clamp(max=1)
