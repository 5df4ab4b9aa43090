"""Both output layers of gensim's at once: hs=1 with negative > 0.

gensim trains each prediction by hierarchical softmax and by negative sampling, each with output
rows of its own and both with the same input rows: the loss is the sum of both, and so is the
gradient of the input rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from huffvec.objectives import HierarchicalSoftmax, NegativeSampling
from huffvec.objectives.hierarchical_softmax import BoundHierarchicalSoftmax

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.engine import Engine, OutputLayer
    from huffvec.objectives.negative_sampling import BoundNegativeSampling


@dataclass(frozen=True)
class TreeAndNoise(HierarchicalSoftmax):
    """Predict the target by its path through a tree, and tell it from a few random words.

    Attributes
    ----------
    noise
        The random words.
    """

    name: ClassVar[str] = "hierarchical-softmax and negative-sampling"
    noise: NegativeSampling = field(default_factory=NegativeSampling)

    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundTreeAndNoise:
        """Return the objective for these words; raise ConfigError if the tree is of others."""
        tree = super().bind(vocabulary, config).tree
        return BoundTreeAndNoise(
            self, vocabulary.counts, tree, self.noise.for_counts(vocabulary.counts)
        )


@dataclass(frozen=True, eq=False)
class BoundTreeAndNoise(BoundHierarchicalSoftmax):
    """Both with a vocabulary: the output rows of the tree, then those of the words."""

    noise: BoundNegativeSampling

    @property
    def n_outputs(self) -> int:
        """Number of inner nodes and of words."""
        return super().n_outputs + self.noise.n_outputs

    @property
    def untrained_loss(self) -> float:
        """The sum of both."""
        return super().untrained_loss + self.noise.untrained_loss

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, made of those of both."""
        paths, noise = self.tree, self.noise
        return engine.TreeAndNoise(
            engine.HierarchicalSoftmax(paths.path_offsets, paths.path_ids, paths.codes),
            engine.NoiseSampling("negative-sampling", noise.noise_probs(), noise.objective.samples),
        )
