"""Readers of the store, lent to worker threads."""

from __future__ import annotations

import threading

import pytest

from tests.tui.hand_written import Served, registrations
from tracer.errors import NotFoundError, UsageError
from tracer.flows import EventFilter
from tui.source import READERS, Source, SourcePool, one_line


def test_a_reader_is_kept_for_the_next_request() -> None:
    pool = SourcePool(Served().open)
    with pool.borrow() as first:
        pass
    with pool.borrow() as second:
        assert second is first


def test_two_requests_at_the_same_time_never_share_one() -> None:
    pool = SourcePool(Served().open)
    with pool.borrow() as first, pool.borrow() as second:
        assert first is not second


def test_the_reader_that_was_opened_first_is_lent_first() -> None:
    pool = SourcePool(Served().open)
    with pool.borrow() as first, pool.borrow():
        pass
    with pool.borrow() as again:
        assert again is first


def test_no_more_readers_than_the_bound_are_at_work() -> None:
    pool, at_work, most, lock = SourcePool(Served(registrations(1)).open), 0, 0, threading.Lock()
    gate = threading.Barrier(READERS)

    def work() -> None:
        nonlocal at_work, most
        with pool.borrow() as source:
            with lock:
                at_work += 1
                most = max(most, at_work)
            gate.wait(10)
            source.events(EventFilter())
            with lock:
                at_work -= 1

    threads = [threading.Thread(target=work) for _ in range(READERS * 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == READERS


def test_a_reader_that_failed_is_closed_and_opened_anew() -> None:
    served = Served(trouble=OSError("gone"))
    pool = SourcePool(served.open)
    with pytest.raises(OSError, match="gone"), pool.borrow() as source:
        source.version()
    assert served.closed == 1


def test_a_thing_that_is_not_there_is_no_failure_of_the_reader() -> None:
    served = Served()
    pool = SourcePool(served.open)
    with pytest.raises(NotFoundError), pool.borrow() as source:
        source.flow("kafka://nowhere/0/0")
    assert served.closed == 0


def test_readers_at_work_when_the_store_was_replaced_are_closed_when_they_come_back() -> None:
    served = Served()
    pool = SourcePool(served.open)
    with pool.borrow():
        pool.forget()
        assert served.closed == 0
    assert served.closed == 1


def test_a_store_that_cannot_be_opened_gives_its_place_back() -> None:
    def fail() -> Source:
        raise UsageError("the store is not there", "make one")

    pool = SourcePool(fail)
    for _ in range(READERS + 1):
        with pytest.raises(UsageError), pool.borrow():
            pass


def test_an_error_is_one_line() -> None:
    assert one_line(UsageError("no store", "make one")) == "no store: make one"
    assert one_line(OSError("first\nsecond")) == "OSError: first"
    assert one_line(ValueError()) == "ValueError"
