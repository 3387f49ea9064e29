/*
 * sessions.c - connections on the Unix socket: who the kernel says they are, whole
 * frames in, bytes out, and how much waits unsent. Who asks faster than it reads its
 * answers is not read any more until it has, so nobody's questions fill our memory.
 */
#include "server/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/log.h"
#include "util/xalloc.h"
#include "wire/accounts.h"
#include "wire/msg.h"
#include "wire/socket.h"

enum {
	CLOSE_LIMIT_MS = 1000,
	PASSWD_BYTES = 4096,
	CONNECTIONS_MAX = SESSIONS_MAX + 56, /* room for goodbyes */
	ACCEPTS_AT_ONCE = 16,
	ACCEPT_AGAIN_MS = 100,
	WARN_AGAIN_MS = 10000
};

struct session_slot {
	struct session_slot *next;
	struct shell *shell;
	uint64_t session;
	uint32_t uid, pid;
	char user[64];
	bool open;    /* the station knows it */
	bool closing; /* no more frames are taken */
	bool ended;   /* the station was told, or needs not be */
	bool held;    /* not read until it has taken what waits for it */
	int open_handles;
	uv_pipe_t pipe;
	uv_timer_t close_limit;
	uv_shutdown_t shutdown;
	uv_work_t lookup;
	bool looking_up;
	size_t have;
	uint8_t in[2 * WIRE_FRAME_MAX];
};

struct send_request {
	uv_write_t req;
	struct session_slot *slot;
	size_t n;
	char bytes[];
};

static void release(struct session_slot *slot)
{
	struct session_slot **at;

	if (slot->open_handles > 0 || slot->looking_up)
		return;
	for (at = &slot->shell->sessions; *at != slot; at = &(*at)->next)
		;
	*at = slot->next;
	wire_wipe(slot->in, slot->have);
	free(slot);
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct session_slot *slot = handle->data;

	slot->open_handles--;
	release(slot);
}

static void drop(struct session_slot *slot)
{
	slot->closing = true;
	if (!uv_is_closing((uv_handle_t *)&slot->pipe))
		uv_close((uv_handle_t *)&slot->pipe, on_handle_closed);
	if (!uv_is_closing((uv_handle_t *)&slot->close_limit))
		uv_close((uv_handle_t *)&slot->close_limit, on_handle_closed);
}

/* What it asked of the journal, nobody waits for any more. */
static void cancel_questions(const struct session_slot *slot)
{
	reader_thread_cancel(slot->shell->reader, slot->session);
	reader_thread_cancel(slot->shell->reporter, slot->session);
}

/* The peer went away by itself. */
static void gone(struct session_slot *slot, const char *why)
{
	struct event ev = { .kind = EV_SESSION_CLOSED };

	drop(slot);
	if (!slot->open || slot->ended)
		return;
	slot->ended = true;
	cancel_questions(slot);
	ev.u.session.session = slot->session;
	snprintf(ev.u.session.why, sizeof(ev.u.session.why), "%s", why);
	if (!slot->shell->stopped)
		shell_event(slot->shell, &ev);
}

static size_t unsent(const struct session_slot *slot)
{
	return uv_stream_get_write_queue_size((const uv_stream_t *)&slot->pipe);
}

static void tell_queue(struct session_slot *slot)
{
	struct event ev = { .kind = EV_SESSION_QUEUE };

	if (slot->ended)
		return;
	ev.u.session.session = slot->session;
	ev.u.session.queued = unsent(slot);
	shell_event(slot->shell, &ev);
}

static void read_on(struct session_slot *slot);

/* A key may have been in it. */
static void free_request(struct send_request *r)
{
	explicit_bzero(r->bytes, r->n);
	free(r);
}

static void on_written(uv_write_t *req, int status)
{
	struct send_request *r = (struct send_request *)req->data;
	struct session_slot *slot = r->slot;

	free_request(r);
	if (status < 0) {
		gone(slot, "its connection broke");
		return;
	}
	tell_queue(slot);
	if (slot->held && !slot->closing && unsent(slot) <= SESSION_HIGH)
		read_on(slot);
}

static struct session_slot *find(struct shell *sh, uint64_t session)
{
	for (struct session_slot *s = sh->sessions; s; s = s->next)
		if (s->session == session && !s->closing)
			return s;
	return NULL;
}

/* What the socket does not take at once waits in a copy. */
static void queue_rest(struct session_slot *slot, const char *bytes, size_t n)
{
	struct send_request *r = xmalloc(sizeof(*r) + n);
	uv_buf_t buf = uv_buf_init(r->bytes, (unsigned)n);

	memcpy(r->bytes, bytes, n);
	r->n = n;
	r->slot = slot;
	r->req.data = r;
	if (uv_write(&r->req, (uv_stream_t *)&slot->pipe, &buf, 1, on_written) < 0)
		free_request(r);
	else
		tell_queue(slot);
}

