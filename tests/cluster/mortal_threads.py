"""Threads as machines, whose actors die or hang when a test says so."""

import threading
from concurrent.futures import Future

from huffvec.cluster.actors import ActorLostError, ThreadActor, Threads


class MortalActor:
    """An object in threads that can die, as a process that is killed, and hang."""

    def __init__(self, make):
        self._inner = ThreadActor(make)
        self._lock, self._dead = threading.Lock(), False
        self._pending, self._awake = set(), threading.Event()
        self._awake.set()

    def call(self, method, *values, **options):
        answer = Future()
        with self._lock:
            if self._dead:
                answer.set_exception(ActorLostError("it was killed"))
                return answer
            self._pending.add(answer)
            asked = self._inner.call(method, *values, **options)
        asked.add_done_callback(lambda done: self._deliver(answer, done))
        return answer

    def _deliver(self, answer, done):
        self._awake.wait()
        with self._lock:
            if answer in self._pending:
                self._pending.remove(answer)
                if done.exception():
                    answer.set_exception(done.exception())
                else:
                    answer.set_result(done.result())

    def made(self):
        return self._inner._made.result()

    def hang(self):
        self._awake.clear()

    def go_on(self):
        self._awake.set()

    def kill(self):
        with self._lock:
            self._dead, pending, self._pending = True, self._pending, set()
        self._awake.set()
        self._inner.kill()
        for answer in pending:
            answer.set_exception(ActorLostError("it was killed"))


class MortalThreads(Threads):
    """Machines with the owners and the workers that were ever started."""

    def __init__(self):
        super().__init__()
        self.by_kind = {}

    def start(self, kind, *values, processors, **options):
        actor = MortalActor(lambda: kind(*values, **options))
        self._actors.append(actor)
        self.by_kind.setdefault(kind.__name__, []).append(actor)
        return actor
