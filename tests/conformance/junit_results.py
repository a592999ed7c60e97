#!/usr/bin/env python3
"""Prints the outcome of JUnit classes for report.py: a line a test with name, tab, `passed`, `failed` or `skipped`.

Usage: junit_results.py REPORTS PREFIX CLASS…

REPORTS has a folder for each class, with the XML files of JUnit's console launcher. A class without any has failed. Names go without
PREFIX and without the parentheses of methods.
"""

import pathlib
import sys
import xml.etree.ElementTree as tree


def verdict(case):
    kinds = {child.tag for child in case}
    return "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"


def main():
    folder, prefix, classes = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    for name in classes:
        cases = [case for report in (folder / name).glob("*.xml") for case in tree.parse(report).iter("testcase")]
        for case in cases:
            method, _, rest = case.get("name", "").partition("(")
            print(case.get("classname", "").removeprefix(prefix) + "." + method + rest.partition(")")[2], verdict(case), sep="\t")
        if not cases:
            print(name.removeprefix(prefix), "failed", sep="\t")


if __name__ == "__main__":
    main()
