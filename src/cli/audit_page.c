/* audit_page.c - records of the audit as the server hands them out, and printing them. */
#include "cli/audit_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/hash.h"
#include "audit/row.h"
#include "cli/command.h"
#include "cli/csv_out.h"
#include "cli/remote.h"
#include "util/utf8.h"
#include "util/xalloc.h"

static void record_release(struct audit_page_record *r)
{
	strbuf_release(&r->body);
	strbuf_release(&r->why);
}

int audit_page_before(struct client *c, uint64_t before, uint64_t count,
		      struct audit_page *p)
{
	struct wire_reply reply;

	return audit_page_fetch(c, client_request(c, WIRE_AUDIT, before, count, ""), p,
				&reply);
}

void audit_page_release(struct audit_page *p)
{
	for (size_t i = 0; i < p->n; i++)
		record_release(&p->v[i]);
	free(p->v);
	*p = (struct audit_page){ 0 };
}

static void take_row(void *arg, const struct client_frame *f)
{
	struct audit_page *p = arg;
	struct wire_row row;
	struct audit_page_record r = { .body = STRBUF_INIT, .why = STRBUF_INIT };

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &row))
		return;
	if (audit_row_read(row.field, row.n, &r.head, r.seal, &r.seal_n, &r.body,
			   &r.why) ||
	    r.head.seq) {
		struct audit_page_record *kept = GROW(&p->v, &p->n);
		*kept = r;
	} else {
		record_release(&r); /* no number: it is missing where it should be */
	}
	wire_row_release(&row);
}

int audit_page_fetch(struct client *c, uint32_t req, struct audit_page *p,
		     struct wire_reply *reply)
{
	return remote_wait(c, req, reply, take_row, p);
}

/* --- printing -------------------------------------------------------------------- */

static json_t *number_or_null(uint64_t v)
{
	return v ? json_integer((json_int_t)v) : json_null();
}

static void set_clean(json_t *o, const char *name, const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	utf8_clean(&clean, text, AUDIT_TEXT_MAX);
	json_object_set_new(o, name, json_stringn_nocheck(clean.buf, clean.len));
	strbuf_release(&clean);
}

static void set_columns(json_t *o, const struct audit_page_record *r)
{
	struct audit_columns c;

	audit_columns_make(&c, r->head.seq, r->body.buf, r->body.len);
	for (size_t i = 0; i < AUDIT_COLUMNS; i++)
		json_object_set_new(o, audit_column_names[i],
				    json_stringn_nocheck(c.v[i], strlen(c.v[i])));
	audit_columns_release(&c);
}

static void print_json(const struct audit_page_record *r, const struct audit_record *a)
{
	json_t *o = json_object();

	set_columns(o, r); /* then numbers take the place of texts */
	json_object_set_new(o, "seq", json_integer((json_int_t)r->head.seq));
	json_object_set_new(o, "time", json_integer(a->wall_ms));
	json_object_set_new(o, "session", number_or_null(a->session));
	json_object_set_new(o, "request", number_or_null(a->request));
	json_object_set_new(o, "uid",
			    a->uid == UINT32_MAX ? json_null() : json_integer(a->uid));
	set_clean(o, "roles", a->roles);
	set_clean(o, "config", a->config);
	set_clean(o, "old_raw", a->old_raw);
	set_clean(o, "new_raw", a->new_raw);
	set_clean(o, "manifest", a->manifest);
	json_object_set_new(o, "mono_ns", json_integer(a->mono_ns));
	remote_set_hex(o, "boot_id", a->boot_id, AUDIT_BOOT_ID_SIZE);
	json_object_set_new(o, "clock_synced", json_boolean(a->clock_synced));
	remote_set_hex(o, "hash", r->head.hash, AUDIT_HASH_SIZE);
	remote_print_json(o);
}

/* The columns of audit/text.h, then the hash: enough to look a record up by. */
static void print_csv(const struct audit_page_record *r)
{
	struct strbuf line = STRBUF_INIT;
	struct audit_columns c;
	char hash[HASH_HEX_SIZE];

	audit_columns_make(&c, r->head.seq, r->body.buf, r->body.len);
	for (size_t i = 0; i < AUDIT_COLUMNS; i++)
		csv_text(&line, c.v[i]);
	hash_hex(r->head.hash, AUDIT_HASH_SIZE, hash);
	csv_text(&line, hash);
	csv_end(&line);
	fputs(line.buf, stdout);
	audit_columns_release(&c);
	strbuf_release(&line);
}

void audit_page_print_head(void)
{
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < AUDIT_COLUMNS; i++)
		csv_text(&line, audit_column_names[i]);
	csv_text(&line, "hash");
	csv_end(&line);
	fputs(line.buf, stdout);
	strbuf_release(&line);
}

int audit_page_print(const struct audit_page_record *r, enum audit_print as)
{
	struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
	struct audit_record a;
	int code = CLI_OK;

	if (!r->why.len && !audit_record_get(r->body.buf, r->body.len, &a, &text))
		strbuf_setf(&line, "record %" PRIu64 ": its body is malformed",
			    r->head.seq);
	else if (r->why.len)
		strbuf_setf(&line, "record %" PRIu64 ": %s", r->head.seq, r->why.buf);
	if (line.len) {
		code = remote_fail(CLI_FAILED, line.buf);
	} else if (as == AUDIT_PRINT_JSON) {
		print_json(r, &a);
	} else if (as == AUDIT_PRINT_CSV) {
		print_csv(r);
	} else {
		audit_line(&line, r->head.seq, &a);
		puts(line.buf);
	}
	strbuf_release(&line);
	strbuf_release(&text);
	return code;
}
