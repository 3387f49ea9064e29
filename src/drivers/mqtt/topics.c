/* topics.c - from message to samples. */
#include "drivers/mqtt/topics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { DECISION_MAX = 300, FORMATS_MAX = 8, YEAR_2000_S = 946684800 };

struct tag_row {
	const struct driver_tag *def;
	struct mqtt_tag_settings s;
	size_t topic;
	bool heard;                      /* since the connection was made */
	bool silent;                     /* that nothing was heard has been said */
	bool fresh;                      /* came with a reload, not asked for yet */
	char decision[DECISION_MAX + 1]; /* how the last value came to be */
};

struct topic_row {
	const char *name;
	size_t *tags, n_tags;
	bool subscribed, refused;
	bool again; /* asked for once more, for a tag that came later */
	char answer[DECISION_MAX + 1]; /* the broker's words when refused */
	/* the last message, for explain */
	char shown[TOPICS_SHOWN_MAX];
	size_t shown_len, len;
	bool seen, retained;
	struct wall at;
};

struct mqtt_topics {
	struct tag_row *tags;
	size_t n_tags;
	struct topic_row *topics;
	size_t n_topics;
	struct strmap *by_name;
	size_t refused, foreign;
	uint64_t messages, unreadable;
	char last_error[STATS_ERROR_MAX + 1];
	struct wall last_error_at;
};

static size_t topic_index(struct mqtt_topics *ts, const char *name)
{
	int64_t i;

	if (strmap_get(ts->by_name, name, &i))
		return (size_t)i;
	struct topic_row *row = GROW(&ts->topics, &ts->n_topics);
	row->name = name;
	strmap_put(ts->by_name, name, (int64_t)ts->n_topics - 1);
	return ts->n_topics - 1;
}

static void add_tag(struct mqtt_topics *ts, const struct driver_tag *t)
{
	struct mqtt_tag_settings s;

	if (!mqtt_tag_parse(t, &s, NULL)) /* was refused before; never run */
		return;
	struct tag_row *row = GROW(&ts->tags, &ts->n_tags);
	row->def = t;
	row->fresh = true;
	row->s = s;
	row->topic = topic_index(ts, s.topic);
	struct topic_row *topic = &ts->topics[row->topic];
	size_t *slot = GROW(&topic->tags, &topic->n_tags);
	*slot = ts->n_tags - 1;
}

struct mqtt_topics *mqtt_topics_of(const struct driver_tag *const *tags, size_t n)
{
	struct mqtt_topics *ts = xcalloc(1, sizeof(*ts));

	ts->by_name = strmap_new();
	for (size_t i = 0; i < n; i++)
		add_tag(ts, tags[i]);
	return ts;
}

struct mqtt_topics *mqtt_topics_new(const struct driver_device *d)
{
	size_t n;
	const struct driver_tag *const *tags = driver_device_tags(d, &n);

	return mqtt_topics_of(tags, n);
}

void mqtt_topics_free(struct mqtt_topics *ts)
{
	if (!ts)
		return;
	for (size_t i = 0; i < ts->n_topics; i++)
		free(ts->topics[i].tags);
	strmap_free(ts->by_name);
	free(ts->topics);
	free(ts->tags);
	free(ts);
}

/* --- a reload -------------------------------------------------------------------- */

static void inherit_tag(struct tag_row *row, const struct tag_row *from)
{
	row->heard = from->heard;
	row->silent = from->silent;
	row->fresh = from->fresh;
	memcpy(row->decision, from->decision, sizeof(row->decision));
}

static void inherit_topic(struct topic_row *topic, const struct topic_row *from)
{
	struct topic_row own = *topic;

	*topic = *from;
	topic->name = own.name;
	topic->tags = own.tags;
	topic->n_tags = own.n_tags;
}

static bool has_fresh(const struct mqtt_topics *ts, const struct topic_row *topic)
{
	for (size_t i = 0; i < topic->n_tags; i++)
		if (ts->tags[topic->tags[i]].fresh)
			return true;
	return false;
}

