/*
 * message.h - an operator's message with places for values: "Level {value} {unit} above
 * {limit}".
 *
 *   {value}      of the sample that made the alarm come    {unit}  of the alarm's tag
 *   {limit}      that was crossed                          {area}  {name}  of the alarm
 *   {tag:NAME}   value of another tag at that moment       {unit:NAME}  its unit
 *   {{ and }}    braces themselves
 *
 * Who loads a station looks at each part once; who shows an alarm fills them in. Pure.
 */
#ifndef SG_ALARM_MESSAGE_H
#define SG_ALARM_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

enum { ALARM_MESSAGE_MAX = 255 }; /* bytes, filled in */

enum alarm_part_kind {
	ALARM_PART_TEXT, /* as it is */
	ALARM_PART_VALUE,
	ALARM_PART_LIMIT,
	ALARM_PART_UNIT,
	ALARM_PART_AREA,
	ALARM_PART_NAME,
	ALARM_PART_TAG, /* text is the name of a tag */
	ALARM_PART_TAG_UNIT
};

struct alarm_part {
	enum alarm_part_kind kind;
	const char *text; /* borrowed from the message; not NUL-terminated */
	size_t len;
	int column; /* characters from 1 */
};

/* Walks a message: *at begins as its first byte. False at the end, and at a mistake, of
 * which why (may be NULL) holds a sentence and part->column the place; *at is NULL then.
 */
bool alarm_message_next(const char *message, const char **at, struct alarm_part *part,
			struct strbuf *why);
/* Has it places or doubled braces? Most have not and are shown as they are. */
bool alarm_message_has_places(const char *message);

/* Appends what a part that is no text stands for. */
typedef void (*alarm_part_fn)(void *arg, const struct alarm_part *part,
			      struct strbuf *out);
/* Clears out and fills it: cleaned, at most ALARM_MESSAGE_MAX bytes. A message that is
 * mistaken is shown as it was written. */
void alarm_message_fill(const char *message, alarm_part_fn fn, void *arg,
			struct strbuf *out);

#endif
