"""Everything that a corpus can come from, one module a kind: files, streams, tables, objects."""
