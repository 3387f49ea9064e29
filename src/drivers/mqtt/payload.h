/*
 * payload.h - how the bytes of a message become a value, and a command its bytes.
 *
 * A format is one const row: "plain", "json". A tag names it as "json:/pointer"; what
 * stands behind the colon is the path. A message is parsed once, however many tags read
 * from it. Adding a format: a file payload_NAME.c with its row, a line in payloads.c.
 *
 * Pure, any thread. Nothing here reads beyond n bytes; a NULL payload is n = 0.
 */
#ifndef SG_DRIVERS_MQTT_PAYLOAD_H
#define SG_DRIVERS_MQTT_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/quality.h"
#include "tag/value.h"

struct strbuf;

enum { PAYLOAD_MAX = 256 * 1024, PAYLOAD_COMMAND_MAX = 4096 };

struct payload_value {
	struct value value;         /* a string borrows text */
	enum quality_reason reason; /* after a failure: why it is bad */
	char text[VALUE_STRING_MAX + 1];
};

struct payload_format {
	const char *name;
	const char *help; /* one line */
	/* False with a sentence: the path makes no sense. "" = none given. */
	bool (*check)(const char *path, struct strbuf *why);
	/* The whole message, 1..PAYLOAD_MAX bytes. NULL with a sentence. Owned. */
	void *(*parse)(const char *bytes, size_t n, struct strbuf *why);
	void (*release)(void *parsed); /* NULL is allowed */
	/* The value at path as that type; VALUE_NONE: what it is by itself, all numbers
	 * as double. False with reason and a sentence. */
	bool (*read)(const void *parsed, const char *path, enum value_type type,
		     struct payload_value *out, struct strbuf *why);
	/* The time at path in ms since 1970 UTC. NULL: the format has no times. */
	bool (*read_time)(const void *parsed, const char *path, int64_t *ms,
			  struct strbuf *why);
	/* The bytes of a command, appended to out. */
	void (*write)(const char *path, const struct value *v, struct strbuf *out);
};

extern const struct payload_format payload_plain, payload_json;
/* All of them, sorted, NULL-terminated. */
extern const struct payload_format *const payload_formats[];

/* Splits "json:/value". False with a sentence naming the formats there are. path is
 * borrowed from spec. */
bool payload_find(const char *spec, const struct payload_format **format,
		  const char **path, struct strbuf *why);

/* Text as a value of that type: what plain does with all of it. */
bool payload_from_text(const char *text, enum value_type type, struct payload_value *out,
		       struct strbuf *why);

#endif
