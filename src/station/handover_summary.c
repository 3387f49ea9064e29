/*
 * handover_summary.c - what who comes has to know: alarms that stand or are hidden,
 * values that are not the plant's, writes in doubt, devices that do not answer, what was
 * written in the shift, and what who goes has to say.
 */
#include "station/handover_int.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/row.h"
#include "station/substitute_int.h"
#include "util/utf8.h"
#include "util/xalloc.h"

/* Lines that go into one record stand there side by side, divided by this. */
#define DIVIDER " | "

enum { LINE_SIZE = 400, NOTE_MAX = LINE_SIZE - 1 };

void shift_add(struct shift *h, const char *section, const char *fmt, ...)
{
	char text[LINE_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	utf8_cut_end(text, sizeof(text));
	for (char *c = strstr(text, DIVIDER); c; c = strstr(c, DIVIDER))
		c[1] = '/'; /* nothing that looks like the border of two lines */
	*GROW(&h->lines, &h->n) = (struct shift_line){ section, xstrdup(text) };
}

static size_t lines_of(const struct shift *h, const char *section)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += h->lines[i].section == section;
	return n;
}

/* False when the section is full: the line is counted instead. */
static bool has_room(const struct shift *h, const char *section, size_t *more)
{
	if (lines_of(h, section) < SHIFT_LINES)
		return true;
	(*more)++;
	return false;
}

static void say_more(struct shift *h, const char *section, size_t more)
{
	if (more)
		shift_add(h, section, "and %zu more", more);
}

/* "11-22 10:05", in the zone of the machine */
static const char *minute(int64_t ms, char out[16])
{
	char when[CLOCK_LOCAL_SIZE];

	clock_local((struct wall){ ms }, when);
	snprintf(out, 16, "%.11s", strlen(when) > 16 ? when + 5 : when);
	return out;
}

/* --- alarms ------------------------------------------------------------------------- */

static const char alarm_section[] = "alarm", hidden_section[] = "hidden",
		  override_section[] = "override", doubt_section[] = "in doubt",
		  device_section[] = "device", write_section[] = "write",
		  note_section[] = "note";

static void add_alarm(struct station *s, struct shift *h, uint32_t i,
		      const struct alarm_record *r)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, i);
	char at[16];

	shift_add(h, alarm_section, "%s %s since %s: %s (%s)",
		  alarm_priority_name(d->priority), alarm_state_name(r->state),
		  minute(r->raised.ms, at),
		  station_alarm_message(s, i, r, station_alarm_limit(s, i)), d->name);
}

static void add_alarms(struct station *s, struct shift *h)
{
	size_t more = 0;

	for (int p = ALARM_CRITICAL; p <= ALARM_DIAGNOSTIC; p++)
		for (uint32_t i = 0; i < s->n_alarms; i++) {
			const struct alarm_record *r = alarm_engine_record(s->alarms, i);

			if (!r || !alarm_engine_def(s->alarms, i) ||
			    (int)alarm_engine_def(s->alarms, i)->priority != p ||
			    r->state == ALARM_S_NORMAL ||
			    alarm_record_flags(r) & ALARM_F_HIDDEN)
				continue;
			if (has_room(h, alarm_section, &more))
				add_alarm(s, h, i, r);
		}
	say_more(h, alarm_section, more);
}

static void add_hidden(struct station *s, struct shift *h, uint32_t i,
		       const struct alarm_extra *x)
{
	const char *name = alarm_engine_def(s->alarms, i)->name;
	char at[16];

	if (x->shelf != ALARM_SHELF_NONE)
		shift_add(h, hidden_section, "%s shelved by %s until %s: %s", name,
			  x->shelf_by, minute(x->shelf_until.ms, at), x->shelf_reason);
	if (x->suppressed)
		shift_add(h, hidden_section, "%s suppressed since %s: %s", name,
			  minute(x->suppressed_since.ms, at), x->suppressed_reason);
	if (x->out_of_service)
		shift_add(h, hidden_section, "%s out of service by %s since %s: %s", name,
			  x->out_by, minute(x->out_since.ms, at), x->out_reason);
}

static void add_all_hidden(struct station *s, struct shift *h)
{
	size_t more = 0;

	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_record *r = alarm_engine_record(s->alarms, i);

		if (r && r->extra && alarm_engine_def(s->alarms, i) &&
		    alarm_record_flags(r) & ALARM_F_HIDDEN &&
		    has_room(h, hidden_section, &more))
			add_hidden(s, h, i, r->extra);
	}
	say_more(h, hidden_section, more);
}

/* --- values, writes, devices -------------------------------------------------------- */

static void add_overrides(struct station *s, struct shift *h)
{
	char value[VALUE_STRING_MAX + 1], at[16];
	uint32_t simulated = 0;
	size_t more = 0;

	for (size_t i = 0; i < s->n_substitutions; i++) {
		const struct substitution *v = s->substitutions[i];
		const struct tag_def *d = s->tags[v->tag].def;

		if (!has_room(h, override_section, &more))
			continue;
		value_format(&v->value, (int)d->decimals, value, sizeof(value));
		shift_add(h, override_section, "%s is %.80s %s by %s since %s: %s",
			  v->name, value, d->unit, v->by, minute(v->since_ms, at),
			  v->reason);
	}
	say_more(h, override_section, more);
	for (size_t i = 0; i < s->n_devices; i++)
		simulated += s->devices[i].def ? s->devices[i].n_simulated : 0;
	if (simulated)
		shift_add(h, override_section, "%" PRIu32 " values are simulated",
			  simulated);
}

