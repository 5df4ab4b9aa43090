"""griffe extension: docstrings as Markdown for the pages.

Formulas (what is indented after ``::``) become blocks of their own, Sphinx's roles and names of
this package become links, and the attributes of a record say what they are by default.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from typing import Any

from griffe import Class, Extension, Object

from huffvec.options import Option, options_of
from huffvec.records import Options

_NAME = re.compile(
    r":(?:attr|class|data|func|meth|mod):`~?(?P<role>[\w.]+)`"
    r"|(?<!`)`(?P<name>huffvec(?:\.\w+)+)`(?!`)"
)
_FORMULA = re.compile(r"^(?P<before>.*?)::$\n\n(?P<lines>(?:^(?: +.*)?$\n?)+)", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^(?P<name>\w+)\n(?P<text>(?:(?:    .*)?(?:\n|\Z))+)", re.MULTILINE)


_CODE = re.compile(r"(```.*?```|``.*?``|`[^`]+`)", re.DOTALL)
_INDEX = re.compile(r"(?<![\w{])(?P<of>[A-Za-zπΣ])_(?P<index>head|\w)(?!\w)")


class Docstrings(Extension):
    """Changes docstrings when all is loaded."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Make the text of an object's docstring Markdown."""
        if obj.docstring:
            text = _FORMULA.sub(_formula, obj.docstring.value)
            if obj.is_module and obj.path.startswith("huffvec.objectives."):
                text = _with_indices(text)
            obj.docstring.value = _NAME.sub(_link, text)

    def on_class(self, *, cls: Class, **_: Any) -> None:
        """Add the defaults to the attributes of a record."""
        if not cls.docstring or "dataclass" not in cls.labels:
            return
        text, heading, attributes = cls.docstring.value.partition("Attributes\n----------\n")
        cls.docstring.value = text + heading + _ATTRIBUTE.sub(lambda a: _shown(cls, a), attributes)


def _formula(found: re.Match[str]) -> str:
    lines = [line[4:] for line in found["lines"].rstrip().split("\n")]
    start = f"{found['before'].rstrip()}:\n\n" if found["before"] else ""
    return "\n".join([start + "``` { .text .formula .no-copy }", *lines, "```", "", ""])


def _with_indices(text: str) -> str:
    """Return a derivation with its o_x as people write them; formulas keep their columns."""
    parts = _CODE.split(text)
    parts[::2] = [_INDEX.sub(r"*\g<of>*<sub>\g<index></sub>", part) for part in parts[::2]]
    return "".join(parts)


def _link(found: re.Match[str]) -> str:
    name = found["role"] or found["name"]
    return f'<autoref optional identifier="{name}"><code>{name}</code></autoref>'


def _shown(cls: Class, found: re.Match[str]) -> str:
    """Return an attribute with its default, if it has one."""
    if (declared := _declared(cls).get(found["name"])) is not None:
        facts = [f"Default: ``{declared.default_text}``." if declared.default_text else ""]
        facts += [f"Values: {declared.range_text}." if declared.range_text else ""]
        return f"{found['name']}\n{found['text'].rstrip()}\n    {' '.join(facts).strip()}\n\n"
    attribute = cls.attributes.get(found["name"])
    value = str(attribute.value) if attribute and attribute.value is not None else ""
    if not value or value.startswith("field("):
        return found[0]
    return f"{found['name']}\n{found['text'].rstrip()}\n    Default: ``{value}``.\n\n"


def _declared(cls: Class) -> Mapping[str, Option]:
    """Return the options that a record declares."""
    record = getattr(importlib.import_module(cls.module.path), cls.name)
    return options_of(record) if issubclass(record, Options) else {}
