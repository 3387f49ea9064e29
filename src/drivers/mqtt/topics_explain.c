/* topics_explain.c - what is known of a tag's topic and its last message, in lines. */
#include "drivers/mqtt/topics_int.h"

#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"

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
	const struct tag_row *row = topics_find_tag(ts, t);

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
