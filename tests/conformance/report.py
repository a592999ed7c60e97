#!/usr/bin/env python3
"""Reads the outcome of a suite, and judges it.

Usage: report.py RESULTS [--skips SKIPS.md] [--second RESULTS] [--baseline RESULTS]
       report.py RESULTS [--skips SKIPS.md] --failed

RESULTS has a line a test: name, tab, `passed`, `failed` or `skipped`. SKIPS.md is the published list: each table row
begins with the test's name in back quotes (`*` stands for anything) and tells why it does not count. A failed test
that is listed counts as skipped; one that passes although it is listed is named, so that the list stays short. With
results of a second try, what failed at first counts as it went then, and is named. With a baseline, tests that pass
there and fail here are named: that list must be empty. --failed only names what failed and is not listed.

The last line is `N passed, N failed, N skipped`; the exit code is 1 when something failed or nothing ran.
"""

import argparse
import fnmatch
import re
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        rows = (line.rstrip("\n").split("\t") for line in file if line.strip())
        return {row[0]: row[1] for row in rows}


def skip_patterns(path):
    if not path:
        return []
    with open(path, encoding="utf-8") as file:
        return re.findall(r"^\| *`([^`]+)`", file.read(), re.MULTILINE)


def listed(name, patterns):
    # Square brackets are part of parametrised names, not of the pattern.
    return any(fnmatch.fnmatchcase(name, p.replace("[", "[[]")) for p in patterns)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results")
    parser.add_argument("--skips")
    parser.add_argument("--second")
    parser.add_argument("--baseline")
    parser.add_argument("--failed", action="store_true")
    options = parser.parse_args()

    results = read(options.results)
    patterns = skip_patterns(options.skips)
    failed = [name for name, verdict in results.items() if verdict == "failed" and not listed(name, patterns)]
    if options.failed:
        print(*failed, sep="\n")
        return 0
    if options.second:
        again = read(options.second)
        for name in failed:
            results[name] = again.get(name, "failed")
            print(f"second try: {name}: failed at first, then {results[name]}")
    outcome = {"passed": [], "failed": [], "skipped": []}
    for name, verdict in sorted(results.items()):
        if verdict == "failed" and listed(name, patterns):
            verdict = "skipped"
        outcome[verdict].append(name)
    for name in outcome["failed"]:
        print(f"FAILED {name}")
    for name in outcome["passed"]:
        if listed(name, patterns):
            print(f"passed although the skip list names it: {name}")
    if options.baseline:
        baseline = read(options.baseline)
        worse = [n for n, v in sorted(baseline.items()) if v == "passed" and results.get(n) != "passed"]
        better = [n for n, v in sorted(results.items()) if v == "passed" and baseline.get(n) == "failed"]
        print(f"pass on the baseline but not here: {len(worse)}")
        for name in worse:
            print(f"  {name}: {results.get(name, 'did not run')}")
        print(f"pass here but not on the baseline: {len(better)}")
        for name in better:
            print(f"  {name}")
    print(", ".join(f"{len(outcome[key])} {key}" for key in ("passed", "failed", "skipped")))
    return 1 if outcome["failed"] or not outcome["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
