"""What was measured, what follows from it, and how it looks as Markdown. All in one form, which can be
written as JSON, read again, and drawn as it is."""

import statistics


def full(digits):
    """1.008 (0.938–1.372): the median, the least and the most."""
    return f"{{median:.{digits}f}} ({{min:.{digits}f}}–{{max:.{digits}f}})"


def summary(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def compared(figure, run, yardstick):
    """A run's figure. With / or - before its name: held against the yardstick's in the same round."""
    name = figure.lstrip("/-")
    if figure[0] == "/":
        return run[name] / yardstick[name]
    return run[name] - yardstick[name] if figure[0] == "-" else run[name]


def contest(caption, columns, yardstick, runs, skipped, first=""):
    """`columns` are headings, digits (of a median alone: formats) and figures. `runs` are those of each
    contestant, round by round; `skipped` are reasons to have none."""
    def cell(figure, each):
        values = [compared(figure, *pair) for pair in zip(each, runs[yardstick])]
        return None if None in values else summary(values)

    results = [{"name": name, "cells": [cell(figure, each) for _, _, figure in columns], "runs": each}
               for name, each in runs.items()]
    results += [{"name": name, "skipped": why} for name, why in skipped.items()]
    return {"caption": caption, "headings": [first, *(heading for heading, _, _ in columns)],
            "formats": [full(form) if isinstance(form, int) else form for _, form, _ in columns],
            "results": results}


def aim(what, limit, value, measured):
    """Is met if the median of what was measured is `at most` or `at least` the value."""
    median = measured["median"]
    return {"aim": what, "limit": f"{limit} {value:g}", "measured": measured,
            "met": median <= value if limit == "at most" else median >= value}


def aim_of(contest, name, heading, limit, value):
    """What one contestant aims at in one column of a contest."""
    cells, = (each["cells"] for each in contest["results"] if each["name"] == name)
    title = contest["caption"].partition(".")[0]
    measured = cells[contest["headings"].index(heading) - 1]
    return aim(f"{name}, {title}: {heading}", limit, value, measured)


def row(cells):
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells) + "\n"


def contest_table(contest):
    width = len(contest["formats"])
    text = row(contest["headings"]) + "|---|" + "---:|" * width + "\n"
    for each in contest["results"]:
        cells = [form.format(**cell) if cell else "" for form, cell in
                 zip(contest["formats"], each.get("cells", []))] or [f"skipped: {each['skipped']}"]
        text += row([each["name"], *cells, *[""] * (width - len(cells))])
    return f"{contest['caption']}\n\n{text}\n"


def aims_table(aims):
    rows = [[each["aim"], each["limit"], full(3).format(**each["measured"]),
             "met" if each["met"] else "missed"] for each in aims]
    return ("What is aimed at; the median counts.\n\n| aim | limit | measured | |\n|---|---:|---:|---|\n"
            + "".join(map(row, rows)) if aims else "")


def markdown(results):
    machine = "Measured on {processor}, {cores} cores, {kernel}, with {compiler}, {build} build"
    return (machine.format(**results["machine"]) + results["introduction"] + "\n\n"
            + "".join(map(contest_table, results["contests"])) + aims_table(results["aims"]))
