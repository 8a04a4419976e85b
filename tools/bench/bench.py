#!/usr/bin/env python3
"""Measures the lab beside others, round by round, and prints JSON, or Markdown.

clients:  how close the chapters' clients come to the ideal, the time of the slowest server.
reactor:  what an event and a timer cost, beside other loops.
deferred: what a Deferred costs, beside other ways to call one function after another.
servers:  what chapter 5's servers cost, beside others'.

A machine is never quite quiet, so what counts are ratios, each of two things that were measured in turn
in one round. What was not installed when the lab was configured is skipped, and the results say so.

Example:
  tools/bench/bench.py clients > build/bench-clients.json
  tools/bench/bench.py clients --table --from build/bench-clients.json
"""

import argparse
import contextlib
import json
import operator
import os
import re
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True  # the sources' folder is for sources

from processes import (CORES, Server, built, burst_of_at_most, cpu_seconds_of_burst, descriptor_limit,
                       dropped_connects, output_of, run_client)
from results import aim, aim_of, contest, markdown, summary

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
POEM = f"{ROOT}/poetry/ecstasy.txt"
PYTHON = "/usr/bin/python3"  # the system's, which has Twisted if it is installed


class Measure:
    """One benchmark: it fills its contests and aims."""

    def __init__(self, options):
        self.build, self.quick = options.build, options.quick
        self.tools = f"{options.build}/tools/bench"
        self.rounds = 1 if options.quick else options.rounds or self.rounds
        self.contests, self.aims = [], []
        self.introduction = f". Median of {self.rounds} rounds (least–most)."
        self.measure()

    def each_round(self, what, rounds=None):
        for number in range(1, (rounds or self.rounds) + 1):
            print(f"{what}, round {number} of {rounds or self.rounds}", file=sys.stderr, flush=True)
            yield number

    def benchmarks_of(self, program):
        """What a program on Google Benchmark has found in every round, and what it says of itself."""
        command = built(f"{self.tools}/{program}"), "--benchmark_format=json", *["--quick"] * self.quick
        rounds = [output_of(*command) for _ in self.each_round(program)]
        return [each for one in rounds for each in one["benchmarks"]], rounds[0]["context"]


def missing(packages, there):
    return {name: f"{package} is not installed" for name, package in packages.items()
            if name not in there}


# ---- Clients -------------------------------------------------------------------------------------

BARE = "bare-epoll-client"  # the yardstick, which runs first
CLIENTS = {  # how many poems it can be asked for
    BARE: 10_000, "chapter01-blocking/get-poetry": 10, "chapter01-blocking/get-poetry-threads": 10_000,
    "chapter02-select/get-poetry": 1000, "chapter02-select/get-poetry-poll": 10_000,
    "chapter02-select/get-poetry-epoll": 10_000, "chapter03-reactor/get-poetry-2": 10_000,
    "chapter03-reactor/get-poetry": 10_000, "chapter03-reactor/get-poetry, select": 1000}
WHY_NO_MORE = {10: "one poem after the other would take the sum of all",
               1000: "select cannot watch that many sockets (FD_SETSIZE)"}


def client_contest(poems, timetable, runs):
    """One that has failed, or cannot take that many, has no figures."""
    failed = {name: run["failure"] for name, each in runs.items() for run in each if "failure" in run}
    whole = {name: each for name, each in runs.items() if each and name not in failed}
    if BARE not in whole:
        raise RuntimeError(f"{BARE}: {failed[BARE]}")
    size, chunks, delay = timetable
    columns = [("time / slowest server's", 3, "toServer"), ("time / bare's", 3, "/seconds"),
               ("CPU, s", 3, "cpuSeconds"), ("CPU / bare's", 3, "/cpuSeconds"),
               ("peak, MiB", "{median:.1f}", "peakMiB")]
    return contest(f"{poems:,} poems of {size:,} bytes, each in {chunks} chunks, {delay:g} s apart: "
                   f"{chunks * delay:g} s a poem.", columns, BARE, whole,
                   {name: failed.get(name) or WHY_NO_MORE[CLIENTS[name]] for name in runs
                    if name not in whole}, "client")


