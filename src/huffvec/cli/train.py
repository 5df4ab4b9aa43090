"""``huffvec train``: text goes in, a model comes out.

Where the many options belong is known by their names, which are those of the fields of objectives
and of :class:`~huffvec.config.TrainingConfig`; the function only declares them.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from huffvec.cli import objective_options as method
from huffvec.cli import safety as saving
from huffvec.cli import training_options as training
from huffvec.cli import watching as watch
from huffvec.cli.common import (
    AsJson,
    OptionalTextFiles,
    Quiet,
    TextErrors,
    Threads,
    check_output,
    flag_names,
    stopping,
)
from huffvec.cli.given import if_given
from huffvec.cli.reading import (
    Column,
    DropWords,
    GroupBy,
    Header,
    KeepWords,
    Lowercase,
    MaxLine,
    MaxWords,
    Normalize,
    OrderBy,
    Separator,
    Tokenize,
    Vocab,
    VocabMemory,
    reading_of,
)
from huffvec.cli.summary import show_trained
from huffvec.config import TrainingConfig
from huffvec.training.progress import progress_for

_DEFAULTS = TrainingConfig()


def train(
    context: typer.Context,
    files: OptionalTextFiles = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Model file to write.")
    ] = "model.hv",
    dim: training.Dim = _DEFAULTS.dim,
    window: training.Window = _DEFAULTS.window,
    epochs: training.Epochs = _DEFAULTS.epochs,
    architecture: training.Architecture = _DEFAULTS.architecture,
    objective: method.ObjectiveName = "negative-sampling",
    tree: method.Tree = None,
    tree_vectors: method.TreeVectors = None,
    negatives: method.Negatives = None,
    noise_exponent: method.NoiseExponent = None,
    noise_samples: method.NoiseSamples = None,
    log_z: method.LogZ = None,
    samples: method.Samples = None,
    proposal: method.Proposal = None,
    exponent: method.Exponent = None,
    candidates: method.Candidates = None,
    share: method.Share = None,
    cutoffs: method.Cutoffs = None,
    div_value: method.DivValue = None,
    band_dims: method.BandDims = None,
    alpha: method.Alpha = None,
    gamma: method.Gamma = None,
    start_vectors: training.StartVectors = None,
    freeze: training.Freeze = False,
    learning_rate: training.LearningRate = None,
    min_learning_rate: training.MinLearningRate = _DEFAULTS.min_learning_rate,
    window_draw: training.WindowDraw = _DEFAULTS.window_draw,
    mean_gradient: training.MeanGradient = _DEFAULTS.mean_gradient,
    position_weights: training.PositionWeights = _DEFAULTS.position_weights,
    subwords: training.SubwordLengths = None,
    buckets: training.Buckets = None,
    hashes: training.Hashes = None,
    hash_words: training.HashWords = False,
    subsample_threshold: training.SubsampleThreshold = _DEFAULTS.subsample_threshold,
    min_count: training.MinCount = _DEFAULTS.min_count,
    column: Column = None,
    group_by: GroupBy = None,
    order_by: OrderBy = None,
    separator: Separator = None,
    header: Header = None,
    max_line: MaxLine = None,
    lowercase: Lowercase = False,
    normalize: Normalize = None,
    tokenize: Tokenize = None,
    max_words: MaxWords = None,
    keep_words: KeepWords = None,
    drop_words: DropWords = None,
    vocab: Vocab = None,
    vocab_memory: VocabMemory = None,
    errors: TextErrors = "strict",
    threads: Threads = _DEFAULTS.n_threads,
    seed: training.Seed = _DEFAULTS.seed,
    resume: saving.Resume = None,
    checkpoint_every: saving.CheckpointEvery = None,
    keep: saving.Keep = None,
    heldout: watch.Heldout = None,
    patience: watch.Patience = None,
    log: watch.Log = None,
    tensorboard: watch.Tensorboard = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Learn word vectors from text files.

    [dim]huffvec train corpus.txt -o wiki.hv --dim 200[/dim]
    """
    watching = watch.Watching(heldout, patience, log, tensorboard, quiet=quiet)
    safety = saving.Safety(checkpoint_every, keep)
    if resume is not None:
        saving.resume_training(context, resume, safety, watching, as_json=as_json)
        return
    if not files:
        context.fail("Missing argument 'FILE'.")
    reading = reading_of(context.params)
    # All that can be checked is checked before the work begins.
    from huffvec.corpus.options import InputOptions
    from huffvec.corpus.readers.sources import expand
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.files.suffixes import check_suffix
    from huffvec.training.start import check_freeze
    from huffvec.training.train import train

    with flag_names():
        chosen = method.objective_of(objective, context.params)
        config = training.config_of(context.params)
        check_freeze(freeze, start_vectors, config["subwords"])
        if if_given("min_count") is None:
            del config["min_count"]
        InputOptions.of(**reading)
    vocabulary = None if vocab is None else Vocabulary.read_tsv(vocab)
    paths = expand(files)
    check_suffix(output, "huffvec")
    check_output(output, paths)
    checkpoints = safety.checkpoints(output)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        model = train(
            paths,
            chosen,
            heldout=heldout,
            start_vectors=start_vectors,
            freeze=freeze,
            callbacks=[sink, *watching.callbacks(output)],
            checkpoints=checkpoints,
            vocabulary=vocabulary,
            **reading,
            **config,
        )
        sink.close()
        saving.save_trained(model, output, sink, checkpoints)
    show_trained(model, sink, output, quiet=quiet, as_json=as_json)
