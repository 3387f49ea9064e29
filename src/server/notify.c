/* notify.c - programs and syslog on the way out. */
#include "server/notify.h"

#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/program.h"
#include "util/log.h"
#include "util/xalloc.h"

enum { SYSLOG_MAX = 8192, WARN_MS = 60000 };

struct job { /* a program to be run, then one that runs */
	struct job *next;
	struct notify_carrier *carrier;
	char *name, **command; /* owned */
	struct strbuf in;
	int open_handles;
	bool late, has_program;
	struct program program;
	uv_pipe_t pipe;
	uv_timer_t limit;
	uv_write_t write;
};

struct notify_carrier {
	struct shell *shell;
	struct job *first, **last, *running;
	size_t n_waiting, n_running;
	uint64_t lost; /* since the last warning */
	struct mono warned;
	bool stopping;
	char host[256];
};

/* --- complaints -------------------------------------------------------------------- */

/* A pager that is down costs a line a minute. */
static void __attribute__((format(printf, 3, 4)))
complain(struct notify_carrier *c, const char *name, const char *fmt, ...)
{
	struct mono now = clock_mono();
	char text[256];
	va_list ap;

	c->lost++;
	if (c->warned.ns && mono_ms_between(c->warned, now) < WARN_MS)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_warn("notify \"%s\": %s (%llu of the last minute did not arrive)", name, text,
		 (unsigned long long)c->lost);
	c->warned = now;
	c->lost = 0;
}

/* --- programs ---------------------------------------------------------------------- */

static void start_next(struct notify_carrier *c);

static void free_job(struct job *j)
{
	for (char **word = j->command; *word; word++)
		free(*word);
	free(j->command);
	free(j->name);
	strbuf_release(&j->in);
	free(j);
}

static void forget(struct job *j)
{
	struct notify_carrier *c = j->carrier;
	struct job **at = &c->running;

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	c->n_running--;
	free_job(j);
	if (c->stopping && !c->running)
		free(c);
	else if (!c->stopping)
		start_next(c);
}

static void on_closed(uv_handle_t *handle)
{
	struct job *j = handle->data;

	if (--j->open_handles == 0)
		forget(j);
}

static void close_one(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

static void on_program_closed(struct program *p)
{
	on_closed((uv_handle_t *)&p->poll);
}

static void close_all(struct job *j)
{
	if (j->has_program)
		program_close(&j->program, on_program_closed);
	close_one((uv_handle_t *)&j->pipe);
	close_one((uv_handle_t *)&j->limit);
}

static void on_news(struct program *p, const struct start_news *news)
{
	struct job *j = p->data;

	if (news->kind == START_RUNS)
		return;
	if (news->kind == START_FAILED)
		complain(j->carrier, j->name, "%s cannot be run: %s", j->command[0],
			 news->text);
	else if (j->late)
		complain(j->carrier, j->name, "%s took longer than %d s and was ended",
			 j->command[0], NOTIFY_LIMIT_MS / 1000);
	else if (WIFSIGNALED(news->value))
		complain(j->carrier, j->name, "%s was ended by signal %d", j->command[0],
			 WTERMSIG(news->value));
	else if (WEXITSTATUS(news->value))
		complain(j->carrier, j->name, "%s ended with status %d", j->command[0],
			 WEXITSTATUS(news->value));
	close_all(j);
}

static void on_limit(uv_timer_t *timer)
{
	struct job *j = timer->data;

	j->late = true;
	starter_kill(j->program.channel);
}

/* A program that does not read is judged by its status. */
static void on_written(uv_write_t *req, int status)
{
	struct job *j = req->data;

	(void)status;
	close_one((uv_handle_t *)&j->pipe);
}

/* What it learns of the alarm comes by its input. */
static int spawn(struct job *j)
{
	struct start_request rq = { .kind = START_NOTIFY,
				    .words = (const char *const *)j->command,
				    .n_fds = 1 };
	int ends[2], rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	rq.fds[0] = ends[1];
	j->program.data = j;
	j->program.on_news = on_news;
	rc = program_start(j->carrier->shell, &j->program, &rq);
	close(ends[1]);
	if (rc == 0) {
		j->has_program = true;
		j->open_handles++;
		rc = uv_pipe_open(&j->pipe, ends[0]);
	}
	if (rc < 0)
		close(ends[0]);
	return rc;
}

static void start(struct job *j)
{
	struct notify_carrier *c = j->carrier;
	uv_buf_t in = uv_buf_init(j->in.buf, (unsigned)j->in.len);
	int rc;

	j->next = c->running;
	c->running = j;
	c->n_running++;
	j->pipe.data = j->limit.data = j->write.data = j;
	j->open_handles = 2;
	uv_pipe_init(&c->shell->loop, &j->pipe, 0);
	uv_timer_init(&c->shell->loop, &j->limit);
	rc = spawn(j);
	if (rc) {
		complain(c, j->name, "%s cannot be run: %s", j->command[0],
			 uv_strerror(rc));
		close_all(j);
		return;
	}
	uv_timer_start(&j->limit, on_limit, NOTIFY_LIMIT_MS, 0);
	if (uv_write(&j->write, (uv_stream_t *)&j->pipe, &in, 1, on_written))
		close_one((uv_handle_t *)&j->pipe);
}

static void start_next(struct notify_carrier *c)
{
	struct job *j = c->first;

	if (!j || c->n_running == NOTIFY_RUNNING)
		return;
	c->first = j->next;
	if (!c->first)
		c->last = &c->first;
	c->n_waiting--;
	start(j);
}

static char **copy_words(char *const *words)
{
	char **copy = NULL;
	size_t n = 0;

	for (; *words; words++)
		*GROW(&copy, &n) = xstrdup(*words);
	*GROW(&copy, &n) = NULL;
	return copy;
}

/* Copied: a reload may take the definition away before its turn comes. */
static void run(struct notify_carrier *c, const struct notify_def *d,
		const struct action *a)
{
	struct job *j;

	if (c->n_waiting == NOTIFY_WAITING) {
		complain(c, d->name, "%d wait already: too much at once", NOTIFY_WAITING);
		return;
	}
	j = xcalloc(1, sizeof(*j));
	j->carrier = c;
	j->name = xstrdup(d->name);
	j->command = copy_words(d->command);
	j->in = (struct strbuf)STRBUF_INIT;
	strbuf_add(&j->in, a->bytes.buf, a->bytes.len);
	*c->last = j;
	c->last = &j->next;
	c->n_waiting++;
	start_next(c);
}

/* --- syslog ------------------------------------------------------------------------- */

static int send_unix(const char *path, const char *line, size_t n)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;

	if (fd < 0 || strlen(path) >= sizeof(to.sun_path)) {
		error = fd < 0 ? errno : ENAMETOOLONG;
	} else {
		memcpy(to.sun_path, path, strlen(path));
		if (sendto(fd, line, n, MSG_NOSIGNAL, (struct sockaddr *)&to,
			   sizeof(to)) < 0)
			error = errno;
	}
	if (fd >= 0)
		close(fd);
	return error;
}

