"""A corpus encoded in shares, by several processes or machines, as one machine encodes it."""

from huffvec.corpus.spread.encoding import EncodedShare as EncodedShare
from huffvec.corpus.spread.encoding import MapShares as MapShares
from huffvec.corpus.spread.encoding import ShareEncoder as ShareEncoder
from huffvec.corpus.spread.shares import Share as Share
from huffvec.corpus.spread.spread import Spread as Spread
