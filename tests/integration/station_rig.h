/*
 * station_rig.h - what the tests of the whole station share on top of support/demo.h:
 * upsetting the plant, looking at many tags at once, deadlines.
 */
#ifndef SG_TESTS_STATION_RIG_H
#define SG_TESTS_STATION_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/demo.h"

enum { STATION_TAGS = 60, STATION_OUT = 1 << 20 };

/* The demonstration of a group of tests: what its setup brings up, all devices good, and
 * its teardown takes down. */
extern struct demo *demo;
int station_open(void **state);
int station_close(void **state);

/* `sightglass demo fault WORDS`; fails the test when it is refused. */
void station_fault(struct demo *d, const char *a, const char *b, const char *c);
/* What the plant's own instrument says. */
double station_plant(struct demo *d, const char *tag);

/* The tags whose names begin with prefix, for station_quality(). */
struct station_tags {
	char name[STATION_TAGS][64];
	size_t n;
};
void station_tags_named(struct demo *d, const char *prefix, struct station_tags *t);
/* How many of them have the quality ("good") now. */
size_t station_quality(struct demo *d, const struct station_tags *t, const char *quality);
/* Until all of them have it; returns how long it took, fails after limit_ms; the
 * machine's own stalls do not count. */
int64_t station_until_quality(struct demo *d, const struct station_tags *t,
			      const char *quality, int64_t limit_ms);

/* How often needle stands in text. */
size_t station_count(const char *text, const char *needle);
/* The line of text that holds needle, cut out; static storage, "" when none does. */
const char *station_line(const char *text, const char *needle);
/* Output of a command that must end with code; static storage. */
const char *station_say(struct demo *d, int code, const char *const args[]);
#define STATION_SAY(d, code, ...)                                                        \
	station_say((d), (code), (const char *const[]){ __VA_ARGS__, NULL })

int64_t station_ms(void);
void station_pause(void); /* between two looks at a condition with a deadline */

#endif
