/*
 * modbus_rig.h - one misbehaving slave, one sightglass-modbus with device 0 on it.
 *
 * The slave's registers hold their own address, so a value stored under another tag
 * would show.
 */
#ifndef SG_TESTS_MODBUS_RIG_H
#define SG_TESTS_MODBUS_RIG_H

#include "integration/driver_harness.h"

struct rig {
	struct harness *h;
	struct peer slave;
	char endpoint[64];
};

extern const struct harness_tag_options rig_writable;

/* A chaos_slave; its endpoint as the driver's setting. */
struct peer slave_start(char endpoint[64]);
/* One command; the number it answers. */
long slave_tell(struct peer *p, const char *text);
/* "requests ", "writes ", "connections ", "open ", "odd " */
long slave_stat(struct peer *p, const char *name);

/* Slave and driver; a configuration has begun and holds device 0. */
void rig_open_with(struct rig *r, const char *scan_ms, const char *timeout_ms);
void rig_open(struct rig *r); /* scan 50 ms, time-out 200 ms */
void rig_close(struct rig *r);
/* Tags 0..n-1 at holding:100 + id, writable; waits until all have their values. */
void rig_with_tags(struct rig *r, uint32_t n);
/* Tags from .. to - 1 of a device, each at holding:100 + id + plus, writable; and until
 * they have what stands there. */
void rig_tags(struct rig *r, uint32_t device, uint32_t from, uint32_t to, uint32_t plus);
void rig_wait_tags(struct rig *r, uint32_t from, uint32_t to, uint32_t plus);
bool rig_is_bad(const struct harness *h, uint32_t tag);
void assert_outcome(const struct driver_write_outcome *o, enum write_outcome want,
		    const char *words);

#endif
