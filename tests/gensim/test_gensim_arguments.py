"""No argument of gensim's is ignored: each is in the table."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from gensim.models import Doc2Vec, FastText, Word2Vec

from huffvec.gensim.arguments import ARGUMENTS, TRAIN_ARGUMENTS

KINDS = [Word2Vec, FastText, Doc2Vec]


def parameters(function: Callable[..., Any]) -> set[str]:
    kinds = inspect.Parameter
    return {
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind not in (kinds.VAR_KEYWORD, kinds.VAR_POSITIONAL) and name != "self"
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_argument_is_in_the_table(kind: Any) -> None:
    assert parameters(kind) <= ARGUMENTS.keys()
    assert parameters(kind.train) <= TRAIN_ARGUMENTS.keys()


def test_the_table_has_no_others() -> None:
    every = [parameters(kind) for kind in KINDS]
    assert ARGUMENTS.keys() == set().union(*every)
    assert TRAIN_ARGUMENTS.keys() == parameters(Word2Vec.train)


def test_ours_have_gensims_signatures() -> None:
    import huffvec.gensim as ours

    for gensims in KINDS:
        kind = getattr(ours, gensims.__name__)
        assert inspect.signature(kind) == inspect.signature(gensims)
        assert inspect.signature(kind.train) == inspect.signature(gensims.train)
