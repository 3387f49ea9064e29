/* test_client.c - a server that takes nothing never holds up who must not wait, and what
 * it takes late it takes whole and in order. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/stall.h"
#include "util/clock.h"
#include "util/xalloc.h"
#include "wire/client.h"
#include "wire/socket.h"

enum { AT_ONCE_MS = 500, TOO_MANY = 100000 };

struct rig {
	char path[256];
	int listener, server;
	struct client *c;
	struct strbuf why;
};

/* Between the connection and the first bytes of the client, once. */
static struct rig *sends_away;

static void send_away(struct rig *r)
{
	struct strbuf out = STRBUF_INIT;
	int fd;

	wire_put_goodbye(&out, true, "1 sessions are open already");
	do
		fd = accept(r->listener, NULL, NULL);
	while (fd < 0);
	assert_int_equal(sendto(fd, out.buf, out.len, 0, NULL, 0), out.len);
	close(fd);
	strbuf_release(&out);
}

/* Stands before the C library's. */
ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
	struct rig *r = sends_away;

	sends_away = NULL;
	if (r)
		send_away(r);
	return sendto(fd, bytes, n, flags, NULL, 0);
}

/* A client joined to a server that has accepted and reads nothing yet. */
static int set_up(void **state)
{
	struct rig *r = xcalloc(1, sizeof(*r));
	int small = 4096;

	r->why = (struct strbuf)STRBUF_INIT;
	snprintf(r->path, sizeof(r->path), "%s/client.sock", test_tmpdir());
	r->listener = socket_listen(r->path, 0600, &r->why);
	assert_true(r->listener >= 0);
	r->c = client_begin(r->path, "test", &r->why);
	assert_non_null(r->c);
	setsockopt(client_fd(r->c), SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	do
		r->server = accept(r->listener, NULL, NULL);
	while (r->server < 0);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;

	client_close(r->c);
	close(r->server);
	close(r->listener);
	unlink(r->path);
	strbuf_release(&r->why);
	free(r);
	return 0;
}

/* Requests numbered 1, 2, ... until the kernel takes no more; returns how many. */
static unsigned until_it_is_stuck(struct rig *r)
{
	unsigned n = 0;

	while (!client_has_unsent(r->c) && n < TOO_MANY) {
		client_request(r->c, WIRE_ALARMS, ++n, 0, "");
		assert_int_equal(client_push(r->c, &r->why), SG_OK);
	}
	assert_true(n < TOO_MANY);
	return n;
}

/* Reads what has been sent: the numbers go on from *last. */
static void read_numbers(struct rig *r, struct strbuf *in, uint64_t *last)
{
	struct wire_request m;
	uint16_t type;
	const uint8_t *p;
	size_t len, at = 0;
	int64_t used;
	char buf[4096];
	ssize_t n;

	while ((n = recv(r->server, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
		strbuf_add(in, buf, (size_t)n);
	while ((used = wire_frame_next((uint8_t *)in->buf + at, in->len - at, &type, &p,
				       &len)) > 0) {
		at += (size_t)used;
		if (type == WIRE_HELLO)
			continue;
		assert_int_equal(type, WIRE_ALARMS);
		assert_true(wire_get_request(p, len, &m));
		assert_int_equal(m.num, ++*last);
	}
	assert_true(used == 0);
	in->len -= at;
	memmove(in->buf, in->buf + at, in->len);
}

static void a_push_never_waits_and_loses_nothing(void **state)
{
	struct rig *r = *state;
	struct stall_span begun = stall_begin();
	struct strbuf in = STRBUF_INIT;
	uint64_t sent = until_it_is_stuck(r), read = 0;

	for (int i = 0; i < 20; i++) {
		client_request(r->c, WIRE_ALARMS, ++sent, 0, "");
		assert_int_equal(client_push(r->c, &r->why), SG_OK);
	}
	assert_true(client_has_unsent(r->c));
	assert_in_range(stall_own_ms(&begun), 0, AT_ONCE_MS);
	while (client_has_unsent(r->c)) {
		read_numbers(r, &in, &read);
		assert_int_equal(client_push(r->c, &r->why), SG_OK);
	}
	read_numbers(r, &in, &read);
	assert_int_equal(read, sent);
	strbuf_release(&in);
}

static void over_64_KiB_unsent_is_a_lost_server(void **state)
{
	struct rig *r = *state;
	struct stall_span begun = stall_begin();
	unsigned n = 0;

	until_it_is_stuck(r);
	do {
		assert_true(client_out(r->c)->len <= CLIENT_UNSENT_MAX);
		client_request(r->c, WIRE_ALARMS, ++n, 0, "");
	} while (client_push(r->c, &r->why) == SG_OK);
	assert_in_range(stall_own_ms(&begun), 0, 4 * AT_ONCE_MS);
	assert_true(n > 1000);
	assert_has(r->why.buf, "does not take messages");
	assert_has(r->why.buf, r->path);
	assert_false(client_has_unsent(r->c));
}

static void a_closed_server_is_told_at_the_next_push(void **state)
{
	struct rig *r = *state;

	shutdown(r->server, SHUT_RDWR);
	client_request(r->c, WIRE_ALARMS, 1, 0, "");
	assert_int_equal(client_push(r->c, &r->why), SG_EIO);
	assert_has(r->why.buf, "does not take messages");
}

static void sent_away_is_not_the_same_as_gone(void **state)
{
	struct rig *r = *state;
	struct strbuf out = STRBUF_INIT;

	assert_int_equal(client_greeted(r->c, 0, &r->why), SG_ENOENT);
	wire_put_goodbye(&out, false, "root may only look");
	assert_int_equal(send(r->server, out.buf, out.len, 0), out.len);
	assert_int_equal(client_greeted(r->c, WIRE_SILENCE_MS, &r->why), SG_EREFUSED);
	assert_has(r->why.buf, "the server says: root may only look");
	shutdown(r->server, SHUT_RDWR);
	assert_int_equal(client_greeted(r->c, WIRE_SILENCE_MS, &r->why), SG_EIO);
	assert_has(r->why.buf, "closed the connection");
	strbuf_release(&out);
}

/* Also when the server has closed before it was greeted. */
static void who_is_sent_away_unheard_is_told_why(void **state)
{
	struct rig *r = *state;
	struct client *c;

	sends_away = r;
	assert_int_equal(client_join(r->path, "test", &c, &r->why), SG_EREFUSED);
	assert_null(sends_away);
	assert_has(r->why.buf, "the server says: 1 sessions are open already");
}

static void a_flush_gives_up_after_three_seconds(void **state)
{
	struct rig *r = *state;
	struct mono begun = clock_mono();

	until_it_is_stuck(r);
	assert_int_equal(client_flush(r->c, &r->why), SG_EIO);
	assert_in_range(mono_ms_between(begun, clock_mono()), WIRE_SILENCE_MS - 100,
			3 * WIRE_SILENCE_MS);
	assert_has(r->why.buf, "does not take messages");
}

int main(void)
{
#define ON_RIG(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_RIG(a_push_never_waits_and_loses_nothing),
		ON_RIG(over_64_KiB_unsent_is_a_lost_server),
		ON_RIG(a_closed_server_is_told_at_the_next_push),
		ON_RIG(sent_away_is_not_the_same_as_gone),
		ON_RIG(who_is_sent_away_unheard_is_told_why),
		ON_RIG(a_flush_gives_up_after_three_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
