/*
 * trend.h - TREND, the request for the past of a tag, and TREND_DATA, its answer: one
 * frame of buckets (tag/trend.h), then REPLY. Only buckets that have ended are told: what
 * was told once never changes, and a console asks on from where it stands. Pure bytes;
 * any thread.
 */
#ifndef SG_WIRE_TREND_H
#define SG_WIRE_TREND_H

#include "tag/trend.h"

struct strbuf;

enum {
	WIRE_TREND_BUCKETS_MAX = 1500, /* in one request; they fit into one frame */
	WIRE_TREND_LONGEST_S = 86400   /* a bucket */
};

struct wire_trend {
	uint32_t req;
	char tag[128];
	uint32_t bucket_s; /* 1..WIRE_TREND_LONGEST_S */
	int64_t from_ms;   /* UTC; the bucket it lies in comes first */
	uint16_t count;    /* 1..WIRE_TREND_BUCKETS_MAX */
};

struct wire_trend_data {
	uint32_t req;
	uint32_t bucket_s;
	int64_t first;    /* number of the first bucket: time since 1970 / length */
	int64_t began_ms; /* since when the server keeps this tag's past */
	uint8_t origin;   /* enum trend_origin */
	uint16_t n;
	struct trend_bucket v[WIRE_TREND_BUCKETS_MAX];
};

void wire_put_trend(struct strbuf *w, const struct wire_trend *m);
bool wire_get_trend(const uint8_t *p, size_t n, struct wire_trend *m);
void wire_put_trend_data(struct strbuf *w, const struct wire_trend_data *m);
bool wire_get_trend_data(const uint8_t *p, size_t n, struct wire_trend_data *m);

#endif
