/* journal.c - journal rows as bytes: a fixed part, then the texts in fixed order. */
#include "alarm/journal.h"

#include <string.h>

#include "util/bytes.h"
#include "util/strbuf.h"

enum { VERSION_1 = 1, VERSION = 2, TEXTS = 12 };

/* The texts of a row, in the order of the body. */
static const char **text_of(struct alarm_journal *row, size_t i)
{
	const char **const all[TEXTS] = {
		&row->rule, &row->alarm, &row->tag,     &row->area,
		&row->unit, &row->type,  &row->message, &row->class_name,
		&row->by,   &row->place, &row->text,    &row->config,
	};

	return all[i];
}

/* Cut between characters, so that what was UTF-8 stays so. */
static size_t cut(const char *s)
{
	size_t n = strlen(s);

	if (n <= ALARM_JOURNAL_TEXT_MAX)
		return n;
	n = ALARM_JOURNAL_TEXT_MAX;
	while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
		n--;
	return n;
}

static void put_text(struct strbuf *w, const char *s)
{
	size_t n = s ? cut(s) : 0;

	bytes_put_u16(w, (uint16_t)n);
	strbuf_add(w, s ? s : "", n);
}

void alarm_journal_put(struct strbuf *w, const struct alarm_journal *row)
{
	struct alarm_journal texts = *row;

	bytes_put_u8(w, VERSION);
	bytes_put_u8(w, (uint8_t)row->event);
	bytes_put_u8(w, (uint8_t)row->from);
	bytes_put_u8(w, (uint8_t)row->to);
	bytes_put_u8(w, (uint8_t)row->cause);
	bytes_put_u8(w, (uint8_t)row->priority);
	bytes_put_u8(w, row->flags);
	bytes_put_u8(w, row->clock_synced);
	bytes_put_u16(w, row->quality);
	bytes_put_u64(w, row->occurrence);
	bytes_put_i64(w, row->at.ms);
	bytes_put_i64(w, row->source_time.ms);
	bytes_put_i64(w, row->until.ms);
	bytes_put_u64(w, row->request);
	bytes_put_f64(w, row->value);
	bytes_put_f64(w, row->limit);
	for (size_t i = 0; i < TEXTS; i++)
		put_text(w, *text_of(&texts, i));
}

/* Texts one behind the other, each ended by a NUL. The buffer may move while it grows, so
 * a text is its offset until all are there. */
static bool get_texts(struct bytes_reader *in, const char **const *where, size_t count,
		      struct strbuf *texts)
{
	size_t at[TEXTS];

	for (size_t i = 0; i < count; i++) {
		size_t n = 0;
		const char *s = bytes_view(in, ALARM_JOURNAL_BODY_MAX, &n);
		if (memchr(s, '\0', n))
			in->failed = true;
		at[i] = texts->len;
		strbuf_add(texts, s, n);
		strbuf_add(texts, "", 1);
	}
	if (texts->truncated)
		return false;
	for (size_t i = 0; i < count; i++)
		*where[i] = texts->buf + at[i];
	return true;
}

static bool is_sound(const struct alarm_journal *row)
{
	return (unsigned)row->event < ALARM_E_COUNT &&
	       (unsigned)row->from < ALARM_JOURNAL_STATES &&
	       (unsigned)row->to < ALARM_JOURNAL_STATES &&
	       (unsigned)row->cause < ALARM_JOURNAL_CAUSES &&
	       row->priority >= ALARM_CRITICAL && row->priority <= ALARM_DIAGNOSTIC &&
	       quality_is_valid(row->quality);
}

static bool get_version_2(struct bytes_reader *in, struct alarm_journal *row,
			  struct strbuf *texts)
{
	const char **where[TEXTS];

