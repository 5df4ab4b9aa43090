"""A small language model on a text file, trained by every objective in turn.

    python examples/torch_language_model.py TEXT --megabytes 3 --plot losses.png

TEXT is UTF-8, words separated by white space; the ends of lines are words, too. The last tenth of
what is read is validation data, whose perplexity is exact for every objective: normalised over all
words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import torch
import torch_objectives as shared
from rich.console import Console
from torch import Tensor

from huffvec import Vocabulary

END, UNKNOWN = "</s>", "<unk>"


def read(path: Path, megabytes: float, min_count: int) -> tuple[Vocabulary, Tensor]:
    """Return the vocabulary of a text's beginning and its tokens as word ids."""
    with path.open(encoding="utf-8", errors="ignore") as file:
        text = file.read(int(megabytes * 1e6))
    tokens = [word for line in text.splitlines() for word in (*line.split(), END)]
    counts = Counter(tokens)
    known = [(word, n) for word, n in counts.most_common() if n >= min_count]
    rest = len(tokens) - sum(n for _, n in known)
    known = sorted([*known, (UNKNOWN, max(1, rest))], key=lambda entry: -entry[1])
    vocabulary = Vocabulary([word for word, _ in known], [n for _, n in known])
    ids = {word: number for number, (word, _) in enumerate(known)}
    unknown = ids[UNKNOWN]
    return vocabulary, torch.tensor([ids.get(word, unknown) for word in tokens])


def windows(tokens: Tensor, columns: int, steps: int) -> Iterator[shared.Batch]:
    """Yield the tokens as so many parallel streams, so many steps at a time, with the next ones."""
    length = (len(tokens) - 1) // columns
    inputs, targets = (
        tokens[shift : shift + columns * length].view(columns, length).T for shift in (0, 1)
    )
    for start in range(0, length, steps):
        yield inputs[start : start + steps], targets[start : start + steps]


def main() -> None:
    """Train a model for each objective; print a table and draw a plot."""
    parser = shared.parser("A language model for each objective.", "a text")
    parser.add_argument("--megabytes", type=float, default=3.0, help="how much of it to read")
    parser.add_argument("--min-count", type=int, default=2, help="rarer words become one")
    parser.add_argument("--columns", type=int, default=32, help="streams that are read at once")
    parser.add_argument("--steps", type=int, default=35, help="words that gradients go back")
    args = parser.parse_args()
    console = Console()
    vocabulary, tokens = read(args.file, args.megabytes, args.min_count)
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
