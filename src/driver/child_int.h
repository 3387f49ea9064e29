/*
 * child_int.h - what the files of child.h share: the configuration being received, the
 * waiting samples, and the state of the child. Not for drivers.
 */
#ifndef SG_DRIVER_CHILD_INT_H
#define SG_DRIVER_CHILD_INT_H

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "driver/child.h"

/* --- intake.c: CONFIG records to a struct driver_config; pure --- */

struct intake {
	bool open;     /* between CONFIG_BEGIN and CONFIG_END */
	bool thorough; /* set by --check: also what tags are to each other; nothing runs
			*/
	bool first;    /* nothing runs yet: all that passes is new, and much of it */
	uint32_t generation;
	struct driver_device *devices;
	size_t n_devices;
	struct driver_told *tags;
	size_t n_tags;
	struct arena *texts;     /* of the tags */
	struct settings scratch; /* of the tag being read */
};

/* Takes one CONFIG_BEGIN, _DEVICE or _TAG. Negative with a sentence when it does not
 * belong here. */
int intake_record(struct intake *in, const struct driver_record_view *r,
		  struct strbuf *why);
/* CONFIG_END: judges every item, appends a CONFIG_RESULT for each mistake and
 * CONFIG_READY to out, and returns what may run (owned; empty when thorough); NULL with a
 * sentence when the record does not belong here. in is empty afterwards. */
struct driver_config *intake_end(struct intake *in, const struct driver_record_view *r,
				 const struct driver_ops *ops, struct strbuf *out,
				 struct strbuf *why);
void intake_release(struct intake *in);

/* --- items.c, update.c: devices and tags with what waits of them; configurations --- */

struct tag_item {              /* packed: there may be a hundred thousand */
	struct driver_tag def; /* first: a handle is a pointer to it */
	/* as last posted; see item_sample() */
	union {
		int64_t source_ms;
		struct tag_item *heir; /* while left_to */
	} s;
	int64_t mono_ns;
	union {
		uint64_t bits; /* as of a value's u */
		char *text;    /* type VALUE_STRING: VALUE_STRING_MAX + 1 bytes, owned */
	} u;
	struct tag_item *next; /* that waits */
	uint32_t shelf;        /* how far behind its begin it lies; 0 = it lies alone */
	quality quality;
	uint8_t type;     /* enum value_type */
	bool posted : 1;  /* there is such a sample */
	bool waiting : 1; /* it has not gone out yet */
	bool gone : 1;    /* no configuration has it any more */
	bool left_to : 1; /* it is gone, and its heir reads the same source */
};

struct item_shelf; /* a large piece of memory with many items, freed with the last */

struct device_item {
	struct driver_device def; /* first: a handle is a pointer to it */
	enum driver_change change;
	struct driver_tag **tags; /* by id; owned unless it is a slice */
	size_t n_tags;
	bool slice; /* tags lies in the configuration's array */
	enum device_state state;
	char text[DRIVER_TEXT_MAX + 1];
	bool known, waiting, gone;
	struct device_stats *stats; /* as last posted; owned; NULL = none yet */
	bool stats_waiting;
};

struct retired { /* what an update took out, until no channel uses it any more */
	struct retired *next;
	uint32_t generation; /* of the update */
	struct driver_config *remains;
};

/* Copied with all it points to. on: where to put it, NULL at first; or NULL for memory of
 * its own. */
struct driver_tag *item_new_tag(const struct driver_tag *told, uint32_t generation,
				struct item_shelf **on);
void item_shelf_done(struct item_shelf *on); /* nothing comes on it any more */
struct driver_device *item_new_device(const struct driver_device *taken);
static inline struct tag_item *item_of_tag(const struct driver_tag *t)
{
	return (struct tag_item *)(uintptr_t)t; /* its first member; made here */
}

/* A hint that it is about to be posted. */
static inline void item_prefetch(const struct tag_item *item)
{
	__builtin_prefetch(&item->s, 1);
	__builtin_prefetch(&item->def);
}

/* s is what was last posted of it; its string is copied, cut at VALUE_STRING_MAX. */
void item_keep(struct tag_item *item, const struct driver_sample *s);
/* That sample again; its string is the item's. */
static inline struct driver_sample item_sample(const struct tag_item *item)
{
	struct driver_sample s = { .tag = item->def.id,
				   .quality = item->quality,
				   .source_ms = item->s.source_ms,
				   .mono_ns = item->mono_ns };

	s.value.type = (enum value_type)item->type;
	if (s.value.type == VALUE_STRING)
		s.value.u.s = item->u.text;
	else
		memcpy(&s.value.u, &item->u.bits, sizeof(item->u.bits));
	return s;
}

