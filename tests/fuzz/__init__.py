"""Mutated files for every reader: each must return or raise one of the package's own errors.

``make fuzz MINUTES=10`` runs it for so long; what fails is written to ``tests/fuzz/found``. Once it
is mended, the input goes to ``tests/fuzz/inputs``, which the tests read again and again.
"""
