#!/usr/bin/python3
"""Prints what one function of a chain of ten costs with Twisted's own Deferred, in nanoseconds: with
values; with an error that passes by; with functions that return a Deferred that has fired."""

import statistics
import time

from twisted.internet.defer import Deferred, succeed

LINKS = 10
CHAINS = 2000
ROUNDS = 7


def values():
    d = Deferred()
    for _ in range(LINKS):
        d.addCallback(lambda value: value + 1)
    d.callback(1)


def errors_passing_by():
    d = Deferred()
    for _ in range(LINKS - 1):
        d.addCallback(lambda value: value + 1)
    d.addErrback(lambda failure: 0)
    d.errback(RuntimeError("boom"))


def returned():
    d = Deferred()
    for _ in range(LINKS):
        d.addCallback(lambda value: succeed(value + 1))
    d.callback(1)


def cost(chain):
    start = time.perf_counter_ns()
    for _ in range(CHAINS):
        chain()
    return (time.perf_counter_ns() - start) / CHAINS / LINKS


for chain in values, errors_passing_by, returned:
    print(statistics.median(cost(chain) for _ in range(ROUNDS)))
