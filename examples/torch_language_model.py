"""A small language model on a text file, trained by every objective in turn.

    python examples/torch_language_model.py TEXT --megabytes 3 --plot losses.png

TEXT is UTF-8, words separated by white space; the ends of lines are words, too. The last tenth of
what is read is validation data, whose perplexity is exact for every objective: normalised over all
words.

    python examples/torch_language_model.py TRAIN --valid VALID --test TEST --paper mnih-teh-2012

makes a table as the paper has it, with rows for all objectives: see ``mnih_teh_2012.py``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import mnih_teh_2012
import texts
import torch
import torch_objectives as shared
from rich.console import Console
from torch import Tensor


def windows(tokens: Tensor, columns: int, steps: int) -> Iterator[shared.Batch]:
    """Yield the tokens as so many parallel streams, so many steps at a time, with the next ones."""
    length = (len(tokens) - 1) // columns
    inputs, targets = (
        tokens[shift : shift + columns * length].view(columns, length).T for shift in (0, 1)
    )
    for start in range(0, length, steps):
        yield inputs[start : start + steps], targets[start : start + steps]


def main() -> None:
    """Compare the objectives, or make a paper's table."""
    parser = shared.parser("A language model for each objective.", "a text")
    parser.add_argument("--megabytes", type=float, default=3.0, help="how much of it to read")
    parser.add_argument("--min-count", type=int, default=2, help="rarer words become one")
    parser.add_argument("--columns", type=int, default=32, help="streams that are read at once")
    parser.add_argument("--steps", type=int, default=35, help="words that gradients go back")
    mnih_teh_2012.add_options(parser)
    if parser.parse_known_args()[0].paper:
        parser.set_defaults(**mnih_teh_2012.DEFAULTS)
    args = parser.parse_args()
    if args.paper:
        mnih_teh_2012.make_table(args, parser)
    else:
        compare(args)


def compare(args: argparse.Namespace) -> None:
    """Train a model for each objective; print a table and draw a plot."""
    console = Console()
    words = texts.read_tokens(args.file, int(args.megabytes * 1e6))
    vocabulary = texts.make_vocabulary(words, args.min_count, len(words))
    tokens = texts.word_ids(words, vocabulary)
    n_train = len(tokens) * 9 // 10
    console.print(f"{n_train:,} words to train on, {len(vocabulary):,} different ones")
    validation = list(windows(tokens[n_train:], args.columns, args.steps))
    runs = []
    for name in args.objectives:
        torch.manual_seed(args.seed)
        layer = shared.make_layer(name, args.dim, vocabulary, args.samples)
        runs.append(shared.Run(name))
        shared.train(
            shared.Model(args.dim, vocabulary, layer),
            lambda: windows(tokens[:n_train], args.columns, args.steps),
            validation,
            epochs=args.epochs,
            lr=args.lr,
            carry_state=True,
            run=runs[-1],
            console=console,
        )
    shared.report(runs, console)
    if args.plot:
        shared.plot(runs, args.plot, f"Language model: {len(vocabulary):,} words")
        console.print(f"Losses drawn to {args.plot}")


if __name__ == "__main__":
    main()
