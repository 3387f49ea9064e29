/*
 * server_rig.h - a station written out as an engineer would, and the real server on it.
 * One server at a time; the program ends when something does not come.
 */
#ifndef SG_TESTS_BENCH_SERVER_RIG_H
#define SG_TESTS_BENCH_SERVER_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/bare/bare.h"
#include "util/strbuf.h"

enum { RIG_FIELDS = 60, RIG_FILES = 256, RIG_TAGS_A_DEVICE = 5000 };

struct rig_plan {
	unsigned tags;   /* input registers, each a tag with a 30-byte name and a unit */
	unsigned limits; /* alarms on each of them, 0 to 4; none of them ever comes */
	unsigned comes_at; /* one more alarm on each, at this value; 0 = none */
	unsigned scan_ms;
	unsigned tags_a_device; /* 0 = RIG_TAGS_A_DEVICE */
	bool apart;    /* each device at a place of its own (bare.h), else one for all */
	bool csv;      /* tags in one CSV file; files[] are written all the same */
	bool writable; /* one more tag, "w.sp", on holding register 0 */
};

struct rig_station {
	char dir[4200], config[4300], socket[4300];
	char *files[RIG_FILES]; /* all that libconfig reads */
	size_t n_files;
};

/* Devices of tags_a_device tags each, at the slave's port, and a screen "overview"
 * with the first RIG_FIELDS values. */
void rig_station_write(struct rig_station *s, const struct rig_plan *plan, int port);
void rig_station_release(struct rig_station *s);
/* The name of tag i. */
const char *rig_tag_name(unsigned i, char out[64]);

struct rig_server {
	pid_t pid, driver;
	double started; /* bench_seconds() */
};

void rig_server_start(struct rig_server *r, const struct rig_station *s);
/* Until the slave was asked first; the seconds since the start. */
double rig_server_wait_poll(struct rig_server *r, const struct bare_slave *slave,
			    uint64_t before);
/* Its Modbus driver, once it runs. */
void rig_server_find_driver(struct rig_server *r);
void rig_server_stop(struct rig_server *r);

#endif
