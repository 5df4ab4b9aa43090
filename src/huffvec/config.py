"""How to train: every option, its default and its limits, in one frozen record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypedDict, get_args

from huffvec.architectures import ARCHITECTURES, ArchitectureName, check_options
from huffvec.checks import check_bool as check_bool
from huffvec.checks import check_choice as check_choice
from huffvec.checks import check_float as check_float
from huffvec.checks import check_int as check_int
from huffvec.checks import make_plain
from huffvec.errors import ConfigError, FormatError
from huffvec.other_names import check_option
from huffvec.threads import thread_count

if TYPE_CHECKING:
    from huffvec.subwords import Subwords

MeanGradient = Literal["corrected", "word2vec"]
WindowDraw = Literal["uniform", "fixed"]

PROBE_SECONDS = 1.0  # how long `huffvec.compare` measures the cost of a step
MAX_DIM = 65_536
MAX_WINDOW = 1_000


class TrainingOptions(TypedDict, total=False):
    """The fields of `TrainingConfig` as keyword arguments, for type checkers."""

    architecture: ArchitectureName
    dim: int
    window: int | Literal["all"]
    window_draw: WindowDraw
    epochs: int
    subsample_threshold: float
    min_count: int
    learning_rate: float | None
    min_learning_rate: float
    n_threads: int
    seed: int
    mean_gradient: MeanGradient
    subwords: Subwords | None
    position_weights: bool


def stride_of(dim: int) -> int:
    """Return the floats from one row of a weight table to the next: dim rounded up to 64 bytes."""
    return -(-dim // 16) * 16


@dataclass(frozen=True)
class TrainingConfig:
    """All that decides how vectors are trained, apart from the objective and the text.

    Attributes
    ----------
    architecture
        ``"skipgram"``: each context word predicts the center word by its own vector.
        ``"cbow"``: the mean of the context words' vectors predicts it.
    dim
        Vector size (dimensions).
    window
        Context words on each side of a center word, at most. ``"all"``: all other words of the
        sentence, for baskets of items and other sets; of very long ones, the `MAX_WINDOW` nearest
        on each side.
    window_draw
        ``"uniform"``: the radius of every window is drawn from 1 to ``window``, so that near words
        count more. ``"fixed"``: it is ``window``; with ``"all"`` none is drawn.
    epochs
        Number of passes over the text.
    subsample_threshold
        Words with a frequency f (as a share of all tokens) above this threshold t are skipped at
        random: a token is kept with probability sqrt(t/f) + t/f, as in word2vec.c. 0 keeps all.
    min_count
        Words that occur less often are left out.
    learning_rate
        Initial learning rate; it falls linearly with the tokens trained. ``None`` takes the
        architecture's default (:mod:`huffvec.architectures`).
    min_learning_rate
        Learning rate at the end.
    n_threads
        Threads of the engine; 0 takes as many as this process may use.
    seed
        Seed of all random draws. With one thread, the same seed gives the same model, byte for
        byte.
    mean_gradient
        Only for CBOW and subwords. ``"corrected"``: each of m rows gets its share of the gradient
        of their mean: 1/m in CBOW, with subwords c/m, but no more than all of it, where c is how
        many rows the text's words have on average. ``"word2vec"``: each gets all of it, as
        word2vec.c, gensim and fastText do.
    subwords
        Character n-grams that words share; ``None`` trains whole words.
    position_weights
        Only for CBOW: learn a weight vector per window position, by which context vectors are
        multiplied elementwise (Mikolov et al. 2018).

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    architecture: ArchitectureName = "skipgram"
    dim: int = 100
    window: int | Literal["all"] = 5
    window_draw: WindowDraw = "uniform"
    epochs: int = 5
    subsample_threshold: float = 1e-3
    min_count: int = 5
    learning_rate: float | None = None
    min_learning_rate: float = 0.0
    n_threads: int = 0
    seed: int = 1
    mean_gradient: MeanGradient = "corrected"
    subwords: Subwords | None = None
    position_weights: bool = False

    def __post_init__(self) -> None:
        make_plain(self)
        check_choice("architecture", self.architecture, tuple(ARCHITECTURES))
        check_choice("mean_gradient", self.mean_gradient, get_args(MeanGradient))
        object.__setattr__(self, "subwords", _subwords_of(self.subwords))
        check_bool("position_weights", self.position_weights)
        check_int("dim", self.dim, 1, MAX_DIM)
        if self.window != "all":
            check_window(self.window)
        check_choice("window_draw", self.window_draw, get_args(WindowDraw))
        check_int("epochs", self.epochs, 1, 1_000_000)
        check_int("min_count", self.min_count, 1, 2**62)
        thread_count(self.n_threads)
        check_int("seed", self.seed, 0, 2**63 - 1)
        check_float("subsample_threshold", self.subsample_threshold, 0.0, 1.0)
        if self.learning_rate is None:
            own = ARCHITECTURES[self.architecture]
            rate = own.subword_learning_rate if self.subwords else own.learning_rate
            object.__setattr__(self, "learning_rate", rate)
        check_float("learning_rate", self.start_learning_rate, 0.0, 10.0, open_low=True)
        check_float("min_learning_rate", self.min_learning_rate, 0.0, self.start_learning_rate)
        check_options(self)

    @property
    def start_learning_rate(self) -> float:
        """The learning rate at the start, never ``None``."""
        assert self.learning_rate is not None  # resolved in __post_init__
        return self.learning_rate

    @property
    def reach(self) -> int:
        """Places from a center word to the farthest of its context words, at most."""
        return MAX_WINDOW if self.window == "all" else self.window

    @property
    def draws_radius(self) -> bool:
        """Whether the radius of windows is drawn at random."""
        return self.window != "all" and self.window_draw == "uniform"

    @property
    def stride(self) -> int:
        """Floats from one row of a weight table to the next: dim rounded up to 64 bytes."""
        return stride_of(self.dim)

    def threads(self) -> int:
        """Return the number of threads to use: n_threads, or all that this process may use."""
        return thread_count(self.n_threads)

    def with_options(self, **options: Any) -> TrainingConfig:
        """Return a copy with some fields replaced.

        A new architecture, and subwords, bring their own default learning rate unless one is given.

        Raises
        ------
        ConfigError
            If a field is unknown (the message suggests the nearest) or its value out of range.
        """
        known = self.to_dict()
        for name in options:
            check_option("a training option", name, tuple(known))
        before = (self.architecture, self.subwords is None)
        after = (
            options.get("architecture", self.architecture),
            options.get("subwords", self.subwords) is None,
        )
        if after != before:
            options = {"learning_rate": None, **options}
        return replace(self, **options)

    @classmethod
    def of(
        cls, config: TrainingConfig | Mapping[str, Any] | None = None, **options: Any
    ) -> TrainingConfig:
        """Return a configuration, or the one that a dict of fields makes, with others replaced.

        Raises
        ------
        ConfigError
            If config is neither, a field is unknown or its value out of range.
        """
        if config is None or isinstance(config, Mapping):
            return cls().with_options(**{**(config or {}), **options})
        if not isinstance(config, TrainingConfig):
            raise ConfigError(
                "config must be a huffvec.TrainingConfig or a dict of its fields, not "
                f"{config!r:.80}"
            )
        return config.with_options(**options)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainingConfig:
        """Return the configuration that `to_dict` described.

        Raises
        ------
        FormatError
            If a field is unknown or its value cannot be used.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise FormatError(f"unknown training options in the file: {', '.join(unknown)}")
        if values.get("subwords") is not None:
            from huffvec.subwords import Subwords

            values = {**values, "subwords": Subwords.from_dict(values["subwords"])}
        try:
            return cls(**values)
        except ConfigError as error:
            raise FormatError(f"the file's training options cannot be used: {error}") from error


def check_window(value: object) -> None:
    """Raise `ConfigError` unless value is a number of words to each side."""
    if isinstance(value, str):
        raise ConfigError(
            f"window must be a whole number from 1 to {MAX_WINDOW} or all, not {value!r}"
        )
    check_int("window", value, 1, MAX_WINDOW)


def _subwords_of(value: object) -> Subwords | None:
    """Return subwords that were given as such, or as a dict of their fields."""
    if value is None:
        return None
    from huffvec.subwords import Subwords

    if isinstance(value, Mapping):
        for name in value:
            check_choice("a field of subwords", name, tuple(f.name for f in fields(Subwords)))
        return Subwords(**value)
    if not isinstance(value, Subwords):
        raise ConfigError(f"subwords must be a huffvec.Subwords or None, not {value!r:.80}")
    return value
