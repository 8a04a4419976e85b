#!/usr/bin/python3
"""Performs deferred scenarios on Twisted's own Deferred, and prints what happens.

    twisted-scenarios.py FILE       one scenario, its log on standard output
    twisted-scenarios.py < FILE     the same
    twisted-scenarios.py --batch    one scenario a line in, one log a line out

The language is that of deferred-scenarios.md. Nothing here knows the rules of deferreds: all that
is not naming, logging and notation is left to Twisted (the Debian package python3-twisted, hence
the system's Python above).
"""

import functools
import gc
import json
import sys

from twisted.internet import defer
from twisted.internet.task import Clock
from twisted.logger import globalLogBeginner
from twisted.python.failure import Failure

# ---- Values and errors ---------------------------------------------------------------------------

LIBRARY_ERRORS = {
    "AlreadyCalledError": defer.AlreadyCalledError,
    "CancelledError": defer.CancelledError,
    "TimeoutError": defer.TimeoutError,
    "FirstError": defer.FirstError,
}


class ScenarioError(Exception):
    """The base of the errors that scenarios name. Each kind has a class of its own below it, so
    that Failure.trap and Failure.check can do their work."""


@functools.lru_cache(maxsize=None)
def class_of(kind):
    """The exception class for a kind of error."""
    return LIBRARY_ERRORS.get(kind) or type(kind, (ScenarioError,), {})


def exception_from(error):
    """An exception for an error in JSON. Of the library's kinds only CancelledError occurs."""
    if error["kind"] == "CancelledError":
        return defer.CancelledError()
    return class_of(error["kind"])(error["message"])


def error_json(exception):
    """An exception in the notation of the log."""
    if isinstance(exception, ScenarioError):
        return {"kind": type(exception).__name__, "message": exception.args[0]}
    kind = next(name for name, cls in LIBRARY_ERRORS.items() if type(exception) is cls)
    if kind == "FirstError":
        cause = error_json(exception.subFailure.value)
        return {"kind": kind, "message": "", "index": exception.index, "cause": cause}
    return {"kind": kind, "message": str(exception.args[0]) if kind == "TimeoutError" else ""}


def value_json(result):
    """A result as a value. Twisted's lists hold tuples, and failures inside."""
    if isinstance(result, Failure):
        return {"error": error_json(result.value)}
    if isinstance(result, (list, tuple)):
        return [value_json(item) for item in result]
    return result


def result_json(result):
    """A result as the log has it: {"value": ...} or {"error": ...}."""
    return value_json(result) if isinstance(result, Failure) else {"value": value_json(result)}


# ---- Unhandled errors ----------------------------------------------------------------------------


class UnhandledErrors:
    """A log observer that collects what Twisted says about deferreds that died with an error."""

    def __init__(self):
        self.errors = []

    def __call__(self, event):
        # The message that carries the failure comes from DebugInfo.__del__, and has "debugInfo";
        # that of an error dropped while a list is cancelled has not.
        if "debugInfo" in event and "log_failure" in event:
            self.errors.append(error_json(event["log_failure"].value))

    def take(self):
        gc.collect()
        errors, self.errors = self.errors, []
        return errors


# ---- The scenario program ------------------------------------------------------------------------


