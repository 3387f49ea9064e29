/* starter.c - the server's end of the starter. */
#include "server/starter.h"

#include <errno.h>
#include <fcntl.h>
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

enum { PACKET_ROOM = 1 << 20 };

struct starter {
	pid_t pid;
	int control;
};

struct starter *starter_launch(const char *config, enum wall_policy policy,
			       struct strbuf *why)
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
		starter_child(ends[1], config, policy);
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

void starter_is_gone(void)
{
	log_error("the starter of programs has ended: the server can start no driver any "
		  "more. It ends here and is to be started again; what was recorded "
		  "stays, nothing is repeated");
	abort();
}

static int send_packet(struct starter *s, const struct strbuf *packet, const int *fds,
		       size_t n_fds)
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
	while ((n = sendmsg(s->control, &m, MSG_NOSIGNAL)) < 0 && errno == EINTR)
		;
	if (n < 0 && errno == EPIPE)
		starter_is_gone();
	return n < 0 ? -1 : 0;
}

int starter_start(struct starter *s, const struct start_request *rq)
{
	struct strbuf packet;
	char kind[2] = { (char)('0' + rq->kind), '\0' };
	int ends[2], fds[START_FDS_MAX];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) <
	    0)
		return -1;
	strbuf_init(&packet, START_PACKET_MAX);
	start_put(&packet, START_L_KIND, kind);
	for (size_t i = 0; rq->words[i]; i++)
		start_put(&packet, START_L_WORD, rq->words[i]);
	if (rq->needs)
		put_needs(&packet, rq->needs);
	fds[0] = ends[1];
	for (int i = 0; i < rq->n_fds; i++)
		fds[i + 1] = rq->fds[i];
	int rc = packet.truncated ? -1
				  : send_packet(s, &packet, fds, (size_t)rq->n_fds + 1);
	int error = packet.truncated ? E2BIG : errno;
	strbuf_release(&packet);
	close(ends[1]);
	if (rc == 0)
		return ends[0];
	close(ends[0]);
	errno = error;
	return -1;
}

void starter_seal(struct starter *s, const struct station_def *def,
		  enum wall_policy policy)
{
	struct strbuf packet;

	for (size_t i = 0; i < def->n_notify; i++) {
		if (def->notify[i].kind != NOTIFY_COMMAND)
			continue;
		strbuf_init(&packet, START_PACKET_MAX);
		start_put(&packet, START_L_KIND, (char[]){ START_LIST, '\0' });
		for (char *const *word = def->notify[i].command; *word; word++)
			start_put(&packet, START_L_WORD, *word);
		if (!packet.truncated)
			send_packet(s, &packet, NULL, 0);
		strbuf_release(&packet);
	}
	strbuf_init(&packet, START_PACKET_MAX);
	start_put(&packet, START_L_KIND, (char[]){ START_SEALED, '\0' });
	start_put(&packet, START_L_WORD, wall_policy_name(policy));
	send_packet(s, &packet, NULL, 0);
	strbuf_release(&packet);
}

int starter_news(int channel, struct start_news *out)
{
	ssize_t n;

	while ((n = recv(channel, out, sizeof(*out), MSG_DONTWAIT)) < 0 && errno == EINTR)
		;
	if (n == sizeof(*out))
		return 1;
	return n < 0 && errno == EAGAIN ? 0 : -1;
}

void starter_kill(int channel)
{
	if (send(channel, "k", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		/* it has ended, or its end is on the way */
	}
}

/* --- checks of drivers ------------------------------------------------------------- */

static struct starter *for_checks;

/* Until it runs or is known not to. */
static int await_start(int channel)
{
	struct pollfd p = { .fd = channel, .events = POLLIN };
	struct start_news news;
	int rc;

	while ((rc = starter_news(channel, &news)) == 0)
		poll(&p, 1, -1);
	if (rc < 0)
		starter_is_gone();
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
	int rc = starter_news(channel, &news);

	if (rc == 0)
		return false;
	if (rc < 0)
		starter_is_gone();
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
