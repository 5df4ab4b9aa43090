"""The input side of a step: what predicts, as hidden vectors, and how that is changed.

The input table has the rows of words (or of what words are made of, with subwords), then those of
documents' tags. A member of a context is a word or a tag; tags are numbered behind the words.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from huffvec.device.sources import Bags, Rows, RowShare

if TYPE_CHECKING:
    from huffvec.device.plan import Plan
    from huffvec.device.text import Block

LONGEST_STEP = 1 / 64  # of a number of a position vector, as in the engine


@dataclass(frozen=True)
class Context:
    """What predicts n targets.

    Attributes
    ----------
    members
        Words and tags, int64 (n, m).
    weights
        How many rows each counts for in a mean, float32 (n, m); 0 where there is none.
    places
        Where the words stand, int64 (m,), counted from the target.
    """

    members: Tensor
    weights: Tensor
    places: Tensor


class Inputs(ABC):
    """The input table at work; members say which hidden vectors a context has.

    Parameters
    ----------
    plan
        What is trained.
    table
        The rows of words, then of tags, float32 (n_rows, stride) on the device.
    """

    positions: Tensor | None = None  # the vectors of a window's places, where there are any

    def __init__(self, plan: Plan, table: Tensor) -> None:
        self.table = table
        self.has_words = plan.architecture != "dbow"
        share = RowShare(plan.mean_scale, plan.mean_exponent)
        self.source = self._source(plan, share)
        self.tag_offsets = self.tag_ids = None
        self.most_tags = 0
        if plan.tag_offsets is not None and plan.tag_ids is not None:
            first_tag = len(plan.input_rows) if plan.bag_offsets is None else plan.n_words
            self.tag_offsets = torch.from_numpy(plan.tag_offsets).to(table.device)
            self.tag_ids = torch.from_numpy(plan.tag_ids).to(table.device).long() + first_tag
            self.most_tags = int((plan.tag_offsets[1:] - plan.tag_offsets[:-1]).max(initial=0))

    def _source(self, plan: Plan, share: RowShare) -> Rows | Bags:
        n_tags = len(self.table) - len(plan.input_rows)
        if plan.bag_offsets is None or plan.bag_row_ids is None:
            return Rows(self.table, plan.frozen)
        return Bags(self.table, plan.bag_offsets, plan.bag_row_ids, n_tags, self.bag_share(share))

    def bag_share(self, share: RowShare) -> RowShare:
        """Return what each row of a bag gets of a change of their mean."""
        return share

    def predicts(self, block: Block) -> Tensor:
        """Return which targets of a block have something that predicts them, bool (n,)."""
        found = torch.zeros_like(block.ids, dtype=torch.bool)
        if self.has_words:
            found = block.rights - block.lefts > 1
        if self.tag_offsets is not None:
            n_tags = self.tag_offsets[block.sentences + 1] - self.tag_offsets[block.sentences]
            found = found | (n_tags > 0)
        return found

    def width(self, block: Block) -> int:
        """Return how many members a context has at most."""
        return 2 * block.reach * self.has_words + self.most_tags

    def context(self, block: Block, at: Tensor) -> Context:
        """Return what predicts some targets of a block, whose numbers are int64 (n,)."""
        words, within, places = block.windows(at)
        if not self.has_words:
            words, within, places = words[:, :0], within[:, :0], places[:0]
        weights = torch.where(within, self.source.sizes(words), 0)
        if self.tag_offsets is None or self.tag_ids is None:
            return Context(words, weights, places)
        sentences = block.sentences[at]
        found = self.tag_offsets[sentences, None] + torch.arange(self.most_tags, device=at.device)
        is_tag = found < self.tag_offsets[sentences + 1, None]
        tags = self.tag_ids[torch.where(is_tag, found, 0)]
        n_words = within.sum(dim=1)
        mean = torch.where(n_words > 0, weights.sum(dim=1) / n_words.clamp(min=1), 1)
        return Context(
            torch.cat([words, torch.where(is_tag, tags, 0)], dim=1),
            torch.cat([weights, mean[:, None] * is_tag], dim=1),
            places,
        )

    @abstractmethod
    def hidden(self, context: Context) -> tuple[Tensor, Tensor]:
        """Return the hidden vectors, float32 (n, m, stride), and how often each counts, (n, m)."""

    @abstractmethod
    def add(self, context: Context, changes: Tensor, moves: Tensor) -> None:
        """Change what hidden vectors are made of.

        Parameters
        ----------
        context
            Of which they are.
        changes
            What is added to each, float32 (n, m, stride).
        moves
            By how many nats that moves scores, at most, float32 (n, m).
        """


class Each(Inputs):
    """Each member predicts alone: skip-gram and DBOW."""

    def hidden(self, context: Context) -> tuple[Tensor, Tensor]:
        """Return the members' vectors."""
        return self.source.vectors(context.members), (context.weights > 0).float()

    def add(self, context: Context, changes: Tensor, moves: Tensor) -> None:
        """Change the members' vectors."""
        there = context.weights > 0
        self.source.add(context.members[there], changes[there], moves[there])


