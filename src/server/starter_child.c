/*
 * starter_child.c - the life of the starter: requests come in, programs run, their ends
 * are told. One thread, no allocation that a peer could make large, no file, and it waits
 * for nothing but its next event: not for a disk, and not for a program to begin.
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
#include "util/log.h"
#include "util/num.h"
#include "util/program.h"
#include "util/xalloc.h"

enum { JOBS_MAX = 512 };

struct job {
	pid_t pid;   /* 0 = free */
	int channel; /* -1 = nobody listens */
	int begun;   /* closes when the program has begun; -1 = it has */
	bool driver; /* ends with us */
};

struct child {
	int control, ended; /* ended: a signalfd */
	struct start_files files;
	bool sealed;
	struct job job[JOBS_MAX];
	/* of the configuration that runs; of one that was found good and may run next */
	struct start_commands runs, next;
	struct start_look look;
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
		return start_commands_know(&c->runs, p->words) ||
				       start_commands_know(&c->next, p->words)
			       ? NULL
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

static int take_fd(struct start_packet *p, int i)
{
	int fd = p->fds[i];

	p->fds[i] = -1;
	return fd;
}

static void forget(struct job *j)
{
	if (j->channel >= 0)
		close(j->channel);
	if (j->begun >= 0)
		close(j->begun);
	*j = (struct job){ .channel = -1, .begun = -1 };
}

/* The pipe closes when the program has begun; what comes before is why it has not. */
static void run(struct child *c, struct job *j, struct start_packet *p, const char *path)
{
	int begun[2] = { -1, -1 }, error;
	pid_t pid = -1;

	if (pipe2(begun, O_CLOEXEC) == 0) {
		fcntl(begun[0], F_SETFL, O_NONBLOCK);
		pid = fork();
	}
	if (pid == 0)
		starter_become(p, path, begun[1], c->files.walls);
	error = errno;
	if (begun[1] >= 0)
		close(begun[1]);
	if (pid < 0) {
		if (begun[0] >= 0)
			close(begun[0]);
		tell(p->fds[0], START_FAILED, error, strerror(error));
		return;
	}
	*j = (struct job){ .pid = pid,
			   .channel = take_fd(p, 0),
			   .begun = begun[0],
			   .driver = p->kind != '0' + START_NOTIFY };
}

/* Tells how it began. A program that a slow disk holds up holds up nobody else. */
static void on_begun(struct job *j)
{
	char why[256] = "";
	ssize_t n = read(j->begun, why, sizeof(why) - 1);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	close(j->begun);
	j->begun = -1;
	if (j->channel < 0)
		return;
	if (n <= 0) {
		tell(j->channel, START_RUNS, j->pid, "");
		return;
	}
	tell(j->channel, START_FAILED, (unsigned char)why[0], why + 1);
	close(j->channel); /* it is ending, and that is told */
	j->channel = -1;
}

static void start(struct child *c, struct start_packet *p)
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

/* --- what may be executed ---------------------------------------------------------- */

/* Words: policy, state folder, version, hash. Once. */
static void seal(struct child *c, const struct start_packet *p)
{
	int64_t version;

	if (c->sealed || p->n_words != 4 ||
	    !wall_policy_parse(p->words[0], &c->files.walls) ||
	    !num_parse_int(p->words[2], 0, INT64_MAX, &version))
		return;
	c->sealed = true;
	c->files.signers.state_dir = xstrdup(p->words[1]);
	c->runs.version = (uint64_t)version;
	snprintf(c->runs.hash, sizeof(c->runs.hash), "%s", p->words[3]);
}

static void look(struct child *c, struct start_packet *p)
{
	const char *why = p->n_words != 1 || p->n_fds != 1 ? "a request without a hash"
			  : !c->sealed ? "the station has not begun yet"
				       : start_look_begin(&c->look, &c->files,
							  p->words[0], p->fds[0]);

	if (!why)
		take_fd(p, 0);
	else if (p->n_fds)
		tell(p->fds[0], START_FAILED, EBUSY, why);
}

static uint64_t highest_version(const struct child *c)
{
	return c->next.version > c->runs.version ? c->next.version : c->runs.version;
}

/* The versions that were seen are kept here as well: a server that was taken over writes
 * its own files as it likes. */
static void on_look(struct child *c)
{
	struct start_commands found = { 0 };
	struct strbuf why = STRBUF_INIT;

	if (!start_look_turn(&c->look, &found, &why))
		return;
	if (!why.len && found.version < highest_version(c))
		strbuf_setf(&why, "these files are older than what ran before");
	if (why.len) {
		start_commands_clear(&found);
		tell(c->look.channel, START_FAILED, EACCES, why.buf);
	} else {
		start_commands_clear(&c->next);
		c->next = found;
		tell(c->look.channel, START_ENDED, 0, "");
	}
	close(c->look.channel);
	strbuf_release(&why);
}

/* A station without commands is not looked at: what runs then is nothing. */
static void accept_files(struct child *c, const struct start_packet *p)
{
	struct start_commands none = { .version = highest_version(c) };

	if (!c->sealed || p->n_words != 1 || strcmp(p->words[0], c->runs.hash) == 0)
		return;
	start_commands_clear(&c->runs);
	c->runs = none;
	if (strcmp(p->words[0], c->next.hash) == 0) {
		c->runs = c->next;
		c->next = (struct start_commands){ 0 };
	}
	start_commands_clear(&c->next);
}

static void obey(struct child *c, struct start_packet *p)
{
	if (p->kind == START_SEALED)
		seal(c, p);
	else if (p->kind == START_LIST && !c->sealed)
		start_commands_learn(&c->runs, p->words);
	else if (p->kind == START_LOOK)
		look(c, p);
	else if (p->kind == START_ACCEPT)
		accept_files(c, p);
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
	if (m.msg_flags & MSG_CTRUNC && p.n_fds)
		tell(p.fds[0], START_FAILED, EMFILE, strerror(EMFILE));
	else if (!(m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) &&
		 start_get(&p, c->text, (size_t)n))
		obey(c, &p);
	for (int i = 0; i < p.n_fds; i++)
		if (p.fds[i] >= 0)
			close(p.fds[i]);
	wall_needs_release(&p.needs);
	return true;
}

/* --- ends -------------------------------------------------------------------------- */

static void on_end(struct job *j, int status)
{
	if (j->begun >= 0)
		on_begun(j);
	if (j->channel >= 0)
		tell(j->channel, START_ENDED, status, "");
	forget(j);
}

static void reap(struct child *c)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(c->ended, &info, sizeof(info)) > 0)
		continue;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		c->look.reaped |= c->look.pid == pid;
		for (size_t i = 0; i < JOBS_MAX; i++)
			if (c->job[i].pid == pid)
				on_end(&c->job[i], status);
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