/* A numeric address: to ask a name server would hold up the plant. */
static int send_udp(const char *to, const char *line, size_t n)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST },
			*info = NULL;
	const char *colon = strrchr(to, ':');
	char host[128];
	int fd, error = 0;

	snprintf(host, sizeof(host), "%.*s", (int)(colon - to), to);
	if (host[0] == '[') { /* [::1] */
		host[strlen(host) - 1] = '\0';
		memmove(host, host + 1, strlen(host));
	}
	if (getaddrinfo(host, colon + 1, &hints, &info))
		return EDESTADDRREQ;
	fd = socket(info->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 ||
	    sendto(fd, line, n, MSG_NOSIGNAL, info->ai_addr, info->ai_addrlen) < 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	freeaddrinfo(info);
	return error;
}

static void log_out(struct notify_carrier *c, const struct notify_def *d,
		    const struct action *a)
{
	const char *udp = "udp://";
	char now[CLOCK_ISO_SIZE];
	struct strbuf line;
	int error;

	clock_iso_utc(clock_now().wall, now);
	strbuf_init(&line, SYSLOG_MAX);
	strbuf_addf(&line, "<%d>1 %s %s sightglassd %d ", d->facility * 8 + (int)a->num2,
		    now, c->host, (int)getpid());
	strbuf_add(&line, a->bytes.buf, a->bytes.len);
	if (strncmp(d->syslog, udp, strlen(udp)) == 0)
		error = send_udp(d->syslog + strlen(udp), line.buf, line.len);
	else
		error = send_unix(d->syslog, line.buf, line.len);
	if (error)
		complain(c, d->name, "%s: %s", d->syslog, strerror(error));
	strbuf_release(&line);
}

/* ------------------------------------------------------------------------------------ */

struct notify_carrier *notify_carrier_new(struct shell *sh)
{
	struct notify_carrier *c = xcalloc(1, sizeof(*c));

	c->shell = sh;
	c->last = &c->first;
	if (gethostname(c->host, sizeof(c->host) - 1) < 0 || !c->host[0])
		snprintf(c->host, sizeof(c->host), "-");
	return c;
}

void notify_carry(struct shell *sh, const struct action *a)
{
	const struct station_def *def = station_current_def(sh->station);
	const struct notify_def *d = &def->notify[a->num];

	if (sh->notify->stopping)
		return;
	if (d->kind == NOTIFY_COMMAND)
		run(sh->notify, d, a);
	else
		log_out(sh->notify, d, a);
}

void notify_syslog(struct shell *sh, const struct action *a)
{
	struct notify_def d = { .name = (char *)(uintptr_t) "audit",
				.kind = NOTIFY_SYSLOG,
				.syslog = a->name,
				.facility = (int)a->num };

	if (!sh->notify->stopping)
		log_out(sh->notify, &d, a);
}

void notify_carrier_stop(struct notify_carrier *c)
{
	struct job *next;

	c->stopping = true;
	for (struct job *j = c->first; j; j = next) {
		next = j->next;
		free_job(j);
	}
	for (struct job *j = c->running; j; j = j->next) {
		close_all(j);
	}
	if (!c->running)
		free(c);
}
