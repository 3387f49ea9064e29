/*
 * driver_harness.h - plays the server to a real driver program over descriptor 3.
 *
 * Every wait has a deadline and fails the running test with what was seen instead.
 * One thread. A harness is for one program run; harness_stop() must be reached.
 */
#ifndef SG_TESTS_DRIVER_HARNESS_H
#define SG_TESTS_DRIVER_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "driver/proto.h"

enum { HARNESS_TAGS = 8192, HARNESS_DEVICES = 600, HARNESS_WAIT_MS = 30000 };

struct harness_tag_seen {
	struct driver_sample s; /* the newest; strings point to text */
	char text[VALUE_STRING_MAX + 1];
	uint64_t count;
};

struct harness_refusal {
	uint8_t kind;
	uint32_t id;
	char text[DRIVER_TEXT_MAX + 1];
};

struct harness {
	pid_t pid;
	int fd;
	uint32_t generation;
	bool auto_credit; /* give back what was used, the default */
	bool ready;       /* CONFIG_READY of this generation came */
	bool gone;        /* end of file */
	struct strbuf in, config;
	uint64_t next_request;
	struct harness_tag_seen tag[HARNESS_TAGS]; /* by tag id */
	/* Told of each sample of this generation; may be NULL. */
	void (*on_sample)(void *arg, const struct driver_sample *s);
	void *on_sample_arg;
	struct driver_device_state device[HARNESS_DEVICES];
	uint64_t states[HARNESS_DEVICES];           /* how many came */
	struct device_stats stats[HARNESS_DEVICES]; /* the newest */
	uint64_t n_stats[HARNESS_DEVICES];
	struct driver_beat beat;
	uint64_t beats, samples;
	struct harness_refusal *refusals;
	size_t n_refusals;
	struct driver_write_outcome outcome, outcome_before; /* the newest two */
	struct driver_read_result result;
	char result_text[VALUE_STRING_MAX + 1];
	struct driver_explain_result explained;
};

/* Starts $SIGHTGLASS_BIN/program and takes its HELLO. Owned. */
struct harness *harness_start(const char *program);
/* STOP, then waits; returns the exit code, or 128 + signal. Frees h. */
int harness_stop(struct harness *h);

/* A new generation: begin, items, commit. Settings are name, value pairs ending with
 * NULL. */
void harness_begin(struct harness *h);
void harness_device(struct harness *h, uint32_t id, const char *name, ...)
	__attribute__((sentinel));
struct harness_tag_options {
	bool writable;
	enum value_type type;
	double deadband;
	bool has_range;
	double lo, hi;
};
void harness_tag(struct harness *h, uint32_t id, uint32_t device,
		 const struct harness_tag_options *options, ...)
	__attribute__((sentinel));
void harness_commit(struct harness *h); /* waits for CONFIG_READY, gives credit */

/* The first sentence about an item, or NULL. kind 0 = device, 1 = tag. */
const char *harness_refusal(const struct harness *h, uint8_t kind, uint32_t id);

/* Takes what the driver sends, for at most ms; false when nothing came. */
bool harness_pump(struct harness *h, int64_t ms);
/* Takes records for the whole of ms. */
void harness_watch(struct harness *h, int64_t ms);
/* Until a beat comes, of now or later, by which no channel hangs: one that does is told
 * of in each beat. Fails the test after 8 s. */
void harness_wait_unstuck(struct harness *h);
void harness_credit(struct harness *h, uint32_t samples);

/* Wait until ... */
void harness_wait_number(struct harness *h, uint32_t tag, double value, double within);
void harness_wait_text(struct harness *h, uint32_t tag, const char *text);
void harness_wait_quality(struct harness *h, uint32_t tag, enum quality_class cls,
			  enum quality_reason reason);
void harness_wait_state(struct harness *h, uint32_t device, enum device_state state);
/* The state's text must come to contain needle. */
void harness_wait_state_text(struct harness *h, uint32_t device, enum device_state state,
			     const char *needle);
/* The second statistics of the device from now on: all of it is younger than the call. */
void harness_wait_stats(struct harness *h, uint32_t device);
/* The next sample of the tag, whatever it holds. */
void harness_wait_news(struct harness *h, uint32_t tag);

/* Sends and waits for the answer (h->outcome, h->result, h->explained). */
const struct driver_write_outcome *harness_write(struct harness *h, uint32_t tag,
						 struct value v);
const struct driver_write_outcome *harness_write_within(struct harness *h, uint32_t tag,
							struct value v,
							int64_t deadline_ms);
/* Only sends; returns the request's number. */
uint64_t harness_send_write(struct harness *h, uint32_t tag, struct value v,
			    int64_t deadline_ms);
const struct driver_write_outcome *harness_wait_outcome(struct harness *h,
							uint64_t request);
const struct driver_read_result *harness_read(struct harness *h, uint32_t tag);
const char *harness_explain(struct harness *h, uint32_t tag);

/* Runs "program argument" with input on stdin; output is owned. Returns the exit code. */
int harness_run(const char *program, const char *argument, const void *input, size_t n,
		struct strbuf *output);

/* Peers: programs of tests/peers and python scripts, started and ended by the test. */
struct peer {
	pid_t pid;
	int in, out; /* its stdin and stdout */
};
/* argv[0] is looked up: a name without slash under build/.../test/peers. */
struct peer peer_start(const char *const argv[]);
/* The next line it prints, without newline; fails the test after HARNESS_WAIT_MS. */
void peer_line(struct peer *p, char *line, size_t size);
void peer_tell(struct peer *p, const char *text);
void peer_stop(struct peer *p);

#endif
