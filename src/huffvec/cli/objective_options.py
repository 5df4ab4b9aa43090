"""Options of ``huffvec train`` that say which objective is trained, and how it does it."""

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
        help="How words are predicted. negative-sampling is fast, hierarchical-softmax better with "
        "little text; further ones: nce, sampled-softmax, blackout, target-sampling, "
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
        help="huffman: shortest paths. balanced: halves by frequency. random: halves at "
        "random. frequency-classes: classes of like frequency, then their words. clustered: "
        "halves of similar words, by --tree-vectors. Or a file with a tree. "
        "Only for hierarchical-softmax. " + default_note("huffman"),
    ),
]

TreeVectors = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Model or vectors, such as those of an earlier run, that the words are clustered "
        "by. Only for --tree clustered.",
    ),
]

Negatives = Annotated[
    int | None,
    typer.Option(
        metavar="WORDS",
        rich_help_panel=PANEL,
        show_default=False,
        help="Random words for each word of the text: 5 to 20 for small texts, 2 to 5 for "
        "large ones. Only for negative-sampling. " + default_note(5),
    ),
]

NoiseExponent = Annotated[
    float | None,
    typer.Option(
        metavar="POWER",
        rich_help_panel=PANEL,
        show_default=False,
        help="Random words are drawn by their count to this power: 1: as in the text, "
        "0: all alike. Only for negative-sampling and nce. " + default_note(0.75),
    ),
]

NoiseSamples = Annotated[
    int | None,
    typer.Option(
        metavar="WORDS",
        rich_help_panel=PANEL,
        show_default=False,
        help="Random words for each word of the text; more is nearer to the full softmax. "
        "Only for nce. " + default_note(10),
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
        help="Random words for each word of the text; more is nearer to the full softmax. "
        "Only for sampled-softmax and blackout. " + default_note(20),
    ),
]

Proposal = Annotated[
    str | None,
    typer.Option(
        metavar="unigram^POWER|log-uniform|uniform",
        rich_help_panel=PANEL,
        show_default=False,
        help="What random words are drawn by: their count to a power, their rank, or all "
        "alike. Only for sampled-softmax. " + default_note("unigram^0.75"),
    ),
]

Exponent = Annotated[
    float | None,
    typer.Option(
        metavar="POWER",
        rich_help_panel=PANEL,
        show_default=False,
        help="Random words are drawn by their count to this power. Only for blackout. "
        + default_note(0.4),
    ),
]

Candidates = Annotated[
    int | None,
    typer.Option(
        metavar="WORDS",
        rich_help_panel=PANEL,
        show_default=False,
        help="Words to choose among, the same for all of a passage; more is nearer to the "
        "full softmax. Only for target-sampling. " + default_note(200),
    ),
]

Share = Annotated[
    int | None,
    typer.Option(
        metavar="WORDS",
        rich_help_panel=PANEL,
        show_default=False,
        help="How many words of the text in a row share the same random words; 2 is faster. "
        "Only for negative-sampling. " + default_note(1),
    ),
]

Cutoffs = Annotated[
    str | None,
    typer.Option(
        metavar="RANK,RANK…",
        rich_help_panel=PANEL,
        show_default=False,
        help="Where, in the vocabulary by falling counts, rarer words begin to be treated as "
        "rarer. Only for adaptive-softmax and differentiated-softmax. " + default_note("by counts"),
    ),
]

DivValue = Annotated[
    float | None,
    typer.Option(
        metavar="FACTOR",
        rich_help_panel=PANEL,
        show_default=False,
        help="By how much output vectors get shorter from a cluster to the next. Only for "
        "adaptive-softmax. " + default_note(4.0),
    ),
]

BandDims = Annotated[
    str | None,
    typer.Option(
        metavar="N,N…",
        rich_help_panel=PANEL,
        show_default=False,
        help="Numbers of the output vectors between the cutoffs; they add up to --dim. Only "
        "for differentiated-softmax. " + default_note("a half, a quarter …"),
    ),
]

Alpha = Annotated[
    float | None,
    typer.Option(
        metavar="WEIGHT",
        rich_help_panel=PANEL,
        show_default=False,
        help="How firmly the scores' normaliser is held. Only for self-normalized-softmax and "
        "infrequent-normalization. " + default_note(0.1),
    ),
]

Gamma = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Share of the words that are normalised; less is faster. Only for "
        "infrequent-normalization. " + default_note(0.1),
    ),
]


def objective_of(name: str, given: Mapping[str, Any]) -> Objective:
    """Return the objective of this name with the options that were given.

    Parameters
    ----------
    name
        As on the command line; it may have options, too: ``nce:noise_samples=20``.
    given
        All options by their names, None for those that were not given.

    Raises
    ------
    ConfigError
        If there is no such objective, it lacks one of the options, or one has a bad value.
    """
    from huffvec.objectives import OBJECTIVES, as_objective

    chosen = as_objective(name)
    cls = type(chosen)
    known = {field.name for of in OBJECTIVES.values() for field in fields(cast(Any, of))}
    options = {key: given[key] for key in given if key in known and given[key] is not None}
    for key in options:
        if not hasattr(cls, key):
            own = own_flag(key)
            hint = f" (That of word2vec.c and gensim is called {own} here.)" if own else ""
            raise ConfigError(
                f"{key} means nothing to {cls.name}: leave it out, or choose another "
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
