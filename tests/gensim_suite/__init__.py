"""gensim's own tests, run with gensim and with huffvec in its place: ``make gensim-tests``."""
