#!/usr/bin/python3
"""What the documents point at is there: links, pictures, and files named between
backquotes. Words in capitals stand for a name of one's own (src/drivers/NAME)."""
import os, re, subprocess, sys

FOLDERS = "src|tests|docs|packaging|screens|config|alarms"


def exists(page, name):
    """From the page's folder, from the top, or as a module's file; tests without their .c"""
    starts = [os.path.dirname(page), "", "src", "tests"]
    return any(os.path.exists(os.path.join(s, name + end)) for s in starts for end in ("", ".c"))


def faults(page):
    text = open(page).read()
    for name in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in name and not os.path.exists(os.path.join(os.path.dirname(page), name)):
            yield name
    for name in re.findall(r"`((?:\.\./)*(?:%s)/[A-Za-z0-9_./@-]+)`" % FOLDERS, text):
        if not re.search(r"[A-Z]{3}", name) and not exists(page, name):
            yield name


pages = subprocess.run(["git", "ls-files", "*.md"], capture_output=True, text=True).stdout.split()
found = ["%s names %s, which is not there" % (p, n) for p in pages for n in faults(p)]
print("\n".join(found))
sys.exit(1 if found else 0)
