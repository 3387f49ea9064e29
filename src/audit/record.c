/* record.c - one audit record as bytes: numbers first at fixed places, then the texts in
 * the order of the table below. What is stored is what is hashed, so this layout never
 * changes: a new field means a new layout number. */
#include "audit/record.h"

#include <string.h>

#include "util/bytes.h"
#include "util/strbuf.h"
#include "util/utf8.h"

enum {
	LAYOUT = 1,
	REQUEST_AT =
		1 + 2 + 8 + 8 + AUDIT_BOOT_ID_SIZE + 1 + 4 + 8, /* numbers before it */
	TEXTS = 13
};

#define TEXT(field) offsetof(struct audit_record, field)
static const size_t text_at[TEXTS] = {
	TEXT(actor),  TEXT(roles),     TEXT(from),      TEXT(subject), TEXT(area),
	TEXT(config), TEXT(old_value), TEXT(new_value), TEXT(unit),    TEXT(quality),
	TEXT(reason), TEXT(result),    TEXT(detail),
};

static const char **text_of(struct audit_record *r, size_t i)
{
	return (const char **)(void *)((char *)r + text_at[i]);
}

/* Cut to the maximum, but never in the middle of a character. */
static void put_text(struct strbuf *body, const char *s)
{
	size_t n = s ? strnlen(s, AUDIT_TEXT_MAX + 1) : 0;

	if (n > AUDIT_TEXT_MAX) {
		n = AUDIT_TEXT_MAX;
		while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
			n--;
	}
	bytes_put_u16(body, (uint16_t)n);
	if (n)
		strbuf_add(body, s, n);
}

void audit_record_put(struct strbuf *body, const struct audit_record *r)
{
	struct audit_record copy = *r;

	bytes_put_u8(body, LAYOUT);
	bytes_put_u16(body, (uint16_t)r->kind);
	bytes_put_i64(body, r->wall_ms);
	bytes_put_i64(body, r->mono_ns);
	strbuf_add(body, r->boot_id, AUDIT_BOOT_ID_SIZE);
	bytes_put_u8(body, r->clock_synced);
	bytes_put_u32(body, r->uid);
	bytes_put_u64(body, r->session);
	bytes_put_u64(body, r->request);
	for (size_t i = 0; i < TEXTS; i++)
		put_text(body, *text_of(&copy, i));
}

static bool get_numbers(struct bytes_reader *b, struct audit_record *r)
{
	if (bytes_u8(b) != LAYOUT)
		return false;
	r->kind = (enum audit_kind)bytes_u16(b);
	r->wall_ms = bytes_i64(b);
	r->mono_ns = bytes_i64(b);
	const uint8_t *boot = bytes_raw(b, AUDIT_BOOT_ID_SIZE);
	if (boot)
		memcpy(r->boot_id, boot, AUDIT_BOOT_ID_SIZE);
	uint8_t synced = bytes_u8(b);
	r->clock_synced = synced == 1;
	r->uid = bytes_u32(b);
	r->session = bytes_u64(b);
	r->request = bytes_u64(b);
	return !b->failed && synced <= 1 && r->kind != 0;
}

bool audit_record_get(const void *body, size_t n, struct audit_record *r,
		      struct strbuf *text)
{
	struct bytes_reader b = bytes_reader(body, n);
	char one[AUDIT_TEXT_MAX + 1];
	size_t at[TEXTS];

	*r = (struct audit_record){ 0 };
	strbuf_clear(text);
	if (!get_numbers(&b, r))
		return false;
	for (size_t i = 0; i < TEXTS; i++) {
		bytes_str(&b, one, sizeof(one));
		at[i] = text->len;
		strbuf_add(text, one, strlen(one) + 1);
	}
	if (!bytes_done(&b) || text->truncated)
		return false;
	for (size_t i = 0; i < TEXTS; i++) /* only now: text may have moved */
		*text_of(r, i) = text->buf + at[i];
	return true;
}

uint64_t audit_record_request(const void *body, size_t n)
{
	struct bytes_reader b = bytes_reader(body, n);

	if (bytes_u8(&b) != LAYOUT)
		return 0;
	bytes_raw(&b, REQUEST_AT - 1);
	return bytes_u64(&b);
}

static const struct {
	enum audit_kind kind;
	const char *name;
} kinds[] = {
	{ AUDIT_START, "start" },
	{ AUDIT_STOP, "stop" },
	{ AUDIT_SIGN_IN, "sign-in" },
	{ AUDIT_SIGN_OUT, "sign-out" },
	{ AUDIT_REFUSED, "refused" },
	{ AUDIT_SELECT, "select" },
	{ AUDIT_CANCEL, "cancel" },
	{ AUDIT_INTENT, "intent" },
	{ AUDIT_OUTCOME, "outcome" },
	{ AUDIT_READBACK, "read-back" },
	{ AUDIT_SETTLED, "settled" },
	{ AUDIT_ALARM_LIMIT, "alarm limit" },
	{ AUDIT_ACK, "acknowledge" },
	{ AUDIT_ALARM_CONFIRM, "confirm" },
	{ AUDIT_ALARM_COMMENT, "comment" },
	{ AUDIT_ALARM_RESET, "reset" },
	{ AUDIT_SHELVE, "shelve" },
	{ AUDIT_UNSHELVE, "unshelve" },
	{ AUDIT_SUPPRESS, "suppress" },
	{ AUDIT_UNSUPPRESS, "unsuppress" },
	{ AUDIT_OUT_OF_SERVICE, "out-of-service" },
	{ AUDIT_IN_SERVICE, "in-service" },
	{ AUDIT_RELOAD, "reload" },
	{ AUDIT_SCREENS, "screens" },
	{ AUDIT_BACKUP, "backup" },
	{ AUDIT_CLOCK, "clock" },
	{ AUDIT_GAP, "gap" },
	{ AUDIT_SILENCE, "silence" },
	{ AUDIT_DEVICE, "device" },
	{ AUDIT_SUBSTITUTE, "substitute" },
	{ AUDIT_SUBSTITUTE_END, "release" },
};

const char *audit_kind_name(enum audit_kind kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return "?";
}
