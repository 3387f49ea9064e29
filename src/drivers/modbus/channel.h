/*
 * channel.h - a thread an endpoint: scans its devices one after the other and runs the
 * server's requests between two transactions.
 *
 * A device that may be asked over several connections at once has a struct mb_device on
 * each of as many channels (lanes), each with its share of the tags; what they count and
 * say together is in their struct mb_tally.
 *
 * mb_channel_* may be called from the main thread; everything about struct mb_device
 * belongs to the channel's thread once it runs.
 */
#ifndef SG_DRIVERS_MODBUS_CHANNEL_H
#define SG_DRIVERS_MODBUS_CHANNEL_H

#include <pthread.h>

#include "driver/backoff.h"
#include "driver/child.h"
#include "driver/plan.h"
#include "driver/schedule.h"
#include "drivers/modbus/codec.h"
#include "drivers/modbus/image.h"
#include "drivers/modbus/link.h"
#include "drivers/modbus/net.h"
#include "drivers/modbus/settings.h"
#include "drivers/modbus/tally.h"

struct mb_channel;

struct mb_tag {                       /* there may be a hundred thousand */
	const struct driver_tag *def; /* borrowed */
	uint32_t first;
	uint32_t codec; /* of the device's: all but its place */
};

/* What waits for the factor of this scan. */
struct mb_waiting {
	uint16_t cells[4];
	bool waits;
};

/* A scale register: read in the same scan as the tags it serves. */
struct mb_factor_state {
	struct mb_factor at;
	bool known;   /* has answered in this scan */
	bool refused; /* with an exception */
	bool moved;   /* differs from the scan before */
	bool seen;    /* value is of some scan */
	uint16_t value;
};

/* A block that was cut in two because the device refused it: when both halves are then
 * read, what lies between them is the reason. */
enum mb_half { MB_WHOLE, MB_LEFT, MB_RIGHT };

struct mb_block {
	struct plan_block b;
	uint8_t exception;    /* the device's last answer was this; 0 = values */
	struct mono retry_at; /* a refused address is left alone until then */
	enum mb_half half;
	bool left_read;        /* of a MB_RIGHT: its left half was read as a whole */
	struct mb_image image; /* of the last reply with values */
};

/* The tags of a device that are read at one rate. */
struct mb_scan {
	enum mb_rate rate;
	struct schedule when;
	struct mb_factor_state *factors;
	size_t n_factors;
	struct plan_range *ranges; /* item: a tag, from n_tags on a factor */
	size_t n_ranges;
	struct mb_block *blocks;
	size_t n_blocks;
	bool learning; /* blocks were cut, or a hole was read: to be planned anew */
};

enum { MB_LEARNED_MAX = 256 };

/* What the engineer named, then what the device taught. */
struct mb_holes {
	struct plan_hole at[MB_HOLES_MAX + MB_LEARNED_MAX];
	uint8_t exception[MB_HOLES_MAX + MB_LEARNED_MAX];
	size_t n, named;
};

struct mb_device {
	struct mb_channel *channel;
	const struct driver_device *def; /* borrowed */
	struct mb_device_settings set;
	struct mb_tally *tally;
	uint32_t lane;
	struct mb_tag *tags;
	size_t n_tags;
	struct mb_codecs codecs;
	struct mb_waiting *waiting; /* by tag; NULL = none has a factor */
	struct mb_scan scans[MB_RATES];
	struct mb_holes holes;
	enum device_state state;
	uint64_t said;        /* a sum of what was said when it last worked */
	bool suspect;         /* the connection is new: a known block must answer first */
	char *stranger;       /* says so instead of identity_is; NULL = it is the one */
	uint32_t unanswered;  /* data bytes of the last reply that failed to come */
	uint64_t failures;    /* since the start */
	struct mono retry_at; /* after a failure */
	struct backoff backoff;
};

enum command_kind { COMMAND_WRITE, COMMAND_READ, COMMAND_EXPLAIN };

struct command {
	struct command *next;
	enum command_kind kind;
	struct mb_channel *channel;
	uint32_t device_id, tag_id; /* whatever they are when it runs */
	struct mb_device *device;   /* aimed at right before */
	const struct mb_tag *tag;
	struct mb_address at; /* of the tag */
	struct driver_write write;
	char text[VALUE_STRING_MAX + 1]; /* of write, if it is one */
	struct driver_read read;
	struct driver_explain explain;
	struct mono not_before; /* a READ that found no connection tries again */
};

/* What a channel shall run from now on (adopt.c). */
struct mb_update;

