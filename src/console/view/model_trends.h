/*
 * model_trends.h - the past of tags as far as this console was told it. Who paints asks
 * for a stretch; what is missing of the stretches that were asked for just now is fetched
 * by app/trend_talk.c: the whole window once, then what is new, a bucket at a time. What
 * nobody paints any more is not fetched. Part of the model (model.h). Pure.
 */
#ifndef SG_CONSOLE_VIEW_MODEL_TRENDS_H
#define SG_CONSOLE_VIEW_MODEL_TRENDS_H

#include "screen/meta.h"
#include "wire/trend.h"

enum {
	MODEL_TRENDS_MAX = 128,     /* kept; the one that was not looked at longest goes,
				       none that is on the glass */
	MODEL_TREND_LOOK_MS = 2500, /* a stretch that was not painted for so long is not
				       on the glass */
	MODEL_TREND_RETRY_MS = 500,
	MODEL_TREND_REFUSED_MS = 30000
};

struct model_trend {
	char tag[128];
	uint32_t bucket_s;
	int64_t first;          /* number of v[0] */
	struct trend_bucket *v; /* owned */
	size_t n;
	int64_t want_first, want_end; /* the stretch that was painted last */
	struct mono wanted;
	uint32_t req; /* 0 = none is out */
	int64_t asked_first;
	struct mono retry; /* not asked before, unless what was asked for came */
	bool told;         /* once at least */
	int64_t began_ms;
	bool from_restart;
	char refusal[200];
};

struct model_trends {
	struct model_trend **v; /* owned */
	size_t n;
	struct now now; /* of the frame that is painted; wall is the server's clock */
};

/* As picture_source.trend. */
bool model_trends_ask(struct model_trends *t, const struct trend_ask *ask,
		      struct trend_bucket *out, struct trend_about *about);
/* The next request that is due, or NULL: fill in its number with
 * model_trend.req and send *m. Again until there is none. */
struct model_trend *model_trends_due(struct model_trends *t, struct now now,
				     struct wire_trend *m);
/* False: nobody asked for it. */
bool model_trends_data(struct model_trends *t, const struct wire_trend_data *d);
/* The REPLY to a request of ours; refusal: "" or why. False: it is none. */
bool model_trends_reply(struct model_trends *t, uint32_t req, const char *refusal,
			struct now now);
/* The connection is another: the past may be, too. */
void model_trends_forget(struct model_trends *t);
void model_trends_release(struct model_trends *t);

#endif
