"""Runs what bench.py measures, and looks at servers from outside."""

import contextlib
import json
import os
import re
import resource
import signal
import socket
import subprocess
import time

CORES = sorted(os.sched_getaffinity(0))  # the load has the first, a server the last
PATIENCE = 120  # seconds, for whatever hangs


def built(path):
    """The path, if there is a program."""
    if not os.access(path, os.X_OK):
        raise RuntimeError(f"{path} is not built")
    return path


def output_of(*command):
    """What a program prints, which is JSON. Its complaint, if it fails, is ours."""
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True,
                          timeout=PATIENCE)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}, exit code {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def dropped_connects():
    """How many connects full listen queues have dropped since the system was started. Such a client
    tries again a second later, and its run is worth nothing."""
    with open("/proc/net/netstat") as file:
        names, numbers = [line.split() for line in file if line.startswith("TcpExt:")]
    return int(dict(zip(names, numbers)).get("ListenDrops", 0))


def port_in(line, server):
    """The last number of what a server says first: "Serving poetry/ecstasy.txt on port 10000."."""
    numbers = re.findall(r"\d+", line)
    if not numbers:
        raise RuntimeError(f"{server} has failed")
    return int(numbers[-1])


def run_client(tools, command, poems, timetable):
    """One client fetches all poems from a server of its own, whose timetable is a poem's bytes, its
    chunks, and the seconds between them. The server ends with its input: it cannot outlive us."""
    ports = 8  # their listen queues together hold more than 10,000 connects
    with subprocess.Popen([built(f"{tools}/poem-server"), *map(str, timetable), str(ports)], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        addresses = [f"127.0.0.1:{port_in(server.stdout.readline(), 'the poem-server')}"
                     for _ in range(ports)]
        client = subprocess.run([built(f"{tools}/run-client"), *command,
                                 *(addresses[i % ports] for i in range(poems))],
                                capture_output=True, text=True)
        run = json.loads(client.stdout) | json.loads(server.communicate()[0])
    run["toServer"] = run["seconds"] / (run["slowestSeconds"] or float("inf"))
    if run["exitCode"] != 0 or run["served"] != poems:
        complaint = client.stderr.partition("\n")[0]
        run["failure"] = f"{run['served']} of {poems} poems, exit code {run['exitCode']}: {complaint}"
    return run


class Server(subprocess.Popen):
    """A server that is measured from outside, on a core of its own if there are two."""

    def __init__(self, command):
        def move():
            os.sched_setaffinity(0, CORES[-1:])
            signal.alarm(PATIENCE)

        super().__init__(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                         preexec_fn=move)
        line = self.stdout.readline()
        if not line:
            self.__exit__(None, None, None)
        self.port = port_in(line, command[0])

    def __exit__(self, *error):
        self.kill()
        super().__exit__(*error)

    def wait_until_idle(self):
        for _ in range(60_000):
            with open(f"/proc/{self.pid}/stat") as file:
                if file.read().rpartition(") ")[2][0] == "S":  # it sleeps; its name may have blanks
                    return
            time.sleep(0.0005)
        raise RuntimeError("a server does not come to rest")

    def cpu_seconds(self):
        """User and system, since its start; exact while it is idle."""
        return time.clock_gettime(~self.pid << 3 | 2)  # as clock_getcpuclockid() makes it


def ask(port, request):
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    if request:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
    return client


def cpu_seconds_of_burst(server, clients, request, answer):
    """The server's CPU seconds for one exchange with each client. It stands still while they
    come, so that its backlog holds them all, and then has nothing to wait for: what is measured is the
    server, not how fast we are. We listen when it has nothing left to do: to wake us would be on its
    account."""
    server.wait_until_idle()
    os.kill(server.pid, signal.SIGSTOP)
    os.waitpid(server.pid, os.WUNTRACED)
    with contextlib.ExitStack() as stack:
        waiting = [stack.enter_context(ask(server.port, request)) for _ in range(clients)]
        before = server.cpu_seconds()
        os.kill(server.pid, signal.SIGCONT)
        server.wait_until_idle()
        for client in waiting:
            if b"".join(iter(lambda: client.recv(65536), b"")) != answer:
                raise RuntimeError("a server has sent something else, or closed before the end")
    server.wait_until_idle()
    return server.cpu_seconds() - before


def descriptor_limit():
    """Raises it to what the system allows."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def burst_of_at_most(clients):
    """What a backlog holds, and what descriptors we have beside a hundred for others."""
    with open("/proc/sys/net/core/somaxconn") as file:
        return min(clients, int(file.read()), descriptor_limit() - 100)
