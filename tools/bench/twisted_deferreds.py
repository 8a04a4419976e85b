#!/usr/bin/python3
"""Prints how many nanoseconds one callback of a chain of ten costs with Twisted's own Deferred."""

import time

from twisted.internet.defer import Deferred

CHAINS = 3000


def chain(fire):
    d = Deferred()
    for _ in range(9):
        d.addCallback(lambda value: value + 1)
    d.addErrback(lambda failure: 0)
    fire(d)


def best(fire):
    times = []
    for _ in range(7):
        start = time.perf_counter_ns()
        for _ in range(CHAINS):
            chain(fire)
        times.append(time.perf_counter_ns() - start)
    return sorted(times)[3] / CHAINS / 10


print(best(lambda d: d.callback(1)))
