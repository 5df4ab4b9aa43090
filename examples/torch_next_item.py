"""Which item comes next: a recurrent recommender, trained by every objective in turn.

    python examples/torch_next_item.py SEQUENCES --plot losses.png

SEQUENCES is a text file with one user's items a line, oldest first, separated by white space. The
last item of every fourth user's line is not trained on: its exact perplexity, and how often it is
among the ten most probable items, say how good the model is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import torch
import torch_objectives as shared
from rich.console import Console
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from huffvec import Vocabulary

IGNORED = -100


def read(path: Path, max_length: int) -> tuple[Vocabulary, list[Tensor]]:
    """Return the items by falling counts, and each user's last items as ids, two or more."""
    lines = [line.split()[-max_length:] for line in path.read_text(encoding="utf-8").splitlines()]
    counts = Counter(item for line in lines for item in line).most_common()
    vocabulary = Vocabulary([item for item, _ in counts], [n for _, n in counts])
    ids = {item: number for number, (item, _) in enumerate(counts)}
    return vocabulary, [
        torch.tensor([ids[item] for item in line]) for line in lines if len(line) > 2
    ]


def batches(sequences: list[Tensor], users: int) -> Iterator[shared.Batch]:
    """Yield so many users' items and the items that follow, padded; (length, users) each."""
    order = sorted(range(len(sequences)), key=lambda i: len(sequences[i]))  # little padding
    groups = [order[start : start + users] for start in range(0, len(order), users)]
    for place in torch.randperm(len(groups)).tolist():
        chosen = [sequences[i] for i in groups[place]]
        inputs = pad_sequence([sequence[:-1] for sequence in chosen])
        yield inputs, pad_sequence([sequence[1:] for sequence in chosen], padding_value=IGNORED)


def only_last(batch: shared.Batch) -> shared.Batch:
    """Return the batch with every target ignored but the last of each user."""
    inputs, targets = batch
    following = torch.cat([targets[1:], torch.full_like(targets[:1], IGNORED)])
    return inputs, targets.masked_fill(following != IGNORED, IGNORED)


@torch.no_grad()
def hits(model: shared.Model, validation: list[shared.Batch], k: int = 10) -> float:
    """Return how often the item that came is among the k most probable."""
    model.eval()
    found = total = 0
    for inputs, targets in validation:
        counted = targets != IGNORED
        top = model.output.topk(model.hidden(inputs)[0][counted], k).indices
        found += int((top == targets[counted][:, None]).sum())
        total += int(counted.sum())
    return found / total


def main() -> None:
    """Train a model for each objective; print a table and draw a plot."""
    parser = shared.parser("Next items, for each objective.", "sequences of items", epochs=4)
    parser.add_argument("--users", type=int, default=64, help="sequences in a batch")
    parser.add_argument("--max-length", type=int, default=50, help="items of a user, at most")
    args = parser.parse_args()
    console = Console()
    vocabulary, sequences = read(args.file, args.max_length)
    held_out = sequences[::4]
    training = [s[:-1] if i % 4 == 0 else s for i, s in enumerate(sequences)]
    validation = [only_last(batch) for batch in batches(held_out, args.users)]
    n_targets = sum(len(sequence) - 1 for sequence in training)
    console.print(f"{n_targets:,} items to train on, {len(vocabulary):,} different ones")
    runs = []
    for name in args.objectives:
        torch.manual_seed(args.seed)
        layer = shared.make_layer(name, args.dim, vocabulary, args.samples)
        model = shared.Model(args.dim, vocabulary, layer)
        runs.append(shared.Run(name))
        shared.train(
            model,
            lambda: batches(training, args.users),
            validation,
            epochs=args.epochs,
            lr=args.lr,
            carry_state=False,
            run=runs[-1],
            console=console,
        )
        runs[-1].extra = {"hits at 10": hits(model, validation)}
    shared.report(runs, console)
    if args.plot:
        shared.plot(runs, args.plot, f"Next item: {len(vocabulary):,} items")
        console.print(f"Losses drawn to {args.plot}")


if __name__ == "__main__":
    main()
