"""Clusters of Ray that do not fit, and processes of them that are killed."""

import os
import signal
import socket
import sys
import threading
import time

import pytest
from test_cluster_training import make_run
from test_faults import Beside, check, wait_until

from huffvec.cluster import ray_machines
from huffvec.cluster.actors import ActorLostError
from huffvec.cluster.options import Ray
from huffvec.cluster.ray_machines import Host, RayMachines, RayPending
from huffvec.cluster.trainer import spread
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, MissingExtraError
from huffvec.training.callback_list import as_callback

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def cluster():
    """One cluster for all tests, which runs find and leave as it is."""
    ray.init(
        address="local",
        num_cpus=4,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
    )
    yield
    assert ray.is_initialized()
    ray.shutdown()


@pytest.fixture
def machines(cluster):
    found = RayMachines("auto", 1)
    yield found
    found.close()


def test_no_ray(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    message = r"training on many machines needs the package ray: pip install 'huffvec\[ray\]'\."
    with pytest.raises(MissingExtraError, match=message), spread(make_run(), Ray()):
        pass


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_no_cluster_at_the_address(scheme):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"{scheme}127.0.0.1:{server.getsockname()[1]}"
    message = f"there is no Ray cluster at '{address}' .*Connection refused.*: start one as"
    with pytest.raises(ConfigError, match=message):
        RayMachines(address, 1)


def test_a_hint_where_a_token_may_be_asked_for(monkeypatch):
    monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
    hint = r"the address local\. If the cluster asks for a token: set RAY_AUTH_MODE=token, and have"
    with pytest.raises(ConfigError, match=hint):
        RayMachines("127.0.0.1:1", 1)
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    with pytest.raises(ConfigError, match=r"the address local\.$"):
        RayMachines("127.0.0.1:1", 1)


def test_an_address_that_is_right_is_not_proposed():
    assert str(ray_machines._no_cluster("auto", "none")).endswith("the address local.")


def test_an_address_that_is_nearly_a_name():
    with pytest.raises(ConfigError, match=r"the address local\. Did you mean 'local'\?$"):
        RayMachines("Local", 1)


def test_too_many_workers_for_this_machine_alone(monkeypatch):
    monkeypatch.setattr(ray_machines, "usable_threads", lambda: 2)
    message = "this machine has 2 processors, but workers times threads are 40: lower one"
    with pytest.raises(ConfigError, match=message):
        RayMachines("local", 40)


def test_signals_wait_until_ray_has_started(monkeypatch):
    done = []

    def init(**_):
        signal.raise_signal(signal.SIGINT)
        done.append("init")

    monkeypatch.setattr(ray, "init", init)
    monkeypatch.setattr(ray, "shutdown", lambda: done.append("shutdown"))
    with pytest.raises(KeyboardInterrupt):
        RayMachines("local", 1)
    assert done == ["init", "shutdown"]


def test_too_few_processors(cluster):
    message = "the Ray cluster has 4 processors, but workers times threads are 6: lower one"
    with pytest.raises(ConfigError, match=message), spread(make_run(), Ray(workers=3, threads=2)):
        pass


def test_machines_with_another_version(machines, monkeypatch):
    monkeypatch.setattr(ray_machines, "__version__", "0.0.1")
    actor = machines.start(TrainingConfig, processors=0)
    message = r"the run has huffvec 0\.0\.1, but .* has .*: install the same version everywhere"
    with pytest.raises(ConfigError, match=message):
        actor.call("to_dict").result()


def test_machines_without_huffvec(machines, tmp_path):
    (tmp_path / "huffvec.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'huffvec'\", name='huffvec')\n"
    )
    without = {"env_vars": {"PYTHONPATH": str(tmp_path)}}
    handle = ray.remote(Host).options(runtime_env=without).remote()
    with pytest.raises(ConfigError, match="a machine of the cluster has no huffvec: install"):
        RayPending(handle.check.remote("1")).result()


def test_errors_arrive_as_they_are(machines):
    actor = machines.start(TrainingConfig, processors=0, dim=0)
    with pytest.raises(ConfigError, match="dim must be") as raised:
        actor.call("to_dict").result()
    assert raised.value.options == ("dim",)
    actor = machines.start(TrainingConfig, processors=0)
    with pytest.raises(AttributeError, match="no attribute 'fly'"):
        actor.call("fly").result()
    pid = process(actor)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ActorLostError, match="The actor died"):
        actor.call("to_dict").result()


def process(actor):
    return ray.get(actor.handle.__ray_call__.remote(lambda _: os.getpid()))


def test_killed_and_stopped_processes(cluster):
    run = make_run(epochs=10)
    is_done = threading.Event()

    def kill(trainer):
        crew = trainer._crew
        wait_until(lambda: trainer.totals().chunks > 10)
        os.kill(process(crew._owners[0]), signal.SIGKILL)
        wait_until(lambda: trainer.totals().chunks > run.n_chunks // 4)
        os.kill(process(crew.members[0].actor), signal.SIGKILL)
        wait_until(lambda: trainer.totals().chunks > run.n_chunks // 2)
        stopped = process(next(one.actor for one in crew.members if one.speed))
        os.kill(stopped, signal.SIGSTOP)
        time.sleep(0.5)
        os.kill(stopped, signal.SIGCONT)
        is_done.set()

    before = signal.getsignal(signal.SIGTERM)
    with spread(run, Ray(workers=2, interval=0.05)) as trainer:
        run.train(as_callback(Beside(lambda: kill(trainer))))
    check(run)
    assert is_done.is_set()
    assert signal.getsignal(signal.SIGTERM) is before
