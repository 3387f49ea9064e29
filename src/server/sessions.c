/*
 * sessions.c - connections on the Unix socket: who the kernel says they are, whole
 * frames in, bytes out, and how much waits unsent.
 */
#include "server/shell.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/log.h"
#include "util/xalloc.h"
#include "wire/msg.h"
#include "wire/socket.h"

enum { BACKLOG = 64, CLOSE_LIMIT_MS = 1000, PASSWD_BYTES = 4096 };

struct session_slot {
	struct session_slot *next;
	struct shell *shell;
	uint64_t session;
	uint32_t uid, pid;
	char user[64];
	bool open;    /* the station knows it */
	bool closing; /* no more frames are taken */
	bool ended;   /* the station was told, or needs not be */
	int open_handles;
	uv_pipe_t pipe;
	uv_timer_t close_limit;
	uv_shutdown_t shutdown;
	uv_work_t lookup;
	bool looking_up;
	size_t have, frame_at;
	uint8_t in[2 * WIRE_FRAME_MAX];
};

struct send_request {
	uv_write_t req;
	struct session_slot *slot;
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

/* The peer went away by itself. */
static void gone(struct session_slot *slot, const char *why)
{
	struct event ev = { .kind = EV_SESSION_CLOSED };

	drop(slot);
	if (!slot->open || slot->ended)
		return;
	slot->ended = true;
	ev.u.session.session = slot->session;
	snprintf(ev.u.session.why, sizeof(ev.u.session.why), "%s", why);
	if (!slot->shell->stopped)
		shell_event(slot->shell, &ev);
}

static void tell_queue(struct session_slot *slot)
{
	struct event ev = { .kind = EV_SESSION_QUEUE };

	if (slot->ended)
		return;
	ev.u.session.session = slot->session;
	ev.u.session.queued = uv_stream_get_write_queue_size((uv_stream_t *)&slot->pipe);
	shell_event(slot->shell, &ev);
}

static void on_written(uv_write_t *req, int status)
{
	struct send_request *r = (struct send_request *)req->data;
	struct session_slot *slot = r->slot;

	free(r);
	if (status < 0)
		gone(slot, "its connection broke");
	else
		tell_queue(slot);
}

static struct session_slot *find(struct shell *sh, uint64_t session)
{
	for (struct session_slot *s = sh->sessions; s; s = s->next)
		if (s->session == session && !s->closing)
			return s;
	return NULL;
}

void sessions_send(struct shell *sh, const struct action *a)
{
	struct session_slot *slot = find(sh, a->session);
	uv_buf_t buf = uv_buf_init(a->bytes.buf, (unsigned)a->bytes.len);
	int sent = 0;

	if (!slot)
		return;
	if (uv_stream_get_write_queue_size((uv_stream_t *)&slot->pipe) == 0)
		sent = uv_try_write((uv_stream_t *)&slot->pipe, &buf, 1);
	if (sent < 0)
		sent = 0; /* EAGAIN: all waits; a broken pipe shows in the read */
	if ((size_t)sent == a->bytes.len)
		return;
	size_t rest = a->bytes.len - (size_t)sent;
	struct send_request *r = xmalloc(sizeof(*r) + rest);
	memcpy(r->bytes, a->bytes.buf + sent, rest);
	r->slot = slot;
	r->req.data = r;
	buf = uv_buf_init(r->bytes, (unsigned)rest);
	if (uv_write(&r->req, (uv_stream_t *)&slot->pipe, &buf, 1, on_written) < 0)
		free(r);
	else
		tell_queue(slot);
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

/* Hands over each whole frame; false when the session ended meanwhile. */
static bool take_frames(struct session_slot *slot)
{
	struct event ev = { .kind = EV_SESSION_FRAME };
	size_t at = 0;
	int64_t used;

	ev.u.frame.session = slot->session;
	while ((used = wire_frame_next(slot->in + at, slot->have - at, &ev.u.frame.type,
				       &ev.u.frame.payload, &ev.u.frame.len)) > 0) {
		shell_event(slot->shell, &ev);
		if (slot->closing)
			return false;
		at += (size_t)used;
	}
	memmove(slot->in, slot->in + at, slot->have - at);
	slot->have -= at;
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
	take_frames(slot);
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

static void on_connection(uv_stream_t *server, int status)
{
	struct shell *sh = server->data;
	struct session_slot *slot;

	if (status < 0) {
		log_warn("cannot accept a connection: %s", uv_strerror(status));
		return;
	}
	slot = xcalloc(1, sizeof(*slot));
	slot->shell = sh;
	slot->session = ++sh->last_session;
	slot->pipe.data = slot->close_limit.data = slot->lookup.data = slot;
	slot->open_handles = 2;
	uv_pipe_init(&sh->loop, &slot->pipe, 0);
	uv_timer_init(&sh->loop, &slot->close_limit);
	slot->next = sh->sessions;
	sh->sessions = slot;
	if (uv_accept(server, (uv_stream_t *)&slot->pipe) < 0 || !peer_of(slot)) {
		drop(slot);
		return;
	}
	slot->looking_up = true;
	if (uv_queue_work(&sh->loop, &slot->lookup, look_up, looked_up) < 0) {
		slot->looking_up = false;
		drop(slot);
	}
}

enum sg_err sessions_listen(struct shell *sh, mode_t mode, struct strbuf *why)
{
	int fd = socket_listen(sh->socket_path, mode, why);

	if (fd < 0)
		return SG_EIO;
	uv_pipe_init(&sh->loop, &sh->listener, 0);
	sh->listener.data = sh;
	int rc = uv_pipe_open(&sh->listener, fd);
	if (rc == 0)
		rc = uv_listen((uv_stream_t *)&sh->listener, BACKLOG, on_connection);
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
	shell_close((uv_handle_t *)&sh->listener);
}
