/*
 * requests.h - what the server wants from one MQTT device and has not been answered:
 * reads that wait for the device to speak, and the one command that may be under way.
 *
 * Not locked: the device's lock guards it. Every request is answered exactly once.
 */
#ifndef SG_DRIVERS_MQTT_REQUESTS_H
#define SG_DRIVERS_MQTT_REQUESTS_H

#include "driver/child.h"

enum { REQUESTS_READS_MAX = 256 };

struct pending_read {
	const struct driver_tag *tag;
	struct driver_read r;
};

/* At most one a device: the protocol grants no more. */
struct pending_write {
	bool waiting;   /* not published yet */
	bool published; /* QoS 1, 2: the broker's answer is out */
	int id;         /* of the published message */
	const struct driver_tag *tag;
	struct driver_write w;
	char text[VALUE_STRING_MAX + 1];
};

struct requests {
	struct driver_child *child;
	struct pending_read reads[REQUESTS_READS_MAX];
	size_t n_reads;
	struct pending_write write;
};

void requests_add_read(struct requests *q, const struct driver_tag *t,
		       const struct driver_read *r);
/* A message that arrived after the request answers it. */
void requests_sample(struct requests *q, const struct driver_tag *t,
		     const struct driver_sample *s, const char *text);
/* Answers the reads whose time is over as unreadable. */
void requests_expire(struct requests *q, struct mono now);
/* Answers all reads as unreadable. */
void requests_fail_reads(struct requests *q, const char *why);
/* After a reload: the handles of today; a read of a tag that is gone is answered, and so
 * is a command that waits for one. by_id(arg, tag): NULL = gone. */
void requests_follow(struct requests *q,
		     const struct driver_tag *(*by_id)(void *arg, uint32_t tag),
		     void *arg);
/* The nearest read or write deadline; INT64_MAX when there is none. */
int64_t requests_next_deadline(const struct requests *q);

void requests_add_write(struct requests *q, const struct driver_tag *t,
			const struct driver_write *w);
/* Answers the command under way, if there is one. */
void requests_end_write(struct requests *q, enum write_outcome outcome, const char *text);

#endif
