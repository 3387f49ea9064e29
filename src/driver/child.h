/*
 * child.h - what every driver program shares: its main, the socket to the server,
 * configuration, credit, beats, and dispatch to the driver's own table of functions.
 *
 * A driver is `int main(...) { return driver_main(argc, argv, &my_ops); }` and one
 * const struct driver_ops. driver_main() understands --describe, --check, --version
 * and --help; otherwise it speaks the driver protocol (driver/proto.h) on
 * descriptor 3 until STOP or end of file.
 *
 * Threads: all functions of struct driver_ops run on the main thread and must return
 * at once (a beat is due each 500 ms), stop() within a second. A driver does its I/O
 * on threads of its own, which it starts in configure() and has joined when stop()
 * returns. The functions below marked "any thread" copy what they are given, never
 * block on the server and never wait for credit.
 *
 * Ownership: pointers to tags and devices are the handles used below. They are
 * immutable. A struct driver_config is borrowed from configure() or reconfigure() until
 * the next of them or stop() has returned; the handles in it live longer: one that an
 * update leaves alone is in the next configuration again, the same pointer, and one that
 * it changes or removes stays readable until every channel has said
 * driver_channel_adopted(). What is posted through such an old handle counts for the tag
 * that reads the same source now, and is dropped where there is none.
 */
#ifndef SG_DRIVER_CHILD_H
#define SG_DRIVER_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver/proto.h"
#include "util/clock.h"

struct driver_child;
struct driver_channel;
struct strbuf;

/* One setting of a device or a tag. The table is the schema: unknown, missing and
 * ill-typed settings are refused from it before check_device/check_tag are asked. */
struct driver_setting {
	const char *name; /* "endpoint", "write.topic"; NULL ends a table */
	const char *type; /* "string", "int", "number", "bool" */
	bool required;
	const char *help; /* one line */
	double min, max;  /* of int and number; both 0 = any */
};

/* What one generation runs: only items that passed the checks. */
struct driver_config {
	uint32_t generation;
	struct driver_device **devices; /* by id */
	size_t n_devices;
	struct driver_tag **tags; /* by id; tags[i]->device is a device's id */
	size_t n_tags;
};

/* NULL when absent. Borrowed. */
const struct driver_device *driver_config_device(const struct driver_config *c,
						 uint32_t id);
const struct driver_tag *driver_config_tag(const struct driver_config *c, uint32_t id);
/* Its tags, by id; d is of the newest configuration. Borrowed until the next one. */
const struct driver_tag *const *driver_device_tags(const struct driver_device *d,
						   size_t *n);

/* The same address in the same words: the values of one are those of the other. */
bool driver_tag_same_source(const struct driver_tag *a, const struct driver_tag *b);

/* What the newest configuration made of a device. */
enum driver_change {
	DRIVER_KEPT,         /* the same handle with the same tags */
	DRIVER_TAGS_CHANGED, /* the same handle, some of its tags came, went or changed */
	DRIVER_NEW           /* added, or its settings changed: all handles are new */
};
enum driver_change driver_device_change(const struct driver_device *d);

struct driver_ops {
	const char *name;    /* "modbus": the program is sightglass-modbus */
	const char *help;    /* one line */
	const char *address; /* the address grammar in a few lines */
	const struct driver_setting *device_settings, *tag_settings;

	/* Pure. False with a sentence in why: the item is not run. d is never NULL;
	 * it may itself have been refused (then expect anything in its settings). */
	bool (*check_device)(const struct driver_device *d, struct strbuf *why);
	bool (*check_tag)(const struct driver_tag *t, const struct driver_device *d,
			  struct strbuf *why);

	/* Pure; may be NULL. What only shows when all tags of a device are seen together;
	 * asked by --check only. tags: those that passed check_tag, by id. say() refuses
	 * one of them. */
	void (*check_tags)(const struct driver_device *d,
			   const struct driver_told *const *tags, size_t n,
			   void (*say)(void *arg, const struct driver_told *t,
				       const char *why),
			   void *arg);

