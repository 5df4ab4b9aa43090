"""Options of ``huffvec train`` that say what is learned, apart from the objective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any

import typer

from huffvec.cli.common import default_note
from huffvec.cli.objective_options import PANEL as METHOD
from huffvec.cli.reading import PANEL as TEXT
from huffvec.config import DEFAULT_LEARNING_RATES, SUBWORD_LEARNING_RATES, TrainingConfig

_RATES = ", ".join(f"{rate} for {name}" for name, rate in DEFAULT_LEARNING_RATES.items())
_RATES += f"; {SUBWORD_LEARNING_RATES['skipgram']} for skipgram with --subwords"
_SUBWORDS = "Parts of words"

Dim = Annotated[
    int,
    typer.Option(
        metavar="N", help="Numbers in a vector: 50 to 300; more for more text, and slower."
    ),
]


def _window(given: object) -> int | str:
    """Return the number that a text is, or the text itself: what it may be is checked later."""
    text = str(given)
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 9 else text


Window = Annotated[
    Any,  # int or "all", made by the parser
    typer.Option(
        metavar="WORDS",
        parser=_window,
        help="How far, in words to each side, a word's context reaches at most; [bold]all[/bold]: "
        "over the whole line, for baskets and other sets whose order means nothing.",
    ),
]

WindowDraw = Annotated[
    str,
    typer.Option(
        metavar="uniform|fixed",
        rich_help_panel=METHOD,
        help="uniform: each window is as wide as a random number from 1 to --window, so that near "
        "words count more. fixed: all are that wide.",
    ),
]

Epochs = Annotated[int, typer.Option(metavar="N", help="How many times to go through the text.")]

Architecture = Annotated[
    str,
    typer.Option(
        metavar="skipgram|cbow",
        rich_help_panel=METHOD,
        help="skipgram: each neighbour alone predicts a word; better for rare words. "
        "cbow: their mean predicts it; faster.",
    ),
]

StartVectors = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=METHOD,
        show_default=False,
        help="Vectors of any format, with as many numbers as --dim: words that are found there "
        "start from them.",
    ),
]

LearningRate = Annotated[
    float | None,
    typer.Option(
        metavar="RATE",
        rich_help_panel=METHOD,
        show_default=False,
        help="Step size at the start; it falls evenly until the end. " + default_note(_RATES),
    ),
]

MinLearningRate = Annotated[
    float,
    typer.Option(metavar="RATE", rich_help_panel=METHOD, help="Step size at the end."),
]

MeanGradient = Annotated[
    str,
    typer.Option(
        metavar="corrected|word2vec",
        rich_help_panel=METHOD,
        help="Only for cbow and --subwords. corrected: rows share a step of their mean. word2vec: "
        "each takes all of it, as word2vec.c, gensim and fastText do.",
    ),
]

PositionWeights = Annotated[
    bool,
    typer.Option(
        "--position-weights",
        rich_help_panel=METHOD,
        help="Learn how much each place of the window tells, number by number. Only for cbow.",
    ),
]

SubwordLengths = Annotated[
    str | None,
    typer.Option(
        metavar="SHORTEST-LONGEST",
        rich_help_panel=_SUBWORDS,
        show_default=False,
        help="Learn character n-grams of these lengths along with words, say 3-6: inflected "
        "and rare words share them, and words never seen get vectors.",
    ),
]

Buckets = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        rich_help_panel=_SUBWORDS,
        show_default=False,
        help="Rows that n-grams share. "
        + default_note("at least two for each different n-gram, at most 2,000,000"),
    ),
]

Hashes = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        rich_help_panel=_SUBWORDS,
        show_default=False,
        help="Rows for each word and n-gram, 1 to 4. Only with --hash-words. " + default_note(1),
    ),
]

HashWords = Annotated[
    bool,
    typer.Option(
        "--hash-words",
        rich_help_panel=_SUBWORDS,
        help="Words have no rows of their own, but share the buckets: small models, with "
        "[bold]--buckets 50000 --hashes 2[/bold].",
    ),
]

SubsampleThreshold = Annotated[
    float,
    typer.Option(
        metavar="SHARE",
        rich_help_panel=TEXT,
        help="Words that make up more than this share of the text are skipped at random, "
        "the more the more frequent they are. 0 skips none.",
    ),
]

MinCount = Annotated[
    int,
    typer.Option(
        metavar="N",
        rich_help_panel=TEXT,
        help="Leave out words that occur less often than this.",
    ),
]

Seed = Annotated[
    int,
    typer.Option(
        metavar="N",
        help="Start of the random numbers. The same seed and --threads 1 give the same model "
        "to the byte.",
    ),
]


def config_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a TrainingConfig that options were given for; they are checked.

    Raises
    ------
    ConfigError
        If a value cannot be used.
    """
    from huffvec.subwords import from_options

    config = {
        field.name: given[field.name] for field in fields(TrainingConfig) if field.name in given
    }
    config["n_threads"] = given["threads"]
    config["subwords"] = from_options(
        given["subwords"], given["buckets"], given["hashes"], given["hash_words"]
    )
    TrainingConfig(**config)
    return config
