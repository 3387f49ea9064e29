/*
 * driver_process.c - driver programs as processes (the starter's children): a socket pair
 * on descriptor 3, whole records in, bytes out.
 *
 * The station decides when one starts or dies. A command to a device (want_result) goes
 * out at once or not at all: it never waits in a queue here.
 */
#include "server/shell.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/proto.h"
#include "server/program.h"
#include "util/log.h"
#include "util/xalloc.h"

enum { READ_SIZE = 4 * DRIVER_RECORD_MAX, SOCKET_BYTES = 512 * 1024 };

struct driver_slot {
	struct driver_slot *next;
	struct shell *shell;
	uint32_t driver, instance;
	bool gone; /* EXITED was told */
	bool has_program;
	int open_handles;
	char name[DEVICE_NAME_MAX + 1];
	struct wall_needs needs; /* what its wall lets pass */
	struct program program;
	uv_pipe_t pipe;
	size_t have;
	uint8_t in[READ_SIZE];
};

struct send_request {
	uv_write_t req;
	char bytes[];
};

static struct driver_slot *find(struct shell *sh, uint32_t driver, uint32_t instance)
{
	for (struct driver_slot *s = sh->drivers; s; s = s->next)
		if (s->driver == driver && s->instance == instance && !s->gone)
			return s;
	return NULL;
}

static void on_closed(uv_handle_t *handle)
{
	struct driver_slot *slot = handle->data, **at;

	if (--slot->open_handles > 0)
		return;
	for (at = &slot->shell->drivers; *at != slot; at = &(*at)->next)
		;
	*at = slot->next;
	wall_needs_release(&slot->needs);
	free(slot);
}

static void on_program_closed(struct program *p)
{
	on_closed((uv_handle_t *)&p->poll);
}

static void close_program(struct driver_slot *slot)
{
	if (slot->has_program)
		program_close(&slot->program, on_program_closed);
}

