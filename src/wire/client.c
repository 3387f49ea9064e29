/* client.c - a connection to the server: hello, frames out, frames in with a deadline. */
#include "wire/client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/xalloc.h"
#include "wire/accounts.h"
#include "wire/socket.h"

enum { IN_SIZE = 2 * (WIRE_FRAME_MAX + 8) };

struct client {
	int fd;
	char path[4096];
	uint32_t last_req;
	bool stay_away;
	struct wire_welcome welcome;
	struct strbuf out;
	size_t start, end; /* unread bytes of in */
	uint8_t in[IN_SIZE];
};

const struct wire_welcome *client_welcome(const struct client *c)
{
	return &c->welcome;
}

bool client_stays_away(const struct client *c)
{
	return c->stay_away;
}

int client_fd(const struct client *c)
{
	return c->fd;
}

struct strbuf *client_out(struct client *c)
{
	return &c->out;
}

uint32_t client_next_req(struct client *c)
{
	return ++c->last_req;
}

/* Where this client sits: its terminal, and what ssh and sudo claim. */
static void describe_place(char *out, size_t size)
{
	char tty[64];
	const char *ssh = getenv("SSH_CONNECTION");
	const char *sudo = getenv("SUDO_USER");
	int rc = ttyname_r(STDIN_FILENO, tty, sizeof(tty));

	snprintf(out, size, "%s%s%.40s%s%.32s", rc == 0 ? tty : "no terminal",
		 ssh ? ", ssh (claimed) " : "", ssh ? ssh : "",
		 sudo ? ", sudo (claimed) by " : "", sudo ? sudo : "");
}

/* What was sent may have been a password: no byte of it stays behind. */
static void forget_sent(struct client *c, size_t sent)
{
	memmove(c->out.buf, c->out.buf + sent, c->out.len + 1);
	wire_wipe(c->out.buf + c->out.len + 1, sent);
}

/* Sends what the server takes without waiting: SG_OK when all is out, SG_ENOENT when some
 * is left, SG_EIO when the server is gone. */
static enum sg_err send_out(struct client *c)
{
	size_t sent = 0;
	ssize_t n = 0;

	while (sent < c->out.len) {
		n = send(c->fd, c->out.buf + sent, c->out.len - sent,
			 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			sent += (size_t)n;
		else if (n == 0 || errno != EINTR)
			break;
	}
	bool would_block = n < 0 && errno == EAGAIN;
	c->out.len -= sent;
	if (sent > 0) /* the rest and its NUL */
		forget_sent(c, (size_t)sent);
	return c->out.len == 0 ? SG_OK : would_block ? SG_ENOENT : SG_EIO;
}

static enum sg_err takes_nothing(struct client *c, struct strbuf *why)
{
	strbuf_setf(why, "the server at %s does not take messages", c->path);
	strbuf_clear(&c->out);
	return SG_EIO;
}

enum sg_err client_flush(struct client *c, struct strbuf *why)
{
	struct pollfd p = { .fd = c->fd, .events = POLLOUT };
	enum sg_err rc;

	while ((rc = send_out(c)) == SG_ENOENT)
		if (poll(&p, 1, WIRE_SILENCE_MS) == 0)
			break;
	return rc == SG_OK ? SG_OK : takes_nothing(c, why);
}

enum sg_err client_push(struct client *c, struct strbuf *why)
{
	enum sg_err rc = send_out(c);

	if (rc == SG_OK || (rc == SG_ENOENT && c->out.len <= CLIENT_UNSENT_MAX))
		return SG_OK;
	return takes_nothing(c, why);
}

bool client_has_unsent(const struct client *c)
{
	return c->out.len > 0;
}

/* One frame out of what has been read already. */
static enum sg_err take_frame(struct client *c, struct client_frame *f,
			      struct strbuf *why)
{
	int64_t used = wire_frame_next(c->in + c->start, c->end - c->start, &f->type,
				       &f->payload, &f->len);

	if (used == 0)
		return SG_ENOENT;
	if (used < 0) {
		strbuf_setf(why, "the server at %s sent bytes that are no message",
			    c->path);
		return SG_EPROTO;
	}
	c->start += (size_t)used;
	return SG_OK;
}

/* Reads once without waiting. SG_ENOENT when nothing is there. */
static enum sg_err fill(struct client *c, struct strbuf *why)
{
	if (c->start > 0) {
		memmove(c->in, c->in + c->start, c->end - c->start);
		c->end -= c->start;
		c->start = 0;
	}
	ssize_t n = recv(c->fd, c->in + c->end, IN_SIZE - c->end, MSG_DONTWAIT);
	if (n > 0) {
		c->end += (size_t)n;
		return SG_OK;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return SG_ENOENT;
	strbuf_setf(why, "the server at %s closed the connection", c->path);
	return SG_EIO;
}

static enum sg_err goodbye(struct client *c, const struct client_frame *f,
			   struct strbuf *why)
{
	struct wire_goodbye m;

