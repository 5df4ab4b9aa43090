"""What tests of training share."""

from huffvec.corpus.options import InputOptions
from huffvec.objectives import as_objective
from huffvec.training.callback_list import as_callback
from huffvec.training.run import TrainingRun
from huffvec.training.train import train_watched


def train_encoded(corpus, vocabulary, objective=None, config=None, callbacks=None):
    """Train on sentences of word ids."""
    run = TrainingRun(corpus, vocabulary, as_objective(objective), config)
    train_watched(run, as_callback(callbacks), None, InputOptions())
    return run.model()
