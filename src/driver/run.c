/* run.c - a child with three descriptors, driven by poll() until it ends. */
#include "driver/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"

extern char **environ;

enum {
	ERR_MAX = 2000,
	CHUNK = 65536,
	PAUSE_FIRST_NS = 100000, /* one that has said all has mostly ended as well */
	PAUSE_LAST_NS = 5000000
};

static const struct run_starter *starter;

void run_starter_set(const struct run_starter *s)
{
	starter = s;
}

struct child {
	pid_t pid;        /* or the starter's number of it */
	int in, out, err; /* our ends; -1 = closed */
	const struct run_input *input;
	struct strbuf chunk; /* of it, being written */
	size_t written;
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int spawn(pid_t *pid, const char *path, const char *arg, const int ends[3])
{
	char *argv[] = { (char *)path, (char *)arg, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i < 3; i++)
		posix_spawn_file_actions_adddup2(&actions, ends[i], i);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	int rc = posix_spawn(pid, path, &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

/* 0 or errno. */
static int begin(struct child *c, const char *path, const char *arg, const int ends[3])
{
	if (!starter)
		return spawn(&c->pid, path, arg, ends);
	c->pid = starter->start(path, arg, ends);
	return c->pid < 0 ? -c->pid : 0;
}

static bool start(struct child *c, const char *path, const char *arg, struct strbuf *why)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 };
	int rc = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) < 0 ||
	    pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)
		rc = errno;
	else
		rc = begin(c, path, arg, (int[]){ in[1], out[1], err[1] });
	close_end(&in[1]);
	close_end(&out[1]);
	close_end(&err[1]);
	c->in = in[0];
	c->out = out[0];
	c->err = err[0];
	if (rc == 0)
		return true;
	close_end(&c->in);
	close_end(&c->out);
	close_end(&c->err);
	strbuf_setf(why, "%s cannot be started: %s", path, strerror(rc));
	return false;
}

/* False at the end of what there is to tell. */
static bool next_chunk(struct child *c)
{
	if (c->written < c->chunk.len)
		return true;
	strbuf_clear(&c->chunk);
	c->written = 0;
	if (c->input->more)
		c->input->more(c->input->arg, &c->chunk);
	return c->chunk.len > 0;
}

/* Sends what fits; closes when all is sent or nobody reads. */
static void feed(struct child *c)
{
	bool more = next_chunk(c);
	ssize_t n = 0;

	if (more)
		n = send(c->in, c->chunk.buf + c->written, c->chunk.len - c->written,
			 MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n > 0)
		c->written += (size_t)n;
	if (!more || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_end(&c->in);
}

/* Reads once; closes at the end. */
static void drain(int *fd, struct strbuf *to)
{
	char chunk[CHUNK];
	ssize_t n = read(*fd, chunk, sizeof(chunk));

	if (n > 0)
		strbuf_add(to, chunk, (size_t)n);
	else if (n == 0 || errno != EINTR)
		close_end(fd);
}

/* One wait; false when the time is over. */
static bool step(struct child *c, struct run_result *r, struct mono deadline)
{
	struct pollfd fds[3] = { { c->in, POLLOUT, 0 },
				 { c->out, POLLIN, 0 },
				 { c->err, POLLIN, 0 } };
	int64_t left = mono_ms_between(clock_mono(), deadline);

	if (left <= 0)
		return false;
	if (poll(fds, 3, (int)left + 1) < 0)
		return errno == EINTR;
	if (fds[0].revents)
		feed(c);
	if (fds[1].revents)
		drain(&c->out, &r->out);
	if (fds[2].revents)
		drain(&c->err, &r->err);
	return true;
}

static bool has_ended(const struct child *c, int *status)
{
	return starter ? starter->ended(c->pid, status)
		       : waitpid(c->pid, status, WNOHANG) != 0;
}

static void end_now(const struct child *c, int *status)
{
	if (starter) {
		starter->kill(c->pid);
		return;
	}
	kill(c->pid, SIGKILL);
	while (waitpid(c->pid, status, 0) < 0 && errno == EINTR)
		;
}

/* Waits until the program has ended by itself, or ends it at the deadline. */
static bool reap(struct child *c, struct run_result *r, bool kill_now,
		 struct mono deadline)
{
	struct timespec pause = { 0, PAUSE_FIRST_NS };
	int status = 0;
	bool in_time = true;

	while (!kill_now && !has_ended(c, &status)) {
		kill_now = mono_reached(clock_mono(), deadline);
		in_time = !kill_now;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < PAUSE_LAST_NS)
			pause.tv_nsec *= 2;
	}
	if (kill_now)
		end_now(c, &status);
	if (starter)
		starter->forget(c->pid);
	r->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return in_time;
}

bool run_program(const char *path, const char *arg, const struct run_input *in,
		 size_t out_max, int limit_ms, struct run_result *r, struct strbuf *why)
{
	struct child c = { .input = in };
	struct mono deadline = mono_add_ms(clock_mono(), limit_ms);
	bool in_time = true;

	r->code = -1;
	strbuf_init(&r->out, out_max);
	strbuf_init(&r->err, ERR_MAX);
	strbuf_init(&c.chunk, SIZE_MAX / 2);
	if (!start(&c, path, arg, why))
		return false;
	while (in_time && !r->out.truncated && (c.out >= 0 || c.err >= 0))
		in_time = step(&c, r, deadline);
	close_end(&c.in);
	close_end(&c.out);
	close_end(&c.err);
	strbuf_release(&c.chunk);
	in_time &= reap(&c, r, !in_time || r->out.truncated, deadline);
	if (r->out.truncated)
		strbuf_setf(why, "%s %s wrote more than %zu bytes", path, arg, out_max);
	else if (!in_time)
		strbuf_setf(why, "%s %s did not end within %.1f s", path, arg,
			    limit_ms / 1000.0);
	return in_time && !r->out.truncated;
}

void run_result_release(struct run_result *r)
{
	strbuf_release(&r->out);
	strbuf_release(&r->err);
}
