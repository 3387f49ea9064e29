/* attack_rig.c - see attack_rig.h. */
#include "support/test.h"

#include "attack_rig.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/open_files.h"
#include "support/server.h"
#include "support/stall.h"
#include "util/clock.h"
#include "util/xalloc.h"

enum { UP_MS = 20000, DOWN_MS = 10000, SETTLE_MS = 30000, STEP_MS = 20 };

int64_t attack_ms(void)
{
	return clock_mono().ns / 1000000;
}

static void pause_step(void)
{
	poll(NULL, 0, STEP_MS); /* between two looks at a condition with a deadline */
}

static void copy_station(const char *dir)
{
	static const char *const parts[] = { "config", "alarms", "screens" };
	int status;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		pid_t pid = fork();
		if (pid == 0) {
			execlp("cp", "cp", "-R", test_top(parts[i]), dir, (char *)NULL);
			_exit(127);
		}
		waitpid(pid, &status, 0);
		assert_int_equal(status, 0);
	}
}

static void write_access(const char *dir)
{
	const struct passwd *pw = getpwuid(getuid());
	char path[300], text[600];

	assert_non_null(pw);
	snprintf(path, sizeof(path), "%s/config/access.cfg", dir);
	snprintf(text, sizeof(text),
		 "unlisted = \"view\";\nallow_root = %s;\n"
		 "roles = ( { name = \"all\"; rights = ( \"view\", \"acknowledge\",\n"
		 "  \"operate\", \"shelve\", \"engineer\", \"admin\", \"audit\" ); } );\n"
		 "operators = ( { name = \"%s\"; unix_user = \"%s\";\n"
		 "  roles = ( \"all\" ); } );\n",
		 getuid() == 0 ? "true" : "false", pw->pw_name, pw->pw_name);
	test_write_file(path, text);
}

/* In the server's process: nothing of ours, and so many descriptors; 0 = as they are. */
static void shrink(void *arg)
{
	const unsigned *files = arg;
	struct rlimit limit = { *files, *files };

	for (int fd = STDERR_FILENO + 1; fd < 64; fd++)
		close(fd);
	if (*files)
		setrlimit(RLIMIT_NOFILE, &limit);
}

static pid_t run_server(const struct attack_rig *r, unsigned files)
{
	char config[400], state[400];

	snprintf(config, sizeof(config), "%s/config/sightglass.cfg", r->dir);
	snprintf(state, sizeof(state), "%s/state", r->dir);
	return server_start(&(struct server_start){ .config = config,
						    .state = state,
						    .socket = r->socket,
						    .log = r->log,
						    .prepare = shrink,
						    .arg = &files });
}

struct attack_rig *attack_up(unsigned files)
{
	struct attack_rig *r = xcalloc(1, sizeof(*r));
	struct strbuf why = STRBUF_INIT;
	int64_t end = attack_ms() + UP_MS;
	struct client *c = NULL;

	snprintf(r->dir, sizeof(r->dir), "%s", test_tmpdir());
	snprintf(r->socket, sizeof(r->socket), "%s/s", r->dir);
	snprintf(r->log, sizeof(r->log), "%s/log", r->dir);
	copy_station(r->dir);
	write_access(r->dir);
	r->pid = run_server(r, files);
	while (!c && attack_ms() < end) {
		pause_step();
		c = client_open(r->socket, "cli test", &why);
	}
	if (!c)
		fail_msg("the server does not answer: %s", why.buf);
	client_close(c);
	strbuf_release(&why);
	open_files_settle(r->pid); /* what is counted later is there */
	return r;
}

void attack_down(struct attack_rig *r)
{
	int64_t end = attack_ms() + DOWN_MS;
	int status = -1;

	kill(r->pid, SIGTERM);
	while (waitpid(r->pid, &status, WNOHANG) == 0 && attack_ms() < end)
		pause_step();
	if (attack_ms() >= end)
		kill(r->pid, SIGKILL);
	if (status != 0) {
		char *log = test_read_file(r->log);
		size_t n = strlen(log);
		fail_msg("the server ended with %d: %s", status,
			 n > 2000 ? log + n - 2000 : log);
	}
	free(r);
}

struct attack_rig *rig;

int attack_open(void **state)
{
	(void)state;
	rig = attack_up(0);
	return 0;
}

int attack_close(void **state)
{
	(void)state;
	if (rig) /* it came up */
		attack_down(rig);
	return 0;
}

int attack_connect(const struct attack_rig *r)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", r->socket);
	if (connect(fd, (const struct sockaddr *)&a, sizeof(a)) < 0)
		fail_msg("connect %s: %s", r->socket, strerror(errno));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

struct client *attack_client(const struct attack_rig *r)
{
	struct strbuf why = STRBUF_INIT;
	struct client *c = client_open(r->socket, "cli test", &why);

	if (!c)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return c;
}

int64_t attack_served(struct client *c, int limit_ms)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	struct stall_span start = stall_begin();
	uint32_t req = client_request(c, WIRE_STATUS, 0, 0, "");

	if (client_flush(c, &why) < 0 ||
	    client_wait_reply(c, req, &reply, NULL, NULL, &why) != SG_OK)
		fail_msg("not served: %s", why.buf);
	strbuf_release(&why);
	int64_t took = stall_own_ms(&start);
	if (took > limit_ms)
		fail_msg("served only after %d ms", (int)took);
	return took;
}

void attack_until_ended(int fd, struct strbuf *said, int limit_ms)
{
	int64_t end = attack_ms() + limit_ms;
	char buf[65536];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (attack_ms() >= end)
			fail_msg("the connection lives on after %d ms", limit_ms);
		if (poll(&p, 1, STEP_MS) <= 0)
			continue;
		ssize_t n = read(fd, buf, sizeof(buf));
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return;
		if (n > 0)
			strbuf_add(said, buf, (size_t)n);
	}
}

const char *attack_text(const struct strbuf *said)
{
	static char text[4096];
	size_t from = said->len > sizeof(text) - 1 ? said->len - sizeof(text) + 1 : 0;
	size_t n = 0;

	for (size_t i = from; i < said->len; i++)
		if (isprint((unsigned char)said->buf[i]))
			text[n++] = said->buf[i];
	text[n] = '\0';
	return text;
}

long attack_rss_kb(const struct attack_rig *r)
{
	char path[64], line[256];
	long kb = -1;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)r->pid);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "VmRSS:", 6) == 0)
			kb = strtol(line + 6, NULL, 10);
	if (f)
		fclose(f);
	assert_true(kb > 0);
	return kb;
}

size_t attack_descriptors(const struct attack_rig *r)
{
	return open_files(r->pid);
}

void attack_until_descriptors(const struct attack_rig *r, size_t n)
{
	int64_t end = attack_ms() + SETTLE_MS;

	while (attack_descriptors(r) > n) {
		if (attack_ms() >= end)
			fail_msg("the server holds %zu descriptors, it held %zu",
				 attack_descriptors(r), n);
		pause_step();
	}
}