def memory_of(name, contests, run_light):
    """What a connection takes beside its poem's bytes: from the client's peaks with the fewest poems and
    with the most, and from one run more with as many that hardly weigh anything: one chunk, and then
    silence until all are connected. Nothing for few: a page more or less would spoil the figure."""
    peaks = [(poems, statistics.median(run["peakMiB"] for run in each["runs"]))
             for poems, contest in contests.items() for each in contest["results"]
             if each["name"] == name and "runs" in each]
    if len(peaks) < 2 or peaks[-1][0] < 1000:
        return []
    (few, few_peak), *_, (many, peak) = peaks
    light = run_light(name, many)["peakMiB"]
    return [{"connections": many, "light": (light - few_peak) * 2**20 / (many - few) - 100,
             "whole": (peak - few_peak) * 2**20 / (many - few) - 3000}]


def memory_contest(contests, run_light):
    runs = {name: memory_of(name, contests, run_light) for name in CLIENTS}
    columns = [("connections", "{median:,}", "connections"), ("bytes, poem of 100", "{median:.0f}",
               "light"), ("bytes, poem of 3,000", "{median:.0f}", "whole")]
    return contest("Memory per open connection beside the poem's own bytes: the client's peak with all "
                   "connections open, less its peak with 3, for each connection more, less the poem's "
                   "size. The kernel's part of a connection is not in it.", columns, BARE,
                   {name: each for name, each in runs.items() if each}, {}, "client")


class Clients(Measure):
    rounds = 5

    def measure(self):
        self.commands = {name: self.command(name) for name in CLIENTS}
        dropped = dropped_connects()
        contests = {poems: self.measure_poems(poems, self.timetable_of(poems))
                    for poems in ([3, 30] if self.quick else [3, 100, 1000, 10_000])}
        self.contests = list(contests.values())
        if not self.quick:
            self.contests.append(memory_contest(contests, lambda name, poems: run_client(
                self.tools, self.commands[name], poems, (100, 1, 1.0))))
        self.introduction = (
            f"; the server runs on the same machine{self.introduction} In each round the clients ran "
            "one after the other, and \"bare's\" is the figure of the bare epoll client in the same "
            "round. Time is from a client's start to its end; CPU is user and system. Connects that a "
            f"full listen queue dropped: {dropped_connects() - dropped}.\n\nFew poems come in many "
            "small chunks, so that waking up late would show. 10,000 poems last two seconds, since to "
            "connect them takes a good part of one, and all shall be under way at once.")

    def command(self, name):
        if name == BARE:
            return [built(f"{self.tools}/{name}")]
        program, _, reactor = name.partition(", ")
        return [built(f"{self.build}/{program}"), "--quiet", *["--reactor", reactor] * bool(reactor)]

    def timetable_of(self, poems):
        """A poem's bytes, its chunks, and the seconds between them. 50,000 chunks in a second are what
        client and server can still handle on a small machine without being late, so that it is the
        waiting that is measured and not the machine's end."""
        few, many = (3000, 100, 0.01), (3000, 10, 0.1 if poems <= 1000 else 0.2)
        return (3000, 10, 0.02) if self.quick else few if poems <= 10 else many

    def measure_poems(self, poems, timetable):
        """All clients in turn: bare, poll, epoll, bare, poll, epoll, ..."""
        runs = {name: [] for name in CLIENTS}
        for _ in self.each_round(f"{poems} poems"):
            for name, each in runs.items():
                if poems <= CLIENTS[name] and not any("failure" in run for run in each):
                    each.append(run_client(self.tools, self.commands[name], poems, timetable))
        return client_contest(poems, timetable, runs)


# ---- Reactor and Deferred ------------------------------------------------------------------------

OURS, LIBEVENT, PRECISE = "Reactor over libevent", "bare libevent", "bare libevent, precise timer"
WATCHED, EPOLL = "the same, with diagnostics", "Reactor over epoll"
# libevent's own clock is so coarse that its loop sleeps until the next tick when it has called all
# timers, and sleeping costs CPU, too. So for timers the yardstick is the precise one.
LOOPS = {
    "events": (LIBEVENT, "One descriptor event, {0} a turn. Of 100 descriptors, {0} stayed ready. The "
               "handlers make no system call."),
    "timers": (PRECISE, "One timer, {:,} pending. Whenever a timer fired, it was set again, to a random "
               "time."),
    "cancelled": (PRECISE, "One timer that is cancelled, {:,} pending. Set to a random time, and "
                  "cancelled at once."),
    "lateness": (PRECISE, "A timer's lateness. {} timers, due at random times from 1 to 5 ms from their "
                 "start. Below zero: early.")}


