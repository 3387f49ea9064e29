/*
 * calls.c - the system calls a program may make: sets of names, a row a rule about an
 * argument, and a filter made of them.
 *
 * What is denied fails with EPERM and says so in a line on standard error: a call that a
 * new library makes must be found by reading a log, not by guessing. The line is written
 * by a signal handler; where that signal is blocked the kernel ends the process instead.
 */
#include "wall/wall.h"

#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <ucontext.h>
#include <unistd.h>

struct set {
	unsigned of; /* enum wall_calls */
	const char *const *names;
};

static const char *const base[] = {
	/* memory */
	"brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "mlock",
	"mlock2", "munlock", "msync", "membarrier", "memfd_create",
	/* threads and time */
	"futex", "futex_time64", "futex_waitv", "set_robust_list", "get_robust_list",
	"rseq", "set_tid_address", "arch_prctl", "set_thread_area", "sched_yield",
	"sched_getaffinity", "sched_getparam", "sched_getscheduler", "getcpu",
	"clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64",
	"clock_nanosleep", "clock_nanosleep_time64", "nanosleep", "gettimeofday", "time",
	"timerfd_create", "timerfd_settime", "timerfd_gettime", "restart_syscall", "exit",
	"exit_group",
	/* signals */
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "rt_sigpending",
	"rt_sigtimedwait", "rt_sigsuspend", "sigaltstack", "signalfd4", "pause",
	/* who and where one is */
	"gettid", "getpid", "getppid", "getpgrp", "getpgid", "getsid", "getuid",
	"geteuid", "getgid", "getegid", "getgroups", "getresuid", "getresgid", "uname",
	"sysinfo", "getrandom", "getrusage", "times", "getrlimit", "ugetrlimit", "getcwd",
	"umask", "capget",
	/* descriptors and reading */
	"read", "readv", "pread64", "preadv", "preadv2", "write", "writev", "pwrite64",
	"pwritev", "pwritev2", "close", "close_range", "fstat", "fstat64", "newfstatat",
	"fstatat64", "stat", "stat64", "lstat", "lstat64", "statx", "statfs", "fstatfs",
	"statfs64", "fstatfs64", "lseek", "_llseek", "poll", "ppoll", "ppoll_time64",
	"select", "_newselect", "pselect6", "pselect6_time64", "epoll_create",
	"epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2",
	"eventfd", "eventfd2", "pipe", "pipe2", "fcntl", "fcntl64", "dup", "dup2", "dup3",
	"open", "openat", "openat2", "access", "faccessat", "faccessat2", "readlink",
	"readlinkat", "getdents", "getdents64", "ftruncate", "ftruncate64", "fadvise64",
	"fadvise64_64", "readahead", "flock", NULL
};

static const char *const store[] = { "fsync",     "fdatasync",  "sync_file_range",
				     "fallocate", "truncate",   "truncate64",
				     "rename",    "renameat",   "renameat2",
				     "unlink",    "unlinkat",   "mkdir",
				     "mkdirat",   "rmdir",      "link",
				     "linkat",    "symlink",    "symlinkat",
				     "chmod",     "fchmod",     "fchmodat",
				     "fchown",    "fchown32",   "utimensat",
				     "utime",     "utimes",     "copy_file_range",
				     "sendfile",  "sendfile64", "syncfs",
				     "chdir",     "fchdir",     NULL };

static const char *const net[] = { "connect",         "getsockname", "getpeername",
				   "getsockopt",      "setsockopt",  "shutdown",
				   "sendto",          "sendmsg",     "sendmmsg",
				   "recvfrom",        "recvmsg",     "recvmmsg",
				   "recvmmsg_time64", "send",        "recv",
				   "socketpair",      NULL };

/* clock_adjtime only reads here; nobody can set a clock without a capability. */
static const char *const serve[] = { "bind",
				     "listen",
				     "accept",
				     "accept4",
				     "inotify_init",
				     "inotify_init1",
				     "inotify_add_watch",
				     "inotify_rm_watch",
				     "adjtimex",
				     "clock_adjtime",
				     "clock_adjtime64",
				     "wait4",
				     "waitid",
				     "waitpid",
				     "setpriority",
				     "getpriority",
				     NULL };

