/*
 * child_int.h - what the files of child.h share: the configuration being received, the
 * waiting samples, and the state of the child. Not for drivers.
 */
#ifndef SG_DRIVER_CHILD_INT_H
#define SG_DRIVER_CHILD_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "driver/child.h"

/* --- intake.c: CONFIG records to a struct driver_config; pure --- */

struct intake {
	bool open; /* between CONFIG_BEGIN and CONFIG_END */
	uint32_t generation;
	struct driver_device *devices;
	size_t n_devices;
	struct driver_tag *tags;
	size_t n_tags;
};

/* Takes one CONFIG_BEGIN, _DEVICE or _TAG. Negative with a sentence when it does not
 * belong here. */
int intake_record(struct intake *in, const struct driver_record_view *r,
		  struct strbuf *why);
/* CONFIG_END: judges every item, appends a CONFIG_RESULT for each mistake and
 * CONFIG_READY to out, and returns what may run (owned); NULL with a sentence when the
 * record does not belong here. in is empty afterwards. */
struct driver_config *intake_end(struct intake *in, const struct driver_record_view *r,
				 const struct driver_ops *ops, struct strbuf *out,
				 struct strbuf *why);
void intake_release(struct intake *in);
void driver_config_free(struct driver_config *c); /* NULL is allowed */

/* --- post.c: what waits to be sent --- */

struct shown { /* a sample with a string of its own */
	struct driver_sample s;
	char *text; /* VALUE_STRING_MAX + 1 bytes, or NULL */
};

struct slot {              /* one a tag */
	struct shown last; /* as last posted */
	bool posted;       /* last holds something */
	bool waiting;      /* last has not gone out yet */
};

struct device_row {
	enum device_state state;
	char text[DRIVER_TEXT_MAX + 1];
	bool known, waiting;
	bool writing; /* a WRITE was handed to the driver */
	uint64_t write_request;
	uint32_t write_generation;
};

struct driver_channel {
	struct driver_child *child;
	struct driver_channel *next;
	_Atomic int64_t progress_ns;
};

struct driver_child {
	const struct driver_ops *ops;
	int fd, wake;
	_Atomic uint32_t generation;
	_Atomic uint64_t scans, late_scans;

	/* main thread only */
	struct driver_config *config;
	void *running;
	struct intake intake;
	struct strbuf in, out;
	size_t sent; /* of out */
	struct mono next_beat;
	bool stopping;

	pthread_mutex_t lock; /* everything below; held for copies only, never for I/O */
	struct slot *slots;
	uint32_t *queue; /* ring of slots that wait, in the order they began to */
	size_t n_slots, head, waiting;
	uint64_t credit, overwritten;
	struct device_row *rows;
	size_t n_rows;
	struct strbuf control; /* whole records: results and outcomes */
	struct driver_channel *channels;
	bool woken;
};

void post_init(struct driver_child *c);
/* Makes room for a configuration; what waited of the old one is dropped. */
void post_configure(struct driver_child *c, const struct driver_config *config);
void post_release(struct driver_child *c);
/* Moves what may go out into out, samples only while out is shorter than soft_max. */
void post_collect(struct driver_child *c, struct strbuf *out, size_t soft_max);
void post_beat(struct driver_child *c, struct strbuf *out, struct mono now);
void post_credit(struct driver_child *c, uint32_t samples);
/* False when the device has a write already; true marks it. */
bool post_write_begins(struct driver_child *c, const struct driver_tag *t,
		       const struct driver_write *w);
/* An answer that never was the driver's business. */
void post_outcome(struct driver_child *c, const struct driver_write *w,
		  enum write_outcome outcome, const char *text);
/* Writes whose outcome never came are unknown. */
void post_abandon_writes(struct driver_child *c);

/* --- child.c --- */

/* Serves descriptor fd until STOP, end of file (0) or a protocol error (1). */
int child_serve(const struct driver_ops *ops, int fd);

#endif
