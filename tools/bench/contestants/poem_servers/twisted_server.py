#!/usr/bin/python3
"""twisted_server.py POEM: sends a poem to each client, with Twisted."""

import sys

from twisted.internet import protocol, reactor


class Poetry(protocol.Protocol):
    def connectionMade(self):
        self.transport.write(poem)
        self.transport.loseConnection()


with open(sys.argv[1], "rb") as file:
    poem = file.read()
factory = protocol.Factory.forProtocol(Poetry)
factory.noisy = False
port = reactor.listenTCP(0, factory, backlog=4096, interface="127.0.0.1")
print(port.getHost().port, flush=True)
reactor.run()
