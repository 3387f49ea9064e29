/*
 * topics_int.h - how the topics of a device lie in memory: topics.c keeps them,
 * message.c reads what arrives, topics_explain.c tells of it. Those three only.
 */
#ifndef SG_DRIVERS_MQTT_TOPICS_INT_H
#define SG_DRIVERS_MQTT_TOPICS_INT_H

#include "drivers/mqtt/topics.h"
#include "util/strmap.h"

enum { DECISION_MAX = 300 };

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
	bool own;   /* what we publish on it is wanted, too */
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

/* NULL when the tag is not one of ours. */
struct tag_row *topics_find_tag(const struct mqtt_topics *ts, const struct driver_tag *t);
/* Says how the value came to be. */
void topics_decide(struct tag_row *row, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
struct driver_sample topics_bad_sample(enum quality_reason reason, struct now now);

#endif
