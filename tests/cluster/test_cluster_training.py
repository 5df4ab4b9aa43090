"""Runs on several workers: in threads of this process, and in processes of Ray."""

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
def test_one_worker_learns_what_a_single_process_does(name, monkeypatch):
    monkeypatch.setattr("huffvec.cluster.member.SHORT_EXCHANGE", -1.0)  # leases in order
    alone, one = make_run(name), make_run(name)
    alone.train(as_callback(None))
    trained(one, Threads(), workers=1, interval=0.001)
    for table, rows in alone.weights.items():
        assert one.weights[table] == pytest.approx(rows, abs=1e-5), table
    assert one.position.targets == alone.position.targets
    assert one.position.loss == pytest.approx(alone.position.loss, rel=1e-4)


@pytest.mark.parametrize("architecture", [*WORD_ARCHITECTURES, "dbow", "dbow-words", "dm"])
def test_several_workers_train_every_token_once(architecture):
    run = make_run(architecture=architecture, epochs=3)
    trainer = trained(run, Threads(), workers=3, interval=0.001)
    assert run.position.tokens == 3 * run.corpus.n_tokens
    assert run.position.chunks == run.n_chunks
    assert run.position.loss / run.position.targets < run.bound.untrained_loss
    assert sum(one.tokens for one in trainer.log) == run.position.tokens


def test_ray_trains_in_other_processes():
    pytest.importorskip("ray")
    run = make_run("hierarchical-softmax", epochs=4)
    trained(run, workers=2, interval=0.01)
    assert run.position.tokens == 4 * run.corpus.n_tokens
    assert run.position.loss / run.position.targets < run.bound.untrained_loss