class Program:
    """Plays one scenario."""

    def __init__(self):
        self.clock = Clock()
        self.deferreds = {}  # by name; an alias is a second entry
        self.pauses = {}  # by id() of the deferred: pauses not yet unpaused
        self.log = []

    def play(self, scenario):
        for n, step in enumerate(scenario["steps"]):
            self.log.append({"ev": "step", "n": n, "op": step["op"]})
            self.perform(step)
        return self.log

    def perform(self, step):
        try:
            getattr(self, "do_" + step["op"])(step)
        except Exception as exception:
            self.log.append({"ev": "raised", "error": error_json(exception)})

    def act(self, who, actions):
        for n, action in enumerate(actions):
            self.log.append({"ev": "act", "by": who, "n": n, "op": action["op"]})
            self.perform(action)

    def on(self, step):
        return self.deferreds[step["on"]]

    # Behaviours

    def function(self, step, side):
        """The function that a callback, errback, ... of a step stands for."""

        def behave(x, _seconds=None):  # onTimeout is given the seconds as well
            event = {"ev": "run", "id": step["id"], "side": side, "input": result_json(x)}
            self.log.append(event)
            self.act(step["id"], behaviour.get("actions", []))
            return self.outcome(behaviour, x)

        behaviour = step["onTimeout" if side == "timeout" else side]
        return behave

    def outcome(self, outcome, x=None):
        then = outcome["then"]
        if then == "pass":
            return x
        if then == "value":
            return outcome["value"]
        if then == "append":
            return [value_json(x), outcome["value"]]
        if then == "raise":
            raise exception_from(outcome["error"])
        if then == "deferred":
            return self.deferreds[outcome["name"]]
        if then == "fired":
            return defer.succeed(outcome["value"])
        if then == "failed":
            return defer.fail(exception_from(outcome["error"]))
        if not isinstance(x, Failure):  # "trap" or "check"
            return x
        kinds = [class_of(kind) for kind in outcome["kinds"]]
        if then == "trap":
            x.trap(*kinds)
            return self.outcome(outcome["match"], x)
        return self.outcome(outcome["match" if x.check(*kinds) else "otherwise"], x)

    # Steps that create a deferred

    def do_deferred(self, step):
        canceller = self.canceller(step) if "canceller" in step else None
        self.deferreds[step["name"]] = defer.Deferred(canceller)

    def canceller(self, step):
        def cancel(_deferred):
            self.log.append({"ev": "canceller", "on": step["name"]})
            self.act(step["name"], step["canceller"]["actions"])
            if "raise" in step["canceller"]:
                raise exception_from(step["canceller"]["raise"])

        return cancel

    def do_succeed(self, step):
        self.deferreds[step["name"]] = defer.succeed(step["value"])

    def do_fail(self, step):
        self.deferreds[step["name"]] = defer.fail(exception_from(step["error"]))

    def do_maybeDeferred(self, step):
        self.deferreds[step["name"]] = defer.maybeDeferred(self.outcome, step["call"])

    def do_execute(self, step):
        self.deferreds[step["name"]] = defer.execute(self.outcome, step["call"])

    def do_list(self, step):
        members = [self.deferreds[name] for name in step["of"]]
        switches = ("fireOnOneCallback", "fireOnOneErrback", "consumeErrors")
        self.deferreds[step["name"]] = defer.DeferredList(
            members, **{switch: step[switch] for switch in switches}
        )

    def do_gatherResults(self, step):
        members = [self.deferreds[name] for name in step["of"]]
        self.deferreds[step["name"]] = defer.gatherResults(members, step["consumeErrors"])

    def do_coroutine(self, step):
        self.deferreds[step["name"]] = defer.Deferred.fromCoroutine(self.body(step))

    async def body(self, step):
        seen = []
        for n, item in enumerate(step["body"]):
            try:
                r = await self.deferreds[item["await"]]
            except Exception as exception:
                r = Failure(exception)
            event = {"ev": "resumed", "name": step["name"], "n": n, "input": result_json(r)}
            self.log.append(event)
            if isinstance(r, Failure):
                catch = item.get("catch", {"kinds": []})
                classes = [class_of(kind) for kind in catch["kinds"]]
                if "*" not in catch["kinds"] and not r.check(*classes):
                    raise r.value
                if catch["then"] != "continue":
                    return self.outcome(catch)
            seen.append(value_json(r))
        return seen if step["end"]["then"] == "seen" else self.outcome(step["end"])

    # Steps that act on one

    def do_addCallback(self, step):
        self.on(step).addCallback(self.function(step, "callback"))

    def do_addErrback(self, step):
        self.on(step).addErrback(self.function(step, "errback"))

    def do_addCallbacks(self, step):
        functions = self.function(step, "callback"), self.function(step, "errback")
        self.on(step).addCallbacks(*functions)

    def do_addBoth(self, step):
        self.on(step).addBoth(self.function(step, "both"))

    def do_callback(self, step):
        self.on(step).callback(step["value"])

    def do_errback(self, step):
        self.on(step).errback(exception_from(step["error"]))

    def do_pause(self, step):
        deferred = self.on(step)
        self.pauses[id(deferred)] = self.pauses.get(id(deferred), 0) + 1
        deferred.pause()

    def do_unpause(self, step):
        deferred = self.on(step)
        if not self.pauses.get(id(deferred)):
            self.log.append({"ev": "skipped"})
            return
        self.pauses[id(deferred)] -= 1
        deferred.unpause()

    def do_cancel(self, step):
        self.on(step).cancel()

    def do_chainDeferred(self, step):
        self.on(step).chainDeferred(self.deferreds[step["to"]])

    def do_addTimeout(self, step):
        on_timeout = self.function(step, "timeout") if "onTimeout" in step else None
        self.on(step).addTimeout(step["seconds"], self.clock, on_timeout)

    def do_advance(self, step):
        self.clock.advance(step["seconds"])


# ---- Main ----------------------------------------------------------------------------------------


def play(text, unhandled):
    # Once this expression has been evaluated nothing refers to the scenario's deferreds any more,
    # apart from circles among them.
    log = Program().play(json.loads(text))
    return {"log": log, "unhandled": unhandled.take()}


def main(arguments):
    unhandled = UnhandledErrors()
    globalLogBeginner.beginLoggingTo([unhandled], redirectStandardIO=False)
    gc.disable()  # Garbage is collected between scenarios only,
    gc.freeze()  # and then only what the scenario has left is looked at.
    if arguments == ["--batch"]:
        for line in sys.stdin:
            print(json.dumps(play(line, unhandled)), flush=True)
        return
    with open(arguments[0]) if arguments else sys.stdin as file:
        print(json.dumps(play(file.read(), unhandled), indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