	c->stay_away = false;
	if (wire_get_goodbye(f->payload, f->len, &m)) {
		c->stay_away = m.stay_away != 0;
		strbuf_setf(why, "the server says: %s", m.text);
	} else {
		strbuf_setf(why, "the server ended the connection");
	}
	return SG_EREFUSED;
}

enum sg_err client_next(struct client *c, int timeout_ms, struct client_frame *f,
			struct strbuf *why)
{
	struct mono deadline = mono_add_ms(clock_mono(), timeout_ms);

	for (;;) {
		enum sg_err rc = take_frame(c, f, why);
		if (rc == SG_OK && f->type == WIRE_GOODBYE)
			return goodbye(c, f, why);
		if (rc != SG_ENOENT)
			return rc;
		rc = fill(c, why);
		if (rc == SG_OK)
			continue;
		if (rc != SG_ENOENT)
			return rc;
		int64_t left = mono_ms_between(clock_mono(), deadline);
		if (left <= 0)
			return SG_ENOENT;
		struct pollfd p = { .fd = c->fd, .events = POLLIN };
		poll(&p, 1, (int)left);
	}
}

uint32_t client_request(struct client *c, enum wire_type type, uint64_t num,
			uint64_t num2, const char *text)
{
	struct wire_request m = { .req = client_next_req(c), .num = num, .num2 = num2 };

	snprintf(m.text, sizeof(m.text), "%s", text ? text : "");
	wire_put_request(&c->out, type, &m);
	return m.req;
}

enum sg_err client_wait_reply(struct client *c, uint32_t req, struct wire_reply *reply,
			      void (*on_frame)(void *arg, const struct client_frame *f),
			      void *arg, struct strbuf *why)
{
	struct mono deadline = mono_add_ms(clock_mono(), WIRE_REPLY_MS);
	struct client_frame f;
	enum sg_err rc = client_flush(c, why);

	while (rc == SG_OK) {
		rc = client_next(c, WIRE_SILENCE_MS, &f, why);
		if (rc == SG_OK && mono_reached(clock_mono(), deadline)) {
			strbuf_setf(why, "the server at %s does not answer the request",
				    c->path);
			rc = SG_EIO;
		}
		if (rc != SG_OK)
			break;
		if (f.type == WIRE_REPLY && wire_get_reply(f.payload, f.len, reply) &&
		    reply->req == req)
			return SG_OK;
		if (on_frame)
			on_frame(arg, &f);
	}
	if (rc == SG_ENOENT) {
		strbuf_setf(why, "the server at %s is silent", c->path);
		rc = SG_EIO;
	}
	return rc;
}

/* Who is sent away unheard is told why: client_greeted() reads it, or that nobody is
 * there. */
static void say_hello(struct client *c, const char *program)
{
	struct wire_hello hello = { .version = WIRE_VERSION };

	snprintf(hello.program, sizeof(hello.program), "%s", program);
	describe_place(hello.place, sizeof(hello.place));
	wire_put_hello(&c->out, &hello);
	send_out(c);
}

enum sg_err client_greeted(struct client *c, int timeout_ms, struct strbuf *why)
{
	struct client_frame f;
	enum sg_err rc = client_next(c, timeout_ms, &f, why);

	if (rc == SG_ENOENT)
		strbuf_setf(why, "the server at %s does not answer", c->path);
	if (rc == SG_OK && (f.type != WIRE_WELCOME ||
			    !wire_get_welcome(f.payload, f.len, &c->welcome))) {
		strbuf_setf(why, "the server at %s does not speak our protocol", c->path);
		rc = SG_EPROTO;
	}
	return rc;
}

struct client *client_begin(const char *socket, const char *program, struct strbuf *why)
{
	struct client *c = xcalloc(1, sizeof(*c));

	c->out = (struct strbuf)STRBUF_INIT;
	socket_find(socket, c->path, sizeof(c->path));
	c->fd = socket_connect(c->path, why);
	if (c->fd < 0) {
		client_close(c);
		return NULL;
	}
	say_hello(c, program);
	return c;
}

enum sg_err client_join(const char *socket, const char *program, struct client **out,
			struct strbuf *why)
{
	struct client *c = client_begin(socket, program, why);
	enum sg_err rc = c ? client_greeted(c, WIRE_SILENCE_MS, why) : SG_EIO;

	if (rc != SG_OK) {
		client_close(c);
		c = NULL;
	}
	*out = c;
	return rc;
}

struct client *client_open(const char *socket, const char *program, struct strbuf *why)
{
	struct client *c;

	client_join(socket, program, &c, why);
	return c;
}

void client_close(struct client *c)
{
	if (!c)
		return;
	if (c->fd >= 0)
		close(c->fd);
	strbuf_release(&c->out);
	free(c);
}