static const char *const exec_calls[] = { "execve", NULL };

/* A program may put up what is narrower still. */
static const char *const sandbox[] = { "seccomp", "landlock_create_ruleset",
				       "landlock_add_rule", "landlock_restrict_self",
				       NULL };

static const struct set sets[] = {
	{ WALL_CALLS_BASE, base },       { WALL_CALLS_STORE, store },
	{ WALL_CALLS_NET, net },         { WALL_CALLS_SERVE, serve },
	{ WALL_CALLS_EXEC, exec_calls }, { WALL_CALLS_SANDBOX, sandbox },
};

/* What a program of others never needs either, whatever else it does. */
static const char *const nobody[] = { "ptrace",
				      "process_vm_readv",
				      "process_vm_writev",
				      "process_madvise",
				      "kexec_load",
				      "kexec_file_load",
				      "init_module",
				      "finit_module",
				      "delete_module",
				      "mount",
				      "umount2",
				      "pivot_root",
				      "move_mount",
				      "fsopen",
				      "fsmount",
				      "open_tree",
				      "mount_setattr",
				      "swapon",
				      "swapoff",
				      "reboot",
				      "sethostname",
				      "setdomainname",
				      "settimeofday",
				      "clock_settime",
				      "clock_settime64",
				      "acct",
				      "bpf",
				      "perf_event_open",
				      "userfaultfd",
				      "keyctl",
				      "add_key",
				      "request_key",
				      "unshare",
				      "setns",
				      "mknod",
				      "mknodat",
				      "iopl",
				      "ioperm",
				      "quotactl",
				      "lookup_dcookie",
				      "io_uring_setup",
				      "io_uring_enter",
				      "io_uring_register",
				      "kcmp",
				      "pidfd_getfd",
				      "chroot",
				      "vhangup",
				      "open_by_handle_at",
				      "personality",
				      NULL };

/* --- rules about arguments --------------------------------------------------------- */

/* The kernel looks at 32 bits of these, whatever the register holds above. */
#define WORD(arg, value)                                                                 \
	SCMP_CMP((arg), SCMP_CMP_MASKED_EQ, 0xffffffffU, (scmp_datum_t)(uint32_t)(value))
#define MASKED(arg, mask, value)                                                         \
	SCMP_CMP((arg), SCMP_CMP_MASKED_EQ, (mask), (scmp_datum_t)(uint32_t)(value))

enum { SOCKET_KIND = 0xf }; /* without SOCK_CLOEXEC and SOCK_NONBLOCK */

static const unsigned long ioctls[] = { FIONREAD, FIONBIO, FIOCLEX, TCGETS, TIOCGWINSZ };

/* Not TIOCSTI and TIOCLINUX: they type for whoever sits there. */
static const unsigned long terminal_ioctls[] = {
	TCSETS, TCSETSW, TCSETSF, TCFLSH, TCXONC, TCSBRK, TIOCOUTQ, TIOCGPGRP, TIOCSPGRP,
};

enum { GET_RS485 = 0x542E, SET_RS485 = 0x542F, GET_SERIAL = 0x541E };
static const unsigned long serial_ioctls[] = {
	TCSETS,   TCSETSW,   TCSETSF,   TCFLSH,     TCXONC,   TCSBRK,
	TIOCOUTQ, TIOCMGET,  TIOCMSET,  TIOCMBIS,   TIOCMBIC, TIOCEXCL,
	TIOCNXCL, GET_RS485, SET_RS485, GET_SERIAL,
};

static const int
	prctls[] = { PR_SET_NAME,         PR_GET_NAME,      PR_GET_DUMPABLE,
		     PR_GET_NO_NEW_PRIVS, PR_GET_PDEATHSIG, PR_SET_PDEATHSIG,
		     PR_GET_SECCOMP,      0x53564d41 /* naming memory: glibc */ };

