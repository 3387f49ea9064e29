/* starter.c - the server's end of the starter. */
#include "server/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/run.h"
#include "server/starter_int.h"
#include "station/def.h"
#include "util/log.h"
#include "util/xalloc.h"

enum { PACKET_ROOM = 1 << 20, START_WAIT_MS = 30000 };

struct starter {
	pid_t pid;
	int control;
};

struct starter *starter_launch(const char *config, const struct signed_policy *signers,
			       enum wall_policy policy, struct strbuf *why)
{
	int ends[2], room = PACKET_ROOM;
	struct starter *s;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		strbuf_setf(why, "cannot make a socket for the starter of programs: %s",
			    strerror(errno));
		return NULL;
	}
	setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		starter_child(ends[1], config, signers, policy);
	}
	close(ends[1]);
	if (pid < 0) {
		strbuf_setf(why, "cannot fork the starter of programs: %s",
			    strerror(errno));
		close(ends[0]);
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->pid = pid;
	s->control = ends[0];
	return s;
}

void starter_stop(struct starter *s)
{
	close(s->control);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(s);
}

/* --- requests ---------------------------------------------------------------------- */

void start_put(struct strbuf *out, char letter, const char *text)
{
	strbuf_addch(out, letter);
	strbuf_add(out, text, strlen(text) + 1);
}

static void put_needs(struct strbuf *out, const struct wall_needs *n)
{
	char text[4200];

	for (size_t i = 0; i < n->n_places; i++) {
		snprintf(text, sizeof(text), "%u %.4095s", n->place[i].access,
			 n->place[i].path);
		start_put(out, START_L_PLACE, text);
	}
	for (size_t i = 0; i < n->n_ports; i++) {
		snprintf(text, sizeof(text), "%u", (unsigned)n->port[i]);
		start_put(out, START_L_PORT, text);
	}
	if (n->any_port)
		start_put(out, START_L_ANY_PORT, "");
}

/* Never in a server that works: says so and ends the process, as without memory. */
static _Noreturn void is_gone(void)
{
	log_error("the starter of programs has ended: the server can start no driver any "
		  "more. It ends here and is to be started again; what was recorded "
		  "stays, nothing is repeated");
	abort();
}

/* A starter that is held up holds nobody up: EAGAIN. */
static int send_packet(struct starter *s, const struct strbuf *packet, const int *fds,
		       size_t n_fds, int flags)
{
	struct iovec iov = { packet->buf, packet->len };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(START_FDS_MAX * sizeof(int))];
	} u = { 0 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (n_fds) {
		m.msg_control = u.bytes;
		m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
	}
	ssize_t n;
	while ((n = sendmsg(s->control, &m, MSG_NOSIGNAL | flags)) < 0 && errno == EINTR)
		;
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
		is_gone();
	return n < 0 ? -1 : 0;
}

/* Sends packet (released) and the other end of a new channel. */
static int ask(struct starter *s, struct strbuf *packet, const int *more, int n_more)
{
	int ends[2], fds[START_FDS_MAX], error = E2BIG, rc = -1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) <
	    0) {
		strbuf_release(packet);
		return -1;
	}
	fds[0] = ends[1];
	for (int i = 0; i < n_more; i++)
		fds[i + 1] = more[i];
	if (!packet->truncated) {
		rc = send_packet(s, packet, fds, (size_t)n_more + 1, MSG_DONTWAIT);
		error = errno;
	}
	strbuf_release(packet);
	close(ends[1]);
	if (rc == 0)
		return ends[0];
	close(ends[0]);
	errno = error;
	return -1;
}

static void begin_packet(struct strbuf *packet, int kind)
{
	strbuf_init(packet, START_PACKET_MAX);
	start_put(packet, START_L_KIND, (char[]){ (char)kind, '\0' });
}

int starter_start(struct starter *s, const struct start_request *rq)
{
	struct strbuf packet;

	begin_packet(&packet, '0' + (int)rq->kind);
	for (size_t i = 0; rq->words[i]; i++)
		start_put(&packet, START_L_WORD, rq->words[i]);
	if (rq->needs)
		put_needs(&packet, rq->needs);
	return ask(s, &packet, rq->fds, rq->n_fds);
}

bool starter_news(int channel, struct start_news *out)
{
	ssize_t n;

	while ((n = recv(channel, out, sizeof(*out), MSG_DONTWAIT)) < 0 && errno == EINTR)
		;
	if (n == sizeof(*out))
		return true;
	if (n < 0 && errno == EAGAIN)
		return false;
	*out = (struct start_news){ .kind = START_FAILED, .value = EMFILE };
	snprintf(out->text, sizeof(out->text),
		 "the starter of programs had no room for it");
	return true;
}

