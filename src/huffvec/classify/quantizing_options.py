"""How a classifier is made smaller."""

from __future__ import annotations

from dataclasses import dataclass

from huffvec.config import MAX_DIM
from huffvec.corpus.sizes import parse_bytes
from huffvec.errors import ConfigError, OptionName
from huffvec.options import option
from huffvec.records import Options
from huffvec.shared_options import seed_option


@dataclass(frozen=True)
class QuantizingOptions(Options):
    """What is left of a classifier, and in how many bytes.

    Attributes
    ----------
    cutoff
        How many features are kept, those that documents depend on most. ``None``: 40 %, but not
        less than 5,000; or what fits in ``max_size``.
    max_size
        Bytes that the file may have, or text such as ``"2MB"``; as many features are kept.
    sub_dim
        Numbers of a vector that one byte stands for.
    norms
        Whether the vectors' lengths have a byte of their own.
    outputs
        Whether the labels' vectors are quantized, too; ``None``: from 512 labels on.
    retrain_epochs
        Passes over the examples to train what is left again on, if there are any.
    seed
        Seed of all random draws.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind, or there are both a cutoff and a size.
    """

    called = "option of quantizing"

    cutoff: int | None = option(
        None,
        low=1,
        high=2**31 - 1,
        metavar="N",
        when_none="40 %, at least 5,000",
        help="How many features are kept: the words and n-grams that texts depend on most.",
    )
    max_size: int | None = option(
        None,
        low=1,
        high=2**62,
        unit="bytes",
        metavar="BYTES",
        convert=parse_bytes,
        when_none="any",
        help="Keep as many features as fit in a file of this size, e.g. 2MB.",
    )
    sub_dim: int = option(
        2,
        low=1,
        high=MAX_DIM,
        metavar="N",
        help="Numbers of a vector that one byte stands for; 4 is smaller and less exact.",
    )
    norms: bool = option(
        True,
        when_none="yes",
        help="Give the vectors' lengths a byte of their own: much more exact.",
    )
    outputs: bool | None = option(
        None, when_none="from 512 labels on", help="Quantize the labels' vectors, too."
    )
    retrain_epochs: int = option(
        3,
        low=1,
        high=1_000_000,
        metavar="N",
        help="Number of passes over the examples, to train again.",
    )
    seed: int = seed_option()

    def check_together(self) -> None:
        """Raise ConfigError if it is said twice how many features are kept."""
        if self.cutoff is not None and self.max_size is not None:
            raise ConfigError(
                OptionName("cutoff"), " and ", OptionName("max_size"), " cannot both be given"
            )
