/* message.c - from a message to samples, parsed once a format however many tags read it.
 */
#include "drivers/mqtt/topics_int.h"

#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"

enum { FORMATS_MAX = 8, YEAR_2000_S = 946684800 };

struct reading {
	const struct mqtt_message *m;
	struct now now;
	struct {
		const struct payload_format *format;
		void *parsed; /* NULL: it could not be */
	} done[FORMATS_MAX];
	size_t n_done;
	struct strbuf why;
};

static void *parsed_as(struct reading *r, const struct payload_format *format)
{
	for (size_t i = 0; i < r->n_done; i++)
		if (r->done[i].format == format)
			return r->done[i].parsed;
	if (r->n_done == FORMATS_MAX)
		return NULL;
	r->done[r->n_done].format = format;
	r->done[r->n_done].parsed = format->parse(r->m->payload, r->m->len, &r->why);
	return r->done[r->n_done++].parsed;
}

static void release_reading(struct reading *r)
{
	for (size_t i = 0; i < r->n_done; i++)
		r->done[i].format->release(r->done[i].parsed);
	strbuf_release(&r->why);
}

/* A live message is of now; only its clock may be wrong. An old time in a retained one
 * is what it is for: the value's age. */
static bool time_is_believable(int64_t ms, bool retained, struct now now)
{
	int64_t ahead = ms - now.wall.ms;

	if (ahead > TOPICS_CLOCK_LIMIT_MS)
		return false;
	return retained ? ms >= YEAR_2000_S * 1000LL : ahead >= -TOPICS_CLOCK_LIMIT_MS;
}

/* Source time and what the age means for the quality. */
static void set_time(struct tag_row *row, struct reading *r, const void *parsed,
		     struct driver_sample *s)
{
	bool retained = r->m->retained;
	int64_t ms = 0;

	s->source_ms = r->now.wall.ms;
	s->mono_ns = r->now.mono.ns;
	if (row->s.time_path &&
	    row->s.format->read_time(parsed, row->s.time_path, &ms, &r->why) &&
	    time_is_believable(ms, retained, r->now)) {
		s->source_ms = ms;
		/* age counts from the source: a value of yesterday is stale at once */
		if (retained && ms < r->now.wall.ms)
			s->mono_ns -= (r->now.wall.ms - ms) * 1000000;
		return;
	}
	if (row->s.time_path) {
		s->quality |= QUALITY_CLOCK;
		topics_decide(
			row,
			"good, but the source's time is not believed (%s): received "
			"time kept",
			ms ? "more than a day off" : r->why.buf);
	}
	if (retained) {
		s->quality =
			(quality)(QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_AGE_UNKNOWN) |
				  QUALITY_RETAINED | (s->quality & QUALITY_FLAGS));
		topics_decide(row, "uncertain: a retained message of unknown age");
	}
}

static struct driver_sample read_tag(struct tag_row *row, struct reading *r,
				     struct payload_value *value)
{
	const void *parsed;

	if (r->m->len == 0) {
		topics_decide(row,
			      "bad: the message is empty (a cleared retained value)");
		return topics_bad_sample(REASON_NO_VALUE, r->now);
	}
	if (r->m->len > PAYLOAD_MAX) {
		topics_decide(row, "bad: the message has %zu bytes, the limit is %d",
			      r->m->len, PAYLOAD_MAX);
		return topics_bad_sample(REASON_FORMAT, r->now);
	}
	parsed = parsed_as(r, row->s.format);
	if (!parsed) {
		topics_decide(row, "bad: %s", r->why.buf);
		return topics_bad_sample(REASON_FORMAT, r->now);
	}
	if (!row->s.format->read(parsed, row->s.path, row->def->type, value, &r->why)) {
		topics_decide(row, "bad: %s", r->why.buf);
		return topics_bad_sample(value->reason, r->now);
	}
	struct driver_sample s = { .value = value->value };
	topics_decide(row, "good");
	set_time(row, r, parsed, &s);
	return s;
}

static void remember(struct topic_row *topic, const struct mqtt_message *m,
		     struct now now)
{
	topic->shown_len = m->len < TOPICS_SHOWN_MAX ? m->len : TOPICS_SHOWN_MAX;
	if (topic->shown_len)
		memcpy(topic->shown, m->payload, topic->shown_len);
	topic->len = m->len;
	topic->retained = m->retained;
	topic->seen = true;
	topic->at = now.wall;
}

/* A message that says nothing readable to one of its tags. An empty one is no mistake:
 * somebody cleared the topic. */
static void note_unreadable(struct mqtt_topics *ts, const struct topic_row *topic,
			    const char *decision, struct now now)
{
	struct strbuf text = STRBUF_INIT;
	size_t n;

	ts->unreadable++;
	ts->last_error_at = now.wall;
	strbuf_addf(&text, "topic ");
	utf8_clean(&text, topic->name, strlen(topic->name));
	strbuf_addf(&text, ": %s", decision);
	n = text.len < STATS_ERROR_MAX ? text.len : STATS_ERROR_MAX;
	while (n > 0 && ((unsigned char)text.buf[n] & 0xC0) == 0x80)
		n--; /* never in the middle of a character */
	memcpy(ts->last_error, text.buf, n);
	ts->last_error[n] = '\0';
	strbuf_release(&text);
}

void mqtt_topics_count_up(const struct mqtt_topics *ts, struct device_stats *out)
{
	out->messages = ts->messages;
	out->parse_errors = ts->unreadable;
	memcpy(out->last_error, ts->last_error, sizeof(out->last_error));
	out->last_error_ms = ts->last_error_at.ms;
}

void mqtt_topics_message(struct mqtt_topics *ts, const struct mqtt_message *m,
			 struct now now, mqtt_topics_sink sink, void *arg)
{
	struct reading r = { .m = m, .now = now, .why = STRBUF_INIT };
	struct tag_row *unread = NULL;
	struct payload_value value;
	int64_t i;

	ts->messages++;

	if (!strmap_get(ts->by_name, m->topic, &i)) {
		ts->foreign++;
		return;
	}
	struct topic_row *topic = &ts->topics[i];
	for (size_t k = 0; k < topic->n_tags; k++) {
		struct tag_row *row = &ts->tags[topic->tags[k]];

		if (m->retained && topic->again && row->heard)
			continue; /* it was asked for by a tag that came later */
		remember(topic, m, now);
		struct driver_sample s = read_tag(row, &r, &value);
		row->heard = true;
		if (m->len > 0 && quality_class(s.quality) == QUALITY_BAD)
			unread = row;
		sink(arg, row->def, &s, m->retained);
	}
	if (unread)
		note_unreadable(ts, topic, unread->decision, now);
	release_reading(&r);
}
