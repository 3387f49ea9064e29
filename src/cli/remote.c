/* remote.c - asking the server and printing what it answers, for people and for scripts.
 */
#include "cli/remote.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/hash.h"
#include "cli/command.h"
#include "cli/sign_in.h"
#include "tag/words.h"
#include "util/clock.h"
#include "util/num.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { ROWS_MAX = 100000 };

static void print_clean(FILE *f, const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	utf8_clean(&clean, text, strlen(text));
	fputs(clean.buf, f);
	strbuf_release(&clean);
}

void remote_print(const char *text)
{
	print_clean(stdout, text);
}

/* What is said comes behind the rows printed before it, also where both go to one file:
 * rows wait in a buffer, sentences do not, and one would land inside the other. */
static FILE *aside(void)
{
	fflush(stdout);
	return stderr;
}

int remote_fail(int code, const char *text)
{
	fputs("sightglass: ", aside());
	print_clean(stderr, text);
	fputc('\n', stderr);
	return code;
}

int remote_fail_diags(int code, const struct diag_list *diags)
{
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < diags->n; i++) {
		strbuf_clear(&line);
		diag_format(&diags->v[i], &line);
		remote_fail(code, line.buf);
	}
	strbuf_release(&line);
	return code;
}

struct client *remote_open(const char *program, int *exit_code)
{
	struct strbuf why = STRBUF_INIT;
	struct client *c;
	enum sg_err rc = client_join(cli_socket, program, &c, &why);

	if (rc != SG_OK)
		*exit_code = remote_fail(rc == SG_EREFUSED ? CLI_FAILED : CLI_NO_SERVER,
					 why.buf);
	strbuf_release(&why);
	if (!c)
		return NULL;
	*exit_code = cli_sign_in(c);
	if (*exit_code == CLI_OK)
		return c;
	client_close(c);
	return NULL;
}

void remote_print_json(json_t *object)
{
	char *line = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);

	if (line)
		puts(line);
	free(line);
	json_decref(object);
}

