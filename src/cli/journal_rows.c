/* journal_rows.c - rows of the journal: fetched, printed, proven. */
#include "cli/journal_rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/csv_out.h"
#include "cli/json_out.h"
#include "cli/remote.h"
#include "util/clock.h"
#include "util/utf8.h"
#include "util/xalloc.h"

_Static_assert((int)WIRE_JOURNAL_HASH == (int)AUDIT_HASH_SIZE &&
		       (int)WIRE_JOURNAL_CHAIN == (int)AUDIT_CHAIN_ID_SIZE,
	       "a row carries its link of the chain");

/* --- pages ------------------------------------------------------------------------- */

static void take_row(void *arg, const struct client_frame *f)
{
	struct journal_page *p = arg;
	struct wire_journal_row m;

	if (f->type != WIRE_JOURNAL_ROW || p->n >= WIRE_JOURNAL_MAX ||
	    !wire_get_journal_row(f->payload, f->len, &m))
		return;
	struct journal_page_row *r = GROW(&p->v, &p->n);
	*r = (struct journal_page_row){ .body = STRBUF_INIT, .texts = STRBUF_INIT };
	r->head.seq = m.seq;
	memcpy(r->head.hash, m.hash, sizeof(r->head.hash));
	memcpy(r->head.chain_id, m.chain, sizeof(r->head.chain_id));
	strbuf_add(&r->body, m.body, m.n);
	r->is_sound = alarm_journal_get(r->body.buf, r->body.len, &r->row, &r->texts);
	r->row.seq = m.seq;
}