static void send_to(struct shell *sh, uint64_t session, const struct strbuf *bytes)
{
	struct session_slot *slot = find(sh, session);
	uv_buf_t buf = uv_buf_init(bytes->buf, (unsigned)bytes->len);
	int sent = 0;

	if (!slot)
		return;
	if (unsent(slot) == 0)
		sent = uv_try_write((uv_stream_t *)&slot->pipe, &buf, 1);
	if (sent < 0)
		sent = 0; /* EAGAIN: all waits; a broken pipe shows in the read */
	if ((size_t)sent < bytes->len)
		queue_rest(slot, bytes->buf + sent, bytes->len - (size_t)sent);
}

void sessions_send(struct shell *sh, const struct action *a)
{
	send_to(sh, a->session, &a->bytes);
}

void sessions_send_each(struct shell *sh, const struct action *a)
{
	for (size_t i = 0; i < a->n_sessions; i++)
		send_to(sh, a->sessions[i], &a->bytes);
}

static void on_shutdown(uv_shutdown_t *req, int status)
{
	(void)status;
	drop(req->data);
}

static void on_close_limit(uv_timer_t *timer)
{
	drop(timer->data);
}

void sessions_close(struct shell *sh, const struct action *a)
{
	struct session_slot *slot = find(sh, a->session);

	if (!slot)
		return;
	slot->closing = true;
	slot->ended = true; /* the station closed it itself */
	cancel_questions(slot);
	slot->shutdown.data = slot;
	uv_read_stop((uv_stream_t *)&slot->pipe);
	uv_timer_start(&slot->close_limit, on_close_limit, CLOSE_LIMIT_MS, 0);
	if (uv_shutdown(&slot->shutdown, (uv_stream_t *)&slot->pipe, on_shutdown) < 0)
		drop(slot);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct session_slot *slot = handle->data;

	(void)suggested;
	*buf = uv_buf_init((char *)slot->in + slot->have,
			   (unsigned)(sizeof(slot->in) - slot->have));
}

/* Hands over each whole frame, until its answers wait unread; false when the session
 * ended meanwhile. */
static bool take_frames(struct session_slot *slot)
{
	struct event ev = { .kind = EV_SESSION_FRAME };
	size_t at = 0;
	int64_t used = 0;

	ev.u.frame.session = slot->session;
	while (unsent(slot) <= SESSION_HARD &&
	       (used = wire_frame_next(slot->in + at, slot->have - at, &ev.u.frame.type,
				       &ev.u.frame.payload, &ev.u.frame.len)) > 0) {
		shell_event(slot->shell, &ev);
		if (slot->closing)
			return false;
		at += (size_t)used;
	}
	memmove(slot->in, slot->in + at, slot->have - at);
	slot->have -= at;
	wire_wipe(slot->in + slot->have, at); /* there may have been a password */
	if (used < 0)
		gone(slot, "sent bytes that are no message");
	return used >= 0;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct session_slot *slot = stream->data;

	(void)buf;
	if (n < 0) {
		gone(slot,
		     n == UV_EOF ? "closed its connection" : "its connection broke");
		return;
	}
	slot->have += (size_t)n;
	if (!take_frames(slot) || unsent(slot) <= SESSION_HARD)
		return;
	slot->held = true;
	uv_read_stop(stream);
}

/* What it asked before it was held comes first. */
static void read_on(struct session_slot *slot)
{
	if (!take_frames(slot) || unsent(slot) > SESSION_HARD)
		return;
	slot->held = false;
	if (uv_read_start((uv_stream_t *)&slot->pipe, on_alloc, on_read) < 0)
		gone(slot, "its connection broke");
}

/* In libuv's pool: a name service may take its time. */
static void look_up(uv_work_t *work)
{
	struct session_slot *slot = work->data;
	struct passwd pw, *found = NULL;
	char buf[PASSWD_BYTES];

	if (getpwuid_r(slot->uid, &pw, buf, sizeof(buf), &found) == 0 && found)
		snprintf(slot->user, sizeof(slot->user), "%s", found->pw_name);
	else
		snprintf(slot->user, sizeof(slot->user), "uid-%u", slot->uid);
}

static void looked_up(uv_work_t *work, int status)
{
	struct session_slot *slot = work->data;
	struct event ev = { .kind = EV_SESSION_OPEN };

	(void)status;
	slot->looking_up = false;
	if (slot->closing || slot->shell->stopped) {
		release(slot);
		return;
	}
	slot->open = true;
	ev.u.open.session = slot->session;
	ev.u.open.uid = slot->uid;
	ev.u.open.pid = slot->pid;
	snprintf(ev.u.open.unix_user, sizeof(ev.u.open.unix_user), "%s", slot->user);
	shell_event(slot->shell, &ev);
	if (!slot->closing &&
	    uv_read_start((uv_stream_t *)&slot->pipe, on_alloc, on_read) < 0)
		gone(slot, "its connection broke");
}

static bool peer_of(struct session_slot *slot)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);
	uv_os_fd_t fd;

	if (uv_fileno((uv_handle_t *)&slot->pipe, &fd) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) < 0)
		return false;
	slot->uid = peer.uid;
	slot->pid = (uint32_t)peer.pid;
	return true;
}

