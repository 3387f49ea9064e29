/*
 * starter_child.c - the life of the starter: requests come in, programs run, their ends
 * are told. One thread, no allocation that a peer could make large, no file but the
 * station's, which a child of its own reads.
 */
#include "server/starter_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/shell.h"
#include "station/def.h"
#include "util/log.h"
#include "util/num.h"
#include "util/xalloc.h"

enum { JOBS_MAX = 512, LOOK_AGAIN_MS = 2000, LOAD_MS = 60000 };

struct job {
	pid_t pid;   /* 0 = free */
	int channel; /* -1 = nobody listens */
	bool driver; /* ends with us */
};

struct child {
	int control, ended; /* ended: a signalfd */
	const char *config;
	enum wall_policy policy;
	bool sealed;
	struct job job[JOBS_MAX];
	char **commands; /* words joined by '\1' */
	size_t n_commands;
	struct mono looked;
	char text[START_PACKET_MAX + 1];
};

/* --- packets ----------------------------------------------------------------------- */

static bool get_place(struct wall_needs *n, const char *text)
{
	char *path;
	unsigned long access = strtoul(text, &path, 10);

	if (*path != ' ' || path[1] != '/' || access == 0 || access > 31)
		return false;
	wall_needs_place(n, (unsigned)access, path + 1);
	return true;
}

static bool get_one(struct start_packet *p, const char *text)
{
	int64_t v;

	switch (text[0]) {
	case START_L_KIND:
		p->kind = text[1];
		return true;
	case START_L_WORD:
		if (p->n_words == START_WORDS_MAX)
			return false;
		p->words[p->n_words++] = text + 1;
		return true;
	case START_L_PORT:
		if (!num_parse_int(text + 1, 1, UINT16_MAX, &v))
			return false;
		wall_needs_port(&p->needs, (uint16_t)v);
		return true;
	case START_L_ANY_PORT:
		p->needs.any_port = true;
		return true;
	case START_L_PLACE:
		return get_place(&p->needs, text + 1);
	default:
		return false;
	}
}

bool start_get(struct start_packet *p, char *text, size_t n)
{
	if (n == 0 || text[n - 1] != '\0')
		return false;
	for (size_t at = 0; at < n; at += strlen(text + at) + 1)
		if (!get_one(p, text + at))
			return false;
	return true;
}

/* --- programs of notify: only those that the files name ---------------------------- */

static char *joined(const char *const *words)
{
	struct strbuf all = STRBUF_INIT;

	for (; *words; words++) {
		strbuf_adds(&all, *words);
		strbuf_addch(&all, '\1');
	}
	return strbuf_detach(&all);
}

static bool knows(const struct child *c, const char *command)
{
	for (size_t i = 0; i < c->n_commands; i++)
		if (strcmp(c->commands[i], command) == 0)
			return true;
	return false;
}

static void learn(struct child *c, char *command) /* taken */
{
	char **one;

	if (knows(c, command)) {
		free(command);
		return;
	}
	one = GROW(&c->commands, &c->n_commands);
	*one = command;
}

/* In a process of its own: the files are large, and parsers are no part of this one. */
static _Noreturn void tell_commands(const char *config, int to)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *def = station_load_partial(config, &diags);

	for (size_t i = 0; def && i < def->n_notify; i++) {
		if (def->notify[i].kind != NOTIFY_COMMAND)
			continue;
		char *command = joined((const char *const *)def->notify[i].command);
		if (write(to, command, strlen(command) + 1) < 0)
			break;
		free(command);
	}
	_exit(0);
}

static void read_commands(struct child *c, int from, struct mono until)
{
	struct strbuf all;
	char chunk[4096];
	ssize_t n;

	strbuf_init(&all, 1 << 20);
	for (;;) {
		struct pollfd p = { .fd = from, .events = POLLIN };
		int64_t left = mono_ms_between(clock_mono(), until);

		if (left <= 0 || poll(&p, 1, (int)left + 1) <= 0)
			break;
		if ((n = read(from, chunk, sizeof(chunk))) <= 0)
			break;
		strbuf_add(&all, chunk, (size_t)n);
	}
	for (size_t at = 0; at < all.len; at += strlen(all.buf + at) + 1)
		learn(c, xstrdup(all.buf + at));
	strbuf_release(&all);
}