class Mean(Inputs):
    """The mean of all members predicts: CBOW and DM, position-weighted or not."""

    def __init__(self, plan: Plan, table: Tensor) -> None:
        super().__init__(plan, table)
        self.share = RowShare(plan.mean_scale, plan.mean_exponent)
        if plan.position_rows is not None:
            self.positions = torch.from_numpy(plan.position_rows).to(table.device, copy=True)

    def bag_share(self, share: RowShare) -> RowShare:
        """Return all of it: the mean is over all rows at once, and so is its gradient's share."""
        return RowShare(1.0, 0.0)

    def hidden(self, context: Context) -> tuple[Tensor, Tensor]:
        """Return the means."""
        vectors = self.source.vectors(context.members)
        if self.positions is not None:
            vectors = vectors * self._position_vectors(context)
        shares = context.weights / context.weights.sum(dim=1, keepdim=True)
        return shares[:, None] @ vectors, torch.ones_like(shares[:, :1])

    def add(self, context: Context, changes: Tensor, moves: Tensor) -> None:
        """Give each member its share of the change of their mean."""
        there = context.weights > 0
        n_rows = context.weights.sum(dim=1)
        to_rows = self.share.of(n_rows)[:, None]
        of_members = (to_rows[:, :, None] * changes).expand(*there.shape, -1)
        if self.positions is not None:
            by_position = self._position_vectors(context)
            self._add_to_positions(context, changes)
            of_members = of_members * by_position
        moved = (to_rows * moves).expand(there.shape)
        self.source.add(context.members[there], of_members[there], moved[there])

    def _position_vectors(self, context: Context) -> Tensor:
        assert self.positions is not None
        return self.positions[self._position_rows(context.places)]

    def _position_rows(self, places: Tensor) -> Tensor:
        assert self.positions is not None
        return places + len(self.positions) // 2 - (places > 0).long()

    def _add_to_positions(self, context: Context, changes: Tensor) -> None:
        """Change the vectors of positions, no number by more than `LONGEST_STEP` in a step."""
        assert self.positions is not None
        shares = context.weights / context.weights.sum(dim=1, keepdim=True)
        steps = shares[:, :, None] * changes * self.source.vectors(context.members)
        total = steps.clamp(-LONGEST_STEP, LONGEST_STEP).sum(dim=0)
        rows = self._position_rows(context.places)
        self.positions[rows] += total.clamp(-LONGEST_STEP, LONGEST_STEP)


def inputs_of(plan: Plan, table: Tensor) -> Inputs:
    """Return the input side of an architecture."""
    return Mean(plan, table) if plan.architecture == "cbow" else Each(plan, table)
