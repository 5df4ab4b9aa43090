"""Whole models from and to fastText's ``.bin`` files: vectors, output layer and options.

=================== ============================================================================
fastText            huffvec
=================== ============================================================================
skipgram, cbow      the architecture. fastText's skip-gram takes the center word for the input
                    and the context word for the target, huffvec's the other way round: over a
                    text these are the same pairs.
loss ns             `NegativeSampling` with the proposal unigram^0.5; the output rows are the same.
loss hs             `HierarchicalSoftmax`. fastText predicts the bit of a word's code, huffvec its
                    opposite: the output rows change their sign, and one unused row goes. The tree
                    is the Huffman tree, with ties broken as fastText does. A file that says 0
                    negatives was written by gensim: its tree has ties broken as gensim does, and
                    the bits are predicted as here.
loss softmax        `FullSoftmax`; the output rows are the same.
=================== ============================================================================

Written to ``.bin``: all objectives with an output row a word, those without a counterpart
as ``softmax``; hierarchical softmax with the tree that fastText makes of the same counts. Of other
trees (huffvec breaks ties otherwise, or the tree is no Huffman tree) the output rows mean
nothing to fastText: rows of zeros are written, with which fastText starts (gensim, which can train
such models further, crashes if there are none). Not written are the learning rate, which
fastText does not store, the seed, position weights and whatever else it lacks; vectors do not
depend on them. What a file says and huffvec has no place for is kept in the model's ``training``
record, so that a file that is read and written again is the same to the byte (without the rows
of n-grams that no word has, where min_n is above max_n).
"""

from __future__ import annotations

from huffvec.formats.fasttext_binary import CBOW, HIERARCHICAL_SOFTMAX, SKIPGRAM
from huffvec.formats.fasttext_layout import FastTextArgs

ARCHITECTURES = {"cbow": CBOW, "skipgram": SKIPGRAM}
# Under which a model's training record has what a file says.
RECORD = "fasttext"


def is_gensims(args: FastTextArgs) -> bool:
    """Return whether gensim wrote a file of hierarchical softmax: fastText's negatives are never 0.

    The default is 5, though hierarchical softmax draws none.
    """
    return args.loss == HIERARCHICAL_SOFTMAX and args.negatives == 0
