#!/usr/bin/python3
"""docs/requirements.md: hazard and requirement ids, the tests that prove them, and how
the last run went. tests/requirements.list names the ids of finished issues.

  --check   fail when a listed id has no test that ran and passed
  --write   write docs/requirements.md from BUILD/results.tsv
"""
import argparse, collections, os, re, sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
ID = re.compile(r"^((?:(?:PLC|WR|MQ|ST|AU|PR|CF|AL|AM|SEC|HM|DV)_|T)\d{2})(?!\d)")


def results(build):
    found = collections.OrderedDict()
    path = os.path.join(build, "results.tsv")
    for line in open(path) if os.path.exists(path) else []:
        program, test, result = line.rstrip("\n").split("\t")
        rest = test
        while True:  # PLC_07_PLC_08_name proves both
            m = ID.match(rest)
            if not m:
                break
            key = m.group(1).replace("_", "-")  # T01 is written without one
            found.setdefault(key, []).append((program, test, result))
            rest = rest[m.end():].lstrip("_")
    return found


def listed():
    rows = []
    for line in open(os.path.join(TOP, "tests/requirements.list")):
        line = line.strip()
        if line and not line.startswith("#"):
            key, _, text = line.partition(" ")
            rows.append((key, text.strip()))
    return rows


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--build", default="build")
    a.add_argument("--check", action="store_true")
    a.add_argument("--write", action="store_true")
    a = a.parse_args()
    found, bad = results(a.build), 0
    rows = listed()
    if a.check:
        for key, text in rows:
            if not any(r == "passed" for _, _, r in found.get(key, [])):
                print("REQUIREMENT %s (%s): no test of that id ran and passed" % (key, text))
                bad = 1
    if a.write:
        names = dict(rows)
        extra = [k for k in found if k not in names]
        with open(os.path.join(TOP, "docs/requirements.md"), "w") as f:
            f.write("# Requirements and the tests that prove them\n\n"
                    "Written by `make requirements` from a run of `make test`; `make test` fails when an\n"
                    "id below did not execute and pass. A test's name begins with the ids it proves.\n\n"
                    "| id | requirement | test | result |\n| --- | --- | --- | --- |\n")
            for key, text in rows + [(k, "") for k in sorted(extra)]:
                for i, (program, test, result) in enumerate(found.get(key, [("", "", "not run")])):
                    f.write("| %s | %s | %s | %s |\n" % (
                        key if i == 0 else "", text if i == 0 else "",
                        "`%s` %s" % (program, test) if test else "-", result))
    sys.exit(bad)


main()
