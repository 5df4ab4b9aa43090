"""Classifiers from and to fastText's ``.bin`` and ``.ftz`` files ("supervised").

=================== ============================================================================
fastText            huffvec
=================== ============================================================================
loss softmax        `FullSoftmax`; the output rows are the same.
loss hs             `HierarchicalSoftmax` over fastText's tree of the labels' counts. fastText
                    predicts the bit of a label's code, huffvec its opposite: the output rows change
                    their sign, and one unused row goes.
loss ova, ns        `OneVsAll`: σ(score) is the probability of each label by itself, however it was
                    trained.
word n-grams,       the same hashes and rows; every bucket has a row, or those of a pruning index.
n-grams of words
``</s>``            a token at the end of every text, with a row if it is among the words.
labels              without the prefix, if it is ``__label__``; otherwise as they are.
=================== ============================================================================

fastText adds 1e-5 to the probabilities that it tells (in a tree, at every turn), and looks sigmoids
up in a table of 512: up to 0.008 off for ova and ns. huffvec's have neither.

Written are classifiers with the weighting ``"mean"``: fastText's bag is a plain mean. It has no
weights of features, and no norm of texts. In ``.bin`` files every bucket must have a row, or there
are no n-grams; in ``.ftz`` files some may have none. Of objectives it knows those with a row a
label whose scores are the softmax's, one-vs-all, and trees that are Huffman's. What a file says and
huffvec has no place for is kept in the classifier's ``training`` record.
"""

from __future__ import annotations

# Under which a classifier's training record has what a file says.
RECORD = "fasttext"
LINE_END = "</s>"
