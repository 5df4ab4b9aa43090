"""``huffvec classify quantize``: a classifier in fewer bytes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from huffvec.classify.quantizing_options import QuantizingOptions
from huffvec.cli.classify.common import PREFIX, ClassifierFile
from huffvec.cli.common import AsJson, Quiet, check_output, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.output import Fact, print_facts
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.corpus.options import SPELLING
from huffvec.errors import ConfigError, OptionName
from huffvec.progress.words import format_bytes
from huffvec.training.progress import progress_for

_EXAMPLES = some(ExampleOptions, without=("label_prefix", *SPELLING))


@takes(QuantizingOptions, PREFIX, _EXAMPLES)
def quantize(
    model: ClassifierFile,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            show_default=False,
            help="Classifier file to write; fastText's if it ends with .ftz.",
        ),
    ],
    *,
    given: Given,
    retrain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Train what is kept once more, on these examples: those of training.",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make a classifier smaller: keep fewer features, and round their vectors to bytes.

    [dim]huffvec classify quantize topics.hvclf -o small.hvclf --max-size 2MB[/dim]
    """
    QuantizingOptions.of(**given[QuantizingOptions])
    for name in () if retrain else given[ExampleOptions]:
        raise ConfigError(OptionName(name), " needs ", OptionName("retrain"))
    from huffvec.classify import load
    from huffvec.classify.quantizing import quantize as quantized
    from huffvec.corpus.readers.sources import expand
    from huffvec.files.suffixes import check_suffix

    paths = expand(retrain) if retrain else None
    if not output.lower().endswith(".ftz"):
        check_suffix(output, "huffvec-classifier")
    check_output(output, [model, *(retrain or [])])
    before = load(model)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        examples = before.read_examples(paths, **given[ExampleOptions]) if paths else None
        after = quantized(before, retrain=examples, callbacks=sink, **given[QuantizingOptions])
        sink.close()
    after.save(output)
    if as_json or not quiet:
        sizes = [Path(file).stat().st_size for file in (model, output)]
        facts = [
            Fact("features before", before.features.n_rows),
            Fact("features", after.features.n_rows),
            Fact("bytes before", sizes[0], format_bytes(sizes[0])),
            Fact("bytes", sizes[1], f"{format_bytes(sizes[1])}, 1/{sizes[0] / sizes[1]:.1f}"),
            Fact("written", output),
        ]
        print_facts(facts, as_json=as_json)
