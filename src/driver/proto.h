/*
 * proto.h - the driver protocol, version 1: what server and driver programs say to
 * each other on descriptor 3. docs/driver-protocol.md is the same in words.
 *
 *   record = u32 length of type..payload · u16 type · u16 flags · payload (LE)
 *   length is 4..DRIVER_RECORD_MAX. A bad record ends the driver, never the server.
 *
 * Order: driver HELLO; server CONFIG_BEGIN, CONFIG_DEVICE*, CONFIG_TAG*, CONFIG_END;
 * driver CONFIG_RESULT an item it refuses, then CONFIG_READY; from then on anything.
 * A new CONFIG_BEGIN replaces all; records of an older generation are discarded, unless
 * the driver said DRIVER_CAN_UPDATE.
 *
 * Flow: samples need CREDIT (in samples), which ends with its generation: the server
 * grants anew after CONFIG_READY; with DRIVER_CAN_UPDATE it goes on. Without it a driver
 * keeps the newest value a tag. Nothing else is ever dropped. Pure bytes: no I/O here.
 * Any thread.
 */
#ifndef SG_DRIVER_PROTO_H
#define SG_DRIVER_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver/stats.h"
#include "tag/def.h"
#include "tag/sample.h"
#include "util/strbuf.h"

struct arena;

enum {
	DRIVER_PROTO_VERSION = 1,
	DRIVER_FD = 3,
	DRIVER_RECORD_MAX = 65536,
	DRIVER_SAMPLES_MAX = 1500, /* in one record */
	DRIVER_TEXT_MAX = 511,
	DRIVER_BEAT_MS = 500,
	DRIVER_BEAT_LIMIT_MS = 2000
};

/* Never reuse a number. 1-19 driver to server, 20-39 server to driver. */
enum driver_record {
	DR_HELLO = 1,
	DR_CONFIG_RESULT = 2,
	DR_CONFIG_READY = 3,
	DR_SAMPLES = 4,
	DR_DEVICE_STATE = 5,
	DR_BEAT = 6,
	DR_READ_RESULT = 7,
	DR_WRITE_OUTCOME = 8,
	DR_EXPLAIN_RESULT = 9,
	DR_STATS = 10,
	DR_CONFIG_BEGIN = 20,
	DR_CONFIG_DEVICE = 21,
	DR_CONFIG_TAG = 22,
	DR_CONFIG_END = 23,
	DR_CREDIT = 24,
	DR_READ = 25,
	DR_WRITE = 26,
	DR_STOP = 27,
	DR_EXPLAIN = 28,
	DR_PUBLISH = 29
};

enum device_state {
	DEVICE_CONNECTING,
	DEVICE_CONNECTED,
	DEVICE_FAILED /* text says why, in words for an operator */
};

/* What became of a write, as the driver knows it. */
enum write_outcome {
	WRITE_ACCEPTED, /* the device confirmed this very command */
	WRITE_REFUSED,  /* the device answered no; text has its reason */
	WRITE_NOT_SENT, /* no byte can have left */
	WRITE_UNKNOWN   /* anything else */
};

/* Bits of HELLO's capabilities; a server ignores what it does not know. */
enum {
	/* A configuration is an update: what is the same as in the one before goes on
	 * with its connection, and credit with it; records of an older generation hold
	 * for whatever has not changed since. */
	DRIVER_CAN_UPDATE = 1,
	/* Takes PUBLISH: messages that no tag stands for. */
	DRIVER_CAN_PUBLISH = 2
};

struct driver_hello {
	uint32_t version;
	uint32_t capabilities;
};

/* item_kind 0 = device (id = device index), 1 = tag (id = tag index). */
struct driver_config_result {
	uint32_t generation;
	uint8_t item_kind;
	uint32_t id;
	char text[DRIVER_TEXT_MAX + 1]; /* the sentence; empty never is sent */
};

struct driver_device { /* CONFIG_DEVICE */
	uint32_t id;
	char *name;
	struct settings settings; /* with scan_ms */
};

struct driver_numbers {
	double deadband;
	double lo, hi; /* where the tag has a range */
};