/* Keeps the first thing that went wrong. */
static void must(int *rc, int result)
{
	if (*rc == 0 && result < 0 && result != -EDOM && result != -EEXIST)
		*rc = result;
}

static void allow_words(scmp_filter_ctx f, const char *name, unsigned arg,
			const unsigned long *v, size_t n, int *rc)
{
	int call = seccomp_syscall_resolve_name(name);

	for (size_t i = 0; i < n; i++)
		must(rc, seccomp_rule_add(f, SCMP_ACT_ALLOW, call, 1, WORD(arg, v[i])));
}

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void allow_ioctls(scmp_filter_ctx f, unsigned calls, int *rc)
{
	allow_words(f, "ioctl", 1, ioctls, N(ioctls), rc);
	if (calls & WALL_CALLS_TERMINAL)
		allow_words(f, "ioctl", 1, terminal_ioctls, N(terminal_ioctls), rc);
	if (calls & WALL_CALLS_SERIAL)
		allow_words(f, "ioctl", 1, serial_ioctls, N(serial_ioctls), rc);
}

static void allow_socket(scmp_filter_ctx f, int domain, int kind, int *rc)
{
	must(rc, seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2, WORD(0, domain),
				  MASKED(1, SOCKET_KIND, kind)));
}

static void allow_sockets(scmp_filter_ctx f, unsigned sockets, int *rc)
{
	static const int inet[] = { AF_INET, AF_INET6 };

	if (sockets & WALL_UNIX) {
		allow_socket(f, AF_UNIX, SOCK_STREAM, rc);
		allow_socket(f, AF_UNIX, SOCK_DGRAM, rc);
	}
	for (size_t i = 0; i < N(inet); i++) {
		if (sockets & WALL_UDP)
			allow_socket(f, inet[i], SOCK_DGRAM, rc);
		if (sockets & WALL_TCP)
			allow_socket(f, inet[i], SOCK_STREAM, rc);
	}
	/* which addresses this machine has: asked when a name is looked up */
	if (sockets & WALL_TCP)
		allow_socket(f, AF_NETLINK, SOCK_RAW, rc);
}

/* A thread, and no process: clone3 hides its flags in memory, so glibc is told that there
 * is none and asks the old way. */
static void allow_threads(scmp_filter_ctx f, int *rc)
{
	scmp_datum_t thread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND;

	must(rc, seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS),
				  seccomp_syscall_resolve_name("clone3"), 0));
	must(rc, seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
				  SCMP_CMP(0, SCMP_CMP_MASKED_EQ, thread, thread)));
}

/* Limits of its own may be read and lowered, signals sent to itself. */
static void allow_self(scmp_filter_ctx f, unsigned calls, int *rc)
{
	unsigned long pid = (unsigned long)getpid();

	must(rc, seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, WORD(0, pid)));
	must(rc, seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1, WORD(0, pid)));
	if (calls & WALL_CALLS_TERMINAL) /* suspends all of its job */
		must(rc,
		     seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1, WORD(0, 0)));
	must(rc, seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, WORD(0, 0)));
	for (size_t i = 0; i < N(prctls); i++)
		must(rc, seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
					  WORD(0, prctls[i])));
}

static void add_names(scmp_filter_ctx f, uint32_t action, const char *const *names,
		      int *rc)
{
	for (; *names; names++) {
		int call = seccomp_syscall_resolve_name(*names);

		if (call != __NR_SCMP_ERROR)
			must(rc, seccomp_rule_add(f, action, call, 0));
	}
}

/* --- what is denied says so -------------------------------------------------------- */

enum { SAID_MAX = 20 };
static _Atomic int said;
static const char *who = "sightglass";

static size_t append(char *to, size_t at, size_t size, const char *text)
{
	while (*text && at + 1 < size)
		to[at++] = *text++;
	return at;
}

static size_t append_number(char *to, size_t at, size_t size, unsigned n)
{
	char digits[12];
	size_t k = sizeof(digits);

	digits[--k] = '\0';
	do
		digits[--k] = (char)('0' + n % 10);
	while ((n /= 10) && k);
	return append(to, at, size, digits + k);
}

