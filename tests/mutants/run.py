#!/usr/bin/python3
"""Each file tests/mutants/NN-name.mutant plants one fault and names the test that must
turn red. Format:

    # why this line matters
    file: src/drivers/modbus/frame.c
    test: unit/drivers/modbus/test_frame        (a program, as in build/test/)
    red:  PLC_07_wrong_unit_is_refused          (the test inside it; prefix is enough)
    - the exact source line to replace (leading blanks do not count)
    + what stands there instead (empty: the line goes)

The tree is copied to build/mutants/, built once, then once a mutant. A mutant whose test
stays green, or whose line is not found exactly once, fails the run."""
import glob, os, re, shutil, subprocess, sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
WORK = os.path.join(TOP, "build/mutants")


def parse(path):
    m = {"name": os.path.basename(path)[:-7], "-": [], "+": []}
    for line in open(path):
        line = line.rstrip("\n")
        if line.startswith("- ") or line.startswith("+ ") or line in "-+":
            m[line[:1]].append(line[2:].strip())
        elif ":" in line and not line.startswith("#"):
            key, value = line.split(":", 1)
            m[key.strip()] = value.strip()
    return m


def plant(m):
    """Returns the file's old text, or a sentence on why the fault cannot be planted."""
    path = os.path.join(WORK, m["file"])
    old = open(path).read()
    lines = old.splitlines()
    want = m["-"]
    hits = [i for i in range(len(lines) - len(want) + 1)
            if [l.strip() for l in lines[i:i + len(want)]] == want]
    if len(hits) != 1:
        return None, "its line stands %d times in %s" % (len(hits), m["file"])
    lines[hits[0]:hits[0] + len(want)] = m["+"]
    open(path, "w").write("\n".join(lines) + "\n")
    return old, None


def run_test(m):
    """True when the named test failed."""
    target = "build/test/" + m["test"]
    kind = m["test"].split("/")[0]
    goals = [target] if kind == "unit" else ["programs", target]
    made = subprocess.run(["make", "-s", "-j2", "WARN=-w"] + goals, cwd=WORK,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode:
        return None, "it does not build:\n" + made.stdout[-2000:]
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="tap", LC_ALL="C.UTF-8", TZ="UTC",
               SIGHTGLASS_BIN=os.path.join(WORK, "build/bin"), SIGHTGLASS_TOP=WORK)
    try:
        out = subprocess.run([os.path.join(WORK, target)], cwd=WORK, env=env, timeout=300,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             stdin=subprocess.DEVNULL).stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return True, "hung"
    red = re.search(r"^not ok \d+ - %s" % re.escape(m["red"]), out, re.M)
    crashed = not re.search(r"^ok \d+ - %s" % re.escape(m["red"]), out, re.M)
    return bool(red or crashed), out[-1500:]


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    files = subprocess.check_output(["git", "ls-files", "-z"], cwd=TOP).split(b"\0")
    for f in filter(None, (f.decode() for f in files)):
        if os.path.exists(os.path.join(TOP, f)):
            os.makedirs(os.path.dirname(os.path.join(WORK, f)), exist_ok=True)
            shutil.copy2(os.path.join(TOP, f), os.path.join(WORK, f))
    mutants = [parse(p) for p in sorted(glob.glob(os.path.join(TOP, "tests/mutants/*.mutant")))]
    only = sys.argv[1:]
    survived = []
    for m in mutants:
        if only and not any(o in m["name"] for o in only):
            continue
        old, fault = plant(m)
        if fault:
            survived.append((m["name"], fault))
            print("%-44s CANNOT BE PLANTED: %s" % (m["name"], fault), flush=True)
            continue
        try:
            red, text = run_test(m)
        finally:
            open(os.path.join(WORK, m["file"]), "w").write(old)
        print("%-44s %s" % (m["name"], "killed by " + m["red"] if red else "SURVIVED"), flush=True)
        if not red:
            survived.append((m["name"], text))
    for name, text in survived:
        print("\n%s:\n%s" % (name, text))
    print("%d mutants, %d survived" % (len(mutants), len(survived)))
    sys.exit(1 if survived or not mutants else 0)


main()