/* CONFIG_TAG, but for the name, which only the checks ask for. Borrowed pointers: there
 * may be a hundred thousand, and in what runs they lie behind the tag. */
struct driver_tag {
	struct settings settings;
	const struct driver_numbers *numbers; /* NULL: no deadband, no range */
	uint32_t id;                          /* the server's tag index */
	uint32_t device;
	uint32_t since;           /* generation that made it what it is; not sent */
	enum value_type type : 8; /* what the samples must be; VALUE_NONE: any */
	bool writable : 1;
	bool has_range : 1;
};

struct driver_told { /* a tag as CONFIG_TAG tells it */
	struct driver_tag tag;
	const char *name;
};

struct driver_sample {
	uint32_t tag;
	quality quality;
	int64_t source_ms;
	int64_t mono_ns;    /* CLOCK_MONOTONIC of this machine */
	struct value value; /* strings borrow from the record */
};

struct driver_device_state {
	uint32_t generation;
	uint32_t device;
	uint8_t state; /* enum device_state */
	char text[DRIVER_TEXT_MAX + 1];
};

struct driver_beat {
	uint32_t generation;
	uint64_t scans;       /* since start, all channels */
	uint64_t late_scans;  /* started more than a tenth of a period late */
	uint64_t overwritten; /* samples replaced by newer ones for want of credit */
	uint32_t stuck_ms;    /* age of the least recent progress of any channel */
};

struct driver_stats { /* STATS: newest wins; a driver may leave it out */
	uint32_t generation;
	uint32_t device;
	struct device_stats v;
};

struct driver_read { /* READ: one tag, now, from the device */
	uint32_t generation;
	uint64_t request;
	uint32_t tag;
	int64_t deadline_ns; /* CLOCK_MONOTONIC */
};

struct driver_read_result {
	uint32_t generation;
	uint64_t request;
	struct driver_sample sample; /* bad quality = unreadable, text says why */
	char text[DRIVER_TEXT_MAX + 1];
};

struct driver_write {
	uint32_t generation;
	uint64_t request;
	uint32_t tag;
	int64_t deadline_ns; /* no byte may leave later than this */
	struct value value;  /* engineering units: the driver unscales */
};

struct driver_write_outcome {
	uint32_t generation;
	uint64_t request;
	uint8_t outcome; /* enum write_outcome */
	char text[DRIVER_TEXT_MAX + 1];
};

/* PUBLISH: a message of the station's own, at once or never and without an answer; a
 * device that is not connected drops it. Borrowed. */
struct driver_publish {
	uint32_t device; /* the server's index, as in CONFIG_DEVICE */
	bool retain;     /* the broker keeps the newest; an empty payload ends that */
	const char *topic, *payload;
	size_t len; /* of payload */
};
enum { DRIVER_TOPIC_MAX = 255, DRIVER_PAYLOAD_MAX = 16384 };

struct driver_explain {
	uint32_t generation;
	uint64_t request;
	uint32_t tag;
};

struct driver_explain_result { /* raw registers or payload -> scaling -> quality */
	uint32_t generation;
	uint64_t request;
	char *text; /* lines; owned by the caller of the getter */
};

/* --- writers: append one whole record to w --- */
/* Starts a record and returns its offset; driver_end patches the length. */
size_t driver_begin(struct strbuf *w, enum driver_record type);
void driver_end(struct strbuf *w, size_t at);
void driver_put_hello(struct strbuf *w, const struct driver_hello *m);
void driver_put_config_begin(struct strbuf *w, uint32_t generation);
void driver_put_config_device(struct strbuf *w, const struct driver_device *m);
void driver_put_config_tag(struct strbuf *w, const struct driver_tag *m,
			   const char *name);
void driver_put_config_end(struct strbuf *w, uint32_t generation);
void driver_put_config_result(struct strbuf *w, const struct driver_config_result *m);
void driver_put_config_ready(struct strbuf *w, uint32_t generation);
void driver_put_samples(struct strbuf *w, uint32_t generation,
			const struct driver_sample *v,
			size_t n); /* n <= DRIVER_SAMPLES_MAX, strings counted: the
				      record must stay below DRIVER_RECORD_MAX */
