/*
 * meta.h - what a picture needs to know of a tag: what was configured (struct
 * tag_meta), how it is now (struct tag_live), and the interface through which the
 * painter asks (struct picture_source). The console answers from the server's
 * messages, `sightglass render` from a values file: same painter. Pure.
 *
 * Tags are asked for by their index in screen->tags: who shows a screen keeps two
 * arrays in that order. Everything returned is borrowed until the frame is painted.
 */
#ifndef SG_SCREEN_META_H
#define SG_SCREEN_META_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "screen/glyph.h"
#include "tag/sample.h"
#include "tag/trend.h"

/* A limit of an alarm of type high or low, for gauges and tanks. */
struct tag_limit {
	double value;
	bool is_high;
	uint8_t priority; /* 1 critical .. 5 diagnostic */
};

struct tag_meta {
	const char *name; /* full name */
	const char *unit, *description, *area;
	enum value_type type;
	bool has_range;
	double lo, hi; /* engineering units */
	int decimals;
	bool writable;
	const struct tag_limit *limits; /* any order */
	size_t n_limits;
	const char *words; /* names of its values (tag/words.h); NULL or "" = none */
};

struct tag_live {
	struct sample sample; /* VALUE_NONE with bad(no_value) before the first */
	/* Worst priority among alarms of the tag that are active or unacknowledged:
	 * 1 critical .. 4 low; 0 = none. */
	uint8_t alarm;
	bool unacked;  /* one of that priority waits for acknowledgement */
	bool disabled; /* an alarm of it is shelved, suppressed or out of service */
};

/* One row of a short alarm list. */
struct picture_alarm {
	const char *name, *message;
	uint8_t priority; /* 1 critical .. 5 diagnostic */
	bool active, unacked;
	struct wall raised;
};

/* Buckets of a tag's past: n of them, the last one ends where number end begins. */
struct trend_ask {
	const char *tag;
	uint32_t bucket_s;
	int64_t end;
	size_t n;
};

struct trend_about {
	int64_t told_end;    /* number after the newest bucket that is known */
	int64_t began_ms;    /* since when the past is kept; 0 = not known yet */
	bool from_restart;   /* that is when the server began */
	const char *refusal; /* why there is none; "" = nothing in the way */
};

struct picture_source {
	void *arg;
	/* NULL: the tag does not exist. */
	const struct tag_meta *(*meta)(void *arg, uint32_t tag);
	/* NULL: nothing known about it yet. */
	const struct tag_live *(*live)(void *arg, uint32_t tag);
	/* Fills at most max rows, highest unacknowledged first, of one area (NULL or ""
	 * = all); returns how many there are in all. The function may be NULL. */
	size_t (*alarms)(void *arg, const char *area, struct picture_alarm *out,
			 size_t max);
	/* The area of the screen of that id, "" when it has none; NULL: there is no such
	 * screen. The function may be NULL: all exist, of no area. */
	const char *(*screen_area)(void *arg, const char *id);
	/* Fills out[ask->n] with what is known of them; asking also says that this
	 * stretch is on the glass, so that what is missing is fetched. False: nothing
	 * yet. The function may be NULL: no past at all. */
	bool (*trend)(void *arg, const struct trend_ask *ask, struct trend_bucket *out,
		      struct trend_about *about);
	enum glyph_tier tier; /* for what is drawn otherwise on a poorer terminal */
	struct now now;       /* ages are counted from here */
	bool slow_line;       /* each byte counts: what moves by itself moves seldom */
	bool lost;            /* the server is silent: nothing on the glass is live */
};

/* The sentence-free facts a widget draws from; every pointer checked for it. */
struct tag_view {
	const struct tag_meta *meta; /* never NULL: an empty one when unknown */
	struct tag_live live;        /* bad(config) when the tag is unknown; stale when
					the server is lost */
};
struct tag_view picture_tag(const struct picture_source *src, uint32_t tag);

#endif