/* In a signal handler: nothing but write(). `sightglass-denied-call` is a table's work:
 * docs/security.md says how a number becomes a name. */
static void on_denied(int sig, siginfo_t *info, void *context)
{
	ucontext_t *c = context;
	int saved = errno;
	char line[160];
	size_t n = 0;

	(void)sig;
	if (atomic_fetch_add(&said, 1) < SAID_MAX) {
		n = append(line, n, sizeof(line), who);
		n = append(line, n, sizeof(line), ": the wall denied system call ");
		n = append_number(line, n, sizeof(line), (unsigned)info->si_syscall);
		n = append(line, n, sizeof(line),
			   " (scmp_sys_resolver names it; docs/security.md, Walls)\n");
		if (write(STDERR_FILENO, line, n) < 0) {
			/* nobody to tell */
		}
	}
	errno = saved;
#if defined(__x86_64__)
	c->uc_mcontext.gregs[REG_RAX] = -EPERM;
#elif defined(__aarch64__)
	c->uc_mcontext.regs[0] = (unsigned long long)-EPERM;
#elif defined(__i386__)
	c->uc_mcontext.gregs[REG_EAX] = -EPERM;
#elif defined(__arm__)
	c->uc_mcontext.arm_r0 = (unsigned long)-EPERM;
#elif defined(__riscv)
	c->uc_mcontext.__gregs[REG_A0] = (unsigned long)-EPERM;
#else
	(void)c;
	_exit(159);
#endif
}

static bool catch_denied(const char *name)
{
	struct sigaction sa = { .sa_sigaction = on_denied,
				.sa_flags = SA_SIGINFO | SA_NODEFER };
	sigset_t set;

	who = name;
	sigemptyset(&set);
	sigaddset(&set, SIGSYS);
	return sigaction(SIGSYS, &sa, NULL) == 0 &&
	       sigprocmask(SIG_UNBLOCK, &set, NULL) == 0;
}

/* --- the filter -------------------------------------------------------------------- */

static int fill(scmp_filter_ctx f, const struct wall_row *row)
{
	int rc = 0;

	must(&rc, seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2));
	if (!row->calls) {
		add_names(f, SCMP_ACT_ERRNO(EPERM), nobody, &rc);
		must(&rc, seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
					   WORD(1, TIOCSTI)));
		return rc;
	}
	for (size_t i = 0; i < N(sets); i++)
		if (row->calls & sets[i].of)
			add_names(f, SCMP_ACT_ALLOW, sets[i].names, &rc);
	allow_ioctls(f, row->calls, &rc);
	allow_sockets(f, row->sockets, &rc);
	allow_threads(f, &rc);
	allow_self(f, row->calls, &rc);
	return rc;
}

static int load(const struct wall_row *row)
{
	scmp_filter_ctx f = seccomp_init(row->calls ? SCMP_ACT_TRAP : SCMP_ACT_ALLOW);
	int rc = f ? fill(f, row) : -ENOMEM;

	if (rc == 0 && row->calls && !catch_denied(row->name))
		rc = -errno;
	if (rc == 0)
		rc = seccomp_load(f);
	seccomp_release(f);
	return rc;
}

enum sg_err wall_calls(enum wall_program program, struct wall_report *r,
		       struct strbuf *why)
{
	const struct wall_row *row = wall_row(program);
	int rc;

	if (r->policy == WALL_OFF)
		return SG_OK;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	rc = load(row);
	r->calls = rc == 0;
	if (rc == 0)
		return SG_OK;
	strbuf_addf(&r->missing, "%sa filter of system calls (%s)",
		    r->missing.len ? "; " : "", strerror(-rc));
	if (r->policy != WALL_REQUIRE)
		return SG_OK;
	strbuf_setf(why,
		    "walls = \"require\", and %s cannot have a filter of system calls: "
		    "%s. Another kernel, or walls = \"best-effort\"",
		    row->name, strerror(-rc));
	return SG_EREFUSED;
}