/* What is open, and whose it is: poll() takes no more places than descriptors are
 * allowed. */
struct watched {
	struct pollfd p[2 * JOBS_MAX + 4];
	struct job *job[2 * JOBS_MAX + 4];
	size_t n;
};

static void watch(struct watched *w, int fd, struct job *job)
{
	w->job[w->n] = job;
	w->p[w->n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

static void watch_jobs(struct child *c, struct watched *w)
{
	for (size_t i = 0; i < JOBS_MAX; i++) {
		struct job *j = &c->job[i];

		if (j->pid && j->begun >= 0)
			watch(w, j->begun, j);
		if (j->pid && j->channel >= 0)
			watch(w, j->channel, j);
	}
}

static void serve_jobs(const struct watched *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct job *j = w->job[i];

		if (!j || !w->p[i].revents)
			continue;
		if (w->p[i].fd == j->begun)
			on_begun(j);
		else if (w->p[i].fd == j->channel)
			kill_job(j);
	}
}

/* Who asked for a look and closed its channel wants it no more. */
static void serve_look(struct child *c)
{
	char byte;

	if (!c->look.pid)
		return;
	if (recv(c->look.channel, &byte, 1, MSG_DONTWAIT) == 0) {
		start_look_stop(&c->look);
		close(c->look.channel);
		return;
	}
	on_look(c);
}

static int wait_ms(const struct child *c)
{
	int64_t left = c->look.pid ? mono_ms_between(clock_mono(), c->look.until) : -1;

	return left < 0 ? (c->look.pid ? 0 : -1) : (int)left + 1;
}

static bool turn(struct child *c)
{
	struct watched w = { .n = 0 };

	watch(&w, c->control, NULL);
	watch(&w, c->ended, NULL);
	if (c->look.pid) {
		watch(&w, c->look.from, NULL);
		watch(&w, c->look.channel, NULL);
	}
	watch_jobs(c, &w);
	if (poll(w.p, w.n, wait_ms(c)) < 0)
		return errno == EINTR;
	serve_jobs(&w);
	serve_look(c);
	if (w.p[1].revents)
		reap(c);
	return !w.p[0].revents || take_request(c);
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

void starter_child(int control, const char *config, const struct signed_policy *signers,
		   enum wall_policy policy)
{
	static struct child c;
	struct wall_report report;
	struct strbuf why = STRBUF_INIT;

	prctl(PR_SET_NAME, "sg-starter");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	c.control = control;
	c.files = (struct start_files){ config, *signers, policy };
	c.ended = catch_ends();
	for (size_t i = 0; i < JOBS_MAX; i++)
		forget(&c.job[i]);
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
