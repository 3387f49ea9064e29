/*
 * reload.c - a new definition is shown, recorded and swapped in whole, or not at all
 * (CF-07, CF-09). A dry run only shows.
 */
#include "station/station_int.h"

#include <stdio.h>
#include <string.h>

enum { DETAIL_MAX = 900, RELOADS_MAX = 8 };

void query_reload(struct station *s, struct session *who, const struct wire_request *m)
{
	struct action *a;

	if (s->reloads >= RELOADS_MAX) {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "%d reloads run or wait already: wait for their end",
			      RELOADS_MAX);
		return;
	}
	s->reloads++;
	a = station_emit(s, ACT_RELOAD);
	a->session = who->id;
	a->req = m->req;
	a->dry_run = m->num != 0;
}

struct listing {
	struct station *s;
	struct session *who; /* NULL = nobody listens */
	uint32_t req;
	size_t rows;
	struct strbuf names; /* for the record */
};

static void list_row(void *arg, const char *sign, const char *kind, const char *name,
		     const char *text)
{
	struct listing *l = arg;
	const char *fields[] = { sign, kind, name, text };

	l->rows++;
	if (l->who)
		station_row(l->s, l->who, l->req, fields, 4);
	if (l->names.len < DETAIL_MAX)
		strbuf_addf(&l->names, "%s%s%s", l->names.len ? ", " : "", sign, name);
}

/* Rows: file:line:column: severity: text. */
static void list_diags(struct station *s, struct session *who, uint32_t req,
		       const struct diag_list *diags)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; diags && i < diags->n; i++) {
		const char *fields[] = { text.buf };

		strbuf_clear(&text);
		diag_format(&diags->v[i], &text);
		fields[0] = text.buf;
		station_row(s, who, req, fields, 1);
		if (!who)
			station_log(s, LOG_L_WARN, "reload: %s", text.buf);
	}
	strbuf_release(&text);
}

/* The place and text of the first mistake, for a line. */
static void first_error(const struct diag_list *diags, struct strbuf *out)
{
	for (size_t i = 0; diags && i < diags->n; i++) {
		if (diags->v[i].severity != DIAG_ERROR)
			continue;
		diag_format(&diags->v[i], out);
		return;
	}
}

void station_tell_engineers(struct station *s, const struct session *but, bool refused,
			    const char *text)
{
	strbuf_clear(&s->frame);
	wire_put_notice(&s->frame, refused, text);
	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *who = s->sessions[i];

		if (who != but && who->greeted && !who->closing &&
		    access_allows(&who->grant, RIGHT_ENGINEER, NULL))
			station_send(s, who, &s->frame);
	}
}

/* Whoever has to mend it need not be who asked for it (CF-07). */
static void tell_engineers(struct station *s, const struct session *asked,
			   const struct diag_list *diags, const char *detail)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "reload by %s refused: ", asked ? asked->name : "a signal");
	first_error(diags, &text);
	strbuf_addf(&text, "%s%s", diags && diags->errors ? "; " : "", detail);
	station_tell_engineers(s, asked, true, text.buf);
	strbuf_release(&text);
}

static void refuse(struct station *s, struct session *who, const struct event *ev)
{
	const struct diag_list *diags = ev->u.reloaded.diags;
	size_t errors = diags ? diags->errors : 0;
	char detail[160];

	list_diags(s, who, ev->u.reloaded.req, diags);
	snprintf(detail, sizeof(detail), "%zu errors: the station stays as it was",
		 errors);
	if (!ev->u.reloaded.dry_run) {
		station_note(s, who, AUDIT_RELOAD, s->def->name, "refused", detail);
		tell_engineers(s, who, diags, detail);
	}
	station_reply(s, who, ev->u.reloaded.req, WIRE_REFUSED, "%s", detail);
	station_log(s, LOG_L_ERROR, "reload: %s", detail);
}

static void tell_changed(struct station *s)
{
	strbuf_clear(&s->frame);
	wire_put_revision(&s->frame, WIRE_STATION_CHANGED, s->revision);
	sessions_broadcast(s, &s->frame);
}

static void record(struct station *s, struct session *who, const struct listing *l,
		   const char *before)
{
	char detail[DETAIL_MAX + 96];

	snprintf(detail, sizeof(detail), "%s -> %s, %zu differences: %.*s", before,
		 s->config, l->rows, DETAIL_MAX, l->names.buf);
	station_note(s, who, AUDIT_RELOAD, s->def->name, "applied", detail);
	station_log(s, LOG_L_INFO, "reload: %s", detail);
}

static void apply(struct station *s, struct session *who, const struct event *ev,
		  const struct listing *l)
{
	uint64_t asked = who ? who->id : 0;
	char before[sizeof(s->config)];

	memcpy(before, s->config, sizeof(before));
	station_keep_screens(s, ev->u.reloaded.def->screens,
			     ev->u.reloaded.def->n_screens);
	station_apply(s, ev->u.reloaded.def);
	who = session_find(s, asked); /* the reload may have shown it the door */
	record(s, who, l, before);
	s->screens_revision++;
	tell_changed(s);
	station_reply(s, who, ev->u.reloaded.req, WIRE_OK, "applied: %zu differences",
		      l->rows);
}

void station_reloaded(struct station *s, const struct event *ev)
{
	struct session *who = session_find(s, ev->u.reloaded.session);
	struct listing l = {
		.s = s, .who = who, .req = ev->u.reloaded.req, .names = STRBUF_INIT
	};

	s->reloads -= ev->u.reloaded.session && s->reloads > 0;
	if (!ev->u.reloaded.def) {
		refuse(s, who, ev);
		return;
	}
	station_diff(s->def, ev->u.reloaded.def, list_row, &l);
	list_diags(s, who, ev->u.reloaded.req, ev->u.reloaded.diags); /* warnings */
	if (ev->u.reloaded.dry_run || s->stopping) {
		station_def_free(ev->u.reloaded.def);
		station_reply(s, who, ev->u.reloaded.req, WIRE_OK,
			      "%zu differences, nothing was changed", l.rows);
	} else {
		apply(s, who, ev, &l);
	}
	strbuf_release(&l.names);
}