void driver_put_device_state(struct strbuf *w, const struct driver_device_state *m);
void driver_put_beat(struct strbuf *w, const struct driver_beat *m);
void driver_put_stats(struct strbuf *w, uint32_t generation, uint32_t device,
		      const struct device_stats *v);
void driver_put_credit(struct strbuf *w, uint32_t samples);
void driver_put_read(struct strbuf *w, const struct driver_read *m);
void driver_put_read_result(struct strbuf *w, const struct driver_read_result *m);
void driver_put_write(struct strbuf *w, const struct driver_write *m);
void driver_put_write_outcome(struct strbuf *w, const struct driver_write_outcome *m);
void driver_put_publish(struct strbuf *w, const struct driver_publish *m);
void driver_put_explain(struct strbuf *w, const struct driver_explain *m);
void driver_put_explain_result(struct strbuf *w, const struct driver_explain_result *m);
void driver_put_stop(struct strbuf *w);

/* --- readers --- */
struct driver_record_view {
	uint16_t type;
	const uint8_t *payload; /* borrowed */
	size_t len;
};

/* Finds the first whole record of buf. Returns its bytes in all, 0 when more are
 * needed, SG_EPROTO when the length is out of bounds or a flag is set (version 1 has
 * none). */
int64_t driver_record_next(const uint8_t *buf, size_t n, struct driver_record_view *out);

/* Each returns false unless the payload is exactly one well-formed message. Heap
 * parts (driver_device, explain_result) are the caller's to release. */
bool driver_get_hello(const struct driver_record_view *r, struct driver_hello *m);
bool driver_get_u32(const struct driver_record_view *r,
		    uint32_t *v); /* begin end ready credit */
bool driver_get_config_device(const struct driver_record_view *r,
			      struct driver_device *m);
/* What m points to lies in a. scratch is used again from tag to tag: zeros before the
 * first, settings_release() after the last. */
bool driver_get_config_tag(const struct driver_record_view *r, struct driver_told *m,
			   struct arena *a, struct settings *scratch);
bool driver_get_config_result(const struct driver_record_view *r,
			      struct driver_config_result *m);
/* Samples: fills v (room for DRIVER_SAMPLES_MAX) and *n; strings go to the arena of
 * the record: the value borrows text[i]. */
struct driver_sample_batch {
	uint32_t generation;
	size_t n;
	struct driver_sample v[DRIVER_SAMPLES_MAX];
	struct strbuf text; /* strings live here until the next get; STRBUF_INIT first */
};
bool driver_get_samples(const struct driver_record_view *r,
			struct driver_sample_batch *b);
bool driver_get_device_state(const struct driver_record_view *r,
			     struct driver_device_state *m);
bool driver_get_beat(const struct driver_record_view *r, struct driver_beat *m);
bool driver_get_stats(const struct driver_record_view *r, struct driver_stats *m);
bool driver_get_read(const struct driver_record_view *r, struct driver_read *m);
/* text_buf holds the sample's string, if it is one */
bool driver_get_read_result(const struct driver_record_view *r,
			    struct driver_read_result *m,
			    char text_buf[VALUE_STRING_MAX + 1]);
bool driver_get_write(const struct driver_record_view *r, struct driver_write *m,
		      char text_buf[VALUE_STRING_MAX + 1]);
bool driver_get_write_outcome(const struct driver_record_view *r,
			      struct driver_write_outcome *m);
/* topic_buf holds the topic; payload points into the record. */
bool driver_get_publish(const struct driver_record_view *r, struct driver_publish *m,
			char topic_buf[DRIVER_TOPIC_MAX + 1]);
bool driver_get_explain(const struct driver_record_view *r, struct driver_explain *m);
bool driver_get_explain_result(const struct driver_record_view *r,
			       struct driver_explain_result *m);

void driver_device_release(struct driver_device *m);

const char *write_outcome_name(enum write_outcome o); /* "accepted", "not sent", ... */
const char *device_state_name(enum device_state s);

#endif
