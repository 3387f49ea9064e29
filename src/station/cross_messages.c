/* cross_messages.c - messages with places for values: that each place has a value. */
#include "station/load_alarms_int.h"

#include <string.h>

#include "alarm/message.h"
#include "alarm/type.h"
#include "station/cross_int.h"

struct asking {
	struct loader *l;
	const struct alarm_def *a;
	struct loc at; /* of the part */
};

static void check_named(struct asking *q, const struct alarm_part *part)
{
	struct strbuf where = STRBUF_INIT;
	char name[TAG_NAME_MAX + 1];
	size_t n = part->len <= TAG_NAME_MAX ? part->len : TAG_NAME_MAX;

	memcpy(name, part->text, n);
	name[n] = '\0';
	strbuf_addf(&where, "message of alarm \"%s\"", q->a->name);
	if (station_def_tag(q->l->d, name) < 0)
		load_unknown_tag(q->l, &q->at, where.buf, name);
	strbuf_release(&where);
}

static void check_part(struct asking *q, const struct alarm_part *part)
{
	const struct alarm_def *a = q->a;

	switch (part->kind) {
	case ALARM_PART_VALUE:
	case ALARM_PART_UNIT:
		if (!a->tag)
			load_error(
				q->l, &q->at, "no-value",
				"message of alarm \"%s\" shows its %s, but type %s has "
				"none: name the tag, as {%s:NAME}",
				a->name, part->kind == ALARM_PART_UNIT ? "unit" : "value",
				a->type->name,
				part->kind == ALARM_PART_UNIT ? "unit" : "tag");
		break;
	case ALARM_PART_LIMIT:
		if (!a->type->crosses)
			load_error(q->l, &q->at, "no-limit",
				   "message of alarm \"%s\" shows its limit, but type %s "
				   "crosses none",
				   a->name, a->type->name);
		break;
	case ALARM_PART_TAG:
	case ALARM_PART_TAG_UNIT:
		check_named(q, part);
		break;
	case ALARM_PART_TEXT:
	case ALARM_PART_AREA:
	case ALARM_PART_NAME:
		break;
	}
}

static struct loc place_of(const struct alarm_note *n, const struct alarm_part *part)
{
	struct loc at = n->message;

	if (at.column)
		at.column += part->column - 1;
	return at;
}

void cross_message(struct loader *l, const struct alarm_def *a,
		   const struct alarm_note *n)
{
	struct strbuf why = STRBUF_INIT;
	struct asking q = { l, a, n->message };
	const char *at = a->message;
	struct alarm_part part = { 0 };

	if (!a->type || !alarm_message_has_places(a->message))
		return;
	while (alarm_message_next(a->message, &at, &part, &why)) {
		q.at = place_of(n, &part);
		check_part(&q, &part);
	}
	if (!at) {
		q.at = place_of(n, &part);
		load_error(l, &q.at, "bad-message", "message of alarm \"%s\": %s",
			   a->name, why.buf);
	}
	strbuf_release(&why);
}