def loop_contest(kind, size, runs):
    yardstick, caption = LOOPS[kind]
    columns = [("ns", 1, "cpu_time")] if kind != "lateness" else [
        ("median, µs", 1, "median"), ("99th of 100, µs", 1, "ninetyNinth"), ("least, µs", 1, "least")]
    columns += [(f"above {yardstick}", 1, f"-{columns[0][2]}"),
                (f"times {yardstick}", 2, f"/{columns[0][2]}")]
    return contest(caption.format(size), columns, yardstick, runs,
                   missing({"libuv": "libuv1-dev", "Asio": "libasio-dev"}, runs))


class Reactor(Measure):
    rounds = 31

    def measure(self):
        runs = {}  # by kind and size, and then by contestant
        for each in self.benchmarks_of("loops")[0]:
            kind, size, name, _ = each["name"].split("/")
            runs.setdefault((kind, int(size)), {}).setdefault(name, []).append(each)
        self.contests = [loop_contest(*kind, each) for kind, each in runs.items()]
        above, relative = f"above {LIBEVENT}", f"times {PRECISE}"
        limits = [(turn, name, above, most) for turn in (0, 1) for name, most in ((OURS, 10), (WATCHED, 14), (EPOLL, 0))]
        limits += (2, OURS, relative, 1.1), (3, OURS, relative, 1.1), (6, OURS, "median, µs", 200)
        self.aims = [aim_of(self.contests[number], *aimed, "at most", most) for number, *aimed, most in limits]
        few, many = ([run["cpu_time"] for run in each[OURS]] for each in list(runs.values())[2:4])
        self.aims.append(aim(f"{OURS}, a timer among many: times its cost among few", "at most", 2,
                             summary(list(map(operator.truediv, many, few)))))
        self.introduction += (" In each round the loops ran one after the other in one process, and each is "
                              "compared with the yardstick's run of the same round. Costs are CPU "
                              "time, user and system.")


LINKS = 10  # functions in a chain
VALUES, PASSING = "`Deferred`, values", "`Deferred`, an error passes by"
TWISTED = [f"Twisted's own, in Python, {chain}" for chain in
           ("values", "an error passes by", "each returns one that has fired")]


class Deferred(Measure):
    rounds = 21

    def measure(self):
        runs, pending = self.runs()
        packages = {"`boost::future`, `then`": "libboost-thread-dev"}
        packages |= {name: "python3-twisted" for name in TWISTED}
        columns = [("ns a function", 1, "ns"), ("allocations a function", "{median:.1f}", "allocations")]
        chains = contest("Chains of ten functions. Built, fired and destroyed.", columns, VALUES, runs,
                         missing(packages, runs), "chain")
        resumed, called = (statistics.median(run["ns"] for run in runs[name]) for name in (
            "`co_await`, of one that fires later", "the same Deferreds with a callback instead"))
        allocations = [run["allocations"] * LINKS for run in runs[VALUES]]
        self.contests = [chains]
        self.aims = [
            aim_of(chains, VALUES, "ns a function", "at most", 12),
            aim("allocations for a chain of ten, values", "at most", 4, summary(allocations)),
            aim_of(chains, PASSING, "ns a function", "at most", 20),
            aim("ns to resume a coroutine", "at most", 30, summary([resumed - called])),
            aim("bytes of a pending Deferred with one callback", "at most", 200, summary([pending]))]

    def runs(self):
        """And the bytes of a Deferred. Twisted measures itself, and counts no allocations."""
        benchmarks, context = self.benchmarks_of("deferred-chains")
        runs = {}
        for each in benchmarks:
            run = {"ns": each["real_time"] / LINKS, "allocations": each["allocations"] / LINKS}
            runs.setdefault(each["name"].partition("/iterations")[0], []).append(run)
        told = subprocess.run([PYTHON, f"{HERE}/contestants/twisted_deferreds.py"], capture_output=True)
        for name, nanoseconds in zip(TWISTED, told.stdout.split()):
            runs[name] = [{"ns": float(nanoseconds), "allocations": None}]
        return runs, float(context["bytesPerPendingDeferred"])


# ---- Servers -------------------------------------------------------------------------------------

RAW, PROXY = "raw epoll", "poetry-proxy, from its cache"
PACKAGES = {"libuv": "libuv1-dev", "Asio": "libasio-dev", "Twisted, in Python": "python3-twisted",
            "Node": "nodejs"}
HELPING = 10  # bytes a chunk


