"""Options of objectives that were called otherwise before: in code and text an error, in files not.

How many words are drawn is ``samples`` and what they are drawn by ``proposal``, in all objectives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from huffvec.errors import ConfigError

# The name before: the name now. Powers of the counts became proposals such as unigram^0.75.
RENAMED = {
    "negatives": "samples",
    "noise_samples": "samples",
    "noise_exponent": "proposal",
    "exponent": "proposal",
}

_LISTS = ("cutoffs", "band_dims")  # slashes stood between their numbers


def check_renamed(names: Iterable[str]) -> None:
    """Raise ConfigError if a name is an old one; the message says the new one."""
    for old in names:
        new = RENAMED.get(old)
        if new is not None:
            power = ", with a power of the counts as in 'unigram^0.75'" if new == "proposal" else ""
            raise ConfigError(f"{old} is called {new} now{power}")


def with_new_names(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options, as older files have them, by their names of now."""
    return dict(_renamed(name, value) for name, value in options.items())


def renamed_label(label: str) -> str:
    """Return a label such as ``nce:noise_samples=3`` with the names of now, lists with commas."""
    name, colon, texts = label.partition(":")
    parts = []
    for text in texts.split(","):
        option, equals, value = text.partition("=")
        option, value = _renamed(option, value)
        value = value.replace("/", ",") if option in _LISTS else value
        parts.append(option + equals + value)
    return name + colon + ",".join(parts)


def _renamed(name: str, value: Any) -> tuple[str, Any]:
    new = RENAMED.get(name, name)
    return new, f"unigram^{value}" if new == "proposal" != name else value
