"""How times and queries are taken."""

import gc
import resource
import time
from collections.abc import Callable
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.registry import Result


def compare_times(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    rounds: int = 21,
    warmup: int = 3,
    label: str = "",
    clock: Callable[[], float] = time.perf_counter,
) -> Result:
    """Return the medians of both in milliseconds, and the median of the ratios.

    The two take turns, and which one starts alternates, so that a machine that
    slows down or speeds up meanwhile weighs on both alike.
    """
    for _ in range(warmup):
        ours()
        theirs()
    our_times, their_times = [], []
    for number in range(rounds):
        pair = [(ours, our_times), (theirs, their_times)]
        for function, times in pair if number % 2 else reversed(pair):
            times.append(take_time(function, clock))
    ratios = [a / b for a, b in zip(our_times, their_times, strict=True)]
    return Result(median(our_times), median(their_times), median(ratios), label)


def take_time(
    function: Callable[[], object], clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return how long one call takes, in milliseconds, without the collector.

    ``clock`` returns seconds; ``get_child_seconds`` is the one for subprocesses.
    """
    gc.collect()
    gc.disable()
    try:
        start = clock()
        function()
        return (clock() - start) * 1000
    finally:
        gc.enable()


def get_child_seconds() -> float:
    """Return the processor time of all ended child processes so far.

    Steadier than the wall clock: waiting for a busy machine is not counted.
    """
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def count_queries(function: Callable[[], object]) -> int:
    """Return how many queries one call makes. Warm the caches up before."""
    with CaptureQueriesContext(connection) as queries:
        function()
    return len(queries)