/* Not oftener than the files change by hand. */
static void look_again(struct child *c)
{
	struct mono now = clock_mono();
	int ends[2];

	if (c->looked.ns && mono_ms_between(c->looked, now) < LOOK_AGAIN_MS)
		return;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		tell_commands(c->config, ends[1]);
	}
	close(ends[1]);
	if (pid > 0) {
		read_commands(c, ends[0], mono_add_ms(now, LOAD_MS));
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(ends[0]);
	c->looked = clock_mono();
}

static bool is_configured(struct child *c, const struct start_packet *p)
{
	char *command = joined(p->words);
	bool known = knows(c, command);

	if (!known) {
		look_again(c);
		known = knows(c, command);
	}
	free(command);
	return known;
}

/* --- starting ---------------------------------------------------------------------- */

static void tell(int channel, enum start_news_kind kind, int value, const char *text)
{
	struct start_news news = { .kind = kind, .value = value };

	snprintf(news.text, sizeof(news.text), "%s", text);
	if (send(channel, &news, sizeof(news), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		/* nobody wants to know */
	}
}

/* NULL and the program's path, or why it is not to be run. */
static const char *judge(struct child *c, const struct start_packet *p, char path[4096])
{
	char name[300];

	if (p->n_words < 1)
		return "a request without a name";
	if (p->kind == '0' + START_NOTIFY)
		return is_configured(c, p) ? NULL
					   : "the station's files name no such command";
	if (strchr(p->words[0], '/') ||
	    (size_t)snprintf(name, sizeof(name), "sightglass-%s", p->words[0]) >=
		    sizeof(name))
		return "no name of a driver";
	return program_find(name, path, 4096) ? NULL : "the program is not installed";
}

static bool fds_fit(const struct start_packet *p)
{
	return p->n_fds == (p->kind == '0' + START_CHECK ? 4 : 2);
}

static struct job *free_job(struct child *c)
{
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (c->job[i].pid == 0)
			return &c->job[i];
	return NULL;
}

/* The pipe closes when the program has begun; what comes before is why it has not. */
static void run(struct child *c, struct job *j, const struct start_packet *p,
		const char *path)
{
	int failed[2], error = 0;
	char why[256] = "";
	pid_t pid = -1;

	if (pipe2(failed, O_CLOEXEC) == 0) {
		pid = fork();
		if (pid == 0)
			starter_become(p, path, failed[1], c->policy);
		error = errno;
		close(failed[1]);
		ssize_t n = pid > 0 ? read(failed[0], why, sizeof(why) - 1) : 0;
		why[n > 0 ? n : 0] = '\0';
		close(failed[0]);
	}
	if (pid < 0) {
		tell(p->fds[0], START_FAILED, error ? error : errno, strerror(errno));
		return;
	}
	if (why[0]) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		tell(p->fds[0], START_FAILED, (unsigned char)why[0], why + 1);
		return;
	}
	j->pid = pid;
	j->driver = p->kind != '0' + START_NOTIFY;
	j->channel = fcntl(p->fds[0], F_DUPFD_CLOEXEC, 3);
	tell(p->fds[0], START_RUNS, pid, "");
}

static void start(struct child *c, const struct start_packet *p)
{
	struct job *j = free_job(c);
	char path[4096] = "";
	const char *why = !fds_fit(p) ? "a request without its descriptors"
			  : !j        ? "too many programs run already"
				      : judge(c, p, path);

	if (why && p->n_fds)
		tell(p->fds[0], START_FAILED, ENOENT, why);
	else if (!why)
		run(c, j, p, path);
}