static void welcome(struct shell *sh, int fd)
{
	struct session_slot *slot = xcalloc(1, sizeof(*slot));

	slot->shell = sh;
	slot->session = ++sh->last_session;
	slot->pipe.data = slot->close_limit.data = slot->lookup.data = slot;
	slot->open_handles = 2;
	uv_pipe_init(&sh->loop, &slot->pipe, 0);
	uv_timer_init(&sh->loop, &slot->close_limit);
	slot->next = sh->sessions;
	sh->sessions = slot;
	if (uv_pipe_open(&slot->pipe, fd) < 0) {
		close(fd);
		drop(slot);
		return;
	}
	if (!peer_of(slot)) {
		drop(slot);
		return;
	}
	slot->looking_up = true;
	if (uv_queue_work(&sh->loop, &slot->lookup, look_up, looked_up) < 0) {
		slot->looking_up = false;
		drop(slot);
	}
}

/* --- accepting --------------------------------------------------------------------- */
/* By our own hand: libuv's accept spins for ever when descriptors are used up and another
 * thread takes the one it keeps aside. */

static void on_acceptable(uv_poll_t *poll, int status, int events);

static void on_accept_again(uv_timer_t *timer)
{
	struct shell *sh = timer->data;

	uv_poll_start(&sh->listener, UV_READABLE, on_acceptable);
}

static void accept_later(struct shell *sh)
{
	uv_poll_stop(&sh->listener);
	uv_timer_start(&sh->accept_again, on_accept_again, ACCEPT_AGAIN_MS, 0);
}

/* Another thread may have taken it while it was closed for a moment: it is taken back
 * before anybody else is let in. */
static void keep_spare(struct shell *sh)
{
	if (sh->spare_fd < 0)
		sh->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* With the descriptor kept for this: whoever waits hears why, then we back off (PR-06).
 */
static void turn_one_away(struct shell *sh)
{
	struct strbuf bye = STRBUF_INIT;
	int fd;

	if (sh->spare_fd >= 0)
		close(sh->spare_fd);
	sh->spare_fd = -1;
	fd = accept4(sh->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0) {
		wire_put_goodbye(&bye, false,
				 "the server has no descriptor left for one more "
				 "connection: close others, or raise its limit");
		if (send(fd, bye.buf, bye.len, MSG_NOSIGNAL) < 0)
			log_debug("a connection ended before it was turned away");
		close(fd);
	}
	strbuf_release(&bye);
	keep_spare(sh);
}

static void accept_failed(struct shell *sh, int err)
{
	struct mono now = clock_mono();

	if (!sh->accept_warned.ns ||
	    mono_ms_between(sh->accept_warned, now) >= WARN_AGAIN_MS) {
		sh->accept_warned = now;
		log_warn("cannot accept a connection: %s", strerror(err));
	}
	if (err == EMFILE || err == ENFILE)
		turn_one_away(sh);
	accept_later(sh);
}

static size_t connections(const struct shell *sh)
{
	size_t n = 0;

	for (const struct session_slot *s = sh->sessions; s; s = s->next)
		n++;
	return n;
}

/* Those whose name is being looked up, and those on their way out, count as well: they
 * cost a descriptor, too. The others wait in the kernel's queue. */
static void on_acceptable(uv_poll_t *poll, int status, int events)
{
	struct shell *sh = poll->data;
	size_t n = connections(sh);

	(void)status;
	(void)events;
	keep_spare(sh);
	for (int i = 0; i < ACCEPTS_AT_ONCE; i++, n++) {
		if (n >= CONNECTIONS_MAX) {
			accept_later(sh);
			return;
		}
		int fd = accept4(sh->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			welcome(sh, fd);
			continue;
		}
		if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
			accept_failed(sh, errno);
		return;
	}
}

enum sg_err sessions_listen(struct shell *sh, mode_t mode, struct strbuf *why)
{
	sh->listen_fd = socket_listen(sh->socket_path, mode, why);
	if (sh->listen_fd < 0)
		return SG_EIO;
	sh->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	uv_timer_init(&sh->loop, &sh->accept_again);
	sh->listener.data = sh->accept_again.data = sh;
	int rc = uv_poll_init(&sh->loop, &sh->listener, sh->listen_fd);
	if (rc == 0)
		rc = uv_poll_start(&sh->listener, UV_READABLE, on_acceptable);
	if (rc == 0)
		return SG_OK;
	strbuf_setf(why, "cannot listen at %s: %s", sh->socket_path, uv_strerror(rc));
	return SG_EIO;
}

void sessions_stop_all(struct shell *sh)
{
	for (struct session_slot *s = sh->sessions; s; s = s->next) {
		s->ended = true;
		drop(s);
	}
	uv_poll_stop(&sh->listener);
	uv_timer_stop(&sh->accept_again);
	close(sh->listen_fd);
	if (sh->spare_fd >= 0)
		close(sh->spare_fd);
}
