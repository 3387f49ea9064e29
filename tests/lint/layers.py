#!/usr/bin/python3
"""The layer rule. A module includes only itself and what its DEPS_ line in the
Makefile names; each third-party header has one home; console/ is layered inside
itself; a file begins with a comment that says why it exists."""
import re, subprocess, sys

DEPS = {}
text = open("Makefile").read()
for name, value in re.findall(r"^DEPS_(\S+?)[ \t]*:=[ \t]*(.*)$", text, re.M):
    DEPS[name] = value
for name in DEPS:  # lines may name others: $(DEPS_station)
    for _ in range(4):
        DEPS[name] = re.sub(r"\$\(DEPS_(\S+?)\)", lambda m: DEPS[m.group(1)], DEPS[name])
DEPS = {k: set(v.split()) for k, v in DEPS.items()}

# header -> folders that may include it
HOMES = {
    "libconfig.h": ["config/"], "sqlite3.h": ["store/"], "uv.h": ["server/"], "seccomp.h": ["wall/calls.c"],
    "curses.h": ["console/term/"], "ncurses.h": ["console/term/"],
    "modbus.h": ["drivers/modbus/", "plantsim/"],
    "mosquitto.h": ["drivers/mqtt/connection", "plantsim/"],
    "sodium.h": ["audit/hash.c", "audit/sign.c", "access/"],
    "jansson.h": ["driver/", "drivers/", "cli/", "plantsim/"],
    "time.h": None, "pthread.h": ["util/", "server/", "driver/", "drivers/", "plantsim/"],
}
PURE = {"tag", "expr", "alarm", "write", "access", "screen", "station", "audit"}
# the loader is the one part of station/ that opens files
PURE_MAY_NOT = {"unistd.h", "sys/socket.h", "pthread.h", "fcntl.h", "poll.h", "uv.h"}
PURE_EXCEPT = re.compile(r"station/(load|files|source)[a-z_]*\.[ch]$")
CONSOLE = ["term", "widget", "view", "app"]
faults = []


def module_of(path):
    for m in sorted(DEPS, key=len, reverse=True):
        if path.startswith(m + "/"):
            return m
    return None


def check(path):
    rel = path[len("src/"):]
    mod = module_of(rel)
    lines = open(path).read().splitlines()
    if not lines or not lines[0].startswith("/*"):
        faults.append("%s:1: the file does not begin with a comment on why it exists" % path)
    for n, line in enumerate(lines, 1):
        own = re.match(r'#include "([^"]+)"', line)
        sys_ = re.match(r"#include <([^>]+)>", line)
        if own:
            target = module_of(own.group(1))
            if target != mod and target not in DEPS.get(mod, set()):
                faults.append("%s:%d: %s may not include %s" % (path, n, mod, own.group(1)))
            if mod == "console" and target == "console":
                me, it = rel.split("/")[1], own.group(1).split("/")[1]
                if me in CONSOLE and it in CONSOLE and CONSOLE.index(it) > CONSOLE.index(me):
                    faults.append("%s:%d: console/%s may not include console/%s" % (path, n, me, it))
        if sys_:
            homes = HOMES.get(sys_.group(1))
            if homes and not any(rel.startswith(h) for h in homes):
                faults.append("%s:%d: <%s> has its home in %s" % (path, n, sys_.group(1), homes))
            if mod in PURE and sys_.group(1) in PURE_MAY_NOT and not PURE_EXCEPT.match(rel):
                faults.append("%s:%d: %s is pure and may not include <%s>" % (path, n, mod, sys_.group(1)))


for f in subprocess.check_output(["git", "ls-files", "src/*.c", "src/*.h"], text=True).split():
    check(f)
print("\n".join(faults))
sys.exit(1 if faults else 0)
