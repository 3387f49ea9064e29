/*
 * device.h - what the server tells of one device: its connection, its scans, how long
 * it takes to answer, what it refuses. Answer to DEVICES (msg.h), a frame a device.
 *
 * Everything is the newest its driver has said; counters count since the driver
 * program's start, round trips are of the last minutes. Texts are foreign: clean them
 * where they are drawn.
 * Pure bytes; any thread.
 */
#ifndef SG_WIRE_DEVICE_H
#define SG_WIRE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum { WIRE_CLASSES_MAX = 8, WIRE_REFUSED_MAX = 16, WIRE_HOLES_TEXT = 512 };

enum wire_link {
	WIRE_LINK_UNKNOWN,  /* its driver has not said anything of it yet */
	WIRE_LINK_UP,       /* it answers */
	WIRE_LINK_DOWN,     /* it does not; text says why */
	WIRE_LINK_REFUSED,  /* its driver refuses its configuration; text says why */
	WIRE_LINK_NO_DRIVER /* its driver program does not run */
};

/* NAMUR NE 107: one status a device, the worst wins; never mixed into alarms. */
enum wire_ne107 {
	WIRE_NE107_OK,
	WIRE_NE107_MAINTENANCE, /* "M": values are right; something wears out */
	WIRE_NE107_OUT_OF_SPEC, /* "S": values are uncertain or late */
	WIRE_NE107_FUNCTION,    /* "C": somebody substitutes its values by hand */
	WIRE_NE107_FAILURE      /* "F": its values are not valid */
};

struct wire_scan_class {
	char name[32]; /* "fast"; "" for a device with one */
	uint32_t period_ms;
	uint32_t requests; /* of one scan, as planned now */
	uint64_t done, late, skipped;
};

struct wire_count { /* how many of a kind: "wrong unit" */
	char name[32];
	uint64_t n;
};

struct wire_device {
	uint32_t req;
	char name[64];
	char driver[32];
	char where[256];      /* "tcp://192.0.2.7:502 unit 3" */
	uint8_t link;         /* enum wire_link */
	uint8_t ne107;        /* enum wire_ne107 */
	char text[512];       /* what its driver last said of the connection */
	int64_t since_ms;     /* when link last changed (UTC); 0 = never */
	char last_error[512]; /* "" = none since the server's start */
	int64_t last_error_ms;
	uint32_t tags, tags_bad, tags_by_hand;

	uint8_t has_stats;         /* 0: all below is empty */
	int64_t stats_ms;          /* when the driver said it (UTC) */
	uint64_t connects;         /* connections made, the first included */
	uint64_t requests, writes; /* sent; writes are requests too */
	uint64_t exceptions;       /* well-formed refusals by the device */
	uint64_t timeouts;
	uint64_t messages, parse_errors; /* of a broker */
	double per_second;               /* requests and messages, of the last seconds */
	/* round trips, of the last minutes; all 0 = none yet */
	uint32_t p50_us, p95_us, p99_us, max_us;
	uint8_t n_classes;
	struct wire_scan_class classes[WIRE_CLASSES_MAX];
	uint8_t n_refused; /* replies that were not believed, by kind; none are 0 */
	struct wire_count refused[WIRE_REFUSED_MAX];
	uint32_t n_holes; /* ranges of addresses the device refuses: left out since */
	char holes[WIRE_HOLES_TEXT]; /* "holding:10-12 (2), input:7 (2)", cut */
};

/* As those of msg.h: appends one frame; false unless it is exactly one message. */
void wire_put_device(struct strbuf *w, const struct wire_device *m);
bool wire_get_device(const uint8_t *p, size_t n, struct wire_device *m);

/* "connected", "not connected", ... */
const char *wire_link_name(enum wire_link l);
/* "ok", "maintenance required", ... and its letter: ' ' M S C F. */
const char *wire_ne107_name(enum wire_ne107 s);
char wire_ne107_letter(enum wire_ne107 s);

#endif
