"""Documents: texts that have vectors of their own, under one tag or several each."""