class Servers(Measure):
    rounds = 11
    # Clients in a burst, bursts that warm up, bursts that count; poems whose latency is taken, how often.
    burst, warm_ups, bursts, poems, latencies = 1000, 3, 2, 200, 5
    # Clients of a slow server, the seconds between two chunks, for how long, and how often at most.
    slow, delay, window, slow_rounds = (1000, 10_000, 19_900), 0.1, 3, 5

    def measure(self):
        os.sched_setaffinity(0, CORES[:1])
        if self.quick:
            self.burst, self.warm_ups, self.bursts, self.poems, self.latencies = 50, 1, 1, 50, 1
            self.slow, self.delay, self.window = (50,), 0.02, 0.2
        with open(POEM, "rb") as file:
            poem = file.read()
        poems, latency = self.poem_contest(poem), self.latency_contest()
        most = descriptor_limit() - 60  # some are not for clients
        slow = [self.slow_contest(clients) for clients in self.slow if clients <= most]
        self.contests = [poems, latency, self.transform_contest(poem), *slow]
        self.aims = [aim_of(poems, "fastpoetry", f"times {RAW}", "at least", 0.95),
                     aim_of(latency, "fastpoetry", f"times {RAW}", "at most", 1.05),
                     aim_of(poems, PROXY, f"times {RAW}", "at least", 0.9)]
        self.aims += [aim_of(each, "slowpoetry", *limit) for each in slow for limit in (
            (f"times {LIBEVENT}", "at most", 1.05), ("late, median, µs", "at most", 200),
            ("of 100 due: in time", "at least", 99.9), ("bytes a connection", "at most", 400))]
        self.introduction = (
            ". Medians (least–most). In each round the servers ran one after the other, each anew, "
            "and each is compared with the yardstick's run of the same round. The server had one core "
            "and the load another. CPU time is user and system.")

    def ours(self, program, *arguments):
        return [built(f"{self.build}/chapter05-server/{program}"), "--quiet", *map(str, arguments)]

    def other(self, program, *arguments):
        """One of the programs made of contestants/poem_servers; None if it is not there."""
        path = f"{self.tools}/{program}"
        return [path, POEM, *map(str, arguments)] if os.access(path, os.X_OK) else None

    @staticmethod
    def script(name, interpreter, *probe):
        there = os.access(interpreter, os.X_OK) and subprocess.run(
            [interpreter, *probe], capture_output=True).returncode == 0
        return [interpreter, f"{HERE}/contestants/poem_servers/{name}", POEM] if there else None

    def poem_servers(self):
        """The yardstick is measured twice: how far it is from itself is how little the others' distance
        may mean. The proxy has fetched the poem when it is measured: the first burst has made it."""
        return {RAW: self.other("raw-epoll"), f"{RAW}, again": self.other("raw-epoll"),
                "fastpoetry": self.ours("fastpoetry", POEM), PROXY: self.ours("poetry-proxy"),
                "bare libevent": self.other("libevent"),
                "libevent's bufferevent": self.other("libevent", "buffered"),
                "libuv": self.other("libuv"), "Asio": self.other("asio"), "Twisted, in Python":
                self.script("twisted_server.py", PYTHON, "-c", "import twisted.internet"),
                "Node": self.script("node_server.js", "/usr/bin/node", "--version")}

    def run(self, what, servers, measure, rounds=None):
        """The runs of those that are there, each anew in every round, and why the others are not."""
        runs = {name: [] for name, command in servers.items() if command}
        for _ in self.each_round(what, rounds):
            for name in runs:
                with contextlib.ExitStack() as started:
                    command = servers[name]
                    if name == PROXY:
                        origin = started.enter_context(Server(self.ours("fastpoetry", POEM)))
                        command = [*command, str(origin.port)]
                    runs[name].append(measure(started.enter_context(Server(command))))
        return runs, missing({name: PACKAGES.get(name, name) for name in servers}, runs)

    def rate_of(self, server, answer, request=b"", requests=1):
        """Exchanges a second of the server's CPU time. The first bursts warm it up: one that compiles
        what it runs needs some thousand clients for that."""
        clients = burst_of_at_most(self.burst)
        bursts = [cpu_seconds_of_burst(server, clients, request, answer)
                  for _ in range(self.warm_ups + self.bursts)][self.warm_ups:]
        return {"rate": clients * requests * len(bursts) / sum(bursts)}

    def poem_contest(self, poem):
        runs = self.run("poems", self.poem_servers(), lambda server: self.rate_of(server, poem))
        return contest(f"Poems, as fast as they go. A poem of {len(poem):,} bytes, and then the connection "
                       f"is closed. {burst_of_at_most(self.burst):,} clients stood in the backlog when "
                       f"the server was let go. Rounds: {self.rounds}.",
                       [("poems a CPU second", 0, "rate"), (f"times {RAW}", 3, "/rate")], RAW, *runs)

    def latency_contest(self):
        """One process of a server may be a quarter faster than the next one of the same server, for as
        long as it lives. So many short rounds tell more than few long ones."""
        servers = {name: command for name, command in self.poem_servers().items() if name != PROXY}
        rounds = self.rounds * self.latencies
        runs = self.run("latency", servers, lambda server: output_of(
            f"{self.tools}/poem-load", server.port, POEM, self.poems, 2000), rounds)
        return contest("A poem's latency at 2,000 a second. From when a client was to connect until the "
                       "connection was closed. The clients came at their times, however long others took. "
                       f"Rounds: {rounds}.", [("median, µs", 1, "median"), ("99th of 100, µs", 1,
                       "ninetyNinth"), (f"times {RAW}", 3, "/median")], RAW, *runs)

    def transform_contest(self, poem):
        def netstrings(text):
            return b"%d:%s," % (len(text), text) * requests

        name, requests = "transformpoetry", 10
        request, answer = netstrings(b"cummingsify." + poem), netstrings(poem.lower())
        runs = self.run("transformed", {name: self.ours(name)}, lambda server: self.rate_of(
            server, answer, request, requests))
        return contest(f"Poems transformed. {requests} requests of each client for the same poem in small "
                       f"letters, and no other server beside it: for the scale. Rounds: {self.rounds}.",
                       [("requests a CPU second", 0, "rate"), (f"times {name}", 3, "/rate")],
                       name, *runs)

    def slow_contest(self, clients):
        rounds = min(self.rounds, self.slow_rounds)
        servers = {LIBEVENT: self.other("libevent", self.delay, HELPING), "slowpoetry": self.ours(
            "slowpoetry", "--delay", self.delay, "--num-bytes", HELPING, POEM)}
        runs = self.run(f"{clients} slow", servers, lambda server: output_of(
            f"{self.tools}/slow-load", server.pid, server.port, POEM, clients, HELPING, self.delay,
            self.window), rounds)
        columns = [("CPU a chunk, µs", 3, "cpuPerChunk"), ("late, median, µs", 1, "median"),
                   ("late, 99th of 100, µs", 1, "ninetyNinth"), ("of 100 due: in time", 3, "inTime"),
                   ("bytes a connection", 0, "bytesPerConnection"),
                   ("had to wait for its core, % of the time", 1, "waited"),
                   (f"times {LIBEVENT}", 3, "/cpuPerChunk")]
        return contest(f"A slow poem for {clients:,} clients. {HELPING} bytes to each every {self.delay} s, "
                       "counted from its first. Both have the same timetable and the same precise clock. "
                       f"Rounds: {rounds}.", columns, LIBEVENT, *runs)


