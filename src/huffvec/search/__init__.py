"""Which rows of a table are most like a vector: exactly, or by an index (extra ``index``)."""
