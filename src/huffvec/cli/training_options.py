"""Options of ``huffvec train`` that say what is learned, apart from the objective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any

import typer

from huffvec.architectures import ARCHITECTURES, Skipgram
from huffvec.cli.common import default_note
from huffvec.cli.objective_options import PANEL as METHOD
from huffvec.cli.reading import PANEL as TEXT
from huffvec.config import TrainingConfig

_RATES = ", ".join(f"{own.learning_rate} for {name}" for name, own in ARCHITECTURES.items())
_RATES += f"; {Skipgram.subword_learning_rate} for skipgram with --subwords"
_SUBWORDS = "Subwords"

Dim = Annotated[
    int,
    typer.Option(
        metavar="N",
        help="Vector size (dimensions), usually 50 to 300; larger suits more text, and is slower.",
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
        help="Largest distance, in words to each side, between a word and its context; "
        "[bold]all[/bold]: the whole line, for baskets and other sets without an order.",
    ),
]

WindowDraw = Annotated[
    str,
    typer.Option(
        metavar="uniform|fixed",
        rich_help_panel=METHOD,
        help="uniform: the radius of each window is drawn from 1 to --window, so that near words "
        "count more. fixed: it is always --window.",
    ),
]

Epochs = Annotated[int, typer.Option(metavar="N", help="Number of passes over the text.")]

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
        help="Vectors in any format, of the size given by --dim: words found there start from "
        "them.",
    ),
]

Freeze = Annotated[
    bool,
    typer.Option(
        "--freeze",
        rich_help_panel=METHOD,
        help="Words found in [bold]--start-vectors[/bold] keep their vectors; only the others are "
        "trained. Not with --subwords.",
    ),
]

LearningRate = Annotated[
    float | None,
    typer.Option(
        metavar="RATE",
        rich_help_panel=METHOD,
        show_default=False,
        help="Initial learning rate; it falls linearly until the end. " + default_note(_RATES),
    ),
]

MinLearningRate = Annotated[
    float,
    typer.Option(metavar="RATE", rich_help_panel=METHOD, help="Learning rate at the end."),
]

MeanGradient = Annotated[
    str,
    typer.Option(
        metavar="corrected|word2vec",
        rich_help_panel=METHOD,
        help="Only for cbow and --subwords. corrected: the rows of a mean share its gradient. "
        "word2vec: each row gets the whole gradient, as in word2vec.c, gensim and fastText.",
    ),
]

PositionWeights = Annotated[
    bool,
    typer.Option(
        "--position-weights",
        rich_help_panel=METHOD,
        help="Learn a weight vector per window position. Only for cbow.",
    ),
]

SubwordLengths = Annotated[
    str | None,
    typer.Option(
        metavar="SHORTEST-LONGEST",
        rich_help_panel=_SUBWORDS,
        show_default=False,
        help="Also learn character n-grams of these lengths, such as 3-6: inflected and rare "
        "words share them, and unseen words get vectors.",
    ),
]

Buckets = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        rich_help_panel=_SUBWORDS,
        show_default=False,
        help="Number of rows that the n-grams share. "
        + default_note("at least two for each different n-gram, at most 2,000,000"),
    ),
]

Hashes = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        rich_help_panel=_SUBWORDS,
        show_default=False,
        help="Number of rows for each word and n-gram, 1 to 4. Only with --hash-words. "
        + default_note(1),
    ),
]

HashWords = Annotated[
    bool,
    typer.Option(
        "--hash-words",
        rich_help_panel=_SUBWORDS,
        help="Give words no rows of their own: they share the buckets. Makes small models, with "
        "[bold]--buckets 50000 --hashes 2[/bold].",
    ),
]

SubsampleThreshold = Annotated[
    float,
    typer.Option(
        metavar="SHARE",
        rich_help_panel=TEXT,
        help="Words that make up more than this share of the text are skipped at random, frequent "
        "words most often. 0 skips none.",
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
        help="Seed of the random numbers. With --threads 1, the same seed gives the same model, "
        "byte for byte.",
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
