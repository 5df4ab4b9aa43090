"""The architectures that predict words from words; those of documents have tests of their own."""

from huffvec.architectures import ARCHITECTURES

WORD_ARCHITECTURES = [name for name, own in ARCHITECTURES.items() if not own.has_documents]