int journal_page_fetch(struct client *c, const struct wire_journal *ask,
		       struct journal_page *p)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_journal m = *ask;
	struct wire_reply reply;
	int code = CLI_OK;

	*p = (struct journal_page){ 0 };
	m.req = client_next_req(c);
	wire_put_journal(client_out(c), &m);
	if (client_flush(c, &why) != SG_OK ||
	    client_wait_reply(c, m.req, &reply, take_row, p, &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (reply.status != WIRE_OK)
		code = remote_fail(CLI_FAILED, reply.text);
	else
		p->more = strstr(reply.text, "; more") != NULL;
	strbuf_release(&why);
	return code;
}

void journal_page_release(struct journal_page *p)
{
	for (size_t i = 0; i < p->n; i++) {
		strbuf_release(&p->v[i].body);
		strbuf_release(&p->v[i].texts);
	}
	free(p->v);
	*p = (struct journal_page){ 0 };
}

/* --- rows -------------------------------------------------------------------------- */

static const struct {
	uint8_t bit;
	const char *word;
} flag_words[] = { { 1, "shelved" },
		   { 2, "suppressed" },
		   { 4, "out of service" },
		   { 8, "unconfirmed" } };

static void add_flags(struct strbuf *out, uint8_t flags)
{
	for (size_t i = 0; i < sizeof(flag_words) / sizeof(flag_words[0]); i++)
		if (flags & flag_words[i].bit)
			strbuf_addf(out, "%s%s", out->len ? ", " : "",
				    flag_words[i].word);
}

static void add_quality(struct strbuf *out, quality q)
{
	const char *reason = quality_reason_name(q);

	strbuf_addf(out, "%s%s%s", quality_class_name(q), reason[0] ? ": " : "", reason);
}

static void add_reading(struct strbuf *out, const struct alarm_journal *j)
{
	if (isfinite(j->value))
		strbuf_addf(out, "  %.6g%s%s", j->value, j->unit[0] ? " " : "", j->unit);
	if (isfinite(j->limit))
		strbuf_addf(out, " (limit %.6g)", j->limit);
}

static void add_person(struct strbuf *out, const struct alarm_journal *j)
{
	char until[CLOCK_LOCAL_SIZE];

	if (j->by[0])
		strbuf_addf(out, "  by %s", j->by);
	if (j->place[0])
		strbuf_addf(out, " at %s", j->place);
	if (j->event == ALARM_E_SHELVE && j->until.ms) {
		clock_local(j->until, until);
		strbuf_addf(out, " until %s", until);
	}
	if (j->text[0])
		strbuf_addf(out, ": %s", j->text);
}

static int malformed(const struct journal_page_row *r)
{
	char text[80];

	snprintf(text, sizeof(text), "row %" PRIu64 " of the journal cannot be read",
		 r->head.seq);
	return remote_fail(CLI_FAILED, text);
}

void journal_print_text(const struct journal_page_row *r)
{
	static const char *const marks[] = {
		" ", "\xe2\x96\xa0", "\xe2\x96\xb2", "\xe2\x96\xbc", "\xe2\x97\x8f", " "
	};
	const struct alarm_journal *j = &r->row;
	struct strbuf line = STRBUF_INIT;
	char when[CLOCK_LOCAL_SIZE];

	if (!r->is_sound) {
		malformed(r);
		return;
	}
	clock_local(j->at, when);
	strbuf_addf(&line, "%6" PRIu64 "  %s%s  %s%d  %-14s  %s", j->seq, when,
		    j->clock_synced ? "" : "?", marks[j->priority], (int)j->priority,
		    alarm_event_name(j->event), j->alarm);
	add_reading(&line, j);
	if (j->message[0])
		strbuf_addf(&line, "  %s", j->message);
	add_person(&line, j);
	remote_print(line.buf);
	putchar('\n');
	strbuf_release(&line);
}

/* Everything of a row by name, for scripts: one list for JSON and CSV. */
enum kind { TEXT, TIME, NUMBER, INTEGER };

struct field {
	const char *name;
	enum kind kind;
	bool has; /* an integer that is there */
	int64_t i;
	double d;
	char room[64];
	const char *s;
};

enum { FIELDS = 29 };

static void set_text(struct field *f, const char *name, const char *s)
{
	f->name = name;
	f->kind = TEXT;
	f->s = s;
}

static void set_int(struct field *f, const char *name, int64_t v, bool has)
{
	f->name = name;
	f->kind = INTEGER;
	f->i = v;
	f->has = has;
}

static void set_number(struct field *f, const char *name, double v)
{
	f->name = name;
	f->kind = NUMBER;
	f->d = v;
}

static void set_time(struct field *f, const char *name, struct wall t)
{
	set_text(f, name, f->room);
	f->kind = TIME;
	f->has = t.ms != 0;
	f->i = t.ms;
	f->room[0] = '\0';
	if (f->has)
		clock_iso_local(t, f->room);
}

static void set_words(struct field *f, const char *name, struct strbuf *words)
{
	snprintf(f->room, sizeof(f->room), "%s", words->buf);
	set_text(f, name, f->room);
	strbuf_release(words);
}

static size_t fields_of(const struct alarm_journal *j, struct field *f)
{
	struct strbuf flags = STRBUF_INIT, q = STRBUF_INIT;
	struct field *at = f;

	add_flags(&flags, j->flags);
	add_quality(&q, j->quality);
	set_int(at++, "seq", (int64_t)j->seq, true);
	set_time(at++, "time", j->at);
	set_int(at++, "time_ms", j->at.ms, true);
	set_time(at++, "source_time", j->source_time);
	set_text(at++, "clock", j->clock_synced ? "synchronised" : "not synchronised");
	set_text(at++, "event", alarm_event_name(j->event));
	set_text(at++, "alarm", j->alarm);
	set_int(at++, "occurrence", (int64_t)j->occurrence, true);
	set_text(at++, "from", alarm_state_name(j->from));
	set_text(at++, "to", alarm_state_name(j->to));
	set_words(at++, "flags", &flags);
	set_text(at++, "priority", alarm_priority_name(j->priority));
	set_text(at++, "class", j->class_name);
	set_text(at++, "area", j->area);
	set_text(at++, "tag", j->tag);
	set_text(at++, "type", j->type);
	set_number(at++, "value", j->value);
	set_number(at++, "limit", j->limit);
	set_text(at++, "unit", j->unit);
	set_words(at++, "quality", &q);
	set_text(at++, "cause", alarm_cause_name(j->cause));
	set_text(at++, "by", j->by);
	set_text(at++, "place", j->place);
	set_text(at++, "reason", j->text);
	set_time(at++, "until", j->until);
	set_int(at++, "request", (int64_t)j->request, j->request != 0);
	set_text(at++, "rule", j->rule);
	set_text(at++, "message", j->message);
	set_text(at++, "config", j->config);
	return (size_t)(at - f);
}

/* A time is told once, in UTC, and the flags one by one: as `alarms` has them. */
static void json_field(json_t *o, const struct field *f)
{
	json_t *v = NULL;

	if (f->kind == TEXT)
		v = json_words(f->s);
	else if (f->kind == TIME)
		v = json_time(f->i);
	else if (f->kind == NUMBER)
		v = json_number(f->d);
	else if (f->has)
		v = json_integer(f->i);
	json_object_set_new(o, f->name, v ? v : json_null());
}

static void json_flags(json_t *o, uint8_t flags)
{
	static const char *const names[] = { "shelved", "suppressed", "out_of_service",
					     "unconfirmed" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_object_set_new(o, names[i], json_boolean(flags & flag_words[i].bit));
}

static bool only_in_csv(const char *name)
{
	return strcmp(name, "time_ms") == 0;
}

void journal_print_json(const struct journal_page_row *r)
{
	struct field f[FIELDS];
	json_t *o;
	size_t n;

	if (!r->is_sound) {
		malformed(r);
		return;
	}
	o = json_object();
	n = fields_of(&r->row, f);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(f[i].name, "flags") == 0)
			json_flags(o, r->row.flags);
		else if (!only_in_csv(f[i].name))
			json_field(o, &f[i]);
	}
	remote_print_json(o);
}

