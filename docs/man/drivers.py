#!/usr/bin/python3
"""Writes the drivers' settings in sightglass.cfg.5 anew, from what the drivers say of
themselves (--describe): docs/man/drivers.py [BUILD]. Run it after a setting was added;
tests/integration/test_docs.c fails until then."""
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "sightglass.cfg.5")
ESCAPES = {"\\": "\\e", "-": "\\-", '"': "\\(dq", "'": "\\(aq", "^": "\\(ha", "~": "\\(ti",
           "`": "\\(ga"}


def roff(text):
    out = "".join(ESCAPES.get(c, c) for c in text)
    return "\\&" + out if out.startswith(".") else out


def sentence(text):
    first = re.split("[ ,;]", text)[0]
    if first.isalpha() and first not in ("plain", "json"):
        text = text[0].upper() + text[1:]
    return text + "."


def limits(row):
    if "min" not in row:
        return ""
    return " (%d to %d)" % (row["min"], row["max"]) if row["max"] == int(row["max"]) else (
        " (%g to %g)" % (row["min"], row["max"]))


def entry(row):
    help_text = row["help"] + limits(row) + ("; required" if row["required"] else "")
    return ".TP\n.B %s\n%s\n" % (roff(row["name"]), roff(sentence(help_text)))


def parts(driver):
    yield "device_settings", "".join(map(entry, driver["device_settings"]))
    yield "tag_settings", "".join(map(entry, driver["tag_settings"]))
    lines = [roff(line) for line in driver["address"].rstrip("\n").split("\n")]
    yield "address", ".nf\n%s\n.fi\n" % "\n".join(lines)


def main(build):
    with open(PAGE) as f:
        page = f.read()
    for name in ("modbus", "mqtt"):
        program = os.path.join(build, "bin", "sightglass-" + name)
        driver = json.loads(subprocess.check_output([program, "--describe"]))
        for part, text in parts(driver):
            mark = '.\\" %s %s' % (name, part)
            begin, end = mark + "\n", mark + " end\n"
            if begin not in page:
                sys.exit("%s has no line %s" % (PAGE, mark))
            head, rest = page.split(begin)
            page = head + begin + text + end + rest.split(end)[1]
    with open(PAGE, "w") as f:
        f.write(page)


main(sys.argv[1] if len(sys.argv) > 1 else "build")
