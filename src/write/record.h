/*
 * record.h - the body of a stored write intent: what a later start has to know of a
 * command whose outcome nobody recorded, so that a person can settle it. Never enough to
 * send it again: there is no way from here to a device. Pure.
 */
#ifndef SG_WRITE_RECORD_H
#define SG_WRITE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/def.h"
#include "tag/quality.h"
#include "tag/value.h"

struct strbuf;

struct write_record {
	char tag[TAG_NAME_MAX + 1];
	char area[TAG_NAME_MAX + 1];
	char unit[32];
	char actor[64]; /* operator's name */
	char from[192];
	uint32_t uid;
	int64_t wall_ms; /* of the confirm */
	int32_t decimals;
	double tolerance;
	quality old_quality;               /* good in a record of before it was stored */
	struct value old_value, new_value; /* strings borrow the texts below */
	char old_text[VALUE_STRING_MAX + 1], new_text[VALUE_STRING_MAX + 1];
};

void write_record_put(struct strbuf *w, const struct write_record *r);
bool write_record_get(const void *p, size_t n, struct write_record *r);

#endif
