#!/usr/bin/python3
"""Prints what one function of a chain of ten costs with Twisted's own Deferred, in nanoseconds: with
values; with an error that passes by; with functions that return a Deferred that has fired."""

import statistics
import timeit

from twisted.internet.defer import Deferred, succeed

LINKS = 10
CHAINS = 2000


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


for chain in values, errors_passing_by, returned:
    seconds = timeit.repeat(chain, "gc.enable()", number=CHAINS, repeat=7)
    print(statistics.median(seconds) / CHAINS / LINKS * 1e9)
