/*
 * browse.h - the pieces of `sightglass browse`: what was asked of the server, and how
 * people and scripts are told of it.
 */
#ifndef SG_CLI_BROWSE_H
#define SG_CLI_BROWSE_H

#include <stddef.h>

#include "wire/device.h"
#include "wire/msg.h"

/* A row of TAGS when asked by device. */
enum browse_field {
	BROWSE_NAME,
	BROWSE_TYPE,
	BROWSE_UNIT,
	BROWSE_AREA,
	BROWSE_WRITABLE,
	BROWSE_DESCRIPTION,
	BROWSE_ADDRESS,
	BROWSE_VALUE, /* exact; "" = none */
	BROWSE_DECIMALS,
	BROWSE_QUALITY, /* "good", "bad (comm)", "good, substituted" */
	BROWSE_FIELDS
};

struct browse {
	struct wire_device *devices;
	size_t n_devices;
	struct wire_row *tags; /* of one device */
	size_t n_tags;
};

void browse_print_list(const struct browse *b);
void browse_print_device(const struct browse *b);
void browse_print_json(const struct browse *b);

#endif
