"""Records of options: how to train, how to read, what an objective does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, ClassVar, TypeVar

from huffvec.errors import ConfigError, FormatError, OptionName, suggest
from huffvec.options import options_of

Record = TypeVar("Record", bound="Options")


@dataclass(frozen=True)
class Options:
    """A record of options: frozen, its values plain and checked by their declarations.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    called: ClassVar[str] = "option"
    """What messages call one of its options."""

    def __new__(cls: type[Record], *values: Any, **options: Any) -> Record:
        """Return a record that knows which of its options were given."""
        record = super().__new__(cls)
        names = (*tuple(options_of(cls))[: len(values)], *options)
        object.__setattr__(record, "_given", frozenset(names))
        return record

    def __post_init__(self) -> None:
        declared = options_of(type(self))
        for name, own in declared.items():
            self._set(name, own.check(getattr(self, name)))
        for name, own in declared.items():
            if own.only_for and getattr(self, name) != own.default:
                self._check_only_for(name, *own.only_for)
        self.check_together()

    def check_together(self) -> None:
        """Raise ConfigError unless the values fit each other; may set what follows from others."""

    def _set(self, name: str, value: Any) -> None:
        """Set a field; for `__post_init__` and `check_together` only."""
        object.__setattr__(self, name, value)

    def _check_only_for(self, name: str, other: str, *values: Any) -> None:
        found = getattr(self, other)
        if found in values or (not values and found is not None):
            return
        raise ConfigError(OptionName(name), " needs ", OptionName(other, *values[:1]))

    @classmethod
    def check_names(cls, names: Sequence[str]) -> None:
        """Raise ConfigError, with the nearest name, if one is not the name of an option."""
        known = tuple(options_of(cls))
        for name in names:
            if name not in known:
                raise unknown_option(cls.called, name, known)

    @classmethod
    def of(cls: type[Record], /, **options: Any) -> Record:
        """Return the record with these options.

        Raises
        ------
        ConfigError
            If a name is unknown (the message suggests the nearest) or a value cannot be used.
        """
        cls.check_names(tuple(options))
        return cls(**options)

    @classmethod
    def split(cls: type[Record], options: Mapping[str, Any]) -> tuple[Record, dict[str, Any]]:
        """Return the record of those options that are its own, and the others.

        Raises
        ------
        ConfigError
            If a value cannot be used.
        """
        names = options_of(cls).keys() & options.keys()
        others = {name: options[name] for name in options if name not in names}
        return cls(**{name: options[name] for name in names}), others

    def asked(self, name: str) -> Any:
        """Return an option's value if it was given, whatever it is; ``None`` if it is a default."""
        return getattr(self, name) if name in self.given else None

    @property
    def given(self) -> frozenset[str]:
        """The names of the options that were given, and have not only their defaults."""
        return self._given  # type: ignore[no-any-return, attr-defined]  # __new__ has set it

    def but(self: Record, **options: Any) -> Record:
        """Return a copy with other values of some options.

        Raises
        ------
        ConfigError
            As `of`.
        """
        self.check_names(tuple(options))
        copy = replace(self, **options)
        copy._set("_given", self.given | options.keys())
        return copy

    def to_dict(self) -> dict[str, Any]:
        """Return the options as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls: type[Record], values: Mapping[str, Any]) -> Record:
        """Return the record that `to_dict` described.

        Raises
        ------
        FormatError
            If an option is unknown or its value cannot be used.
        """
        unknown = sorted(set(values) - set(options_of(cls)))
        if unknown:
            raise FormatError(f"unknown {cls.called}s in the file: {', '.join(unknown)}")
        inner = {name: own.record for name, own in options_of(cls).items() if own.record}
        read = {name: inner[name].from_dict(values[name]) for name in inner if values.get(name)}
        try:
            return cls(**{**values, **read})
        except (ConfigError, TypeError) as error:
            raise FormatError(f"the file's {cls.called}s cannot be used: {error}") from error


def same_option(record: type[Options], name: str) -> Any:
    """Return the field of a record whose option is declared by another one, under the same name."""
    declared = next(own for own in fields(record) if own.name == name)
    return field(default=declared.default, metadata=declared.metadata)


def completed(
    record: type[Record], called: str, config: object, options: Mapping[str, Any]
) -> Record:
    """Return a record, or the one that a dict of fields makes, with others replaced.

    Parameters
    ----------
    record, called
        The class, and its public name for messages.
    config
        What was given; ``None`` for the defaults.
    options
        The fields that are replaced.

    Raises
    ------
    ConfigError
        If config is neither, a field is unknown or its value out of range.
    """
    if config is None or isinstance(config, Mapping):
        return record().but(**{**(config or {}), **options})
    if not isinstance(config, record):
        raise ConfigError(f"config must be a {called} or a dict of its fields, not {config!r:.80}")
    return config.but(**options)


def unknown_option(called: str, name: str, known: Sequence[str]) -> ConfigError:
    """Return the error that says which options there are, and the nearest to a name."""
    return ConfigError(
        f"{name!r:.80} is no {called}: there are {', '.join(known)}.{suggest(name, known)}"
    )


def table(record: type[Options]) -> str:
    """Return a record's options as a table in Markdown: names, defaults, ranges and meanings."""
    rows = ["| option | default | values | meaning |", "|---|---|---|---|"]
    for own in options_of(record).values():
        meaning = own.help.replace("{", "`").replace("}", "`").replace("|", "\\|")
        rows.append(f"| `{own.name}` | {own.default_text} | {own.range_text} | {meaning} |")
    return "\n".join(rows) + "\n"
