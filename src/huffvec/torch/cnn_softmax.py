"""CNN softmax (Józefowicz et al. 2016, "Exploring the limits of language modeling").

Output rows are computed from the characters of the words, so that their number does not grow with
the vocabulary and words that no text had get rows as well::

    o_x = W CNN(characters of x) + M c_x

CNN: embeddings of the characters, convolutions of several widths over them, the maximum over the
places, ReLU. That is smooth in the spelling, and words that are spelt alike but mean other things
need telling apart: c_x is a short vector per word, which the matrix M makes as wide as the row.

Training is sampled softmax, so that only the rows of the targets and the samples are computed. For
asking, `CNNSoftmax.precompute` makes all rows once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn

from huffvec.checks import check_int
from huffvec.errors import ConfigError
from huffvec.objectives.bands import whole_numbers
from huffvec.torch.characters import CharacterTable
from huffvec.torch.sampled_softmax import SampledSoftmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

    from huffvec.classify.classifier import Classifier
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.model import Model

BLOCK_WORDS = 4_096  # whose rows are computed at once


class CNNSoftmax(SampledSoftmax):
    """Output rows from the words' characters, trained by sampled softmax.

    Parameters
    ----------
    dim
        Numbers in a hidden vector.
    vocabulary
        The words and their counts.
    char_dim
        Numbers in a character's embedding.
    filters
        Convolution filters of each width.
    widths
        Characters that filters look at.
    correction_dim
        Numbers in a word's own vector; 0 for none.
    max_chars
        Characters of a word that are looked at, at most.
    samples, proposal
        As for `SampledSoftmax`.
    **options
        As for `WordRows`, without ``sparse``.

    Raises
    ------
    ConfigError
        If an option cannot be used.
    """

    objective: ClassVar[str] = "cnn-softmax"

    def __init__(
        self,
        dim: int,
        vocabulary: Vocabulary,
        char_dim: int = 16,
        filters: int = 64,
        widths: Sequence[int] = (1, 2, 3, 4, 5),
        correction_dim: int = 16,
        max_chars: int = 24,
        *,
        samples: int = 1024,
        proposal: str = "unigram^0.75",
        **options: Any,
    ) -> None:
        char_dim = check_int("char_dim", char_dim, 1, 65_536)
        filters = check_int("filters", filters, 1, 65_536)
        widths = whole_numbers("widths", widths)
        correction_dim = check_int("correction_dim", correction_dim, 0, 65_536)
        max_chars = check_int("max_chars", max_chars, max(widths), 1_000)
        if options.get("sparse"):
            raise ConfigError("CNN softmax computes its rows, so their gradient cannot be sparse")
        self._shape = (char_dim, filters, widths, correction_dim)
        self._table = CharacterTable(vocabulary, max_chars)
        super().__init__(dim, vocabulary, samples, proposal, **options)

    def make_parameters(self, bias: bool, device: Any, dtype: Any) -> None:
        """Make the characters' embeddings, the convolutions and the words' own vectors."""
        char_dim, filters, widths, correction_dim = self._shape
        place = {"device": device, "dtype": dtype}
        self.keep(persistent=False, **place, char_ids=self._table.ids)
        self.register_buffer("precomputed", None, persistent=False)
        self.chars = nn.Embedding(self._table.n_ids, char_dim, **place)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(char_dim, filters, width, **place) for width in widths
        )
        self.projection = nn.Linear(filters * len(widths), self.dim, bias=False, **place)
        self.correction = self.widen = None
        if correction_dim:
            self.correction = nn.Embedding(self.n_words, correction_dim, **place)
            self.widen = nn.Linear(correction_dim, self.dim, bias=False, **place)
            nn.init.zeros_(self.correction.weight)
        zeros = torch.zeros(self.n_words, **place)
        self.bias = nn.Parameter(zeros) if bias else None

    def spelt(self, char_ids: Tensor) -> Tensor:
        """Return rows from characters alone, (n, dim); char_ids is (n, max_chars)."""
        embedded = self.chars(char_ids.long()).transpose(1, 2)
        features = [convolution(embedded).amax(dim=2) for convolution in self.convolutions]
        return self.projection(torch.relu(torch.cat(features, dim=1)))

    def gather(self, word_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return the rows (n, dim) and biases (n,) of words; each different word costs once."""
        if torch.compiler.is_compiling() or word_ids.is_meta:  # how many differ is not known there
            rows = self._rows_of(word_ids)
        else:
            distinct, places = torch.unique(word_ids, return_inverse=True)
            rows = self._rows_of(distinct)[places]
        bias = rows.new_zeros(len(word_ids)) if self.bias is None else self.bias[word_ids]
        return rows, bias

    def rows(self) -> Tensor:
        """Return the output rows of all words, (V, dim): precomputed ones, if there are any."""
        if self.precomputed is not None:
            return self.precomputed
        words = torch.arange(self.n_words, device=self.char_ids.device)
        return torch.cat([self._rows_of(block) for block in words.split(BLOCK_WORDS)])

    def precompute(self) -> None:
        """Compute the rows of all words and keep them, until `train` is called or weights loaded.

        Call it after ``eval()``; asking costs what it does with `SampledSoftmax` then.
        """
        self.precomputed = None
        with torch.no_grad():
            self.precomputed = self.rows()

    def word_rows(self, words: Sequence[str]) -> Tensor:
        """Return the rows of any words, (n, dim), from their characters alone.

        Scores ``hidden @ word_rows(words).T`` stand beside those of the vocabulary. Characters that
        the vocabulary does not have all count as the same one.
        """
        ids = self._table.encode(words)
        return self.spelt(torch.as_tensor(ids, device=self.char_ids.device))

    def train(self, mode: bool = True) -> CNNSoftmax:
        """Set the mode as any module's; training forgets what was precomputed."""
        if mode:
            self.precomputed = None
        super().train(mode)
        return self

    @classmethod
    def from_model(cls, model: Model | Classifier, **options: Any) -> Self:
        """Raise ConfigError: the trainer has no CNN softmax."""
        raise ConfigError("the trainer has no CNN softmax that a layer could be made from")

    def _rows_of(self, word_ids: Tensor) -> Tensor:
        rows = self.spelt(self.char_ids[word_ids])
        if self.correction is not None and self.widen is not None:
            rows = rows + self.widen(self.correction(word_ids))
        return rows

    def _load_from_state_dict(self, state_dict: dict[str, Tensor], *args: Any) -> None:
        self.precomputed = None
        super()._load_from_state_dict(state_dict, *args)
