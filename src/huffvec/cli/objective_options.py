"""Options of ``huffvec train`` for the objective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from huffvec.cli.common import default_note
from huffvec.errors import ConfigError
from huffvec.other_names import own_flag

if TYPE_CHECKING:
    from huffvec.objectives import Objective

PANEL = "How it learns"

_LISTS = ("cutoffs", "band_dims")
ObjectiveName = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        rich_help_panel=PANEL,
        help="How words are predicted. negative-sampling is fast, hierarchical-softmax is better "
        "with little text. The others: nce, sampled-softmax, blackout, target-sampling, "
        "adaptive-softmax, differentiated-softmax, full-softmax, self-normalized-softmax and "
        "infrequent-normalization. [bold]compare[/bold] tries them on your text.",
    ),
]

Tree = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|FILE",
        rich_help_panel=PANEL,
        show_default=False,
        help="huffman: shortest paths. balanced: words by frequency, split in halves. random: "
        "split at random. frequency-classes: first classes of similar frequency, then their "
        "words. clustered: similar words together, by --tree-vectors. Or a file with a tree. Only "
        "for hierarchical-softmax. " + default_note("huffman"),
    ),
]

TreeVectors = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Model or vectors, such as those of an earlier run, to cluster the words by. Only "
        "for --tree clustered.",
    ),
]

Negatives = Annotated[
    int | None,
    typer.Option(
        metavar="WORDS",
        rich_help_panel=PANEL,
        show_default=False,
        help="Noise words for each target: 5 to 20 for small texts, 2 to 5 for large ones. Only "
        "for negative-sampling. " + default_note(5),
    ),
]

NoiseExponent = Annotated[
    float | None,
    typer.Option(
        metavar="POWER",
        rich_help_panel=PANEL,
        show_default=False,
        help="Noise words are drawn in proportion to their count to this power. 1: as often as in "
        "the text; 0: all equally often. Only for negative-sampling and nce. " + default_note(0.75),
    ),
]

NoiseSamples = Annotated[
    int | None,
    typer.Option(
        metavar="WORDS",
        rich_help_panel=PANEL,
        show_default=False,
        help="Noise words for each target; more come nearer to the full softmax. Only for nce. "
        + default_note(10),
    ),
]

LogZ = Annotated[
    float | None,
    typer.Option(
        metavar="LOG",
        rich_help_panel=PANEL,
        show_default=False,
        help="Logarithm of the scores' normaliser, the same for all contexts. Only for nce. "
        + default_note("learned"),
    ),
]

Samples = Annotated[
    int | None,
    typer.Option(
        metavar="WORDS",
        rich_help_panel=PANEL,
        show_default=False,
        help="Sampled words for each target; more come nearer to the full softmax. Only for "
        "negative-sampling, nce, sampled-softmax and blackout.",
    ),
]

Proposal = Annotated[
    str | None,
    typer.Option(
        metavar="unigram^POWER|log-uniform|uniform",
        rich_help_panel=PANEL,
        show_default=False,
        help="Distribution of the sampled words: by their count to a power, by their rank, or "
        "uniform. Only for negative-sampling, nce, sampled-softmax and blackout.",
    ),
]

Exponent = Annotated[
    float | None,
    typer.Option(
        metavar="POWER",
        rich_help_panel=PANEL,
        show_default=False,
        help="Sampled words are drawn in proportion to their count to this power. Only for "
        "blackout. " + default_note(0.4),
    ),
]

Candidates = Annotated[
    int | None,
    typer.Option(
        metavar="WORDS",
        rich_help_panel=PANEL,
        show_default=False,
        help="Number of candidate words, the same for a whole passage of text; more come nearer "
        "to the full softmax. Only for target-sampling. " + default_note(200),
    ),
]

Share = Annotated[
    int | None,
    typer.Option(
        metavar="WORDS",
        rich_help_panel=PANEL,
        show_default=False,
        help="Number of successive targets that share the same noise words; 2 is faster. "
        "Only for negative-sampling. " + default_note(1),
    ),
]

Cutoffs = Annotated[
    str | None,
    typer.Option(
        metavar="RANK,RANK…",
        rich_help_panel=PANEL,
        show_default=False,
        help="Ranks, by falling count, at which the next cluster or band of rarer words begins. "
        "Only for adaptive-softmax and differentiated-softmax. " + default_note("by counts"),
    ),
]

DivValue = Annotated[
    float | None,
    typer.Option(
        metavar="FACTOR",
        rich_help_panel=PANEL,
        show_default=False,
        help="Factor by which the output dimensions shrink from one cluster to the next. Only for "
        "adaptive-softmax. " + default_note(4.0),
    ),
]

BandDims = Annotated[
    str | None,
    typer.Option(
        metavar="N,N…",
        rich_help_panel=PANEL,
        show_default=False,
        help="Dimensions of the output vectors in each band; they add up to --dim. Only "
        "for differentiated-softmax. " + default_note("a half, a quarter …"),
    ),
]

Alpha = Annotated[
    float | None,
    typer.Option(
        metavar="WEIGHT",
        rich_help_panel=PANEL,
        show_default=False,
        help="Weight of the penalty that keeps the scores' normaliser near 1. Only for "
        "self-normalized-softmax and infrequent-normalization. " + default_note(0.1),
    ),
]

Gamma = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Share of the windows that are normalised; less is faster. Only for "
        "infrequent-normalization. " + default_note(0.1),
    ),
]


def objective_of(name: str, given: Mapping[str, Any]) -> Objective:
    """Return the objective of this name with the options that were given.

    Parameters
    ----------
    name
        As on the command line; it may have options, too: ``nce:samples=20``.
    given
        All options by their names, None for those that were not given.

    Raises
    ------
    ConfigError
        If there is no such objective, it lacks one of the options, or one has a bad value.
    """
    from huffvec.objectives import OBJECTIVES, as_objective
    from huffvec.objectives.renamed import with_new_names

    chosen = as_objective(name)
    given = with_new_names({key: value for key, value in given.items() if value is not None})
    cls = type(chosen)
    known = {field.name for of in OBJECTIVES.values() for field in fields(cast(Any, of))}
    options = {key: value for key, value in given.items() if key in known}
    for key in options:
        if not hasattr(cls, key):
            own = own_flag(key)
            hint = f" (That of word2vec.c and gensim is called {own} here.)" if own else ""
            raise ConfigError(
                f"{key} is not an option of {cls.name}: leave it out, or choose another "
                f"--objective.{hint}"
            )
    lists = {key: _numbers(key, options[key]) for key in _LISTS if key in options}
    return cast("Objective", replace(cast(Any, chosen), **(options | lists)))


def _numbers(name: str, text: str) -> tuple[int, ...]:
    """Return the whole numbers of an option, which commas stand between."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ConfigError(
            f"{name} must be whole numbers with commas between, as in 2000,10000, not {text!r}"
        ) from None
