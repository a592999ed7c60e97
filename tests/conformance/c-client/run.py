#!/usr/bin/env python3
"""Runs suites of Apache's C client tests and writes a line a test: name, tab, `passed` or `failed`.

Usage: run.py FOLDER RESULTS SUITE…      FOLDER: zookeeper-client-c, built in FOLDER/build

A test that throws outside its own thread aborts the whole program, so the tests that had no turn are run one by one, and so is the
one that had been under way: on an abort nothing tells whose the late callback was. An abort is no verdict either: testHangingClient
asserts in a callback that the client itself races with its close, on any server (of 1200 runs each on a busy machine 27 aborted on
Apache 3.9.5, 19 on Branta), so a test that aborts gets another turn.
"""

import os
import pathlib
import re
import subprocess
import sys

# The largest starts thirty servers, and makes three keys and their stores before each.
SUITE_LIMIT_S = 1200
TURNS_MAX = 4

# A test's outcome is the first word after its time; the tests' own output may stand between its name and that.
START = re.compile(r"^(\w+::\w+)", re.MULTILINE)
END = re.compile(r": elapsed \d+ : (\w+)")


def names(folder, suite):
    """The tests that the sources name. Some are left out by the preprocessor: asked for by name, those report nothing."""
    for source in sorted((folder / "tests").glob("*.cc")):
        text = source.read_text(encoding="latin-1")
        block = re.search(r"CPPUNIT_TEST_SUITE\(" + suite + r"\);(.*?)CPPUNIT_TEST_SUITE_END", text, re.DOTALL)
        if block:
            return [f"{suite}::{name}" for name in re.findall(r"^\s*CPPUNIT_TEST\((\w+)\)", block.group(1), re.MULTILINE)]
    return []


def known_name(printed, known):
    """The test that a line begins with: what an aborting program says follows the name without a space."""
    return max((name for name in known if printed.startswith(name)), key=len, default=printed)


def run(folder, what, known):
    print("RUN", what, flush=True)
    environment = {**os.environ, "ZKROOT": "/tmp/zkroot", "CLASSPATH": "/nowhere"}
    try:
        done = subprocess.run(
            ["./build/zktest", what], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SUITE_LIMIT_S
        ).stdout
    except subprocess.TimeoutExpired as late:
        done = late.stdout or b""
    text = done.decode("utf-8", "replace")
    print(text, flush=True)
    outcome = {}
    starts = list(START.finditer(text))
    for index, start in enumerate(starts):
        rest = text[start.end() : starts[index + 1].start() if index + 1 < len(starts) else len(text)]
        end = END.search(rest)
        name = known_name(start.group(1), known)
        outcome.setdefault(name, None)
        if end:
            outcome[name] = "passed" if end.group(1) == "OK" else "failed"
    if os.environ.get("BRANTA_KEEP_LOG"):
        log = pathlib.Path("/tmp/zk.log")
        print("SERVER LOG", log.read_text(encoding="utf-8", errors="replace") if log.exists() else "none", flush=True)
    # cppunit closes with a line of its own; without it the program has aborted or hung.
    return outcome, bool(re.search(r"^OK \(\d+\)|^Failures !!!|^Run: +\d+|^Tests run", text, re.MULTILINE))


def run_alone(folder, name, known):
    """The test's verdict in a program of its own, None without one: it is not built, or aborts at every turn."""
    for _ in range(TURNS_MAX):
        outcome = run(folder, name, known)[0]
        if outcome.get(name) or name not in outcome:
            return outcome.get(name)
    return None


def main():
    folder, results, suites = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    with open(results, "w", encoding="utf-8") as out:
        for suite in suites:
            known = names(folder, suite.split("::")[0])
            outcome, finished = run(folder, suite, known)
            asked = [suite] if "::" in suite else known
            missing = [] if finished else [name for name in asked if outcome.get(name) is None]
            for name in missing:
                again = run_alone(folder, name, known)
                if again or name in outcome:
                    outcome[name] = again or "failed"
            for name, verdict in outcome.items():
                out.write(f"{name}\t{verdict or 'failed'}\n")


main()
