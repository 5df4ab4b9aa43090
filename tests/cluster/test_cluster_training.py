"""Runs on several workers: in threads of this process, and in processes of Ray."""

import itertools

import pytest
from topic_texts import topic_documents
from word_architectures import WORD_ARCHITECTURES

import huffvec
from huffvec.cluster.actors import Threads
from huffvec.cluster.options import Ray
from huffvec.cluster.trainer import spread
from huffvec.config import TrainingConfig
from huffvec.objectives import as_objective
from huffvec.objectives.registry import OBJECTIVES
from huffvec.training.callback_list import as_callback
from huffvec.training.run import TrainingRun

ARCHITECTURES = [*WORD_ARCHITECTURES, "dbow", "dbow-words", "dm"]


def make_run(objective="negative-sampling", **options):
    corpus = huffvec.encode(topic_documents(150), min_count=1)
    options = {"dim": 12, "epochs": 2, "n_threads": 1, "subsample_threshold": 0.0, **options}
    return TrainingRun(
        corpus,
        corpus.vocabulary,
        as_objective(objective),
        TrainingConfig(**options),
        chunk_tokens=100,
    )


def trained(run, machines=None, **options):
    with spread(run, Ray(**options), machines) as trainer:
        run.train(as_callback(None))
    return trainer


@pytest.mark.parametrize("name", OBJECTIVES)
def test_one_worker_learns_what_a_single_process_does(name):
    alone, one = make_run(name), make_run(name)
    alone.train(as_callback(None))
    trained(one, Threads(), workers=1, interval=0.001)
    for table, rows in alone.weights.items():
        # Differences are rounded at every exchange, of which there are some more on a slow machine.
        assert one.weights[table] == pytest.approx(rows, rel=5e-5, abs=1e-5), table
    assert one.position.targets == alone.position.targets
    assert one.position.loss == pytest.approx(alone.position.loss, rel=1e-4)


def weights_and_loss(run):
    weights = {name: rows.tobytes() for name, rows in run.weights.items()}
    return weights, run.position.loss, run.position.targets


@pytest.mark.parametrize(
    ("name", "architecture"), list(zip(OBJECTIVES, itertools.cycle(ARCHITECTURES), strict=False))
)
def test_deterministic_runs_do_not_depend_on_the_number_of_workers(name, architecture):
    found = []
    for workers, threads in ((2, 1), (1, 2), (3, 1)):
        run = make_run(name, architecture=architecture, deterministic=True)
        trained(run, Threads(), workers=workers, threads=threads, blocks=2)
        found.append(weights_and_loss(run))
        assert run.position.tokens == 2 * run.corpus.n_tokens
    assert found[1:] == found[:1] * 2
    assert run.position.loss / run.position.targets < run.bound.untrained_loss


@pytest.mark.parametrize("half", [False, True])
def test_the_number_of_blocks_makes_a_difference(half):
    found = []
    for workers, blocks in ((4, None), (1, 4), (1, 2)):
        run = make_run(deterministic=True)
        trained(run, Threads(), workers=workers, blocks=blocks, half=half)
        found.append(weights_and_loss(run))
        assert run.facts["rounds"]["blocks"] == (blocks or workers)
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_several_workers_train_every_token_once(architecture):
    run = make_run(architecture=architecture, epochs=3)
    trainer = trained(run, Threads(), workers=3, interval=0.001)
    assert run.position.tokens == 3 * run.corpus.n_tokens
    assert run.position.chunks == run.n_chunks
    assert run.position.loss / run.position.targets < run.bound.untrained_loss
    exchanges = trainer.exchanges
    assert exchanges.n >= 3
    assert exchanges.n_bytes > 0
    assert min(exchanges.seconds, exchanges.trained) > 0


def test_ray_trains_in_other_processes():
    pytest.importorskip("ray")
    run = make_run("hierarchical-softmax", epochs=4)
    trained(run, workers=2, interval=0.01)
    assert run.position.tokens == 4 * run.corpus.n_tokens
    assert run.position.loss / run.position.targets < run.bound.untrained_loss


def test_ray_gives_the_bytes_of_threads():
    pytest.importorskip("ray")
    of_threads, of_ray = (make_run("nce", deterministic=True) for _ in range(2))
    trained(of_threads, Threads(), workers=1, blocks=2)
    trained(of_ray, workers=2)
    assert weights_and_loss(of_ray) == weights_and_loss(of_threads)
