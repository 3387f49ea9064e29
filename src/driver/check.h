/*
 * check.h - asks the driver programs about the devices and tags of a station: the same
 * answers for `sightglass check`, server start and reload, built-in driver or not.
 *
 * `sightglass-NAME --describe` names the settings it knows: what neither it nor the
 * station knows is reported with "did you mean". `sightglass-NAME --check` then judges
 * the items and answers a sentence for each it refuses. Each program gets
 * DRIVER_CHECK_MS in all and DRIVER_CHECK_OUTPUT_MAX bytes of output; one that is
 * missing, hangs or babbles is an error of its own, never a hang here.
 *
 * Blocking; any thread, but SIGCHLD must not be ignored by the process.
 */
#ifndef SG_DRIVER_CHECK_H
#define SG_DRIVER_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "tag/def.h"

struct diag_list;

enum { DRIVER_CHECK_MS = 10000, DRIVER_CHECK_OUTPUT_MAX = 8 << 20 };

struct driver_check {
	/* Full path of program name ("sightglass-modbus"); false when there is none. */
	bool (*find)(const char *name, char *out, size_t size);
	const struct device_def *devices;
	size_t n_devices;
	const struct tag_def *tags; /* of any kind; only device tags are judged */
	size_t n_tags;
	/* The station's own settings, for "did you mean"; end with NULL; may be NULL. */
	const char *const *own_device_settings, *const *own_tag_settings;
	int limit_ms; /* 0 = DRIVER_CHECK_MS */
};

/* Adds what is wrong; returns true when nothing was. */
bool driver_check(const struct driver_check *in, struct diag_list *diags);

#endif
