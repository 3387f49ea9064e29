/* station_client.c - see station_client.h. */
#include "support/test.h"

#include "station_client.h"

#include <stdio.h>
#include <string.h>

#include "alarm/states.h"
#include "station_rig.h"
#include "support/stall.h"

static void on_row(struct station_client *s, const struct client_frame *f)
{
	struct wire_alarm_row row;

	if (!wire_get_alarm_row(f->payload, f->len, &row))
		fail_msg("a malformed alarm row");
	s->version = row.version;
	if (strcmp(row.name, s->watched) == 0) {
		s->row = row;
		s->has_row = true;
	}
}

static void on_frame(struct station_client *s, const struct client_frame *f)
{
	struct wire_alarm_reset reset;
	struct wire_alarm_sync sync;

	switch (f->type) {
	case WIRE_ALARM_RESET:
		assert_true(wire_get_alarm_reset(f->payload, f->len, &reset));
		s->epoch = reset.epoch;
		break;
	case WIRE_ALARM_ROW:
		on_row(s, f);
		break;
	case WIRE_ALARM_SYNC:
		assert_true(wire_get_alarm_sync(f->payload, f->len, &sync));
		s->version = sync.version;
		s->listed = true;
		break;
	case WIRE_REPLY:
		assert_true(wire_get_reply(f->payload, f->len, &s->reply));
		s->has_reply = true;
		break;
	case WIRE_SCREENS_CHANGED:
		s->screens_changed++;
		break;
	default:
		break;
	}
}

static bool take_one(struct station_client *s, int ms)
{
	struct strbuf why = STRBUF_INIT;
	struct client_frame f;
	enum sg_err rc = client_next(s->c, ms, &f, &why);

	if (rc != SG_OK && rc != SG_ENOENT)
		fail_msg("the connection broke: %s", why.buf);
	strbuf_release(&why);
	if (rc == SG_OK)
		on_frame(s, &f);
	return rc == SG_OK;
}

void station_client_take(struct station_client *s)
{
	while (take_one(s, 0))
		;
}

void station_client_until(struct station_client *s,
			  bool (*done)(const struct station_client *s), int ms,
			  const char *what)
{
	struct stall_span begun = stall_begin();

	while (!done(s)) {
		if (stall_own_ms(&begun) > ms)
			fail_msg("not within %d ms: %s (%s)", ms, what, s->reply.text);
		take_one(s, 20);
	}
}

static bool listed(const struct station_client *s)
{
	return s->listed;
}

void station_client_open(struct station_client *s, const char *socket,
			 const char *watched)
{
	struct strbuf why = STRBUF_INIT;

	*s = (struct station_client){ .c = client_open(socket, "test", &why) };
	if (!s->c)
		fail_msg("%s", why.buf);
	snprintf(s->watched, sizeof(s->watched), "%s", watched);
	client_request(s->c, WIRE_ALARMS, 1, 0, "");
	assert_int_equal(client_flush(s->c, &why), SG_OK);
	strbuf_release(&why);
	station_client_until(s, listed, 3000, "the alarm list");
}

void station_client_close(struct station_client *s)
{
	client_close(s->c);
	s->c = NULL;
}

uint32_t station_client_ack(struct station_client *s)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_alarm_act m = { .req = client_next_req(s->c),
				    .event = ALARM_E_ACK,
				    .epoch = s->epoch,
				    .version = s->version,
				    .occurrence = s->row.occurrence };

	snprintf(m.alarm, sizeof(m.alarm), "%s", s->watched);
	s->has_reply = false;
	wire_put_alarm_act(client_out(s->c), &m);
	assert_int_equal(client_flush(s->c, &why), SG_OK);
	strbuf_release(&why);
	return m.req;
}

bool station_client_unacked(const struct station_client *s)
{
	return s->has_row && s->row.state == ALARM_S_UNACK;
}

bool station_client_acked(const struct station_client *s)
{
	return s->has_row && s->row.state == ALARM_S_ACKED;
}

bool station_client_answered(const struct station_client *s)
{
	return s->has_reply;
}
