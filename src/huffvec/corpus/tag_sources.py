"""Where the tags of documents come from, and what that does not go together with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from huffvec.errors import ConfigError, OptionName

if TYPE_CHECKING:
    from huffvec.corpus.options import InputOptions

TagSource = Literal["position", "first", "given"]


def as_documents(options: InputOptions) -> InputOptions:
    """Return how to read texts as documents: with positions as tags if nothing else is said.

    Documents that are made of rows have what these share.
    """
    if options.has_documents:
        return options
    return options.but(tags="position" if options.group_by is None else "given")


def check_tags(options: InputOptions) -> None:
    """Raise ConfigError if tags are to come from two places, or from rows that are joined."""
    if options.tag_column is not None and options.tags in ("position", "first"):
        raise ConfigError(
            OptionName("tags", options.tags),
            " and ",
            OptionName("tag_column"),
            " are two places for tags: leave one out",
        )
    if options.tag_column is not None and options.tag_column == options.column:
        both = OptionName("column"), " and ", OptionName("tag_column")
        raise ConfigError(*both, f" are both {options.column!r}, expected different columns")
    if options.group_by is not None and (options.tag_column or options.tags == "first"):
        raise ConfigError(
            OptionName("group_by"),
            " makes documents of rows, whose tag is the value that they share: leave ",
            OptionName("tags" if options.tag_column is None else "tag_column"),
            " out",
        )