static void add_doubts(struct station *s, struct shift *h)
{
	const struct write_doubt *d;
	char at[16];

	for (size_t i = 0; i < SHIFT_LINES && (d = write_gate_doubt(s->gate, i)); i++)
		shift_add(h, doubt_section, "write %" PRIu64 " of %s by %s at %s: %s",
			  d->request, d->record.tag, d->record.actor,
			  minute(d->record.wall_ms, at), d->outcome);
}

static void add_devices(struct station *s, struct shift *h)
{
	size_t more = 0;

	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device_live *d = &s->devices[i];

		if (d->def && !d->connected && has_room(h, device_section, &more))
			shift_add(h, device_section, "%s does not answer: %s", d->name,
				  d->refusal ? d->refusal : d->text);
	}
	say_more(h, device_section, more);
}

/* A line each; one that is too long goes on in the next, and loses nothing. */
static void add_notes(struct shift *h)
{
	const char *text = h->m->notes;

	while (*text) {
		size_t line = strcspn(text, "\n");
		size_t n = utf8_cut(text, line < NOTE_MAX ? line : NOTE_MAX);

		n = n ? n : line; /* no text at all: what is no character goes, too */
		if (n)
			shift_add(h, note_section, "%.*s", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

void shift_summarise(struct station *s, struct shift *h)
{
	say_more(h, write_section, h->more_writes);
	add_alarms(s, h);
	add_all_hidden(s, h);
	add_overrides(s, h);
	add_doubts(s, h);
	add_devices(s, h);
	add_notes(h);
}

/* --- out of the record -------------------------------------------------------------- */

static bool read_row(char *const *field, size_t n, struct audit_record *r,
		     struct strbuf *text)
{
	uint8_t seal[AUDIT_SEAL_SIZE];
	struct strbuf body = STRBUF_INIT, why = STRBUF_INIT;
	struct audit_head head;
	size_t seal_n;
	bool ok = audit_row_read(field, n, &head, seal, &seal_n, &body, &why) &&
		  audit_record_get(body.buf, body.len, r, text);

	strbuf_release(&body);
	strbuf_release(&why);
	return ok;
}

int64_t shift_row_ms(char *const *field, size_t n)
{
	struct strbuf text = STRBUF_INIT;
	struct audit_record r;
	bool ok = read_row(field, n, &r, &text) && r.kind == AUDIT_HANDOVER;

	strbuf_release(&text);
	return ok ? r.wall_ms : 0;
}

void shift_add_write(struct shift *h, char *const *field, size_t n)
{
	struct strbuf text = STRBUF_INIT;
	struct audit_record r;
	char at[16];

	if (read_row(field, n, &r, &text) && has_room(h, write_section, &h->more_writes))
		shift_add(h, write_section, "%s %s: %s %.60s to %.60s %s, %s",
			  minute(r.wall_ms, at), r.person[0] ? r.person : r.actor,
			  r.subject, r.old_value, r.new_value, r.unit, r.result);
	strbuf_release(&text);
}

/* --- into the record ---------------------------------------------------------------- */

static void put_part(struct station *s, struct txn *t, const struct session *who,
		     const struct shift *h, const char *section, const char *text)
{
	struct audit_record r = { .kind = AUDIT_HANDOVER_PART,
				  .subject = h->id,
				  .result = section,
				  .detail = text };

	station_describe(&r, who);
	station_audit(s, t, &r);
}

/* As many lines of one section in a record as it holds. */
static void put_section(struct station *s, struct txn *t, const struct session *who,
			const struct shift *h, const char *section)
{
	char text[AUDIT_TEXT_MAX + 1] = "";
	size_t used = 0;

	for (size_t i = 0; i < h->n; i++) {
		const char *line = h->lines[i].text;
		size_t need = strlen(line) + strlen(DIVIDER);

		if (h->lines[i].section != section)
			continue;
		if (used && used + need > AUDIT_TEXT_MAX) {
			put_part(s, t, who, h, section, text);
			used = 0;
		}
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
					 used ? DIVIDER : "", line);
	}
	if (used)
		put_part(s, t, who, h, section, text);
}

void shift_record(struct station *s, struct txn *t, const struct session *who,
		  const struct shift *h)
{
	static const char *const sections[] = {
		alarm_section,  hidden_section, override_section, doubt_section,
		device_section, write_section,  note_section,
	};
	char detail[400], at[16];
	struct audit_record r = { .kind = AUDIT_HANDOVER,
				  .subject = h->id,
				  .old_value = h->from,
				  .new_value = h->to,
				  .result = "handed over",
				  .approver = h->to,
				  .detail = detail };

	snprintf(detail, sizeof(detail),
		 "handed over by %s (%s), taken over by %s (%s); the shift since %s: %zu "
		 "lines",
		 h->from, h->from_how, h->to, h->to_how, minute(h->since_ms, at), h->n);
	station_describe(&r, who);
	station_audit(s, t, &r);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		put_section(s, t, who, h, sections[i]);
}
