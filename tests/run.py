#!/usr/bin/python3
"""Runs test programs (cmocka, TAP), tells what failed, ends with one line
"N passed, N failed, N skipped". Writes BUILD/results.tsv: program, test, result.

A program that ends early, crashes, hangs or reports fewer tests than its plan
counts as failed: nothing is passed by silence. So does a sanitizer's report of any
program the test has started: a driver that dies of one is only started again.
"""
import argparse, glob, os, re, shutil, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor

SOAK = "SIGHTGLASS_SOAK" in os.environ # the long form of a test; it tells its figures
TIMEOUT_S = 7200 if SOAK else 600

FOUND = re.compile(r"ERROR: |WARNING: ThreadSanitizer|runtime error: |SUMMARY: ")
SUPPRESSED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tsan.supp")


def reports_of(path):
    """What sanitizers found below path. A program that was killed while it looked for leaks
    leaves an empty file, or a word about the threads it could not ask: nothing found."""
    texts = [open(f, errors="replace").read() for f in sorted(glob.glob(path + ".*"))]
    return "".join(t for t in texts if FOUND.search(t))


def run_one(path, build):
    name = os.path.relpath(path, os.path.join(build, "test"))
    report = os.path.abspath(os.path.join(build, "reports", name.replace("/", "-")))
    own = {"ASAN_OPTIONS": "detect_stack_use_after_return=1",
           "TSAN_OPTIONS": "halt_on_error=1:suppressions=%s" % SUPPRESSED,
           "UBSAN_OPTIONS": "print_stacktrace=1"}
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="tap", LC_ALL="C.UTF-8", TZ="UTC")
    for key, options in own.items():
        env[key] = "%s:log_path=%s" % (os.environ.get(key, options), report)
    start = time.monotonic()
    try:
        p = subprocess.run([path], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           stdin=subprocess.DEVNULL, timeout=TIMEOUT_S)
        out, code = p.stdout.decode("utf-8", "replace"), p.returncode
    except subprocess.TimeoutExpired as e:
        out, code = (e.stdout or b"").decode("utf-8", "replace"), "timeout"
    rows, planned = [], None
    for line in out.splitlines():
        m = re.match(r"1\.\.(\d+)", line)
        if m:
            planned = int(m.group(1))
        m = re.match(r"(not ok|ok) (\d+)(?: - (\S+))?(.*)", line)
        if m:
            skip = "# SKIP" in line
            label = m.group(3) if m.group(3) and m.group(3) != "#" else "test-%s" % m.group(2)
            rows.append((label, "skipped" if skip else
                         "passed" if m.group(1) == "ok" else "failed"))
    if planned is None or len(rows) != planned or (
            code != 0 and not any(r == "failed" for _, r in rows)):
        rows.append(("program-ended-with-%s-after-%d-of-%s" % (code, len(rows), planned), "failed"))
    said = reports_of(report)
    if said:
        rows.append(("sanitizer-report", "failed"))
        out += said
    return name, rows, out, time.monotonic() - start


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--build", default="build")
    a.add_argument("--only")
    a.add_argument("tests", nargs="*")
    a = a.parse_args()
    tests = [t for t in a.tests if not a.only or a.only in t]
    quick = [t for t in tests if "/test/unit/" in t]
    heavy = [t for t in tests if t not in quick]
    shutil.rmtree(os.path.join(a.build, "reports"), ignore_errors=True)
    os.makedirs(os.path.join(a.build, "reports"))
    results, count = [], {"passed": 0, "failed": 0, "skipped": 0}

    def take(result):
        name, rows, out, seconds = result
        bad = [r for r in rows if r[1] == "failed"]
        print("%-52s %3d tests %6.1f s%s" % (name, len(rows), seconds,
                                             "  FAILED" if bad else ""), flush=True)
        show = out if bad else "\n".join(l for l in out.splitlines() if l.startswith("# " if SOAK else "# matrix"))
        if show:
            print(show, flush=True)
        for label, r in rows:
            count[r] += 1
            results.append((name, label, r))

    with ThreadPoolExecutor(2) as pool:
        for r in pool.map(lambda t: run_one(t, a.build), quick):
            take(r)
    for t in heavy:
        take(run_one(t, a.build))
    with open(os.path.join(a.build, "results.tsv"), "w") as f:
        for row in results:
            f.write("\t".join(row) + "\n")
    code = 0
    if not a.only:
        code = subprocess.call([sys.executable, os.path.join(os.path.dirname(__file__),
                               "requirements.py"), "--build", a.build, "--check"])
    for name, label, r in results:
        if r == "failed":
            print("FAILED %s: %s" % (name, label))
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % count)
    sys.exit(1 if count["failed"] or code or not results else 0)


main()
