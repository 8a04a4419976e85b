#!/usr/bin/env python3
"""The benchmark, run quickly on the lab's real programs, and what it makes of its figures.

    BUILD=build tools/bench/bench_test.py [Clients]
"""

import json
import os
import subprocess
import tempfile
import unittest

import bench
import processes
import results

BUILD = os.environ.get("BUILD", f"{bench.ROOT}/build")
TOOLS = f"{BUILD}/tools/bench"


def run(*arguments, build=BUILD):
    return subprocess.run([f"{bench.HERE}/bench.py", *arguments, "--build", build],
                          capture_output=True, text=True)


class Bench(unittest.TestCase):
    def quick(self, what, aims):
        """What a quick run has found. All that took part have figures; the others say why not."""
        done = run(what, "--quick")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        self.assertEqual(len(found["aims"]), aims)
        self.assertGreaterEqual(found["machine"]["cores"], 1)
        for contest in found["contests"]:
            for each in contest["results"]:
                self.check(contest["headings"], **each)
        return [{each["name"]: each for each in contest["results"]} for contest in found["contests"]]

    def check(self, headings, name, runs=(), cells=(), skipped=None):
        if skipped:
            return self.assertRegex(skipped, "is not installed|would take the sum", name)
        self.assertEqual((len(runs), len(cells)), (1, len(headings) - 1), name)
        self.assertNotEqual(cells[0]["median"], 0, name)
        if headings[-1] == f"times {name}":
            self.assertEqual(cells[-1]["median"], 1)


class Clients(Bench):
    def test_quick_run_measures_every_client(self):
        few, more = self.quick("clients", aims=0)
        blocking, selecting = "chapter01-blocking/get-poetry", "chapter02-select/get-poetry"
        self.assertEqual((len(few), len(more)), (9, 9))
        self.assertEqual([name for name in more if "skipped" in more[name]], [blocking])
        for poems, clients in (3, few), (30, more):
            for each in (each["runs"][0] for each in clients.values() if "runs" in each):
                self.assertEqual(each["served"], poems)
                self.assertGreaterEqual(each["toServer"], 1)  # it has no poem before that was sent
                self.assertGreater(min(each["cpuSeconds"], each["peakMiB"]), 0)
        ratios = {name: each["runs"][0]["toServer"] for name, each in few.items()}
        self.assertGreaterEqual(ratios[blocking], 2)  # what the whole lab is about
        self.assertLess(ratios[selecting], ratios[blocking])

    def test_poem_server_ends_with_its_input(self):
        done = subprocess.run([f"{TOOLS}/poem-server", "3000", "10", "0.1", "2"], input="",
                              capture_output=True, text=True, timeout=10)
        *ports, figures = done.stdout.splitlines()
        self.assertEqual((done.returncode, len(ports), json.loads(figures)["served"]), (0, 2, 0))

    def test_client_that_fails_says_how(self):
        command = ["/bin/sh", "-c", "echo Oh dear >&2; exit 3"]
        failure = processes.run_client(TOOLS, command, 2, (100, 1, 0.01))["failure"]
        self.assertEqual(failure, "0 of 2 poems, exit code 3: Oh dear")


class Reactor(Bench):
    def test_quick_run_measures_every_loop(self):
        events, _, timers, _, cancelled, _, late = map(set, found := self.quick("reactor", aims=10))
        some = {"bare libevent", "bare libevent, precise timer", "Reactor over libevent", "libuv", "Asio"}
        self.assertEqual(events, some | {"bare epoll", "the same, with diagnostics", "Reactor over epoll",
                                        "Reactor over select"})
        self.assertEqual(timers, some | {"bare libevent, event_base_once"})
        self.assertEqual((cancelled, late), (some, some | {"Reactor over epoll", "Reactor over select"}))
        for ours in "Reactor over libevent", "Reactor over epoll", "Reactor over select":  # may call late, but never early
            self.assertGreaterEqual(found[-1][ours]["runs"][0]["least"], 0)


class Deferred(Bench):
    def test_quick_run_measures_every_chain(self):
        chains, = self.quick("deferred", aims=5)
        self.assertEqual(len(chains), 20)

    def test_counts_allocations_and_bytes(self):  # which do not depend on the machine's speed
        aims = {each["aim"]: each for each in json.loads(run("deferred", "--quick").stdout)["aims"]}
        for what, most in (("allocations for a chain of ten, values", 4),
                           ("bytes of a pending Deferred with one callback", 200)):
            self.assertEqual((aims[what]["limit"], aims[what]["met"]), (f"at most {most}", True))
            self.assertGreater(aims[what]["measured"]["median"], 0)


