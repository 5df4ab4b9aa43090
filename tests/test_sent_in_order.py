"""Work in several threads whose results are sent in order."""

import threading

import pytest

from huffvec.threads import send_in_order


def test_results_are_sent_in_order_before_there_is_another_item():
    sent, seen = [], threading.Semaphore(0)

    def items():
        for item in range(20):
            yield item
            assert seen.acquire(timeout=30)

    def send(result):
        sent.append(result)
        seen.release()

    send_in_order(lambda item: item**2, items(), send, 3)
    assert sent == [item**2 for item in range(20)]


@pytest.mark.parametrize("bad", ["work", "send"])
def test_after_an_error_nothing_more_is_sent(bad):
    sent = []

    def fail_at_3(at, item):
        if at == bad and item == 3:
            raise ValueError(f"{at} failed")
        return item

    def send(item):
        sent.append(fail_at_3("send", item))

    with pytest.raises(ValueError, match=f"{bad} failed"):
        send_in_order(lambda item: fail_at_3("work", item), range(100), send, 2)
    assert sent == [0, 1, 2]


def test_what_was_taken_is_sent_though_the_next_item_fails():
    def items():
        yield from range(5)
        raise ValueError("no more")

    sent = []
    with pytest.raises(ValueError, match="no more"):
        send_in_order(str, items(), sent.append, 2)
    assert sent == ["0", "1", "2", "3", "4"]
