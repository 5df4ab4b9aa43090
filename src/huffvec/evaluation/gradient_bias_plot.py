"""Pictures of gradients' bias against the number of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huffvec.drawing import add_legend, set_frame, set_log_scales
from huffvec.evaluation.gradient_bias import GradientBias, GradientBiases
from huffvec.files.paths import PathLike
from huffvec.files.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

PANELS = (
    ("bias", "Bias: distance from the full softmax's gradient"),
    ("drift", "Drift: what is left where probabilities are right"),
)


def plot_gradient_bias(biases: GradientBiases, output: PathLike) -> None:
    """Draw bias and drift against the number of samples, a line for each objective.

    Hollow marks cannot be told from 0: they stand at what the value is at most.

    Parameters
    ----------
    biases
        What `gradient_bias` found.
    output
        The picture; its suffix says which kind: .png, .svg, .pdf.

    Raises
    ------
    ConfigError, MissingExtraError, OutputError
        As `huffvec.files.pictures.picture`.
    """
    lines = by_objective(biases)
    with picture(output, (9.6, 4.8)) as figure:
        panels = figure.subplots(1, 2, sharey=True)
        for axes, (field, title) in zip(panels, PANELS, strict=True):
            axes.set_title(title, fontsize=10, loc="left")
            axes.set_xlabel("samples")
            handles = [
                draw_line(axes, line, field, color=f"C{number % 10}", marker="osD^v"[number % 5])
                for number, line in enumerate(lines.values())
            ]
            set_log_scales(axes)
            set_frame(axes)
        panels[0].set_ylabel("relative to the full softmax's gradient")
        add_legend(figure, handles, list(lines), loc="outside lower center", ncols=4, fontsize=9)


def by_objective(biases: GradientBiases) -> Mapping[str, Sequence[GradientBias]]:
    """Return the results of each objective, by number of samples."""
    lines: dict[str, list[GradientBias]] = {}
    for one in sorted(biases.results, key=lambda one: one.samples):
        lines.setdefault(one.objective, []).append(one)
    return {name: lines[name] for name in dict.fromkeys(one.objective for one in biases.results)}


def draw_line(axes: Axes, results: Sequence[GradientBias], field: str, **style: Any) -> Any:
    """Draw an objective's bias or drift, hollow where it is below its resolution; return the line.

    Parameters
    ----------
    axes
        Where, with logarithmic axes.
    results
        By number of samples.
    field
        ``"bias"`` or ``"drift"``.
    **style
        Colour, marker … of the line.
    """
    samples = [one.samples for one in results]
    values = [getattr(one, field) for one in results]
    limits = [getattr(one, f"{field}_resolution") for one in results]
    shown = [max(value, limit) for value, limit in zip(values, limits, strict=True)]
    (line,) = axes.plot(samples, shown, linewidth=1.2, **{"markersize": 5, **style})
    hidden = [k for k, value in enumerate(values) if value < limits[k]]
    axes.plot(
        [samples[k] for k in hidden],
        [shown[k] for k in hidden],
        **{"markersize": 5, **style, "linestyle": "none"},
        markerfacecolor=axes.get_facecolor(),
    )
    return line