void mqtt_topics_take_over(struct mqtt_topics *ts, const struct mqtt_topics *from)
{
	int64_t at;

	for (size_t i = 0, k = 0; i < ts->n_tags; i++) {
		while (k < from->n_tags && from->tags[k].def->id < ts->tags[i].def->id)
			k++;
		if (k < from->n_tags &&
		    driver_tag_same_source(from->tags[k].def, ts->tags[i].def))
			inherit_tag(&ts->tags[i], &from->tags[k]);
	}
	for (size_t i = 0; i < ts->n_topics; i++) {
		if (strmap_get(from->by_name, ts->topics[i].name, &at))
			inherit_topic(&ts->topics[i], &from->topics[at]);
		ts->refused += ts->topics[i].refused;
		ts->topics[i].again |=
			ts->topics[i].subscribed && has_fresh(ts, &ts->topics[i]);
	}
	ts->foreign = from->foreign;
	ts->messages = from->messages;
	ts->unreadable = from->unreadable;
	memcpy(ts->last_error, from->last_error, sizeof(ts->last_error));
	ts->last_error_at = from->last_error_at;
}

bool mqtt_topics_wants(const struct mqtt_topics *ts, size_t topic)
{
	const struct topic_row *row = &ts->topics[topic];

	return has_fresh(ts, row) || (!row->subscribed && !row->refused);
}

bool mqtt_topics_has(const struct mqtt_topics *ts, const char *name)
{
	return strmap_has(ts->by_name, name);
}

const struct driver_tag *mqtt_topics_by_id(const struct mqtt_topics *ts, uint32_t tag)
{
	for (size_t i = 0; i < ts->n_tags; i++)
		if (ts->tags[i].def->id == tag)
			return ts->tags[i].def;
	return NULL;
}

size_t mqtt_topics_count(const struct mqtt_topics *ts)
{
	return ts->n_topics;
}

const char *mqtt_topics_name(const struct mqtt_topics *ts, size_t topic)
{
	return ts->topics[topic].name;
}

static struct tag_row *find_tag(const struct mqtt_topics *ts, const struct driver_tag *t)
{
	for (size_t i = 0; i < ts->n_tags; i++)
		if (ts->tags[i].def == t)
			return &ts->tags[i];
	return NULL;
}

const struct mqtt_tag_settings *mqtt_topics_tag(const struct mqtt_topics *ts,
						const struct driver_tag *t)
{
	const struct tag_row *row = find_tag(ts, t);

	return row ? &row->s : NULL;
}

size_t mqtt_topics_refused(const struct mqtt_topics *ts)
{
	return ts->refused;
}

size_t mqtt_topics_foreign(const struct mqtt_topics *ts)
{
	return ts->foreign;
}

static void decide(struct tag_row *row, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void decide(struct tag_row *row, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(row->decision, sizeof(row->decision), fmt, ap);
	va_end(ap);
}

static struct driver_sample bad_sample(enum quality_reason reason, struct now now)
{
	return (struct driver_sample){ .quality = QUALITY_MAKE(QUALITY_BAD, reason),
				       .source_ms = now.wall.ms,
				       .mono_ns = now.mono.ns };
}

/* --- one message, parsed once a format however many tags read it --- */

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
		decide(row,
		       "good, but the source's time is not believed (%s): received "
		       "time kept",
		       ms ? "more than a day off" : r->why.buf);
	}
	if (retained) {
		s->quality =
			(quality)(QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_AGE_UNKNOWN) |
				  QUALITY_RETAINED | (s->quality & QUALITY_FLAGS));
		decide(row, "uncertain: a retained message of unknown age");
	}
}

static struct driver_sample read_tag(struct tag_row *row, struct reading *r,
				     struct payload_value *value)
{
	const void *parsed;

