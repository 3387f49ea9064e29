/*
 * settings.h - what an engineer writes about a Modbus device, parsed once.
 *
 * Pure. The schema in driver.c has checked names, types and bounds already; here is what
 * needs more than that, with a sentence for each mistake.
 */
#ifndef SG_DRIVERS_MODBUS_SETTINGS_H
#define SG_DRIVERS_MODBUS_SETTINGS_H

#include "driver/plan.h"
#include "drivers/modbus/address.h"

/* How often a tag is read. */
enum mb_rate { MB_NORMAL, MB_FAST, MB_SLOW, MB_RATES };

enum {
	MB_HOLES_MAX = 32, /* an engineer may name */
	MB_CONNECTIONS_MAX = 8
};

struct mb_device_settings {
	struct mb_endpoint endpoint;
	uint8_t unit;
	bool has_rate[MB_RATES]; /* normal always */
	int64_t scan_ms[MB_RATES];
	int64_t timeout_ms;
	uint32_t connections;   /* at once, to one device */
	bool read_modify_write; /* one bit of a register: not by function 22 */
	bool write_and_read;    /* registers are written by function 23 */
	uint32_t address_base;  /* what its manual calls the first register: 0 or 1 */
	struct plan_limits limits[MB_AREAS];
	struct plan_hole holes[MB_HOLES_MAX];
	size_t n_holes;
	/* Where the device says who it is, and what it has to say; NULL = it is not
	 * asked. Borrowed from the device's settings. */
	struct mb_address identity;
	const char *identity_is;
};

bool mb_device_settings_parse(const struct driver_device *d,
			      struct mb_device_settings *out, struct strbuf *why);

/* "fast", "normal", "slow" */
const char *mb_rate_name(enum mb_rate rate);
/* The tag's setting scan; normal when it has none. */
bool mb_rate_parse(const struct settings *s, enum mb_rate *out, struct strbuf *why);

#endif
