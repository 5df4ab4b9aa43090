"""Text that is encoded by actors: the corpus of one machine, whoever dies."""

from __future__ import annotations

import pickle

import pytest

import huffvec
from huffvec.cluster.actors import ActorLostError, ThreadActor, Threads
from huffvec.cluster.encoding import Encoder, encoders
from huffvec.cluster.options import Ray
from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.corpus.spread import ShareEncoder
from huffvec.corpus.spread.shares import Files
from huffvec.errors import MissingTextError, TrainingError


@pytest.fixture
def texts(tmp_path):
    paths = [tmp_path / f"{number}.txt" for number in range(6)]
    for number, path in enumerate(paths):
        # More than a megabyte each, so that each is a share.
        path.write_text(f"a b{number} {'c' * 99} c{number % 4}\n" * 10_500)
    return paths


class Mortal:
    """An actor that dies after so many calls."""

    def __init__(self, actor: ThreadActor, n_calls: float) -> None:
        self._actor, self._n_left = actor, n_calls

    def call(self, method, *values, **options):
        self._n_left -= 1
        if self._n_left < 0:
            return Lost()
        return self._actor.call(method, *values, **options)


class Lost:
    def result(self):
        raise ActorLostError("killed")


class MortalThreads(Threads):
    """Threads whose first actors die after two calls, or all at once."""

    def __init__(self, n_calls: int, n_mortal: float) -> None:
        super().__init__()
        self._n_calls, self._n_mortal, self.n_started = n_calls, n_mortal, 0

    def start(self, kind, *values, processors, **options):
        actor = super().start(kind, *values, processors=processors, **options)
        self.n_started += 1
        self._n_mortal -= 1
        return Mortal(actor, self._n_calls if self._n_mortal >= 0 else float("inf"))


@pytest.mark.parametrize("machines", [Threads(), MortalThreads(2, 2)], ids=["alive", "mortal"])
def test_the_corpus_is_that_of_one_machine(texts, tmp_path, machines) -> None:
    huffvec.encode(texts).save(tmp_path / "whole.hvc")
    spread = encoders(Ray(workers=2), machines)
    assert spread is not None
    assert len(spread.shares(texts, InputOptions())) > len(texts)  # more than are asked at once
    with open_corpus(texts, InputOptions(), spread=spread) as corpus:
        corpus.save(tmp_path / "shares.hvc")
    assert (tmp_path / "shares.hvc").read_bytes() == (tmp_path / "whole.hvc").read_bytes()


def test_one_that_dies_has_one_successor_for_all_its_shares(texts) -> None:
    machines = MortalThreads(0, 2)
    with open_corpus(texts, InputOptions(), spread=encoders(Ray(workers=2), machines)):
        assert machines.n_started == 4  # 2 that die, and 2 in their places


def test_all_die(texts) -> None:
    spread = encoders(Ray(workers=2), MortalThreads(0, float("inf")))
    message = "3 workers have died while they encoded the same share of the text: is their memory"
    with pytest.raises(TrainingError, match=message):
        open_corpus(texts, InputOptions(), spread=spread).__enter__()


def test_a_file_that_a_worker_cannot_see(tmp_path) -> None:
    encoder = Encoder(ShareEncoder("x", InputOptions(), None, 1))
    message = (
        r"gone\.txt: there is no such file\..* on the worker .*: put files where every machine"
    )
    with pytest.raises(MissingTextError, match=message) as raised:
        encoder.encode(Files((tmp_path / "gone.txt",), 9))
    travelled = pickle.loads(pickle.dumps(raised.value))
    assert (type(travelled), str(travelled)) == (MissingTextError, str(raised.value))


def test_this_machine_needs_no_help() -> None:
    assert encoders(None) is None
    assert encoders(Ray(workers=2)) is None
