"""gensim's Phrases, which are exported without scoring pairs that are too rare for phrases."""

from __future__ import annotations

import math

from gensim.models import phrases
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS, FrozenPhrases, Phraser

from huffvec.gensim.saving import SavedAsGensims

__all__ = ["ENGLISH_CONNECTOR_WORDS", "FrozenPhrases", "Phraser", "Phrases"]


class Phrases(SavedAsGensims, phrases.Phrases):
    """gensim's ``Phrases``: its arguments, attributes, methods and results, to the bit.

    gensim counts, in a dict, and joins: what else was tried took about as long, since most of the
    time goes into making a string of each pair. Exporting and freezing is faster: with gensim's own
    scores, pairs that occur too rarely to be phrases are passed over before they are scored.
    """

    def export_phrases(self) -> dict[str, float]:
        """Return all phrases with their scores."""
        found: dict[str, float] = {}
        least = self._least_count
        for token in [token for token, count in self.vocab.items() if count >= least]:
            first, *others = token.split(self.delimiter)
            if others:
                phrase, score = self.score_candidate(first, others[-1], others[:-1])
                if score is not None:
                    found[phrase] = score
        return found

    @property
    def _least_count(self) -> int:
        """How often a pair occurs at least if it is a phrase; no limit for a score of one's own."""
        min_count: float = self.min_count
        if self.scoring is phrases.npmi_scorer:
            return math.ceil(min_count)
        if self.scoring is phrases.original_scorer and self.threshold >= 0:
            return math.floor(min_count) + 1  # as often, the score is 0
        return 0