/* Until there is some, or the time is up: ETIMEDOUT. */
static void await_news(int channel, int ms, struct start_news *news)
{
	struct mono until = mono_add_ms(clock_mono(), ms);
	struct pollfd p = { .fd = channel, .events = POLLIN };

	while (!starter_news(channel, news)) {
		int64_t left = mono_ms_between(clock_mono(), until);

		if (left <= 0) {
			*news = (struct start_news){ .kind = START_FAILED,
						     .value = ETIMEDOUT };
			snprintf(news->text, sizeof(news->text), "it took too long");
			return;
		}
		poll(&p, 1, (int)left);
	}
}

void starter_kill(int channel)
{
	if (send(channel, "k", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		/* it has ended, or its end is on the way */
	}
}

/* --- what may be executed ---------------------------------------------------------- */

static void send_and_release(struct starter *s, struct strbuf *packet, int flags)
{
	if (packet->truncated || send_packet(s, packet, NULL, 0, flags) < 0)
		log_warn("the starter of programs was not told all of the station: a "
			 "program of notify may not be run until the next reload");
	strbuf_release(packet);
}

void starter_seal(struct starter *s, const struct station_def *def,
		  enum wall_policy policy, const char *state_dir)
{
	char hash[HASH_HEX_SIZE], version[24];
	struct strbuf packet;

	for (size_t i = 0; i < def->n_notify; i++) {
		if (def->notify[i].kind != NOTIFY_COMMAND)
			continue;
		begin_packet(&packet, START_LIST);
		for (char *const *word = def->notify[i].command; *word; word++)
			start_put(&packet, START_L_WORD, *word);
		send_and_release(s, &packet, 0);
	}
	hash_hex(def->hash, HASH_SIZE, hash);
	snprintf(version, sizeof(version), "%" PRIu64, def->vouched_version);
	begin_packet(&packet, START_SEALED);
	start_put(&packet, START_L_WORD, wall_policy_name(policy));
	start_put(&packet, START_L_WORD, state_dir);
	start_put(&packet, START_L_WORD, version);
	start_put(&packet, START_L_WORD, hash);
	send_and_release(s, &packet, 0);
}

static bool has_commands(const struct station_def *def)
{
	for (size_t i = 0; i < def->n_notify; i++)
		if (def->notify[i].kind == NOTIFY_COMMAND)
			return true;
	return false;
}

static void put_hash(struct strbuf *packet, int kind, const struct station_def *def)
{
	char hash[HASH_HEX_SIZE];

	hash_hex(def->hash, HASH_SIZE, hash);
	begin_packet(packet, kind);
	start_put(packet, START_L_WORD, hash);
}

bool starter_look(struct starter *s, const struct station_def *def, struct strbuf *why)
{
	struct start_news news = { 0 };
	struct strbuf packet;
	int channel;

	if (!has_commands(def))
		return true;
	put_hash(&packet, START_LOOK, def);
	channel = ask(s, &packet, NULL, 0);
	if (channel < 0) {
		strbuf_setf(why, "the starter of programs cannot be asked: %s",
			    strerror(errno));
		return false;
	}
	await_news(channel, STARTER_LOOK_MS + 1000, &news);
	close(channel);
	if (news.kind == START_ENDED)
		return true;
	strbuf_setf(why, "%s", news.text);
	return false;
}

void starter_accept(struct starter *s, const struct station_def *def)
{
	struct strbuf packet;

	put_hash(&packet, START_ACCEPT, def);
	send_and_release(s, &packet, MSG_DONTWAIT);
}

/* --- checks of drivers ------------------------------------------------------------- */

static struct starter *for_checks;

/* Until it runs or is known not to. */
static int await_start(int channel)
{
	struct start_news news;

	await_news(channel, START_WAIT_MS, &news);
	if (news.kind == START_RUNS)
		return 0;
	return news.value ? news.value : ECHILD;
}

static int check_start(const char *path, const char *arg, const int ends[3])
{
	static const char prefix[] = "sightglass-";
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *words[] = { NULL, arg, NULL };
	struct start_request rq = { .kind = START_CHECK, .words = words, .n_fds = 3 };

	if (strncmp(name, prefix, sizeof(prefix) - 1) != 0)
		return -ENOENT;
	words[0] = name + sizeof(prefix) - 1;
	memcpy(rq.fds, ends, sizeof(rq.fds));
	int channel = starter_start(for_checks, &rq);
	if (channel < 0)
		return -errno;
	int error = await_start(channel);
	if (error == 0)
		return channel;
	close(channel);
	return -error;
}

static bool check_ended(int channel, int *status)
{
	struct start_news news;

	if (!starter_news(channel, &news))
		return false;
	*status = news.kind == START_ENDED ? news.value : 127 << 8;
	return true;
}

static void check_forget(int channel)
{
	close(channel);
}

void starter_runs_checks(struct starter *s)
{
	static const struct run_starter by_the_starter = {
		.start = check_start,
		.ended = check_ended,
		.kill = starter_kill,
		.forget = check_forget,
	};

	for_checks = s;
	run_starter_set(s ? &by_the_starter : NULL);
}
