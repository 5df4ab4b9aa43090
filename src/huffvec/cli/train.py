"""``huffvec train``: text goes in, a model comes out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huffvec.cli.common import (
    OptionalTextFiles,
    Quiet,
    TextErrors,
    Threads,
    check_output,
    facts_table,
    print_table,
    show_next,
    stopping,
)
from huffvec.cli.reading import Column, Lowercase, Normalize, Vocab, VocabMemory
from huffvec.cli.safety import Safety, resume_training, save_trained
from huffvec.cli.watching import Watching
from huffvec.config import DEFAULT_LEARNING_RATES, SUBWORD_LEARNING_RATES, TrainingConfig
from huffvec.errors import ConfigError
from huffvec.training.progress import Silent, format_bytes, format_count, progress_for

if TYPE_CHECKING:
    from huffvec.model import Model
    from huffvec.objectives import Objective

_DEFAULTS = TrainingConfig()
_RATES = ", ".join(f"{rate} for {name}" for name, rate in DEFAULT_LEARNING_RATES.items())
_RATES += f"; {SUBWORD_LEARNING_RATES['skipgram']} for skipgram with --subwords"
_METHOD = "How it learns"
_TEXT = "The text"
_SUBWORDS = "Parts of words"
_SAFETY = "Nothing lost"
_WATCHING = "Watching it"


def _default(value: object) -> str:
    """Return the note that typer adds to options, for those whose default is found out later."""
    return f"[dim]\\[default: {value}][/dim]"


def train(
    context: typer.Context,
    files: OptionalTextFiles = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Model file to write.")
    ] = "model.hv",
    dim: Annotated[
        int,
        typer.Option(
            metavar="N", help="Numbers in a vector: 50 to 300; more for more text, and slower."
        ),
    ] = _DEFAULTS.dim,
    window: Annotated[
        int,
        typer.Option(
            metavar="WORDS",
            help="How far, in words to each side, a word's context reaches at most.",
        ),
    ] = _DEFAULTS.window,
    epochs: Annotated[
        int, typer.Option(metavar="N", help="How many times to go through the text.")
    ] = _DEFAULTS.epochs,
    architecture: Annotated[
        str,
        typer.Option(
            metavar="skipgram|cbow",
            rich_help_panel=_METHOD,
            help="skipgram: each neighbour alone predicts a word; better for rare words. "
            "cbow: their mean predicts it; faster.",
        ),
    ] = _DEFAULTS.architecture,
    objective: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            rich_help_panel=_METHOD,
            help="negative-sampling: tell a word from a few random ones; fast. "
            "hierarchical-softmax: find it in a binary tree; better with little text. "
            "nce: as negative-sampling, but trains probabilities. "
            "sampled-softmax: choose it among a few random ones, corrected for how they are "
            "drawn. blackout: the same, and the random ones must be told to be random. "
            "target-sampling: choose it among words of the same passage and random others. "
            "adaptive-softmax: choose it among the frequent words or a cluster of rare ones, and "
            "then in the cluster. differentiated-softmax: choose it among all words, of which rare "
            "ones have shorter vectors. full-softmax: choose it among all words; exact and slow. "
            "self-normalized-softmax: the same, and probabilities can be asked for fast. "
            "infrequent-normalization: that, and normalise now and then only.",
        ),
    ] = "negative-sampling",
    tree: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            rich_help_panel=_METHOD,
            show_default=False,
            help="huffman: shortest paths. balanced: halves by frequency. random: halves at "
            "random. frequency-classes: classes of like frequency, then their words. clustered: "
            "halves of similar words, by --tree-vectors. Or a file with a tree. "
            "Only for hierarchical-softmax. " + _default("huffman"),
        ),
    ] = None,
    tree_vectors: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Model or vectors, such as those of an earlier run, that the words are clustered "
            "by. Only for --tree clustered.",
        ),
    ] = None,
    negatives: Annotated[
        int | None,
        typer.Option(
            metavar="WORDS",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Random words for each word of the text: 5 to 20 for small texts, 2 to 5 for "
            "large ones. Only for negative-sampling. " + _default(5),
        ),
    ] = None,
    noise_exponent: Annotated[
        float | None,
        typer.Option(
            metavar="POWER",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Random words are drawn by their count to this power: 1: as in the text, "
            "0: all alike. Only for negative-sampling and nce. " + _default(0.75),
        ),
    ] = None,
    noise_samples: Annotated[
        int | None,
        typer.Option(
            metavar="WORDS",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Random words for each word of the text; more is nearer to the full softmax. "
            "Only for nce. " + _default(10),
        ),
    ] = None,
    log_z: Annotated[
        float | None,
        typer.Option(
            metavar="LOG",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Logarithm of the scores' normaliser, the same for all contexts. Only for nce. "
            + _default("learned"),
        ),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(
            metavar="WORDS",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Random words for each word of the text; more is nearer to the full softmax. "
            "Only for sampled-softmax and blackout. " + _default(20),
        ),
    ] = None,
    proposal: Annotated[
        str | None,
        typer.Option(
            metavar="unigram^POWER|log-uniform|uniform",
            rich_help_panel=_METHOD,
            show_default=False,
            help="What random words are drawn by: their count to a power, their rank, or all "
            "alike. Only for sampled-softmax. " + _default("unigram^0.75"),
        ),
    ] = None,
    exponent: Annotated[
        float | None,
        typer.Option(
            metavar="POWER",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Random words are drawn by their count to this power. Only for blackout. "
            + _default(0.4),
        ),
    ] = None,
    candidates: Annotated[
        int | None,
        typer.Option(
            metavar="WORDS",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Words to choose among, the same for all of a passage; more is nearer to the "
            "full softmax. Only for target-sampling. " + _default(200),
        ),
    ] = None,
    share: Annotated[
        int | None,
        typer.Option(
            metavar="WORDS",
            rich_help_panel=_METHOD,
            show_default=False,
            help="How many words of the text in a row share the same random words; 2 is faster. "
            "Only for negative-sampling. " + _default(1),
        ),
    ] = None,
    cutoffs: Annotated[
        str | None,
        typer.Option(
            metavar="RANK,RANK…",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Where, in the vocabulary by falling counts, rarer words begin to be treated as "
            "rarer. Only for adaptive-softmax and differentiated-softmax. " + _default("by counts"),
        ),
    ] = None,
    div_value: Annotated[
        float | None,
        typer.Option(
            metavar="FACTOR",
            rich_help_panel=_METHOD,
            show_default=False,
            help="By how much output vectors get shorter from a cluster to the next. Only for "
            "adaptive-softmax. " + _default(4.0),
        ),
    ] = None,
    band_dims: Annotated[
        str | None,
        typer.Option(
            metavar="N,N…",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Numbers of the output vectors between the cutoffs; they add up to --dim. Only "
            "for differentiated-softmax. " + _default("a half, a quarter …"),
        ),
    ] = None,
    alpha: Annotated[
        float | None,
        typer.Option(
            metavar="WEIGHT",
            rich_help_panel=_METHOD,
            show_default=False,
            help="How firmly the scores' normaliser is held. Only for self-normalized-softmax and "
            "infrequent-normalization. " + _default(0.1),
        ),
    ] = None,
    gamma: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Share of the words that are normalised; less is faster. Only for "
            "infrequent-normalization. " + _default(0.1),
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            rich_help_panel=_METHOD,
            show_default=False,
            help="Step size at the start; it falls evenly until the end. " + _default(_RATES),
        ),
    ] = None,
    min_learning_rate: Annotated[
        float,
        typer.Option(metavar="RATE", rich_help_panel=_METHOD, help="Step size at the end."),
    ] = _DEFAULTS.min_learning_rate,
    mean_gradient: Annotated[
        str,
        typer.Option(
            metavar="corrected|word2vec",
            rich_help_panel=_METHOD,
            help="Only for cbow and --subwords. corrected: each of m rows takes 1/m of a step of "
            "their mean. word2vec: each takes all of it, as word2vec.c, gensim and fastText do.",
        ),
    ] = _DEFAULTS.mean_gradient,
    position_weights: Annotated[
        bool,
        typer.Option(
            "--position-weights",
            rich_help_panel=_METHOD,
            help="Learn how much each place of the window tells, number by number. Only for cbow.",
        ),
    ] = _DEFAULTS.position_weights,
    subwords: Annotated[
        str | None,
        typer.Option(
            metavar="SHORTEST-LONGEST",
            rich_help_panel=_SUBWORDS,
            show_default=False,
            help="Learn character n-grams of these lengths along with words, say 3-6: inflected "
            "and rare words share them, and words never seen get vectors.",
        ),
    ] = None,
    buckets: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            rich_help_panel=_SUBWORDS,
            show_default=False,
            help="Rows that n-grams share. " + _default(2_000_000),
        ),
    ] = None,
    hashes: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            rich_help_panel=_SUBWORDS,
            show_default=False,
            help="Rows for each word and n-gram, 1 to 4. Only with --hash-words. " + _default(1),
        ),
    ] = None,
    hash_words: Annotated[
        bool,
        typer.Option(
            "--hash-words",
            rich_help_panel=_SUBWORDS,
            help="Words have no rows of their own, but share the buckets: small models, with "
            "[bold]--buckets 50000 --hashes 2[/bold].",
        ),
    ] = False,
    subsample_threshold: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            rich_help_panel=_TEXT,
            help="Words that make up more than this share of the text are skipped at random, "
            "the more the more frequent they are. 0 skips none.",
        ),
    ] = _DEFAULTS.subsample_threshold,
    min_count: Annotated[
        int,
        typer.Option(
            metavar="N",
            rich_help_panel=_TEXT,
            help="Leave out words that occur less often than this.",
        ),
    ] = _DEFAULTS.min_count,
    column: Column = None,
    lowercase: Lowercase = False,
    normalize: Normalize = None,
    vocab: Vocab = None,
    vocab_memory: VocabMemory = None,
    errors: TextErrors = "strict",
    threads: Threads = _DEFAULTS.n_threads,
    seed: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Start of the random numbers. The same seed and --threads 1 give the same model "
            "to the byte.",
        ),
    ] = _DEFAULTS.seed,
    resume: Annotated[
        str | None,
        typer.Option(
            metavar="CHECKPOINT",
            rich_help_panel=_SAFETY,
            show_default=False,
            help="Continue a run that was interrupted, exactly where the checkpoint is. It knows "
            "the text and the options; give FILE only if the text is in another place now.",
        ),
    ] = None,
    checkpoint_every: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            rich_help_panel=_SAFETY,
            show_default=False,
            help="Write a checkpoint so often, e.g. 30s, 10min or 2h, beside the output: its name "
            "and .ckpt. " + _default("only on SIGTERM"),
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            rich_help_panel=_SAFETY,
            show_default=False,
            help="How many checkpoints to keep, in case one is damaged. " + _default(2),
        ),
    ] = None,
    heldout: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_WATCHING,
            show_default=False,
            help="Text that is not trained on: how well it is predicted is measured after every "
            "epoch, exactly, for --log, --tensorboard and --patience.",
        ),
    ] = None,
    patience: Annotated[
        int | None,
        typer.Option(
            metavar="EPOCHS",
            rich_help_panel=_WATCHING,
            show_default=False,
            help="End after so many epochs without a new best loss on the text of --heldout.",
        ),
    ] = None,
    log: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_WATCHING,
            show_default=False,
            help="Write a log, a JSON object a line, for [bold]huffvec plot[/bold]. "
            "If the file exists, it is continued.",
        ),
    ] = None,
    tensorboard: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            rich_help_panel=_WATCHING,
            show_default=False,
            help="Write loss, learning rate and speed for TensorBoard.",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Learn word vectors from text files.

    [dim]huffvec train corpus.txt -o wiki.hv --dim 200[/dim]
    """
    options = {
        "tree": tree,
        "tree_vectors": tree_vectors,
        "negatives": negatives,
        "noise_exponent": noise_exponent,
        "noise_samples": noise_samples,
        "log_z": log_z,
        "samples": samples,
        "proposal": proposal,
        "exponent": exponent,
        "candidates": candidates,
        "share": share,
        "cutoffs": _numbers("cutoffs", cutoffs),
        "div_value": div_value,
        "band_dims": _numbers("band_dims", band_dims),
        "alpha": alpha,
        "gamma": gamma,
    }
    config = {
        "architecture": architecture,
        "dim": dim,
        "window": window,
        "epochs": epochs,
        "subsample_threshold": subsample_threshold,
        "min_count": min_count,
        "learning_rate": learning_rate,
        "min_learning_rate": min_learning_rate,
        "n_threads": threads,
        "seed": seed,
        "mean_gradient": mean_gradient,
        "position_weights": position_weights,
    }
    with _flag_names():
        from huffvec.subwords import from_options

        config["subwords"] = from_options(subwords, buckets, hashes, hash_words)
    given = {name: value for name, value in options.items() if value is not None}
    watching = Watching(heldout, patience, log, tensorboard, quiet=quiet)
    safety = Safety(checkpoint_every, keep)
    if resume is not None:
        resume_training(context, resume, safety, watching)
        return
    if not files:
        context.fail("Missing argument 'FILE'.")
    reading = {
        "column": column,
        "lowercase": lowercase,
        "normalize": normalize,
        "vocab_memory": vocab_memory,
        "errors": errors,
    }
    run_training(
        files,
        output,
        objective,
        given,
        config,
        reading=reading,
        vocab=vocab,
        safety=safety,
        watching=watching,
    )


