"""How a model was trained, as files have it: models, checkpoints and logs of training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from huffvec.config import TrainingConfig
from huffvec.corpus.options import RECORDED, InputOptions
from huffvec.errors import FormatError
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.files.writing import atomic_path
from huffvec.formats.hv import is_hv, read_info
from huffvec.objectives import Objective, from_dict
from huffvec.training.config_file import config_text
from huffvec.training.log_records import read_log

if TYPE_CHECKING:
    from huffvec.model import Model


class Recorded(NamedTuple):
    """How a model was trained.

    Attributes
    ----------
    objective, config
        The objective and the options.
    reading
        How the text was read, as far as a model keeps it.
    """

    objective: Objective
    config: TrainingConfig
    reading: InputOptions

    @classmethod
    def of(
        cls, objective: dict[str, Any], config: dict[str, Any], training: Mapping[str, Any]
    ) -> Recorded:
        """Return what the records of a file say.

        Raises
        ------
        FormatError
            If they cannot be used.
        """
        return cls(
            from_dict(objective),
            TrainingConfig.from_dict(config),
            InputOptions.from_dict(InputOptions.recorded(training, RECORDED)),
        )


def read_recorded(path: PathLike) -> Recorded:
    """Return how a model, the model of a checkpoint, or the last one in a log was trained.

    Raises
    ------
    FormatError
        If the file cannot be read, or does not say it.
    """
    if is_hv(check_readable(path)):
        info = read_info(path)
        if not info.is_model:
            raise FormatError(
                f"{str(path)!r} holds only vectors, and no record of how they were trained."
            )
        return Recorded.of(info.objective, info.config, info.training)
    starts = [record for record in read_log(path) if record["event"] == "start"]
    if not starts or not all(isinstance(starts[-1].get(k), dict) for k in ("objective", "config")):
        raise FormatError(f"{str(path)!r} is a log without the start of a training.")
    return Recorded.of(starts[-1]["objective"], starts[-1]["config"], {})


def write_config(path: PathLike, model: Model, comment: str = "") -> None:
    """Write how a model was trained as a configuration file, for training another one like it.

    Parameters
    ----------
    path
        The file, of TOML (:mod:`huffvec.training.config_file`).
    model
        The model.
    comment
        What stands above as a comment.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    reading = InputOptions.of(**InputOptions.recorded(model.training, RECORDED))
    text = config_text(model.objective, model.config, reading, comment)
    with atomic_path(path) as temporary:
        temporary.write_text(text, "utf-8")
