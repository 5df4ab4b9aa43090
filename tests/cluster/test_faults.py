"""Workers and owners that die or hang: every token is counted once, and the run learns."""

import random
import threading
import time

import numpy as np
import pytest
from mortal_threads import MortalThreads
from test_cluster_training import make_run

from huffvec.cluster import crew, member
from huffvec.cluster.options import Ray
from huffvec.cluster.owner import Owner
from huffvec.cluster.task import Task
from huffvec.cluster.trainer import spread
from huffvec.cluster.worker import Worker
from huffvec.errors import TooLargeError, TrainingError
from huffvec.training.callback_list import as_callback
from huffvec.training.callbacks import Callback

EPOCHS = 20


def trained(run, machines, at_times=None, workers=2):
    """Train a run while a function is called with its trainer, until it has had enough."""
    with spread(run, Ray(workers=workers, interval=0.01), machines) as trainer:
        thread = threading.Thread(target=at_times, args=(trainer,)) if at_times else None
        if thread:
            thread.start()
        run.train(as_callback(None))
        if thread:
            thread.join()
    return trainer


def wait_until(is_so):
    for _ in range(20_000):
        if is_so():
            return
        time.sleep(0.005)
    raise AssertionError("it never came")


class Pause(Callback):
    """Lets some time pass with every epoch."""

    def epoch(self, report):
        time.sleep(0.05)


def check(run):
    assert run.position.tokens == run.config.epochs * run.corpus.n_tokens
    assert run.position.chunks == run.n_chunks
    assert run.position.loss / run.position.targets < run.bound.untrained_loss


@pytest.mark.parametrize("kind", ["Worker", "Owner", "both"])
@pytest.mark.parametrize("seed", range(3))
def test_whoever_dies_is_replaced(kind, seed, monkeypatch, caplog):
    monkeypatch.setattr(crew, "MOST_LOSSES", 20)
    run, machines, rng = make_run(epochs=EPOCHS), MortalThreads(), random.Random(seed)

    def kill(trainer):
        for step in range(3):
            goal = run.n_chunks * (step + rng.random()) / 4
            wait_until(lambda goal=goal: trainer.totals().chunks > goal)
            name = rng.choice(["Worker", "Owner"]) if kind == "both" else kind
            of_now = machines.by_kind[name][-2:]
            rng.choice(of_now).kill()

    trained(run, machines, kill)
    check(run)
    assert "has died; another one takes its place" in caplog.text


def test_workers_that_die_at_once_end_a_run(monkeypatch):
    machines = MortalThreads()
    start = machines.start

    def start_dead(kind, *values, **options):
        actor = start(kind, *values, **options)
        if kind is Worker:
            actor.kill()
        return actor

    monkeypatch.setattr(machines, "start", start_dead)
    with pytest.raises(TrainingError, match="workers die before they have done anything, 7 by now"):
        trained(make_run(), machines)


def test_owner_and_workers_that_die_together_end_a_run():
    run, machines = make_run(epochs=EPOCHS), MortalThreads()

    def kill(trainer):
        wait_until(lambda: trainer.totals().chunks > 20)
        for actor in [*machines.by_kind["Worker"], machines.by_kind["Owner"][0]]:
            actor.kill()

    with pytest.raises(TrainingError, match="go on from the newest checkpoint"):
        trained(run, machines, kill)


def test_owner_and_workers_that_die_before_anything_is_trained(monkeypatch):
    run, machines = make_run(), MortalThreads()
    start = machines.start

    def start_dead(kind, *values, **options):
        actor = start(kind, *values, **options)
        if len(machines.by_kind.get("Worker", ())) == 2 and kind is Worker:
            for one in [*machines.by_kind["Worker"], *machines.by_kind["Owner"]]:
                one.kill()
        return actor

    monkeypatch.setattr(machines, "start", start_dead)
    trained(run, machines)
    check(run)


def test_a_hung_worker_slows_nobody_and_counts_nothing_twice(monkeypatch):
    monkeypatch.setattr(member, "LATE", 0.5)
    run, machines = make_run(epochs=EPOCHS), MortalThreads()

    def hang(trainer):
        wait_until(lambda: trainer.totals().chunks > 20)
        one = machines.by_kind["Worker"][0]
        one.hang()
        wait_until(lambda: trainer.totals().chunks > run.n_chunks // 2)
        one.go_on()

    trained(run, machines, hang)
    check(run)


def test_a_worker_that_says_nothing_for_long_is_replaced(monkeypatch, caplog):
    monkeypatch.setattr(member, "LATE", 0.1)
    monkeypatch.setattr(crew, "LONGEST_SILENCE", 0.3)
    monkeypatch.setattr(crew, "PATIENCE", 0.0)
    run, machines = make_run(epochs=EPOCHS), MortalThreads()

    def hang(trainer):
        wait_until(lambda: trainer.totals().chunks > 20)
        machines.by_kind["Worker"][0].hang()

    with spread(run, Ray(workers=2, interval=0.01), machines) as trainer:
        thread = threading.Thread(target=hang, args=(trainer,))
        thread.start()
        run.train(as_callback(Pause()))
        thread.join()
    check(run)
    assert "Worker 0 has died" in caplog.text


def test_an_error_in_a_worker_arrives_as_it_is(monkeypatch):
    def fail(*_, **__):
        raise ValueError("the engine is out of order")

    monkeypatch.setattr(Worker, "train", fail)
    with pytest.raises(ValueError, match="the engine is out of order"):
        trained(make_run(), MortalThreads())


def test_too_little_memory(monkeypatch):
    run, owner = make_run(), Owner({"t": np.zeros((100, 4), np.float32)})
    monkeypatch.setattr("huffvec.memory.free_memory", lambda: 1000)
    message = "a worker on .* would take .*: lower dim, or let fewer workers share a machine"
    with pytest.raises(TooLargeError, match=message):
        Task.of(run.bound, run.plan(), run.padded).allocate()
    message = "what a worker has of the rows, on .* would take .*: lower dim, or let fewer"
    with pytest.raises(TooLargeError, match=message):
        owner.join(1)
    with pytest.raises(TooLargeError, match="lower dim, or let fewer workers share a machine"):
        trained(run, MortalThreads())


def test_a_worker_that_has_left_does_not_come_back():
    owner = Owner({"t": np.zeros((3, 2), np.float32)})
    owner.leave(5)
    owner.join(5)
    with pytest.raises(KeyError):
        owner.exchange(5, {})
