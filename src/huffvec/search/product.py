"""Queries of several words by the product of similarities instead of their sum ("3CosMul").

Levy & Goldberg 2014, "Linguistic regularities in sparse and explicit word representations": the
words w with the largest product of (1 + cos(w, p)) / 2 over all positive words p, divided by that
over all negative ones, so that no single large similarity decides. Here weights are exponents, and
1e-6 is added to the divisor, as gensim's ``most_similar_cosmul`` does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from huffvec.arrays import block_rows
from huffvec.search.dot import dot_products
from huffvec.search.tables import RowTable
from huffvec.search.terms import Terms
from huffvec.search.units import Floats

EPSILON = 1e-6  # keeps scores finite where a negative word's similarity is -1


def best_products(
    table: RowTable, terms: Terms, k: int, left_out: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the k rows of the largest score, best first, all rows looked at, in float64.

    Equal scores come in the order of the rows; rows without a direction are never returned.

    Parameters
    ----------
    table
        The rows.
    terms
        The query.
    k
        At least 1.
    left_out
        Rows that must not be returned, int64 (n,).

    Returns
    -------
    tuple
        Rows, int64 (n_found,), and scores, float64 (n_found,).
    """
    rows, scores = np.empty(0, np.int64), np.empty(0)
    for block in table.blocks(block_rows(table.dim)):
        ids = np.arange(len(block.norms)) + block.start
        with np.errstate(all="ignore"):  # rows without a direction have no finite score
            products = dot_products(terms.units, block.vectors.astype(np.float64))
            cosines = products.T / block.norms[:, None]
            found = product_scores(cosines, terms.weights)
        usable = np.isfinite(found) & (block.norms > 0) & ~np.isin(ids, left_out)
        rows, scores = np.append(rows, ids[usable]), np.append(scores, found[usable])
        best = np.lexsort((rows, -scores))[:k]
        rows, scores = rows[best], scores[best]
    return rows, scores


def product_scores(cosines: Floats, weights: Floats) -> Floats:
    """Return rows' scores, (n_rows,), from their cosines with the terms, (n_rows, n_terms)."""
    shifted = (1 + np.clip(cosines, -1.0, 1.0)) / 2
    above: Floats = np.prod(shifted[:, weights > 0] ** weights[weights > 0], axis=1)
    below: Floats = np.prod(shifted[:, weights < 0] ** -weights[weights < 0], axis=1)
    return above / (below + EPSILON) if (weights < 0).any() else above