static void close_handle(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

/* The station hears once that an instance is gone, whichever sign came first. */
static void tell_exit(struct driver_slot *slot, const char *why)
{
	struct event ev = { .kind = EV_DRIVER_EXITED };

	if (slot->gone)
		return;
	slot->gone = true;
	close_program(slot); /* which ends it */
	close_handle((uv_handle_t *)&slot->pipe);
	ev.u.driver.driver = slot->driver;
	ev.u.driver.instance = slot->instance;
	snprintf(ev.u.driver.why, sizeof(ev.u.driver.why), "%s", why);
	if (!slot->shell->stopped)
		shell_event(slot->shell, &ev);
}

static void on_news(struct program *p, const struct start_news *news)
{
	struct driver_slot *slot = p->data;
	char why[512];

	if (news->kind == START_RUNS)
		return;
	if (news->kind == START_FAILED)
		snprintf(why, sizeof(why), "sightglass-%s cannot be started: %s",
			 slot->name, news->text);
	else if (WIFSIGNALED(news->value))
		snprintf(why, sizeof(why), "ended by signal %d (%s)",
			 WTERMSIG(news->value), strsignal(WTERMSIG(news->value)));
	else
		snprintf(why, sizeof(why), "ended with status %d",
			 WEXITSTATUS(news->value));
	tell_exit(slot, why);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct driver_slot *slot = handle->data;

	(void)suggested;
	*buf = uv_buf_init((char *)slot->in + slot->have,
			   (unsigned)(READ_SIZE - slot->have));
}

static bool take_record(struct driver_slot *slot, const uint8_t *p, size_t len)
{
	struct event ev = { .kind = EV_DRIVER_RECORD };

	ev.u.record.driver = slot->driver;
	ev.u.record.instance = slot->instance;
	ev.u.record.bytes = p;
	ev.u.record.len = len;
	shell_event(slot->shell, &ev);
	return !slot->gone;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct driver_slot *slot = stream->data;
	struct driver_record_view view;
	size_t at = 0;
	int64_t used;

	(void)buf;
	if (n < 0) {
		tell_exit(slot, "closed its socket");
		return;
	}
	slot->have += (size_t)n;
	while ((used = driver_record_next(slot->in + at, slot->have - at, &view)) > 0) {
		if (!take_record(slot, slot->in + at, (size_t)used))
			return;
		at += (size_t)used;
	}
	if (used < 0) {
		tell_exit(slot, "sent a record of impossible length");
		return;
	}
	memmove(slot->in, slot->in + at, slot->have - at);
	slot->have -= at;
}

static int make_pair(int fds[2])
{
	int bytes = SOCKET_BYTES;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	for (int i = 0; i < 2; i++)
		setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	return 0;
}

/* Has the program run with fd as its descriptor 3. stderr is ours: its lines go to our
 * log. */
static int spawn(struct driver_slot *slot, int fd)
{
	const char *words[] = { slot->name, NULL };
	struct start_request rq = { .kind = START_DRIVER,
				    .words = words,
				    .fds = { fd },
				    .n_fds = 1,
				    .needs = &slot->needs };
	int rc;

	driver_needs(station_current_def(slot->shell->station), slot->name, &slot->needs);
	slot->program.data = slot;
	slot->program.on_news = on_news;
	rc = program_start(slot->shell, &slot->program, &rq);
	if (rc == 0) {
		slot->has_program = true;
		slot->open_handles++;
	}
	return rc;
}

static struct driver_slot *new_slot(struct shell *sh, const struct action *a)
{
	struct driver_slot *slot = xcalloc(1, sizeof(*slot));

	slot->shell = sh;
	slot->driver = a->driver;
	slot->instance = a->instance;
	snprintf(slot->name, sizeof(slot->name), "%s", a->name);
	slot->pipe.data = slot;
	slot->open_handles = 1;
	uv_pipe_init(&sh->loop, &slot->pipe, 0);
	slot->next = sh->drivers;
	sh->drivers = slot;
	return slot;
}

void driver_process_start(struct shell *sh, const struct action *a)
{
	struct driver_slot *slot = new_slot(sh, a);
	struct event ev = { .kind = EV_DRIVER_STARTED };
	char why[512];
	int fds[2], rc = make_pair(fds);

	if (rc == 0) {
		rc = spawn(slot, fds[1]);
		close(fds[1]);
		if (rc == 0)
			rc = uv_pipe_open(&slot->pipe, fds[0]);
		if (rc < 0)
			close(fds[0]);
	}
	if (rc == 0)
		rc = uv_read_start((uv_stream_t *)&slot->pipe, on_alloc, on_read);
	if (rc < 0) {
		snprintf(why, sizeof(why), "cannot start sightglass-%s: %s", slot->name,
			 uv_strerror(rc));
		tell_exit(slot, why);
		return;
	}
	ev.u.driver.driver = slot->driver;
	ev.u.driver.instance = slot->instance;
	shell_event(sh, &ev);
}

static void on_sent(uv_write_t *req, int status)
{
	(void)status; /* the read side tells when the driver is gone */
	free(req->data);
}

/* At once or not at all: what a command may do. */
static void send_now(struct driver_slot *slot, const struct action *a)
{
	struct event ev = { .kind = EV_DRIVER_SENT };
	uv_stream_t *stream = (uv_stream_t *)&slot->pipe;
	uv_buf_t buf = uv_buf_init(a->bytes.buf, (unsigned)a->bytes.len);
	int n = uv_stream_get_write_queue_size(stream) ? 0
						       : uv_try_write(stream, &buf, 1);

	ev.u.sent.driver = slot->driver;
	ev.u.sent.instance = slot->instance;
	ev.u.sent.mark = a->mark;
	ev.u.sent.result = n <= 0                      ? DRIVER_SENT_NOTHING
			   : (size_t)n == a->bytes.len ? DRIVER_SENT_ALL
						       : DRIVER_SENT_PART;
	shell_event(slot->shell, &ev);
}

static void send_queued(struct driver_slot *slot, const struct action *a)
{
	struct send_request *r = xmalloc(sizeof(*r) + a->bytes.len);
	uv_buf_t buf = uv_buf_init(r->bytes, (unsigned)a->bytes.len);

	memcpy(r->bytes, a->bytes.buf, a->bytes.len);
	r->req.data = r;
	if (uv_write(&r->req, (uv_stream_t *)&slot->pipe, &buf, 1, on_sent) < 0)
		free(r);
}

void driver_process_send(struct shell *sh, const struct action *a)
{
	struct driver_slot *slot = find(sh, a->driver, a->instance);

	if (!slot) {
		struct event ev = { .kind = EV_DRIVER_SENT };
		ev.u.sent.driver = a->driver;
		ev.u.sent.instance = a->instance;
		ev.u.sent.mark = a->mark;
		ev.u.sent.result = DRIVER_SENT_NOTHING;
		if (a->want_result)
			shell_event(sh, &ev);
		return;
	}
	if (a->want_result)
		send_now(slot, a);
	else
		send_queued(slot, a);
}

void driver_process_kill(struct shell *sh, const struct action *a)
{
	struct driver_slot *slot = find(sh, a->driver, a->instance);

	if (slot)
		tell_exit(slot, a->name ? a->name : "ended by the server");
}

void driver_process_stop_all(struct shell *sh)
{
	for (struct driver_slot *s = sh->drivers; s; s = s->next) {
		s->gone = true;
		close_program(s);
		close_handle((uv_handle_t *)&s->pipe);
	}
}

/* --- walls of drivers -------------------------------------------------------------- */

void driver_needs(const struct station_def *def, const char *driver,
		  struct wall_needs *out)
{
	for (size_t i = 0; i < def->n_devices; i++) {
		const struct device_def *d = &def->devices[i];

		struct setting one;
		uint32_t at = 0;

		while (strcmp(d->driver, driver) == 0 &&
		       settings_next(&d->settings, &at, &one))
			wall_needs_setting(out, one.value);
	}
}

/* A wall only ever gets narrower: what needs a wider one starts anew. */
void driver_process_rewall(struct shell *sh)
{
	const struct station_def *def = station_current_def(sh->station);

	for (struct driver_slot *s = sh->drivers, *next; s; s = next) {
		struct wall_needs want = { 0 };

		next = s->next;
		driver_needs(def, s->name, &want);
		if (!s->gone && !wall_needs_cover(&s->needs, &want)) {
			log_info("sightglass-%s starts anew: its wall does not let pass "
				 "what the new configuration needs",
				 s->name);
			tell_exit(s, "started anew: the new configuration needs ports "
				     "or files that its wall does not let pass");
		}
		wall_needs_release(&want);
	}
}