	/* Starts threads, connects in the background. The result is handed to the
	 * functions below; never NULL. */
	void *(*configure)(struct driver_child *child,
			   const struct driver_config *config);
	/* NULL = stop() and configure() instead, which costs every connection. Otherwise
	 * brings what runs to the new configuration: what is DRIVER_KEPT goes on
	 * untouched. Returns at once; a thread may take its part over later and then says
	 * driver_channel_adopted(). Commands to tags that are gone are answered. */
	void (*reconfigure)(void *running, const struct driver_config *config);
	/* Fresh from the device, never from memory. Answered by
	 * driver_post_read_result(), once, until r->deadline_ns. */
	void (*read)(void *running, const struct driver_tag *t,
		     const struct driver_read *r);
	/* Answered by driver_post_write_outcome(), exactly once, also when stopped.
	 * t is writable, the generation is right and the deadline has not passed; w and
	 * its string are borrowed for the call. Ask driver_write_refusal() again right
	 * before the first byte leaves. One write a device is outstanding at a time. */
	void (*write)(void *running, const struct driver_tag *t,
		      const struct driver_write *w);
	/* Answered by driver_post_explain(). */
	void (*explain)(void *running, const struct driver_tag *t,
			const struct driver_explain *e);
	/* NULL = this driver has nothing to publish to. A message of the station's own:
	 * at once or never, without an answer. m is borrowed for the call. */
	void (*publish)(void *running, const struct driver_device *d,
			const struct driver_publish *m);
	/* Ends and joins all threads, answers what is outstanding, frees running. */
	void (*stop)(void *running);
};

/* The whole program. Returns the exit code. */
int driver_main(int argc, char **argv, const struct driver_ops *ops);

/* --- posting: any thread --- */

/* Newest wins: without credit a sample replaces the tag's waiting one, and that is
 * counted. s->tag is filled in here. Strings are copied, cut at VALUE_STRING_MAX. */
void driver_post(struct driver_child *c, const struct driver_tag *t,
		 const struct driver_sample *s);
/* Report by exception, for drivers that scan: posts when quality, type or value (beyond
 * the tag's deadband) differ from what was last posted, or when the next scan, period_ms
 * later, would leave the server more than a second without a sample. */
void driver_post_scanned(struct driver_child *c, const struct driver_tag *t,
			 const struct driver_sample *s, int64_t period_ms);
/* When a scan whose values have not moved has to be posted all the same: the next one,
 * period_ms later, would leave the server more than a second without a sample. */
bool driver_refresh_due(struct mono posted, struct mono now, int64_t period_ms);
/* What one reply of a scan brought, at one go. refresh: also what is no news; period_ms
 * as above. The tags are of one configuration; strings are copied. */
struct driver_scanned {
	const struct driver_tag *tag;
	struct driver_sample sample; /* sample.tag is filled in here */
};
void driver_post_reply(struct driver_child *c, const struct driver_scanned *v, size_t n,
		       int64_t period_ms, bool refresh);
/* bad quality without a value for every tag of a device. */
void driver_post_device_bad(struct driver_child *c, const struct driver_device *d,
			    quality q, struct now now);
/* The same state and text as last posted is not sent again. */
void driver_post_device_state(struct driver_child *c, const struct driver_device *d,
			      enum device_state state, const char *text);
/* Copied; the newest one goes out with the next beat. About once a second is enough. */
void driver_post_stats(struct driver_child *c, const struct driver_device *d,
		       const struct device_stats *stats);
/* s may be NULL: unreadable, and text says why. */
void driver_post_read_result(struct driver_child *c, const struct driver_read *r,
			     const struct driver_sample *s, const char *text);
void driver_post_write_outcome(struct driver_child *c, const struct driver_write *w,
			       enum write_outcome outcome, const char *text);
void driver_post_explain(struct driver_child *c, const struct driver_explain *e,
			 const char *text);

/* Why no byte of this write may leave now (its deadline passed, its tag is another one
 * since): a sentence. NULL = it may. Any thread. */
const char *driver_write_refusal(struct driver_child *c, const struct driver_write *w);

/* --- liveness: a channel is a thread that must keep moving --- */

/* Owned; close it when its thread ended. Opening counts as progress. */
struct driver_channel *driver_channel_open(struct driver_child *c);
void driver_channel_close(struct driver_channel *ch);
/* "I am alive": at least each 250 ms, also while waiting. Any thread. */
void driver_channel_progress(struct driver_channel *ch);
/* This thread uses no handle any more that a configuration before this generation had.
 * Opening a channel says so for the present one. Any thread. */
void driver_channel_adopted(struct driver_channel *ch, uint32_t generation);
/* One scan was made; late = started more than a tenth of its period late. */
void driver_channel_scanned(struct driver_channel *ch, bool late);

#endif
