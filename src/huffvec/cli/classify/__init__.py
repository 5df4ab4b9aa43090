"""``huffvec classify``: texts and their labels, one file a command."""

from __future__ import annotations

from collections.abc import Callable

import typer

from huffvec.cli.classify import calibrate, predict, quantize, test, train, tune
from huffvec.cli.command import Command, Group, TrainingCommand

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Train classifiers of texts, and label new texts with them.",
)

_COMMANDS: tuple[Callable[..., None], ...] = (
    train.train,
    tune.tune,
    predict.predict,
    test.test,
    calibrate.calibrate,
    quantize.quantize,
)
for _function in _COMMANDS:
    _class = TrainingCommand if _function in (train.train, tune.tune) else Command
    app.command(_function.__name__.replace("_", "-"), cls=_class)(_function)
