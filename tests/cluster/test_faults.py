"""Workers and owners that die or hang: every token is counted once, and the run learns.

A deterministic one learns the same, to the byte.
"""

import itertools
import random
import threading
import time

import pytest
from mortal_threads import MortalThreads
from test_cluster_training import make_run, weights_and_loss

from huffvec.cluster import crew, member
from huffvec.cluster.crew import Crew
from huffvec.cluster.options import Ray
from huffvec.cluster.owner import Owner
from huffvec.cluster.task import Task
from huffvec.cluster.trainer import spread
from huffvec.cluster.worker import Worker
from huffvec.engine import engine
from huffvec.errors import TooLargeError, TrainingError
from huffvec.training.callback_list import as_callback
from huffvec.training.callbacks import Callback

EPOCHS = 20
ROUNDS = 4  # of an epoch, where the run is deterministic and a round has three blocks


class Beside(Callback):
    """Has a function done in a thread beside a run; the last epoch waits until it is done."""

    def __init__(self, function):
        self._thread = threading.Thread(target=function)

    def start(self, run):
        assert run.config.epochs > 1
        self._thread.start()

    def epoch(self, report):
        if report.epoch == report.epochs - 1:
            self._thread.join()


def trained(run, machines, at_times=None, workers=2, blocks=None):
    """Train a run while a function is called with its trainer."""
    with spread(run, Ray(workers=workers, interval=0.01, blocks=blocks), machines) as trainer:
        run.train(as_callback(Beside(lambda: at_times(trainer)) if at_times else None))
    return trainer


def wait_until(is_so):
    for _ in range(20_000):
        if is_so():
            return
        time.sleep(0.005)
    raise AssertionError("it never came")


def check(run):
    assert run.position.tokens == run.config.epochs * run.corpus.n_tokens
    assert run.position.chunks == run.n_chunks
    assert run.position.loss / run.position.targets < run.bound.untrained_loss


def killing(run, machines, kind, seed):
    """Return a function that kills three workers or owners, or some of both, during a run."""
    rng = random.Random(seed)

    def kill(trainer):
        for step in range(3):
            goal = run.n_chunks * (step + rng.random()) / 4
            wait_until(lambda goal=goal: trainer.totals().chunks > goal)
            name = rng.choice(["Worker", "Owner"]) if kind == "both" else kind
            of_now = machines.by_kind[name][-2:]
            rng.choice(of_now).kill()

    return kill


@pytest.mark.parametrize("kind", ["Worker", "Owner", "both"])
@pytest.mark.parametrize("seed", range(3))
def test_whoever_dies_is_replaced(kind, seed, monkeypatch, caplog):
    monkeypatch.setattr(crew, "MOST_LOSSES", 20)
    run, machines = make_run(epochs=EPOCHS), MortalThreads()
    trained(run, machines, killing(run, machines, kind, seed))
    check(run)
    assert "has died; another one takes its place" in caplog.text


@pytest.fixture(scope="module")
def undisturbed():
    run = make_run(epochs=EPOCHS, deterministic=True)
    trained(run, MortalThreads(), workers=1, blocks=3)
    return weights_and_loss(run)


@pytest.mark.parametrize("kind", ["Worker", "Owner", "both"])
@pytest.mark.parametrize("seed", range(3))
def test_deaths_change_no_byte(kind, seed, undisturbed, monkeypatch, caplog):
    monkeypatch.setattr(crew, "MOST_LOSSES", 20)
    run, machines = make_run(epochs=EPOCHS, deterministic=True), MortalThreads()
    trained(run, machines, killing(run, machines, kind, seed), blocks=3)
    assert weights_and_loss(run) == undisturbed
    assert "has died; another one takes its place" in caplog.text