static void obey(struct child *c, const struct start_packet *p)
{
	if (p->kind == START_SEALED && !c->sealed)
		c->sealed = p->n_words != 1 || wall_policy_parse(p->words[0], &c->policy);
	else if (p->kind == START_LIST && !c->sealed)
		learn(c, joined(p->words));
	else if (p->kind >= '0' + START_DRIVER && p->kind <= '0' + START_NOTIFY)
		start(c, p);
}

static void take_fds(struct start_packet *p, struct msghdr *m)
{
	for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
		if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
			continue;
		p->n_fds = (int)((h->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(p->fds, CMSG_DATA(h), (size_t)p->n_fds * sizeof(int));
	}
}

/* False when the server is gone. */
static bool take_request(struct child *c)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(START_FDS_MAX * sizeof(int))];
	} u;
	struct iovec iov = { c->text, START_PACKET_MAX };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = u.bytes,
			    .msg_controllen = sizeof(u.bytes) };
	struct start_packet p = { 0 };
	ssize_t n = recvmsg(c->control, &m, MSG_CMSG_CLOEXEC);

	if (n <= 0)
		return n < 0 && errno == EINTR;
	take_fds(&p, &m);
	if (!(m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) &&
	    start_get(&p, c->text, (size_t)n))
		obey(c, &p);
	for (int i = 0; i < p.n_fds; i++)
		close(p.fds[i]);
	wall_needs_release(&p.needs);
	return true;
}

/* --- ends -------------------------------------------------------------------------- */

static void forget(struct job *j)
{
	if (j->channel >= 0)
		close(j->channel);
	*j = (struct job){ .channel = -1 };
}

static void reap(struct child *c)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(c->ended, &info, sizeof(info)) > 0)
		continue;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < JOBS_MAX; i++)
			if (c->job[i].pid == pid) {
				if (c->job[i].channel >= 0)
					tell(c->job[i].channel, START_ENDED, status, "");
				forget(&c->job[i]);
			}
}

/* A byte or a closed channel. */
static void kill_job(struct job *j)
{
	char byte;

	kill(j->pid, SIGKILL);
	if (recv(j->channel, &byte, 1, MSG_DONTWAIT) <= 0) {
		close(j->channel);
		j->channel = -1;
	}
}

/* Only what is open: poll() takes no more places than descriptors are allowed. */
static bool turn(struct child *c)
{
	struct pollfd p[JOBS_MAX + 2] = { { .fd = c->control, .events = POLLIN },
					  { .fd = c->ended, .events = POLLIN } };
	struct job *of[JOBS_MAX + 2];
	size_t n = 2;

	for (size_t i = 0; i < JOBS_MAX; i++) {
		if (!c->job[i].pid || c->job[i].channel < 0)
			continue;
		of[n] = &c->job[i];
		p[n++] = (struct pollfd){ .fd = c->job[i].channel, .events = POLLIN };
	}
	if (poll(p, n, -1) < 0)
		return errno == EINTR;
	for (size_t i = 2; i < n; i++)
		if (p[i].revents)
			kill_job(of[i]);
	if (p[1].revents)
		reap(c);
	return !p[0].revents || take_request(c);
}

static int catch_ends(void)
{
	static const int ignored[] = { SIGINT, SIGHUP, SIGTERM, SIGPIPE };
	sigset_t set;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void starter_child(int control, const char *config, enum wall_policy policy)
{
	static struct child c;
	struct wall_report report;
	struct strbuf why = STRBUF_INIT;

	prctl(PR_SET_NAME, "sg-starter");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	c.control = control;
	c.config = config;
	c.policy = policy;
	c.ended = catch_ends();
	for (size_t i = 0; i < JOBS_MAX; i++)
		c.job[i].channel = -1;
	wall_report_init(&report, policy);
	if (wall_calls(WALL_STARTER, &report, &why) != SG_OK)
		log_error("%s",
			  why.buf); /* the server's own fails as well, and ends it */
	while (turn(&c))
		continue;
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (c.job[i].pid && c.job[i].driver)
			kill(c.job[i].pid, SIGKILL);
	_exit(0);
}