def run_training(
    files: Sequence[str],
    output: str,
    objective: str,
    objective_options: dict[str, Any],
    config: dict[str, Any],
    *,
    reading: dict[str, Any],
    vocab: str | None = None,
    safety: Safety,
    watching: Watching,
) -> None:
    """Check everything that can be checked before the work, train, save and sum up."""
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.inputs.options import InputOptions
    from huffvec.inputs.sources import expand
    from huffvec.training.trainer import train

    with _flag_names():
        chosen = _objective(objective, objective_options)
        TrainingConfig(**config)
        InputOptions.of(**reading)
    vocabulary = None if vocab is None else Vocabulary.read_tsv(vocab)
    paths = expand(files)
    _check_model_name(output)
    check_output(output, paths)
    checkpoints = safety.checkpoints(output)
    sink = progress_for(sys.stderr, quiet=watching.quiet)
    with stopping(sink):
        model = train(
            paths,
            chosen,
            heldout=watching.heldout,
            callbacks=[sink, *watching.callbacks()],
            checkpoints=checkpoints,
            vocabulary=vocabulary,
            **reading,
            **config,
        )
        sink.close()
        save_trained(model, output, sink, checkpoints)
    if not watching.quiet:
        show_trained(model, sink, output)


def show_trained(model: Model, sink: Silent, output: str) -> None:
    """Print what was trained and what to do with it."""
    show_summary(model, sink, output)
    show_next(
        ["nearest", output, _typical_word(model.vocabulary.words)],
        ["convert", output, f"{Path(output).stem}.bin", "--to", "word2vec-binary"],
    )