int remote_wait(struct client *c, uint32_t req, struct wire_reply *reply,
		void (*on_frame)(void *arg, const struct client_frame *f), void *arg)
{
	struct strbuf why = STRBUF_INIT;
	int code = CLI_OK;

	if (client_wait_reply(c, req, reply, on_frame, arg, &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (reply->status != WIRE_OK)
		code = remote_fail(CLI_FAILED, reply->text);
	strbuf_release(&why);
	return code;
}

struct row_list {
	struct wire_row *v;
	size_t n;
};

static void keep_row(void *arg, const struct client_frame *f)
{
	struct row_list *rows = arg;
	struct wire_row row;

	if (f->type == WIRE_ROW && rows->n < ROWS_MAX &&
	    wire_get_row(f->payload, f->len, &row))
		*GROW(&rows->v, &rows->n) = row;
}

/* Text from outside as JSON: what is not UTF-8 is made visible, for a line that cannot be
 * written would be a row that nobody sees. */
json_t *remote_json_text(const char *s)
{
	struct strbuf clean = STRBUF_INIT;
	json_t *text;

	if (utf8_valid(s, strlen(s)))
		return json_stringn_nocheck(s, strlen(s));
	utf8_clean(&clean, s, strlen(s));
	text = json_stringn_nocheck(clean.buf, clean.len);
	strbuf_release(&clean);
	return text;
}

static void print_row_json(const struct wire_row *row, const char *const *columns)
{
	json_t *o = json_object();

	for (size_t i = 0; i < row->n && columns[i]; i++)
		json_object_set_new(o, columns[i], remote_json_text(row->field[i]));
	remote_print_json(o);
}

static int column_width(const struct row_list *rows, size_t column, const char *heading)
{
	int width = heading ? utf8_cells(heading) : 0;

	for (size_t i = 0; i < rows->n; i++) {
		struct strbuf clean = STRBUF_INIT;
		if (column < rows->v[i].n)
			utf8_clean(&clean, rows->v[i].field[column], WIRE_TEXT_MAX);
		if (utf8_cells(clean.buf) > width)
			width = utf8_cells(clean.buf);
		strbuf_release(&clean);
	}
	return width;
}

static void print_cell(const char *text, int width, bool last)
{
	struct strbuf clean = STRBUF_INIT;

	utf8_clean(&clean, text, WIRE_TEXT_MAX);
	fputs(clean.buf, stdout);
	if (!last)
		printf("%*s", width - utf8_cells(clean.buf) + 2, "");
	strbuf_release(&clean);
}

static void print_table(const struct row_list *rows, const struct remote_table *t)
{
	int width[WIRE_FIELDS_MAX] = { 0 };
	size_t n = 0;

	for (; n < WIRE_FIELDS_MAX && t->columns[n]; n++)
		width[n] = column_width(rows, n, t->headings ? t->columns[n] : NULL);
	for (size_t i = 0; t->headings && i < n; i++)
		print_cell(t->columns[i], width[i], i + 1 == n);
	if (t->headings)
		putchar('\n');
	for (size_t r = 0; r < rows->n; r++) {
		for (size_t i = 0; i < n && i < rows->v[r].n; i++)
			print_cell(rows->v[r].field[i], width[i], i + 1 == n);
		putchar('\n');
	}
}

static int reply_exit(const struct wire_reply *reply)
{
	static const int codes[] = { CLI_OK, CLI_FAILED, CLI_FAILED, CLI_IN_DOUBT };

	if (reply->status != WIRE_OK)
		return remote_fail(codes[reply->status], reply->text);
	if (reply->text[0])
		fprintf(aside(), "%s\n", reply->text);
	return CLI_OK;
}

int remote_rows(const char *program, const struct remote_table *t, uint64_t num,
		uint64_t num2, const char *text, bool json)
{
	struct strbuf why = STRBUF_INIT;
	struct row_list rows = { 0 };
	struct wire_reply reply;
	int code = CLI_OK;
	struct client *c = remote_open(program, &code);

	if (!c)
		return code;
	uint32_t req = client_request(c, t->type, num, num2, text);
	if (client_wait_reply(c, req, &reply, keep_row, &rows, &why) != SG_OK) {
		code = remote_fail(CLI_NO_SERVER, why.buf);
	} else {
		if (json)
			for (size_t i = 0; i < rows.n; i++)
				print_row_json(&rows.v[i], t->columns);
		else
			print_table(&rows, t);
		code = reply_exit(&reply);
	}
	for (size_t i = 0; i < rows.n; i++)
		wire_row_release(&rows.v[i]);
	free(rows.v);
	strbuf_release(&why);
	client_close(c);
	return code;
}

static json_t *plain_json(const struct value *v)
{
	switch (v->type) {
	case VALUE_BOOL:
		return json_boolean(v->u.b);
	case VALUE_INT:
		return json_integer(v->u.i);
	case VALUE_DOUBLE:
		return isfinite(v->u.d) ? json_real(v->u.d) : json_null();
	case VALUE_STRING:
		return remote_json_text(v->u.s);
	case VALUE_NONE:
		break;
	}
	return json_null();
}

json_t *remote_value_json(const struct wire_tag_state *s)
{
	bool bad = quality_class(s->now.quality) == QUALITY_BAD;
	json_t *o = json_object(), *flags = json_array();
	char text[64], *rest = text, *one;

	json_object_set_new(o, "tag", json_string(s->info.name));
	json_object_set_new(o, "value", bad ? json_null() : plain_json(&s->now.value));
	json_object_set_new(o, "unit", remote_json_text(s->info.unit));
	json_object_set_new(o, "quality",
			    json_string(quality_class_name(s->now.quality)));
	json_object_set_new(o, "reason",
			    json_string(quality_reason_name(s->now.quality)));
	quality_flags_text(s->now.quality, text, sizeof(text));
	while ((one = strsep(&rest, ",")))
		if (*one)
			json_array_append_new(flags, json_string(one));
	json_object_set_new(o, "flags", flags);
	json_object_set_new(o, "source_time", json_integer(s->now.source_ms));
	json_object_set_new(o, "server_time", json_integer(s->now.server_ms));
	if (bad)
		json_object_set_new(o, "last_good",
				    s->has_last_good ? plain_json(&s->last_good)
						     : json_null());
	return o;
}

void remote_value_text(const struct wire_tag_state *s, struct strbuf *out)
{
	char value[VALUE_STRING_MAX + 32], flags[64], when[CLOCK_LOCAL_SIZE];
	bool bad = quality_class(s->now.quality) == QUALITY_BAD;

	tag_words_format(s->info.words, &s->now.value, s->info.decimals, value,
			 sizeof(value));
	quality_flags_text(s->now.quality, flags, sizeof(flags));
	clock_local((struct wall){ s->now.source_ms }, when);
	strbuf_addf(out, "%s  %s%s%s  %s", s->info.name, bad ? "####" : value,
		    s->info.unit[0] ? " " : "", s->info.unit,
		    quality_class_name(s->now.quality));
	if (!quality_is_good(s->now.quality))
		strbuf_addf(out, " (%s)", quality_reason_text(s->now.quality));
	if (flags[0])
		strbuf_addf(out, " [%s]", flags);
	strbuf_addf(out, "  %s", s->now.source_ms ? when : "never");
	if (bad && s->has_last_good) {
		tag_words_format(s->info.words, &s->last_good, s->info.decimals, value,
				 sizeof(value));
		clock_local((struct wall){ s->last_good_ms }, when);
		strbuf_addf(out, "  last good %s at %s", value, when);
	}
}

struct get_state {
	uint32_t req;
	bool found;
	struct wire_tag_state *out;
};

/* Strings of the value point into the struct itself, so it is decoded in place. */
static void keep_state(void *arg, const struct client_frame *f)
{
	struct get_state *g = arg;

	if (f->type == WIRE_TAG_STATE && wire_get_tag_state(f->payload, f->len, g->out) &&
	    g->out->req == g->req)
		g->found = true;
}

int remote_get(struct client *c, const char *tag, struct wire_tag_state *out)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	struct get_state g = { .req = client_request(c, WIRE_GET, 0, 0, tag),
			       .out = out };
	int code = CLI_OK;

	if (client_wait_reply(c, g.req, &reply, keep_state, &g, &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (reply.status != WIRE_OK || !g.found)
		code = remote_fail(CLI_FAILED, reply.text);
	strbuf_release(&why);
	return code;
}

int remote_recorded(struct client *c, uint32_t req, const char *see_also)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	int code = CLI_OK;

	if (client_wait_reply(c, req, &reply, NULL, NULL, &why) != SG_OK) {
		strbuf_addf(&why, "; whether it was recorded is unknown%s", see_also);
		code = remote_fail(CLI_IN_DOUBT, why.buf);
	} else if (reply.status != WIRE_OK) {
		code = remote_fail(CLI_FAILED, reply.text);
	} else {
		remote_print(reply.text);
		putchar('\n');
	}
	strbuf_release(&why);
	return code;
}

void remote_set_hex(json_t *object, const char *key, const void *p, size_t n)
{
	char *hex = xmalloc(2 * n + 1);

	hash_hex(p, n, hex);
	json_object_set_new(object, key, json_string(hex));
	free(hex);
}

static void take_reserve(void *arg, const struct client_frame *f)
{
	struct wire_row row;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &row))
		return;
	if (row.n == 2 && strcmp(row.field[0], "records in the reserve") == 0)
		num_parse_int(row.field[1], 0, INT64_MAX, arg);
	wire_row_release(&row);
}

void remote_tell_reserve(struct client *c)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	int64_t n = 0;

	if (client_wait_reply(c, client_request(c, WIRE_STATUS, 0, 0, ""), &reply,
			      take_reserve, &n, &why) == SG_OK &&
	    n > 0)
		fprintf(stderr,
			"sightglass: %" PRId64 " records more wait in the reserve "
			"journal; they are listed once station.db can be written\n",
			n);
	strbuf_release(&why);
}