# ---- The command line ----------------------------------------------------------------------------

MEASURES = {"clients": Clients, "reactor": Reactor, "deferred": Deferred, "servers": Servers}


def machine(tools):
    with open("/proc/cpuinfo") as file:
        model = re.search(r"^model name\s*: (.*)", file.read(), re.MULTILINE)
    with open(f"{tools}/build.json") as file:
        build = json.load(file)  # the compiler and the kind of build
    system = os.uname()
    return {"processor": model[1] if model else "unknown processor", "cores": os.cpu_count(),
            "kernel": f"{system.sysname} {system.release} {system.machine}", **build}


def results_of(options):
    if options.file:
        with open(options.file) as file:
            return json.load(file)
    found = MEASURES[options.what](options)
    return {"machine": machine(found.tools), "contests": found.contests, "aims": found.aims,
            "introduction": found.introduction}


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"bench.py: {message} (--help tells more)\n")


def positive(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no positive number")
    return int(text)


def main():
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=MEASURES)
    parser.add_argument("--rounds", type=positive, help="runs of every contestant")
    parser.add_argument("--quick", action="store_true", help="to see that all works: no figures")
    parser.add_argument("--table", action="store_true", help="print Markdown, not JSON")
    parser.add_argument("--from", dest="file", help="measure nothing: the JSON of an earlier run")
    parser.add_argument("--build", default=f"{ROOT}/build", help="where the lab was built")
    options = parser.parse_args()
    try:
        results = results_of(options)
        print(markdown(results) if options.table else json.dumps(results, indent=1))
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
        sys.exit(f"bench.py: {error}")


if __name__ == "__main__":
    main()