void journal_print_csv_head(void)
{
	const struct alarm_journal none = { .priority = ALARM_LOW,
					    .alarm = "",
					    .tag = "",
					    .area = "",
					    .unit = "",
					    .type = "",
					    .class_name = "",
					    .message = "",
					    .by = "",
					    .place = "",
					    .text = "",
					    .rule = "",
					    .config = "" };
	struct strbuf line = STRBUF_INIT;
	struct field f[FIELDS];
	size_t n = fields_of(&none, f);

	for (size_t i = 0; i < n; i++)
		csv_text(&line, f[i].name);
	csv_end(&line);
	fputs(line.buf, stdout);
	strbuf_release(&line);
}

void journal_print_csv(const struct journal_page_row *r)
{
	struct strbuf line = STRBUF_INIT, clean = STRBUF_INIT;
	struct field f[FIELDS];
	size_t n;

	if (!r->is_sound) {
		malformed(r);
		return;
	}
	n = fields_of(&r->row, f);
	for (size_t i = 0; i < n; i++) {
		if (f[i].kind == TEXT || f[i].kind == TIME) {
			strbuf_clear(&clean);
			utf8_clean(&clean, f[i].s, STRBUF_DEFAULT_MAX);
			csv_text(&line, clean.buf);
		} else if (f[i].kind == NUMBER) {
			csv_number(&line, f[i].d);
		} else if (f[i].has) {
			csv_int(&line, f[i].i);
		} else {
			csv_text(&line, "");
		}
	}
	csv_end(&line);
	fputs(line.buf, stdout);
	strbuf_release(&line);
	strbuf_release(&clean);
}

/* --- proof ------------------------------------------------------------------------- */

static void walk_row(struct audit_walk *w, const struct journal_page_row *r)
{
	if (memcmp(r->head.chain_id, w->v.head.chain_id, AUDIT_CHAIN_ID_SIZE) != 0)
		audit_walk_bad(w, "it names another chain id");
	else if (!r->is_sound)
		audit_walk_bad(w, "its body is malformed");
	else
		audit_walk_next(w, r->head.seq, r->body.buf, r->body.len, r->head.hash,
				AUDIT_HASH_SIZE);
}

int journal_verify(struct client *c, const uint8_t audit_chain[AUDIT_CHAIN_ID_SIZE],
		   const struct audit_head *noted, struct audit_verdict *v)
{
	struct wire_journal ask = { .count = WIRE_JOURNAL_MAX, .oldest_first = 1 };
	struct audit_head start = { 0 };
	struct journal_page p;
	struct audit_walk w;
	bool more = true;
	int code = CLI_OK;

	audit_chain_of_journal(audit_chain, start.chain_id);
	audit_walk_begin(&w, &start, noted);
	w.any_body = true; /* walk_row judges them */
	while (more && code == CLI_OK && w.v.good) {
		code = journal_page_fetch(c, &ask, &p);
		for (size_t i = 0; i < p.n && w.v.good; i++)
			walk_row(&w, &p.v[i]);
		more = p.more && p.n > 0;
		ask.after = w.v.head.seq;
		journal_page_release(&p);
	}
	audit_walk_end(&w);
	*v = w.v;
	return code;
}
