"""Signals are held back while something is half done."""

import signal
import threading

import pytest

from huffvec.errors import Terminated
from huffvec.signals import HeldSignals

HANDLED = signal.SIGINT  # conftest.py sees to it that it has Python's own handler


def held(done, *numbers):
    """Take signals and then do something, all of it held."""
    with HeldSignals():
        for number in numbers:
            signal.raise_signal(number)
        done.append("all of it")
    done.append("what comes after")


def test_the_first_signal_waits_for_the_end():
    done = []
    with pytest.raises(KeyboardInterrupt):
        held(done, HANDLED)
    assert done == ["all of it"]
    assert signal.getsignal(HANDLED) is signal.default_int_handler


def test_it_is_delivered_when_asked_for_and_later_ones_at_once():
    with HeldSignals() as signals:
        signals.deliver()  # there is none
        signal.raise_signal(HANDLED)
        with pytest.raises(KeyboardInterrupt):
            signals.deliver()
        signals.deliver()  # only once
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(HANDLED)


def test_a_second_signal_is_not_held():
    done = []
    with pytest.raises(KeyboardInterrupt):
        held(done, HANDLED, HANDLED)
    assert done == []
    assert signal.getsignal(HANDLED) is signal.default_int_handler


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="POSIX signals")
def test_what_handlers_raise_is_kept_and_others_are_left_alone():
    def terminate(number, frame):
        raise Terminated(number)

    before = signal.signal(signal.SIGTERM, terminate), signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with pytest.raises(Terminated, match=f"signal {signal.SIGTERM:d}"):
            held([], signal.SIGHUP, signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGHUP, before[1])


def test_nothing_is_held_in_other_threads():
    found = []

    def work():
        with HeldSignals():
            found.append(signal.getsignal(HANDLED))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]
