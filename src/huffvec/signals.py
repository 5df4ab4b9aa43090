"""Signals that stop a process, deferred while something must not be interrupted."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

# Not all of them are on every system.
_NUMBERS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class HeldSignals:
    """Holds back the first signal that comes in a ``with`` statement.

    Handlers in Python run between any two steps of the main thread, and what they raise
    (`KeyboardInterrupt`, say) leaves things half done. Here the first signal's handler waits for
    `deliver`, or for the end of the statement. Those after it run at once: who insists gets
    their way.

    Signals without a handler in Python are left alone. In threads other than the main one, where no
    handler runs, this does nothing.
    """

    def __enter__(self) -> HeldSignals:
        self._handlers: dict[int, Callable[[int, FrameType | None], Any]] = {}
        self._held: int | None = None
        self._came = False
        if threading.current_thread() is threading.main_thread():
            try:
                self._install()
            except BaseException:
                self._restore()
                raise
        return self

    def __exit__(self, *error: object) -> None:
        self._restore()
        self.deliver()

    def deliver(self) -> None:
        """Run the handler of the signal that is held, if one is; it may raise."""
        if self._held is not None:
            number, self._held = self._held, None
            self._handlers[number](number, None)

    def _install(self) -> None:
        for number in _NUMBERS:
            handler = signal.getsignal(number)
            if callable(handler):
                self._handlers[number] = handler
                signal.signal(number, self._handle)

    def _restore(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._came:
            self._held = None
            self._handlers[number](number, frame)
        else:
            self._held, self._came = number, True