/* What was posted of one becomes the other's. */
void item_hand_over(struct tag_item *from, struct tag_item *to);
/* Of one that is gone; NULL = nobody reads the same source. */
struct tag_item *item_heir(const struct tag_item *item);
struct device_item *item_of_device(const struct driver_device *d);

void item_free_tag(struct driver_tag *t);
void item_free_device(struct driver_device *d);

void driver_config_free(struct driver_config *c); /* NULL is allowed */
/* Where it stands in c, which may be NULL; SIZE_MAX when it does not. */
size_t config_device_at(const struct driver_config *c, uint32_t id);
size_t config_tag_at(const struct driver_config *c, uint32_t id);

/* An update: compared beside the posting threads, made under the lock, tidied after. */
struct config_update {
	struct driver_config *was, *is;
	size_t *device_was, *tag_was; /* place in was of what is kept; SIZE_MAX = new */
	size_t *heir_was; /* of a tag that is gone and whose values still hold */
	struct driver_tag ***lists; /* the tags of is->devices[i] */
	size_t *n_lists;
};
/* keep false: everything is new. was may be NULL; both are read only. */
struct config_update config_compare(struct driver_config *was, struct driver_config *is,
				    bool keep);
/* Kept items move to is, the others of was are gone. Under the lock. */
void config_switch(struct config_update *u);
/* Frees all but is and what is gone, which it returns; NULL when nothing is. */
struct driver_config *config_tidy(struct config_update *u);

/* --- post.c, answers.c, collect.c: what waits to be sent --- */

struct write_in_hand { /* a WRITE was handed to the driver */
	uint64_t request;
	uint32_t generation, device;
};

struct driver_channel {
	struct driver_child *child;
	struct driver_channel *next;
	_Atomic int64_t progress_ns;
	_Atomic uint32_t adopted; /* generation */
};

struct driver_child {
	const struct driver_ops *ops;
	int fd, wake;
	_Atomic uint32_t generation;
	_Atomic uint32_t oldest; /* generation whose commands may still mean what runs */
	_Atomic uint64_t scans, late_scans;

	/* main thread only */
	void *running;
	struct intake intake;
	struct strbuf in, out;
	size_t sent; /* of out */
	struct mono next_beat;
	struct retired *retired;
	bool stopping;
	bool napping; /* samples have just gone: look again without being woken */

	pthread_mutex_t lock;           /* everything below; nobody waits under it */
	struct driver_config *config;   /* changed by the main thread alone */
	struct tag_item *first, **last; /* that wait, in the order they began to */
	uint64_t credit, overwritten;
	struct write_in_hand *writes;
	size_t n_writes;
	struct strbuf control; /* whole records: results and outcomes */
	struct driver_channel *channels;
	bool listening; /* the main thread waits, and nothing lies unsent in out */
	bool torn;      /* of control's first record a part has gone out */
	bool woken;     /* the main thread has been told to look */
	bool asleep;    /* it looks for samples only when told; else soon by itself */
};

void post_init(struct driver_child *c);
/* Under the lock. One wake-up is enough until the main thread has looked. */
void post_wake(struct driver_child *c);
/* Makes fresh (taken) the configuration that runs. Returns what it has no more, for
 * post_retire() or, when no thread runs, driver_config_free(). */
struct driver_config *post_configure(struct driver_child *c, struct driver_config *fresh);
/* Frees remains once every channel has adopted this generation. */
void post_retire(struct driver_child *c, struct driver_config *remains,
		 uint32_t generation);
void post_reclaim(struct driver_child *c);
void post_release(struct driver_child *c);
/* Moves what may go out into out, samples only while out is shorter than soft_max. True:
 * samples went, more will follow: look again soon, nobody wakes the main thread for
 * them. Answers and states always do. */
bool post_collect(struct driver_child *c, struct strbuf *out, size_t soft_max);
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

/* Sends control from the thread that filled it, while the main thread waits: a command's
 * answer does not wait for another thread to wake. Under the lock. False: the main thread
 * has to be woken for what is left of it. */
bool child_send_answers(struct driver_child *c);

/* Serves descriptor fd until STOP, end of file (0) or a protocol error (1). */
int child_serve(const struct driver_ops *ops, int fd);

#endif
