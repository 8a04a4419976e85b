#!/usr/bin/python3
"""Sends a poem to whoever connects, with Twisted. Prints its port.

    twisted_server.py poetry/ecstasy.txt
"""

import sys

from twisted.internet import protocol, reactor

BACKLOG = 4096


class Poetry(protocol.Protocol):
    def connectionMade(self):
        self.transport.write(self.factory.poem)
        self.transport.loseConnection()


class PoetryFactory(protocol.Factory):
    protocol = Poetry
    noisy = False

    def __init__(self, poem):
        self.poem = poem


with open(sys.argv[1], "rb") as file:
    factory = PoetryFactory(file.read())
port = reactor.listenTCP(0, factory, backlog=BACKLOG, interface="127.0.0.1")
print(port.getHost().port, flush=True)
reactor.run()