def show_summary(model: Model, sink: Silent, output: str) -> None:
    """Print what was trained, how fast, and where it is."""
    rows = [
        ("words", f"{len(model.vocabulary):,}"),
        ("tokens", f"{model.vocabulary.n_tokens:,} × {model.config.epochs} epochs"),
    ]
    if sink.last:
        rows += [
            ("training", f"{sink.last.seconds:.1f} s"),
            ("speed", f"{format_count(sink.last.words_per_second)} words/s"),
            ("loss", f"{sink.loss:.3f} nats per target at the end"),
        ]
    if "stopped" in model.training:
        rows.append(("ended early", model.training["stopped"]))
    rows += [
        ("written", f"{output} ({format_bytes(Path(output).stat().st_size)})"),
    ]
    print_table(facts_table(rows))


def _typical_word(words: Sequence[str]) -> str:
    """Return a word that a reader knows: frequent, but not one of the little ones."""
    candidates = words[min(100, len(words) // 2) :]
    return next((word for word in candidates if len(word) > 4 and word.isalpha()), words[0])


def _check_model_name(output: str) -> None:
    """Raise ConfigError if a file of this name would be taken for one of another format."""
    from huffvec.formats import FORMATS

    suffix = Path(output).suffix.lower()
    for name, format in FORMATS.items():
        if name != "huffvec" and suffix in format.suffixes:
            raise ConfigError(
                f"train writes a huffvec model, and {output!r} looks like one of {name}. "
                f"Name it {Path(output).with_suffix('.hv').name!r} and use huffvec convert then."
            )


def _objective(name: str, options: dict[str, Any]) -> Objective:
    """Return the objective of this name, or raise ConfigError if it lacks one of the options."""
    from huffvec.objectives import by_name

    cls = by_name(name)
    for option in options:
        if not hasattr(cls, option):
            raise ConfigError(
                f"{option} means nothing to {name}: leave it out, or choose another --objective."
            )
    return cls(**options)


def _numbers(name: str, text: str | None) -> tuple[int, ...] | None:
    """Return the whole numbers of an option, which commas stand between."""
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        flag = name.replace("_", "-")
        raise ConfigError(
            f"--{flag} must be whole numbers with commas between, as in 2000,10000, not {text!r}"
        ) from None


@contextmanager
def _flag_names() -> Iterator[None]:
    """Make a ConfigError that begins with a field's name begin with the flag's."""
    try:
        yield
    except ConfigError as error:
        field, rest = str(error).split(" ", 1)
        flag = "--" + field.removeprefix("n_").replace("_", "-")
        raise ConfigError(f"{flag} {rest}") from None