@pytest.mark.parametrize("method", ["put", "lacks", "merge", "news", "rows"])
@pytest.mark.parametrize("n_before", [0, 7, 8])
def test_an_owner_that_dies_at_any_call_changes_no_byte(method, n_before, undisturbed, monkeypatch):
    run, machines = make_run(epochs=EPOCHS, deterministic=True), MortalThreads()
    whole, n_calls = getattr(Owner, method), itertools.count()

    def dies_once(self, *values):
        if next(n_calls) == n_before:
            machines.by_kind["Owner"][0].kill()
        return whole(self, *values)

    monkeypatch.setattr(Owner, method, dies_once)
    trained(run, machines, blocks=3)
    assert weights_and_loss(run) == undisturbed
    assert len(machines.by_kind["Owner"]) == 3


def test_an_owner_and_a_worker_that_die_before_a_round_is_merged_change_no_byte(
    undisturbed, monkeypatch
):
    run, machines = make_run(epochs=EPOCHS, deterministic=True), MortalThreads()
    whole, n_calls = Owner.lacks, itertools.count()

    def dies_once(self, *values):
        actor = machines.by_kind["Owner"][0]
        if actor.made() is self and next(n_calls) == 4:
            machines.by_kind["Worker"][0].kill()
            actor.kill()
        return whole(self, *values)

    monkeypatch.setattr(Owner, "lacks", dies_once)
    trained(run, machines, blocks=3)
    assert weights_and_loss(run) == undisturbed


def test_a_run_that_stops_after_a_round_goes_on_to_the_same_bytes(undisturbed):
    run, totals = make_run(epochs=EPOCHS, deterministic=True), engine().Totals()
    epoch = run.n_chunks // EPOCHS
    for workers, share in ((2, 0.1), (1, 0.4), (3, 1.0)):
        with spread(run, Ray(workers=workers, blocks=3), MortalThreads()) as trainer:
            while totals.chunks < share * run.n_chunks:
                end = totals.chunks - totals.chunks % epoch + epoch
                trainer.start(totals.chunks, end, 1, totals)
                wait_until(lambda before=totals: trainer.totals().chunks > before.chunks)
                trainer.stop()
                wait_until(lambda trainer=trainer: trainer.wait(1.0))
                totals = trainer.totals()
    assert {name: rows.tobytes() for name, rows in run.weights.items()} == undisturbed[0]
    assert (totals.loss, totals.targets) == undisturbed[1:]


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


def test_owner_and_workers_that_die_together_end_a_run(monkeypatch):
    """Before the end of an epoch, when nobody else has any rows but those from before it."""
    run, machines = make_run(epochs=EPOCHS, deterministic=True), MortalThreads()
    merge = Crew.merge

    def kill_and_merge(crew, n_blocks):
        if crew.n_merged == ROUNDS - 1:
            for actor in [*machines.by_kind["Worker"], machines.by_kind["Owner"][0]]:
                actor.kill()
        return merge(crew, n_blocks)

    monkeypatch.setattr(Crew, "merge", kill_and_merge)
    with pytest.raises(TrainingError, match="go on from the newest checkpoint"):
        trained(run, machines, blocks=3)


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

    class HangOnce(Callback):
        """Lets a worker hang after the first epoch, and time pass with every one."""

        def epoch(self, report):
            if report.epoch == 1:
                machines.by_kind["Worker"][0].hang()
            time.sleep(0.05)

    with spread(run, Ray(workers=2, interval=0.01), machines):
        run.train(as_callback(HangOnce()))
    check(run)
    assert "Worker 0 has died" in caplog.text


def test_an_error_in_a_worker_arrives_as_it_is(monkeypatch):
    def fail(*_, **__):
        raise ValueError("the engine is out of order")

    monkeypatch.setattr(Worker, "train", fail)
    with pytest.raises(ValueError, match="the engine is out of order"):
        trained(make_run(), MortalThreads())


def test_too_little_memory(monkeypatch):
    run = make_run()
    monkeypatch.setattr("huffvec.memory.free_memory", lambda: 1000)
    message = "a worker on .* would take .*: lower dim, or let fewer workers share a machine"
    with pytest.raises(TooLargeError, match=message):
        Task.of(run.bound, run.plan(), run.padded).allocate()
    with pytest.raises(TooLargeError, match="lower dim, or let fewer workers share a machine"):
        trained(run, MortalThreads())
