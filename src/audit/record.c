/* record.c - one audit record as bytes: numbers first at fixed places, then the texts in
 * the order of the table below. What is stored is what is hashed, so this layout never
 * changes: a new field means a new layout number. */
#include "audit/record.h"

#include <string.h>

#include "util/bytes.h"
#include "util/strbuf.h"

enum {
	LAYOUT_OLD = 1, /* without the texts from person on */
	LAYOUT = 2,
	REQUEST_AT =
		1 + 2 + 8 + 8 + AUDIT_BOOT_ID_SIZE + 1 + 4 + 8, /* numbers before it */
	TEXTS_OLD = 13,
	TEXTS = 18
};

#define TEXT(field, max)                                                                 \
	{                                                                                \
		offsetof(struct audit_record, field), max                                \
	}
static const struct {
	size_t at, max;
} texts[TEXTS] = {
	TEXT(actor, AUDIT_TEXT_MAX),      TEXT(roles, AUDIT_TEXT_MAX),
	TEXT(from, AUDIT_TEXT_MAX),       TEXT(subject, AUDIT_TEXT_MAX),
	TEXT(area, AUDIT_TEXT_MAX),       TEXT(config, AUDIT_TEXT_MAX),
	TEXT(old_value, AUDIT_TEXT_MAX),  TEXT(new_value, AUDIT_TEXT_MAX),
	TEXT(unit, AUDIT_TEXT_MAX),       TEXT(quality, AUDIT_TEXT_MAX),
	TEXT(reason, AUDIT_TEXT_MAX),     TEXT(result, AUDIT_TEXT_MAX),
	TEXT(detail, AUDIT_TEXT_MAX),     TEXT(person, AUDIT_PERSON_MAX),
	TEXT(approver, AUDIT_PERSON_MAX), TEXT(old_raw, AUDIT_RAW_MAX),
	TEXT(new_raw, AUDIT_RAW_MAX),     TEXT(manifest, AUDIT_MANIFEST_MAX),
};

static const char **text_of(struct audit_record *r, size_t i)
{
	return (const char **)(void *)((char *)r + texts[i].at);
}

/* Cut to the maximum, but never in the middle of a character. */
static void put_text(struct strbuf *body, const char *s, size_t max)
{
	size_t n = s ? strnlen(s, max + 1) : 0;

	if (n > max) {
		n = max;
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
		put_text(body, *text_of(&copy, i), texts[i].max);
}

/* How many texts follow the numbers; 0 = no layout of ours. */
static size_t get_layout(struct bytes_reader *b)
{
	uint8_t layout = bytes_u8(b);

	if (layout == LAYOUT)
		return TEXTS;
	return layout == LAYOUT_OLD ? TEXTS_OLD : 0;
}

static bool get_numbers(struct bytes_reader *b, struct audit_record *r)
{
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
	size_t there = get_layout(&b);

	*r = (struct audit_record){ 0 };
	strbuf_clear(text);
	if (!there || !get_numbers(&b, r))
		return false;
	for (size_t i = 0; i < TEXTS; i++) {
		one[0] = '\0';
		if (i < there)
			bytes_str(&b, one, texts[i].max + 1);
		at[i] = text->len;
		strbuf_add(text, one, strlen(one) + 1);
	}
	if (!bytes_done(&b) || text->truncated)
		return false;
	for (size_t i = 0; i < TEXTS; i++) /* only now: text may have moved */
		*text_of(r, i) = text->buf + at[i];
	return true;
}

bool audit_record_is_sound(const void *body, size_t n, struct audit_record *r)
{
	struct bytes_reader b = bytes_reader(body, n);
	struct audit_record own = { 0 };
	size_t there = get_layout(&b), len;

	r = r ? r : &own;
	*r = (struct audit_record){ 0 };
	if (!there || !get_numbers(&b, r))
		return false;
	for (size_t i = 0; i < there; i++) {
		const char *text = bytes_view(&b, texts[i].max, &len);
		if (len && memchr(text, '\0', len))
			return false;
	}
	return bytes_done(&b);
}

uint64_t audit_record_request(const void *body, size_t n)
{
	struct bytes_reader b = bytes_reader(body, n);

	if (!get_layout(&b))
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
	{ AUDIT_IDLE, "idle" },
	{ AUDIT_LOCK, "lock" },
	{ AUDIT_RESUME, "resume" },
	{ AUDIT_NOTICE, "notice" },
	{ AUDIT_TERMINATE, "terminate" },
	{ AUDIT_HANDOVER, "hand-over" },
	{ AUDIT_HANDOVER_PART, "hand-over part" },
	{ AUDIT_HANDOVER_OFFER, "hand-over offer" },
	{ AUDIT_SCREENS, "screens" },
	{ AUDIT_BACKUP, "backup" },
	{ AUDIT_CLOCK, "clock" },
	{ AUDIT_GAP, "gap" },
	{ AUDIT_SILENCE, "silence" },
	{ AUDIT_DEVICE, "device" },
	{ AUDIT_APPROVAL_ASKED, "approval asked" },
	{ AUDIT_DECLINED, "declined" },
	{ AUDIT_APPROVAL_END, "approval ended" },
	{ AUDIT_EMERGENCY, "emergency" },
	{ AUDIT_RESERVE, "reserve" },
	{ AUDIT_OUTSIDE, "outside" },
	{ AUDIT_CHANGES, "changes" },
	{ AUDIT_CHANGES_END, "changes-end" },
	{ AUDIT_PERSON_ON, "person on" },
	{ AUDIT_PERSON_OFF, "person off" },
	{ AUDIT_PROOF, "proof" },
	{ AUDIT_USER_ADD, "user add" },
	{ AUDIT_USER_PASSWORD, "user password" },
	{ AUDIT_USER_TOTP, "user codes" },
	{ AUDIT_USER_ROLES, "user roles" },
	{ AUDIT_USER_DISABLE, "user disable" },
	{ AUDIT_USER_ENABLE, "user enable" },
	{ AUDIT_USER_REMOVE, "user remove" },
	{ AUDIT_SUBSTITUTE, "substitute" },
	{ AUDIT_SUBSTITUTE_END, "release" },
	{ AUDIT_CHECKPOINT, "checkpoint" },
	{ AUDIT_KEYS, "keys" },
	{ AUDIT_ACCEPTED, "accepted" },
	{ AUDIT_EXPORT, "export" },
	{ AUDIT_SEAL_KEY, "seal key" },
	{ AUDIT_DISTRUST, "distrust" },
};

const char *audit_kind_name(enum audit_kind kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return "?";
}