	row->event = (enum alarm_event)bytes_u8(in);
	row->from = (enum alarm_state)bytes_u8(in);
	row->to = (enum alarm_state)bytes_u8(in);
	row->cause = (enum alarm_cause)bytes_u8(in);
	row->priority = (enum alarm_priority)bytes_u8(in);
	row->flags = bytes_u8(in);
	uint8_t synced = bytes_u8(in);
	row->clock_synced = synced == 1;
	row->quality = bytes_u16(in);
	row->occurrence = bytes_u64(in);
	row->at.ms = bytes_i64(in);
	row->source_time.ms = bytes_i64(in);
	row->until.ms = bytes_i64(in);
	row->request = bytes_u64(in);
	row->value = bytes_f64(in);
	row->limit = bytes_f64(in);
	for (size_t i = 0; i < TEXTS; i++)
		where[i] = text_of(row, i);
	return get_texts(in, where, TEXTS, texts) && synced <= 1;
}

/* What a transition of before events were told apart must have been. */
static enum alarm_event event_of(enum alarm_state from, enum alarm_state to,
				 enum alarm_cause cause, quality q)
{
	if (from == to)
		return quality_is_good(q) ? ALARM_E_SOURCE_GOOD : ALARM_E_SOURCE_BAD;
	if (cause == ALARM_BY_OPERATOR)
		return ALARM_E_ACK;
	if (cause == ALARM_BY_CONFIG)
		return ALARM_E_REMOVE;
	return to == ALARM_S_UNACK ? ALARM_E_COME : ALARM_E_GO;
}

static bool get_version_1(struct bytes_reader *in, struct alarm_journal *row,
			  struct strbuf *texts)
{
	const char **const where[] = { &row->by,   &row->tag,     &row->area,  &row->unit,
				       &row->type, &row->message, &row->config };

	row->from = (enum alarm_state)bytes_u8(in);
	row->to = (enum alarm_state)bytes_u8(in);
	row->cause = (enum alarm_cause)bytes_u8(in);
	row->priority = (enum alarm_priority)bytes_u8(in);
	row->quality = bytes_u16(in);
	row->value = bytes_f64(in);
	row->limit = bytes_f64(in);
	row->source_time.ms = bytes_i64(in);
	row->at.ms = bytes_i64(in);
	row->clock_synced = true;
	bool ok = get_texts(in, where, sizeof(where) / sizeof(where[0]), texts);
	row->event = event_of(row->from, row->to, row->cause, row->quality);
	return ok;
}

bool alarm_journal_get(const void *p, size_t n, struct alarm_journal *row,
		       struct strbuf *texts)
{
	struct bytes_reader in = bytes_reader(p, n);
	uint8_t version = bytes_u8(&in);
	bool ok = false;

	*row = (struct alarm_journal){ 0 };
	for (size_t i = 0; i < TEXTS; i++)
		*text_of(row, i) = "";
	strbuf_clear(texts);
	texts->truncated = false;
	if (version == VERSION)
		ok = get_version_2(&in, row, texts);
	else if (version == VERSION_1)
		ok = get_version_1(&in, row, texts);
	return ok && bytes_done(&in) && is_sound(row);
}

bool alarm_journal_is_annunciated(const struct alarm_journal *row)
{
	enum { HIDDEN = 1 | 2 | 4 }; /* shelved, suppressed, out of service */

	if ((row->flags & HIDDEN) || row->priority == ALARM_DIAGNOSTIC ||
	    row->to != ALARM_S_UNACK)
		return false;
	return row->event == ALARM_E_COME || row->event == ALARM_E_REALARM ||
	       row->event == ALARM_E_SHELF_EXPIRED || row->event == ALARM_E_UNSUPPRESS ||
	       row->event == ALARM_E_IN_SERVICE;
}

const char *alarm_cause_name(enum alarm_cause c)
{
	static const char *const names[ALARM_JOURNAL_CAUSES] = {
		"process", "operator", "system", "configuration", "logic", "timer",
	};

	return (unsigned)c < ALARM_JOURNAL_CAUSES ? names[c] : "unknown";
}

bool alarm_event_parse(const char *name, enum alarm_event *out)
{
	for (unsigned i = 0; i < ALARM_E_COUNT; i++) {
		if (strcmp(name, alarm_event_name((enum alarm_event)i)) == 0) {
			*out = (enum alarm_event)i;
			return true;
		}
	}
	return false;
}
