/* where.c - where a tag is used: screens, expressions, alarms, permissives, address. */
#include "station/station_int.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct where {
	struct station *s;
	struct session *who;
	uint32_t req;
	const char *tag;
	size_t rows;
};

static void found(struct where *w, const char *kind, const char *place, const char *text)
{
	const char *fields[] = { kind, place, text };

	station_row(w->s, w->who, w->req, fields, 3);
	w->rows++;
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* name as a whole word in text; NULL = not there. */
static const char *find_word(const char *text, const char *name)
{
	size_t n = strlen(name);
	const char *at = text;

	while (n && (at = strstr(at, name))) {
		bool starts = at == text || !is_name_char(at[-1]);

		if (starts && !is_name_char(at[n]))
			return at;
		at++;
	}
	return NULL;
}

static int line_of(const char *text, const char *at)
{
	int line = 1;

	for (const char *p = text; p < at; p++)
		line += *p == '\n';
	return line;
}

/* A definition of an address stands where the engineer wrote it. */
static void where_defined(struct where *w, const struct tag_def *d)
{
	const struct loc at = tag_loc(d);
	char place[320];
	struct strbuf text = STRBUF_INIT;
	struct setting one;

	snprintf(place, sizeof(place), "%s:%d", at.file ? at.file : "(server)", at.line);
	if (d->kind == TAG_DEVICE) {
		strbuf_addf(&text, "device %s", w->s->def->devices[d->device].name);
		for (uint32_t i = 0; settings_next(&d->settings, &i, &one);)
			strbuf_addf(&text, ", %s = %s", one.name, one.value);
	} else {
		strbuf_adds(&text, tag_expression(d) ? tag_expression(d)
						     : "measured by the server");
	}
	found(w, "definition", place, text.buf);
	strbuf_release(&text);
}

static void where_tags(struct where *w)
{
	for (size_t i = 0; i < w->s->def->n_tags; i++) {
		const struct tag_def *d = &w->s->def->tags[i];

		if (strcmp(d->name, w->tag) == 0)
			where_defined(w, d);
		if (tag_expression(d) && find_word(tag_expression(d), w->tag))
			found(w, "expression", d->name, tag_expression(d));
		if (d->write->permissive && find_word(d->write->permissive, w->tag))
			found(w, "permissive", d->name, d->write->permissive);
	}
}

static void where_alarms(struct where *w)
{
	for (size_t i = 0; i < w->s->def->n_alarms; i++) {
		const struct alarm_def *d = &w->s->def->alarms[i];

		const struct alarm_more *m = alarm_more(d);

		if ((d->tag && strcmp(d->tag, w->tag) == 0) ||
		    (m->expression && find_word(m->expression, w->tag)))
			found(w, "alarm", d->name, d->message);
		if (m->second && strcmp(m->second, w->tag) == 0)
			found(w, "alarm", d->name, d->type->second);
		if (m->suppress_when && find_word(m->suppress_when, w->tag))
			found(w, "suppressed", d->name, m->suppress_when);
	}
}

/* The next prefix = "..." at or behind p; false at the end. */
static bool next_prefix(const char **p, char *out, size_t size)
{
	const char *at = strstr(*p, "prefix"), *open, *close;

	if (!at || !(open = strchr(at, '"')) || !(close = strchr(open + 1, '"')))
		return false;
	snprintf(out, size, "%.*s", (int)(close - open - 1), open + 1);
	*p = close + 1;
	return true;
}

/* By its whole name, or by what is left of it behind a prefix of the file. */
static const char *find_on_screen(const char *text, const char *tag)
{
	const char *at = find_word(text, tag), *p = text;
	char prefix[TAG_NAME_MAX + 1];

	while (!at && next_prefix(&p, prefix, sizeof(prefix))) {
		size_t n = strlen(prefix);

		if (n && strncmp(tag, prefix, n) == 0)
			at = find_word(text, tag + n + (tag[n] == '.'));
	}
	return at;
}

static void where_screens(struct where *w)
{
	char place[512];

	for (size_t i = 0; i < w->s->def->n_screens; i++) {
		const struct station_file *f = &w->s->def->screens[i];
		const char *at = find_on_screen(f->text, w->tag);

		if (!at)
			continue;
		snprintf(place, sizeof(place), "%s:%d", f->path, line_of(f->text, at));
		found(w, "screen", place, "");
	}
}

/* Rows: kind, where, text. */
void query_where(struct station *s, struct session *who, const struct wire_request *m)
{
	struct where w = { .s = s, .who = who, .req = m->req, .tag = m->text };

	if (query_tag(s, who, m) == TAG_NONE)
		return;
	where_tags(&w);
	where_alarms(&w);
	where_screens(&w);
	station_reply(s, who, m->req, WIRE_OK, "%zu places", w.rows);
}
