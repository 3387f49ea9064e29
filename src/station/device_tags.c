/* device_tags.c - the tags of one device with address, value and quality: TAGS when it is
 * asked by device. */
#include "station/station_int.h"

#include <stdio.h>
#include <string.h>

/* What the driver's own settings call the place: one of these. */
static const char *address_of(const struct tag_def *d)
{
	static const char *const names[] = { "address", "topic" };
	struct setting first;
	uint32_t at = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = settings_get(&d->settings, names[i]);

		if (value)
			return value;
	}
	return settings_next(&d->settings, &at, &first) ? first.value : "";
}

static void say_quality(quality q, struct strbuf *out)
{
	char flags[64];

	strbuf_setf(out, "%s", quality_class_name(q));
	if (quality_reason(q))
		strbuf_addf(out, " (%s)", quality_reason_name(q));
	quality_flags_text(q, flags, sizeof(flags));
	if (flags[0])
		strbuf_addf(out, ", %s", flags);
}

static void tag_row(struct station *s, struct session *who, uint32_t req, uint32_t tag)
{
	const struct tag_def *d = s->tags[tag].def;
	const struct sample *now = tag_db_get(s->db, tag);
	char value[VALUE_STRING_MAX + 1], decimals[12];
	const char *fields[] = { d->name,
				 value_type_name(d->type),
				 d->unit,
				 d->area,
				 s->tags[tag].rare->point ? "writable" : "",
				 d->description,
				 address_of(d),
				 value,
				 decimals,
				 NULL };

	value_format(&now->value, -1, value, sizeof(value));
	if (now->value.type == VALUE_NONE)
		value[0] = '\0';
	snprintf(decimals, sizeof(decimals), "%u", d->decimals);
	say_quality(now->quality, &s->text);
	fields[9] = s->text.buf;
	station_row(s, who, req, fields, sizeof(fields) / sizeof(fields[0]));
}

/* Rows: name, type, unit, area, "writable" or "", description, address, value (exact),
 * decimals, quality. */
void query_device_tags(struct station *s, struct session *who,
		       const struct wire_request *m)
{
	uint32_t device = station_device_find(s, m->text);
	const struct device_live *d;

	if (device == NO_DEVICE) {
		device_unknown(s, who, m);
		return;
	}
	d = &s->devices[device];
	for (size_t i = 0; i < d->n_tags; i++)
		tag_row(s, who, m->req, d->tags[i]);
	station_reply(s, who, m->req, WIRE_OK, "%zu tags", d->n_tags);
}