class Servers(Bench):
    def test_quick_run_measures_every_server(self):
        poems, latency, transformed, slow = self.quick("servers", aims=7)
        self.assertEqual([len(poems), len(latency), len(transformed), len(slow)], [10, 9, 1, 2])

    def test_refuses_a_poem_that_is_not_the_right_one(self):
        with processes.Server([f"{TOOLS}/raw-epoll", bench.POEM]) as server:
            with open(bench.POEM, "rb") as file:
                poem = file.read()
            self.assertGreater(processes.cpu_seconds_of_burst(server, 3, b"", poem), 0)
            for wrong in poem.swapcase(), poem + b".", poem[:-1]:
                with self.assertRaisesRegex(RuntimeError, "something else"):
                    processes.cpu_seconds_of_burst(server, 3, b"", wrong)
            other = f"{bench.ROOT}/poetry/science.txt"
            for load in (["poem-load", server.port, other, 3, 1000],
                         ["slow-load", server.pid, server.port, other, 3, 10, 0.01, 0.1]):
                with self.assertRaisesRegex(RuntimeError, "something else"):
                    processes.output_of(f"{TOOLS}/{load[0]}", *load[1:])

    def test_says_which_server_did_not_start(self):
        self.assertRaisesRegex(RuntimeError, "/bin/false has failed", processes.Server, ["/bin/false"])


class Results(unittest.TestCase):
    def test_draws_the_tables_of_an_earlier_run(self):
        runs = {"bare": [{"ns": 100}, {"ns": 100}], "ours": [{"ns": 120}, {"ns": 140}]}
        contest = results.contest("One event. Of 1,000.", [("ns", 1, "ns"), ("times bare", 2, "/ns")],
                                  "bare", runs, {"libuv": "libuv1-dev is not installed"})
        aims = [results.aim_of(contest, "ours", "ns", "at most", 10),
                results.aim("late", "at least", 99.9, {"median": 99.95, "min": 1, "max": 100})]
        machine = dict(processor="Abacus", cores=2, kernel="Linux", compiler="g++", build="Release")
        found = dict(machine=machine, introduction=". Rounds: 2.", contests=[contest], aims=aims)
        with tempfile.NamedTemporaryFile("w") as file:
            print(json.dumps(found), file=file, flush=True)
            self.assertEqual(run("reactor", "--table", "--from", file.name).stdout, """\
Measured on Abacus, 2 cores, Linux, with g++, Release build. Rounds: 2.

One event. Of 1,000.

| | ns | times bare |
|---|---:|---:|
| bare | 100.0 (100.0–100.0) | 1.00 (1.00–1.00) |
| ours | 130.0 (120.0–140.0) | 1.30 (1.20–1.40) |
| libuv | skipped: libuv1-dev is not installed | |

What is aimed at; the median counts.

| aim | limit | measured | |
|---|---:|---:|---|
| ours, One event: ns | at most 10 | 130.000 (120.000–140.000) | missed |
| late | at least 99.9 | 99.950 (1.000–100.000) | met |

""")

    def test_hold_every_run_against_the_yardstick_of_its_round(self):
        # The machine was busy in the second round, for both.
        runs = {"bare": [{"s": 1}, {"s": 10}, {"s": 1}], "poll": [{"s": 2}, {"s": 20}, {"s": 4}]}
        found = results.contest("", [("times", 1, "/s"), ("above", 1, "-s")], "bare", runs, {})
        self.assertEqual(found["results"][1]["cells"],
                         [{"median": 2, "min": 2, "max": 4}, {"median": 3, "min": 1, "max": 10}])

    def test_say_why_a_client_is_left_out(self):
        good = {"seconds": 1, "toServer": 1, "cpuSeconds": 1, "peakMiB": 1}
        runs = {bench.BARE: [good, good], "chapter01-blocking/get-poetry": [],
                "chapter02-select/get-poetry-poll": [good, {**good, "failure": "2 of 3 poems"}]}
        found = bench.client_contest(3000, (3000, 10, 0.1), runs)["results"]
        self.assertEqual([each.get("skipped") for each in found], [
            None, "one poem after the other would take the sum of all", "2 of 3 poems"])

    def test_count_the_memory_of_the_connections_that_one_run_had_more(self):
        contests = {poems: {"results": [{"name": bench.BARE, "runs": [{"peakMiB": peak}]}]}
                    for poems, peak in ((3, 1), (1027, 6))}
        found = bench.memory_contest(contests, lambda *_: {"peakMiB": 1.5})
        self.assertEqual([each["median"] for each in found["results"][0]["cells"]], [1027, 412, 2120])


class Arguments(unittest.TestCase):
    def test_wrong_ones_are_refused_in_one_line(self):
        for wrong in ["poets"], ["clients", "--rounds", "0"], ["servers", "--bad"], []:
            done = run(*wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertRegex(done.stderr, r"\Abench.py: .*\n\Z")

    def test_what_cannot_be_read_or_is_not_built_is_named(self):
        for arguments, what in ((["clients"], "tools/bench/bare-epoll-client is not built"),
                                (["reactor"], "tools/bench/loops is not built"),
                                (["deferred"], "tools/bench/deferred-chains is not built"),
                                (["servers"], "chapter05-server/fastpoetry is not built"),
                                (["servers", "--from", "/nowhere/json"], "json")):
            done = run(*arguments, build="/nowhere")
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, rf"\Abench.py: .*/nowhere/{what}.*\n\Z")


if __name__ == "__main__":
    unittest.main()
