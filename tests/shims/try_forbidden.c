/*
 * try_forbidden.c - to be preloaded into the real programs: once their wall stands, it
 * plays the attacker who runs inside, tries one forbidden act after the other, and says
 * on standard error what became of each.
 *
 *   TRY_IN=program    as the kernel knows it: "sightglassd", "sightglass-modb"
 *   TRY_SECRET=FILE   to be read
 *   TRY_TARGET=FILE   to be written
 *   TRY_PORT=n        of this machine, to be connected to
 *   TRY_SOCKET=PATH   a Unix socket, the same
 *   TRY_AFTER=n       calls of poll or epoll_wait that come first (50)
 *
 * Each line is "TRY act: errno's name or done".
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *act, long rc)
{
	const char *what = rc >= 0 ? "done" : strerrorname_np(errno);
	char line[128];
	int n = snprintf(line, sizeof(line), "TRY %s: %s\n", act, what ? what : "?");

	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		_exit(1);
}

static int open_closed(const char *path, int flags)
{
	int fd = path ? open(path, flags | O_CLOEXEC, 0600) : -1;

	if (fd >= 0)
		close(fd);
	return fd;
}

static long socket_of(int domain, int type)
{
	int fd = socket(domain, type, 0);

	if (fd >= 0)
		close(fd);
	return fd;
}

static long connect_port(void)
{
	const char *port = getenv("TRY_PORT");
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				 .sin_port = htons((uint16_t)(port ? atol(port) : 1)) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc = fd < 0 ? -1 : connect(fd, (struct sockaddr *)&a, sizeof(a));
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return rc;
}

static long listen_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&a, sizeof(a));
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return rc;
}

static long connect_unix(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *path = getenv("TRY_SOCKET");
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path ? path : "/none");
	int rc = fd < 0 ? -1 : connect(fd, (struct sockaddr *)&a, sizeof(a));
	int error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return rc;
}

static long fork_one(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid;
}

/* Comes back only when it was denied. */
static long exec_true(void)
{
	char *argv[] = { (char[]){ "true" }, NULL };

	return execve("/bin/true", argv, NULL);
}

static long exec_own(void)
{
	char *argv[] = { (char[]){ "self" }, NULL };

	return execve("/proc/self/exe", argv, NULL);
}

static void try_all(void)
{
	char c = 'x';
	struct iovec iov = { &c, 1 };

	say("read the secret", open_closed(getenv("TRY_SECRET"), O_RDONLY));
	say("write the target", open_closed(getenv("TRY_TARGET"), O_WRONLY | O_CREAT));
	say("a file in /tmp", open_closed("/tmp/try_forbidden", O_WRONLY | O_CREAT));
	say("connect to the port", connect_port());
	say("listen on a port", listen_port());
	say("connect to the socket", connect_unix());
	say("a UDP socket", socket_of(AF_INET, SOCK_DGRAM));
	say("a raw socket", socket_of(AF_INET, SOCK_RAW));
	say("a packet socket", socket_of(AF_PACKET, SOCK_RAW));
	say("a vsock", socket_of(AF_VSOCK, SOCK_STREAM));
	say("fork", fork_one());
	say("execute", exec_true());
	say("execute itself", exec_own());
	say("ptrace", ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
	say("read another's memory",
	    syscall(SYS_process_vm_readv, getppid(), &iov, 1, &iov, 1, 0));
	say("signal its parent", kill(getppid(), SIGCONT));
	say("TIOCSTI", ioctl(STDIN_FILENO, TIOCSTI, &c));
	say("TIOCLINUX", ioctl(STDIN_FILENO, TIOCLINUX, &c));
	say("io_uring", syscall(SYS_io_uring_setup, 1, NULL));
	say("bpf", syscall(SYS_bpf, 0, NULL, 0));
	say("unshare", unshare(CLONE_NEWUSER));
	say("mount", syscall(SYS_mount, "none", "/mnt", "tmpfs", 0, NULL));
	say("keyctl", syscall(SYS_keyctl, 0, -3, 0));
	say("perf", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
	say("userfaultfd", syscall(SYS_userfaultfd, 0));
	say("become root", syscall(SYS_setresuid, 0, 0, 0));
	say("dumpable again", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
	say("more of a wall's system calls", syscall(SYS_seccomp, 0, 0, NULL));
	errno = 0;
	say(prctl(PR_GET_DUMPABLE) == 0 ? "end, not dumpable" : "end, dumpable", 0);
}

static void maybe(void)
{
	static long calls;
	static volatile int begun;
	const char *in = getenv("TRY_IN"), *after = getenv("TRY_AFTER");
	char name[16] = "";

	if (begun || !in || prctl(PR_GET_SECCOMP) != 2)
		return;
	if (++calls < (after ? atol(after) : 50))
		return;
	begun = 1;
	prctl(PR_GET_NAME, name);
	if (strcmp(name, in) == 0 && prctl(PR_GET_PDEATHSIG, &calls) == 0)
		try_all();
}

int poll(struct pollfd *fds, nfds_t n, int ms)
{
	static int (*real)(struct pollfd *, nfds_t, int);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "poll");
	maybe();
	return real(fds, n, ms);
}

int epoll_wait(int fd, struct epoll_event *events, int max, int ms)
{
	static int (*real)(int, struct epoll_event *, int, int);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "epoll_wait");
	maybe();
	return real(fd, events, max, ms);
}

int epoll_pwait(int fd, struct epoll_event *events, int max, int ms, const sigset_t *set)
{
	static int (*real)(int, struct epoll_event *, int, int, const sigset_t *);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "epoll_pwait");
	maybe();
	return real(fd, events, max, ms, set);
}
