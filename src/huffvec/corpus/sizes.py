"""Numbers of bytes as people write them: 8GB, 500MB."""

from __future__ import annotations

import re
from typing import Any

from huffvec.checks import must_be

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def parse_bytes(name: str, value: Any) -> int | None:
    """Return a number of bytes from a number or from text such as 8GB, 500MB or 1.5e9.

    ``None`` stays what it is.

    Raises
    ------
    ConfigError
        If it is neither, or below 0.
    """
    if value is None:
        return None
    match = re.fullmatch(r"\s*([0-9.]+(?:e[0-9]+)?)\s*([KMGT]?B?)\s*", str(value), re.IGNORECASE)
    unit = match[2].upper() if match else ""
    unit += "B" if unit in ("K", "M", "G", "T") else ""
    try:
        return round(float(match[1]) * _UNITS[unit])  # type: ignore[index]
    except (TypeError, ValueError, OverflowError):
        raise must_be(name, "a number of bytes such as 8GB or 500MB", value) from None
