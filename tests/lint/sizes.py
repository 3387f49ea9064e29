#!/usr/bin/python3
"""Limits on size: pmccabe complexity 15 and 100 lines a function, 800 lines a file.
tests/lint/sizes.allow lists exceptions: path function complexity lines reason."""
import os, subprocess, sys

COMPLEXITY, LINES, FILE_LINES = 15, 100, 800
allow = {}
path = os.path.join(os.path.dirname(__file__), "sizes.allow")
if os.path.exists(path):
    for line in open(path):
        if line.strip() and not line.startswith("#"):
            f, fn, c, n, _reason = line.split(None, 4)
            allow[(f, fn)] = (int(c), int(n))
files = subprocess.check_output(["git", "ls-files", "src/*.c", "tests/*.c"], text=True).split()
faults, lengths = [], []
for line in subprocess.check_output(["pmccabe"] + files, text=True).splitlines():
    col = line.split("\t")
    complexity, length = int(col[1]), int(col[4])
    where = col[5].split("(")[0]
    name = col[5].split(": ")[-1]
    if where.startswith("src/"):
        lengths.append(length)
    c, n = allow.get((where, name), (COMPLEXITY, LINES))
    if complexity > c or length > n:
        faults.append("%s: %s has complexity %d and %d lines (limits %d, %d)" %
                      (col[5].split("): ")[0] + ")", name, complexity, length, c, n))
for f in files:
    n = sum(1 for _ in open(f))
    if n > FILE_LINES:
        faults.append("%s: %d lines (limit %d)" % (f, n, FILE_LINES))
print("\n".join(faults))
sys.exit(1 if faults else 0)
