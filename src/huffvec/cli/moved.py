"""Flags for options of objectives, which ``--objective NAME:OPTION=VALUE`` has now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise, takewhile

from huffvec.errors import ConfigError
from huffvec.other_names import own_flag

# Whose options these were, if no objective is named.
_WHOSE = {
    "noise_samples": "nce",
    "exponent": "blackout",
    "samples": "sampled-softmax",
    "proposal": "sampled-softmax",
}


def check_moved(args: Sequence[str], own: Collection[str]) -> None:
    """Raise ConfigError, with the spelling of now, if there is an objective's option among flags.

    Parameters
    ----------
    args
        The arguments of a command.
    own
        The command's flags.
    """
    given = _flags(args)
    unknown = {
        name: value for name, value in given.items() if name.startswith("--") and name not in own
    }
    flag = "--objective" if "--objective" in own else "--objectives"
    if not unknown or flag not in own:
        return
    chosen = given.get(flag, "")
    objective, options = _moved(unknown, chosen)
    if options:
        names = " and ".join(options)
        verb = "are options" if len(options) > 1 else "is an option"
        whole = f"{chosen}," if ":" in chosen else f"{objective}:"
        written = ",".join(options.values())
        raise ConfigError(f"{names} {verb} of the objective now: {flag} {whole}{written}")


def _flags(args: Sequence[str]) -> dict[str, str]:
    """Return the flags among arguments, each with the value that follows."""
    args = [*takewhile(lambda arg: arg != "--", args), ""]
    flags = {}
    for arg, following in pairwise(args):
        flag, equals, value = arg.partition("=")
        if flag.startswith("-"):
            flags[flag] = value if equals else following
    return flags


def _moved(unknown: Mapping[str, str], chosen: str) -> tuple[str, dict[str, str]]:
    """Return the objective that unknown flags are of, and what is written there for each."""
    from huffvec.objectives import OBJECTIVES, by_name
    from huffvec.objectives.renamed import with_new_names
    from huffvec.options import options_of

    objective = by_name(chosen.partition(":")[0]).name if chosen else ""
    options = {}
    for flag, value in unknown.items():
        old = flag.lstrip("-").replace("-", "_")
        ((new, text),) = with_new_names({old: value}).items()
        having = [cls.name for cls in OBJECTIVES.values() if new in options_of(cls)]
        if not having or (objective not in having and own_flag(old) is not None):
            continue  # nobody's, or what others call one of train's
        if chosen and objective not in having:
            raise ConfigError(f"{flag} is an option of {', '.join(having)}, not of {objective}")
        objective = objective or _WHOSE.get(old, having[0])
        if objective in having:
            options[flag] = f"{new}={text}"
    return objective, options