struct mb_channel {
	struct driver_child *child;
	struct mb_endpoint endpoint;
	struct driver_channel *progress;
	struct net_waiter waiter;
	struct mb_link *link;
	uint32_t lane;
	struct mb_device *devices;
	size_t n_devices;
	struct mono connect_due; /* after a failed connect */
	struct mono probe_due; /* units that do not answer wait for their share of time */
	struct mono publish_due;
	struct backoff connect_backoff;
	struct mb_reply reply; /* of the last transaction */
	pthread_t thread;
	bool started;
	int quit_fd, wake_fd;
	size_t n_told;        /* devices it was last told to run; main thread's */
	pthread_mutex_t lock; /* commands, update */
	struct command *commands;
	struct mb_update *update; /* not taken over yet */
	bool adopting;            /* taken, old handles are still in use */
	uint32_t told;            /* generation it was last told of */
};

/* --- channel.c --- */

/* Owned; takes no device yet. NULL when the system has no more descriptors. */
struct mb_channel *mb_channel_new(struct driver_child *child,
				  const struct mb_endpoint *to, uint32_t lane);
/* The device's lane on this channel, without tags yet. */
struct mb_device *mb_channel_add(struct mb_channel *c, const struct driver_device *def,
				 const struct mb_device_settings *set,
				 struct mb_tally *tally);
/* False: no thread; the devices then are failed. */
bool mb_channel_start(struct mb_channel *c);
void mb_channel_quit(struct mb_channel *c); /* asks; free waits */
void mb_channel_free(struct mb_channel *c);
/* Taken. */
void mb_channel_submit(struct mb_channel *c, struct command *command);
void mb_channel_wake(struct mb_channel *c);

/* The link is up, or a connect was tried and failed (then every device of the channel is
 * failed). force: also during the back-off. */
bool mb_channel_connect(struct mb_channel *c, struct mb_device *for_device, bool force);
/* Commands that may run now; writes only between the blocks of a scan. */
void mb_channel_run_commands(struct mb_channel *c, bool writes_only);

/* --- plan.c --- */

/* One of the device's tags that this lane is to read. */
void mb_device_add_tag(struct mb_device *d, const struct driver_tag *def);
/* After the last tag: what is read together, how often, and when. */
void mb_device_plan(struct mb_device *d);
/* The same device as it was before a reload: its times, its holes and what it refuses
 * go on. After mb_device_plan(). */
void mb_device_plan_on(struct mb_device *d, const struct mb_device *from);
void mb_blocks_free(struct mb_block *blocks, size_t n);
/* The blocks of one rate anew, with what is known of holes now. */
void mb_scan_plan(struct mb_device *d, struct mb_scan *s);
/* Which of the set's connections reads each tag, so that all have about as much to do. */
void mb_deal_tags(const struct driver_tag *const *tags, size_t n,
		  const struct mb_device_settings *set, uint32_t *lane);

static inline const struct mb_codec *mb_tag_codec(const struct mb_device *d,
						  const struct mb_tag *t)
{
	return &d->codecs.v[t->codec];
}

/* --- device.c --- */

/* On channel c, without tags or plan; due at once. tally: one membership is taken. */
void mb_device_init(struct mb_device *d, struct mb_channel *c,
		    const struct driver_device *def, const struct mb_device_settings *set,
		    struct mb_tally *tally);
void mb_device_release(struct mb_device *d);
/* Connected, and trusted since the last connect. */
bool mb_device_ready(struct mb_device *d, bool force);
/* One request, counted. */
enum mb_result mb_device_transact(struct mb_device *d, const struct mb_request *rq);
/* One read on a connection that is ready; false when it failed, the device is then
 * failed. The answer is in channel->reply and out. */
bool mb_device_read(struct mb_device *d, enum mb_area area, uint32_t first,
		    uint32_t count, uint16_t *out);
/* All its tags are bad(comm) at once, with the reason as its state. */
void mb_device_fail(struct mb_device *d, const char *why);
/* Connected, and what is not as it should be nevertheless. */
void mb_device_works(struct mb_device *d);

/* --- scan.c --- */

/* All blocks of one rate, once. */
void mb_scan_run(struct mb_device *d, struct mb_scan *s);
/* The next reply with this tag is news, whatever it holds. */
void mb_scan_forget(struct mb_device *d, const struct mb_tag *t);
/* Scans that a device that does not answer has lost until now. */
void mb_scan_lost(struct mb_device *d, struct mono now);

/* --- holes.c --- */

/* A hole the device has just shown; said once. False when there is no room for more. */
bool mb_holes_learn(struct mb_device *d, const struct plan_hole *hole, uint8_t exception);
/* Those of the same device before a reload. */
void mb_holes_inherit(struct mb_device *d, const struct mb_device *from);
bool mb_holes_know(const struct mb_device *d, const struct plan_block *b);
/* The device reads again what it refused: all it taught is in doubt. */
void mb_holes_forget(struct mb_device *d);

/* --- command.c --- */

/* False: keep it for later (a READ without a connection). */
bool mb_command_run(struct command *c);
/* Answers what will never run. */
void mb_command_abandon(struct command *c, const char *why);

/* --- adopt.c --- */

/* On the channel's thread between two scans: takes over what it was last told. */
void mb_channel_adopt(struct mb_channel *c);
void mb_update_free(struct mb_update *u); /* NULL is allowed */

#endif
