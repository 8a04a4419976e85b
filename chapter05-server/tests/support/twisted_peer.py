#!/usr/bin/python3
"""The other side, written by others: Twisted as a client of our servers, and as an origin.

    twisted_peer.py get PORT COUNT          fetches the poem COUNT times at once, prints it if all agree
    twisted_peer.py serve FILE              serves a poem; prints its port
    twisted_peer.py transform PORT REQUEST...   sends netstrings at once, prints each answer
"""
import sys

from twisted.internet import defer, error, protocol, reactor
from twisted.protocols import basic


class GetPoetry(protocol.Protocol):
    def __init__(self, poem):
        self.bytes, self.poem = b"", poem

    def dataReceived(self, data):
        self.bytes += data

    def connectionLost(self, reason):
        if reason.check(error.ConnectionDone):
            self.poem.callback(self.bytes)
        else:
            self.poem.errback(reason)


def get(port, count):
    poems = []
    for _ in range(count):
        poem = defer.Deferred()
        creator = protocol.ClientCreator(reactor, GetPoetry, poem)
        creator.connectTCP("127.0.0.1", port).addErrback(poem.errback)
        poems.append(poem)
    return defer.gatherResults(poems)


class ServePoetry(protocol.Protocol):
    def connectionMade(self):
        self.transport.write(self.factory.poem)
        self.transport.loseConnection()


class Transform(basic.NetstringReceiver):
    MAX_LENGTH = 10000000

    def __init__(self, requests, done):
        self.requests, self.answers, self.done = requests, [], done

    def connectionMade(self):
        for request in self.requests:
            self.sendString(request)

    def stringReceived(self, answer):
        self.answers.append(answer)
        if len(self.answers) == len(self.requests):
            self.transport.loseConnection()

    def connectionLost(self, reason):
        self.done.callback(self.answers)


def show(lines):
    for line in lines:
        sys.stdout.buffer.write(line)
    sys.stdout.flush()


def end(failure=None):
    if failure is not None:
        print(failure.getErrorMessage(), file=sys.stderr)
    if reactor.running:
        reactor.stop()


def main(what, *arguments):
    if what == "serve":
        factory = protocol.ServerFactory()
        factory.protocol = ServePoetry
        with open(arguments[0], "rb") as poem:
            factory.poem = poem.read()
        port = reactor.listenTCP(0, factory, interface="127.0.0.1")
        print("Serving on port %d." % port.getHost().port, flush=True)
    elif what == "get":
        poems = get(int(arguments[0]), int(arguments[1]))
        poems.addCallback(lambda all: show(sorted(set(all))))
        poems.addCallbacks(lambda _: end(), end)
    else:
        done = defer.Deferred()
        requests = [request.encode() for request in arguments[1:]]
        creator = protocol.ClientCreator(reactor, Transform, requests, done)
        creator.connectTCP("127.0.0.1", int(arguments[0])).addErrback(end)
        done.addCallback(lambda answers: show(answer + b"\n" for answer in answers))
        done.addCallbacks(lambda _: end(), end)
    reactor.run()


main(*sys.argv[1:])
