/* landlock.c - the three system calls and the rights of each ABI. */
#include "wall/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "wall/wall.h"

enum { CALL_CREATE = 444, CALL_ADD = 445, CALL_RESTRICT = 446 }; /* on all machines */
enum { CREATE_VERSION = 1, RULE_PATH = 1, RULE_PORT = 2 };
enum { SCOPE_ABSTRACT_SOCKETS = 1, SCOPE_SIGNALS = 2 };
enum { TCP_BIND = 1, TCP_CONNECT = 2 };

enum right {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_CHAR = 1 << 6,
	FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8,
	FS_MAKE_SOCK = 1 << 9,
	FS_MAKE_FIFO = 1 << 10,
	FS_MAKE_BLOCK = 1 << 11,
	FS_MAKE_SYM = 1 << 12,
	FS_REFER = 1 << 13,
	FS_TRUNCATE = 1 << 14,
	FS_IOCTL_DEV = 1 << 15,
	/* those that a rule for a single file may give */
	FS_OF_A_FILE =
		FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV
};

struct attributes {
	uint64_t files, tcp, scopes;
};

struct path_rule {
	uint64_t access;
	int32_t parent_fd;
} __attribute__((packed));

struct port_rule {
	uint64_t access, port;
};

static int pretended = -1;

void wall_pretend_abi(int abi)
{
	pretended = abi;
}

int landlock_abi(void)
{
	long abi = syscall(CALL_CREATE, NULL, (size_t)0, CREATE_VERSION);

	if (abi < 0)
		return 0;
	return pretended >= 0 && pretended < abi ? pretended : (int)abi;
}

static uint64_t rights_of_abi(int abi)
{
	uint64_t all = ((uint64_t)FS_MAKE_SYM << 1) - 1; /* those of the first */

	if (abi >= 2)
		all |= FS_REFER;
	if (abi >= LANDLOCK_ABI_TRUNCATE)
		all |= FS_TRUNCATE;
	if (abi >= LANDLOCK_ABI_DEVICES)
		all |= FS_IOCTL_DEV;
	return all;
}

/* An older kernel refuses bytes that it does not know unless they are zero, and a
 * shorter struct pleases all. */
static size_t size_of_abi(int abi)
{
	if (abi >= LANDLOCK_ABI_SCOPES)
		return sizeof(struct attributes);
	return abi >= LANDLOCK_ABI_TCP ? offsetof(struct attributes, scopes)
				       : offsetof(struct attributes, tcp);
}

int landlock_begin(int abi, bool files, bool tcp, bool scopes)
{
	struct attributes a = {
		.files = files ? rights_of_abi(abi) : 0,
		.tcp = tcp && abi >= LANDLOCK_ABI_TCP ? TCP_BIND | TCP_CONNECT : 0,
		.scopes = scopes && abi >= LANDLOCK_ABI_SCOPES
				  ? SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS
				  : 0,
	};

	return (int)syscall(CALL_CREATE, &a, size_of_abi(abi), 0);
}

static uint64_t rights_of(unsigned access)
{
	uint64_t r = 0;

	if (access & WALL_READ)
		r |= FS_READ_FILE | FS_READ_DIR;
	if (access & WALL_RUN)
		r |= FS_EXECUTE | FS_READ_FILE;
	if (access & WALL_WRITE)
		r |= FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_TRUNCATE |
		     FS_REMOVE_FILE | FS_REMOVE_DIR | FS_MAKE_REG | FS_MAKE_DIR |
		     FS_REFER;
	if (access & WALL_SOCKETS)
		r |= FS_MAKE_SOCK | FS_REMOVE_FILE;
	if (access & WALL_DEVICE)
		r |= FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_IOCTL_DEV;
	return r;
}

int landlock_allow(int rules, int abi, const char *path, unsigned access)
{
	struct path_rule rule = { .access = rights_of(access) & rights_of_abi(abi) };
	struct stat st;
	int rc = -1;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return -1;
	if (fstat(rule.parent_fd, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			rule.access &= FS_OF_A_FILE;
		rc = (int)syscall(CALL_ADD, rules, RULE_PATH, &rule, 0);
	}
	int error = errno;
	close(rule.parent_fd);
	errno = error;
	return rc;
}

int landlock_allow_port(int rules, uint16_t port)
{
	struct port_rule rule = { .access = TCP_CONNECT, .port = port };

	return (int)syscall(CALL_ADD, rules, RULE_PORT, &rule, 0);
}

int landlock_end(int rules)
{
	int rc = (int)syscall(CALL_RESTRICT, rules, 0), error = errno;

	close(rules);
	errno = error;
	return rc;
}
