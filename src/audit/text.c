/* text.c - audit records as columns and as a line. */
#include "audit/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/statement.h"
#include "util/clock.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

const char *const audit_column_names[AUDIT_COLUMNS] = {
	[AUDIT_COL_SEQ] = "seq",         [AUDIT_COL_TIME] = "time",
	[AUDIT_COL_KIND] = "kind",       [AUDIT_COL_ACTOR] = "actor",
	[AUDIT_COL_SUBJECT] = "subject", [AUDIT_COL_OLD] = "old",
	[AUDIT_COL_NEW] = "new",         [AUDIT_COL_UNIT] = "unit",
	[AUDIT_COL_RESULT] = "result",   [AUDIT_COL_DETAIL] = "detail",
	[AUDIT_COL_SESSION] = "session", [AUDIT_COL_REQUEST] = "request",
	[AUDIT_COL_FROM] = "from",       [AUDIT_COL_REASON] = "reason",
	[AUDIT_COL_QUALITY] = "quality", [AUDIT_COL_AREA] = "area",
	[AUDIT_COL_PERSON] = "person",   [AUDIT_COL_APPROVER] = "approver",
};

static char *cleaned(const char *s)
{
	struct strbuf sb;

	strbuf_init(&sb, AUDIT_COLUMN_MAX);
	utf8_clean(&sb, s, AUDIT_TEXT_MAX);
	while (sb.truncated && sb.len > 0 && !utf8_valid(sb.buf, sb.len))
		sb.buf[--sb.len] = '\0';
	return strbuf_detach(&sb);
}

static char *number(uint64_t v)
{
	return v ? xasprintf("%" PRIu64, v) : xstrdup("");
}

static void fill_numbers(struct audit_columns *c, const struct audit_record *r)
{
	char time[CLOCK_ISO_SIZE];

	clock_iso_utc((struct wall){ r->wall_ms }, time);
	c->v[AUDIT_COL_TIME] = xstrdup(time);
	c->v[AUDIT_COL_KIND] = xstrdup(audit_kind_name(r->kind));
	c->v[AUDIT_COL_SESSION] = number(r->session);
	c->v[AUDIT_COL_REQUEST] = number(r->request);
}

static void fill_texts(struct audit_columns *c, const struct audit_record *r)
{
	c->v[AUDIT_COL_ACTOR] = cleaned(r->actor);
	c->v[AUDIT_COL_SUBJECT] = cleaned(r->subject);
	c->v[AUDIT_COL_OLD] = cleaned(r->old_value);
	c->v[AUDIT_COL_NEW] = cleaned(r->new_value);
	c->v[AUDIT_COL_UNIT] = cleaned(r->unit);
	c->v[AUDIT_COL_RESULT] = cleaned(r->result);
	c->v[AUDIT_COL_DETAIL] = cleaned(r->detail);
	c->v[AUDIT_COL_FROM] = cleaned(r->from);
	c->v[AUDIT_COL_REASON] = cleaned(r->reason);
	c->v[AUDIT_COL_QUALITY] = cleaned(r->quality);
	c->v[AUDIT_COL_AREA] = cleaned(r->area);
	c->v[AUDIT_COL_PERSON] = cleaned(r->person);
	c->v[AUDIT_COL_APPROVER] = cleaned(r->approver);
}

bool audit_columns_make(struct audit_columns *c, uint64_t seq, const void *body, size_t n)
{
	struct strbuf text = STRBUF_INIT;
	struct audit_record r;
	bool ok = audit_record_get(body, n, &r, &text);

	*c = (struct audit_columns){ 0 };
	c->v[AUDIT_COL_SEQ] = xasprintf("%" PRIu64, seq);
	if (ok) {
		fill_numbers(c, &r);
		fill_texts(c, &r);
	} else {
		c->v[AUDIT_COL_DETAIL] = xstrdup("its body is malformed");
	}
	for (size_t i = 0; i < AUDIT_COLUMNS; i++)
		if (!c->v[i])
			c->v[i] = xstrdup("");
	strbuf_release(&text);
	return ok;
}

void audit_columns_release(struct audit_columns *c)
{
	for (size_t i = 0; i < AUDIT_COLUMNS; i++)
		free(c->v[i]);
	*c = (struct audit_columns){ 0 };
}

/* before, the cleaned text, after; nothing at all for an empty text. */
static void part(struct strbuf *out, const char *before, const char *s, const char *after)
{
	if (!s[0])
		return;
	strbuf_adds(out, before);
	utf8_clean(out, s, AUDIT_TEXT_MAX);
	strbuf_adds(out, after);
}

static void change(struct strbuf *out, const struct audit_record *r)
{
	part(out, "  ", r->old_value, r->new_value[0] ? " ->" : "");
	part(out, r->old_value[0] ? " " : "  ", r->new_value, "");
	if (r->old_value[0] || r->new_value[0])
		part(out, " ", r->unit, "");
	if (strcmp(r->quality, "good") != 0)
		part(out, " (old value ", r->quality, ")");
}

/* Its detail is a proof for machines: people are told how far it reaches. */
static void statement(struct strbuf *out, const struct audit_record *r)
{
	struct audit_statement s;
	char key[KEY_FINGERPRINT_SIZE];

	if (!audit_statement_get(r->detail, &s)) {
		part(out, "  ", r->detail, "");
		return;
	}
	audit_key_fingerprint(s.key, key);
	strbuf_addf(out, "  signed, up to record %" PRIu64 " with key %.9s", s.at.seq,
		    key);
	const char *text = strstr(s.more, "text=");
	part(out, "  ", text ? text + strlen("text=") : s.more, "");
}

void audit_line(struct strbuf *out, uint64_t seq, const struct audit_record *r)
{
	char time[CLOCK_LOCAL_SIZE];

	clock_local((struct wall){ r->wall_ms }, time);
	strbuf_addf(out, "%6" PRIu64 "  %s  %-11s", seq, time, audit_kind_name(r->kind));
	part(out, "  ", r->actor, "");
	if (strcmp(r->person, r->actor) != 0)
		part(out, " (", r->person, ")");
	part(out, " with ", r->approver, "");
	part(out, "  ", r->subject, "");
	if (audit_kind_is_statement(r->kind)) {
		statement(out, r);
	} else {
		change(out, r);
		part(out, "  ", r->result, "");
		part(out, "  ", r->detail, "");
	}
	part(out, "  reason: ", r->reason, "");
	if (r->request)
		strbuf_addf(out, "  [write %" PRIu64 "]", r->request);
	part(out, "  from ", r->from, "");
}