	if (r->m->len == 0) {
		decide(row, "bad: the message is empty (a cleared retained value)");
		return bad_sample(REASON_NO_VALUE, r->now);
	}
	if (r->m->len > PAYLOAD_MAX) {
		decide(row, "bad: the message has %zu bytes, the limit is %d", r->m->len,
		       PAYLOAD_MAX);
		return bad_sample(REASON_FORMAT, r->now);
	}
	parsed = parsed_as(r, row->s.format);
	if (!parsed) {
		decide(row, "bad: %s", r->why.buf);
		return bad_sample(REASON_FORMAT, r->now);
	}
	if (!row->s.format->read(parsed, row->s.path, row->def->type, value, &r->why)) {
		decide(row, "bad: %s", r->why.buf);
		return bad_sample(value->reason, r->now);
	}
	struct driver_sample s = { .value = value->value };
	decide(row, "good");
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

void mqtt_topics_subscribed(struct mqtt_topics *ts, size_t topic, bool accepted,
			    const char *reason, struct now now, mqtt_topics_sink sink,
			    void *arg)
{
	struct topic_row *row = &ts->topics[topic];
	struct driver_sample s = bad_sample(REASON_CONFIG, now);

	ts->refused -= row->refused;
	row->subscribed = accepted;
	row->refused = !accepted;
	for (size_t k = 0; k < row->n_tags; k++)
		ts->tags[row->tags[k]].fresh = false;
	if (accepted)
		return;
	ts->refused++;
	snprintf(row->answer, sizeof(row->answer), "%s", reason);
	for (size_t k = 0; k < row->n_tags; k++) {
		struct tag_row *tag = &ts->tags[row->tags[k]];
		decide(tag, "bad: the broker refused the subscription: %s", reason);
		sink(arg, tag->def, &s, false);
	}
}

void mqtt_topics_ready(struct mqtt_topics *ts, struct now now, mqtt_topics_sink sink,
		       void *arg)
{
	struct driver_sample s = bad_sample(REASON_NO_VALUE, now);

	for (size_t i = 0; i < ts->n_tags; i++) {
		struct tag_row *tag = &ts->tags[i];
		if (tag->heard || tag->silent || !ts->topics[tag->topic].subscribed)
			continue;
		tag->silent = true;
		decide(tag, "bad: nothing was published since the connection was made");
		sink(arg, tag->def, &s, false);
	}
}

void mqtt_topics_lost(struct mqtt_topics *ts)
{
	ts->refused = 0;
	for (size_t i = 0; i < ts->n_topics; i++)
		ts->topics[i].subscribed = ts->topics[i].refused = ts->topics[i].again =
			false;
	for (size_t i = 0; i < ts->n_tags; i++) {
		ts->tags[i].heard = ts->tags[i].silent = false;
		decide(&ts->tags[i], "bad: there is no connection to the broker");
	}
}

/* --- explain --- */

static void explain_message(const struct topic_row *topic, struct strbuf *out)
{
	char at[CLOCK_ISO_SIZE];

	if (!topic->seen) {
		strbuf_adds(out, "message  none received\n");
		return;
	}
	clock_iso_utc(topic->at, at);
	strbuf_addf(out, "message  %s, %zu bytes, %s\npayload  ", at, topic->len,
		    topic->retained ? "retained" : "live");
	utf8_clean(out, topic->shown, topic->shown_len);
	strbuf_adds(out, topic->shown_len < topic->len ? " ...\n" : "\n");
}

static void explain_path(const char *what, const struct payload_format *format,
			 const char *path, struct strbuf *out)
{
	strbuf_addf(out, "%s %s%s", what, format->name, path[0] ? ":" : "");
	utf8_clean(out, path, strlen(path));
	strbuf_addch(out, '\n');
}

void mqtt_topics_explain(const struct mqtt_topics *ts, const struct driver_tag *t,
			 struct strbuf *out)
{
	const struct tag_row *row = find_tag(ts, t);

	if (!row) {
		strbuf_adds(out, "the tag is not run by this driver\n");
		return;
	}
	const struct topic_row *topic = &ts->topics[row->topic];
	strbuf_adds(out, "topic    ");
	utf8_clean(out, topic->name, strlen(topic->name));
	strbuf_addf(out, " (%s)\n",
		    topic->subscribed ? "subscribed"
		    : topic->refused  ? "refused by the broker"
				      : "not subscribed");
	explain_message(topic, out);
	explain_path("value   ", row->s.format, row->s.path, out);
	if (row->s.time_path)
		explain_path("time    ", row->s.format, row->s.time_path, out);
	if (row->s.write_topic) {
		strbuf_adds(out, "command  ");
		utf8_clean(out, row->s.write_topic, strlen(row->s.write_topic));
		strbuf_addf(out, ", qos %d%s\n", row->s.write_qos,
			    row->s.write_retain ? ", retained" : "");
	}
	strbuf_adds(out, "decision ");
	utf8_clean(out, row->decision, strlen(row->decision));
	strbuf_addch(out, '\n');
}
