#!/usr/bin/python3
"""Runs `make demo` on a terminal as a person would: waits until the console shows the
living plant, leaves it with Ctrl-Q and Enter, and checks that nothing stays behind."""
import os, pty, re, select, sys, time

LIMIT_S = 300


def running():
    """Names of the processes of this machine: a chroot sees its host's as well."""
    here = os.stat("/")
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            root = os.stat("/proc/%s/root/" % pid)
            if (root.st_dev, root.st_ino) == (here.st_dev, here.st_ino):
                yield open("/proc/%s/comm" % pid).read().strip()
        except OSError:
            pass  # it has ended meanwhile


def main(top):
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(top)
        os.execvp("make", ["make", "demo"])
    import fcntl, struct, termios
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen, deadline, left = b"", time.monotonic() + LIMIT_S, False
    while time.monotonic() < deadline:
        if select.select([fd], [], [], 0.2)[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            seen += data
        text = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", seen)
        if not left and b"overview" in text.lower() and b"m3/h" in text:
            os.write(fd, b"\x11\r")
            left = True
    _, status = os.waitpid(pid, 0)
    if not left:
        print(seen[-3000:].decode("utf-8", "replace"))
        sys.exit("the console did not show the living plant")
    if status != 0:
        sys.exit("make demo ended with status %d" % status)
    mine = [name for name in running() if re.match("sightglass|plantsim|mosquitto", name)]
    if mine:
        sys.exit("still running after the console was left: %s" % mine)
    print("make demo: the plant was seen, the console was left, nothing stays behind")


main(sys.argv[1])
