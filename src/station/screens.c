/* screens.c - screen files kept under a revision and served to consoles. */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

/* Rows: path, bytes. */
void query_screens(struct station *s, struct session *who, const struct wire_request *m)
{
	for (size_t i = 0; i < s->def->n_screens; i++) {
		char bytes[24];
		const char *fields[] = { s->def->screens[i].path, bytes };

		snprintf(bytes, sizeof(bytes), "%zu", s->def->screens[i].len);
		station_row(s, who, m->req, fields, 2);
	}
	station_reply(s, who, m->req, WIRE_OK, "%zu screen files", s->def->n_screens);
}

static bool send_file(struct station *s, struct session *who, uint32_t req,
		      const struct station_file *f)
{
	struct wire_screen_file m = {
		.req = req,
		.revision = s->screens_revision,
		.text = f->text,
		.len = (uint32_t)f->len,
	};

	if (f->len > WIRE_SCREEN_MAX)
		return false;
	snprintf(m.path, sizeof(m.path), "%s", f->path);
	strbuf_clear(&s->frame);
	wire_put_screen_file(&s->frame, &m);
	station_send(s, who, &s->frame);
	return true;
}

/* One file by its path, or all of them. */
void query_screen_get(struct station *s, struct session *who,
		      const struct wire_request *m)
{
	size_t n = 0, too_long = 0;

	for (size_t i = 0; i < s->def->n_screens; i++) {
		const struct station_file *f = &s->def->screens[i];

		if (m->text[0] && strcmp(m->text, f->path) != 0)
			continue;
		if (send_file(s, who, m->req, f))
			n++;
		else
			too_long++;
	}
	if (too_long)
		station_reply(s, who, m->req, WIRE_FAILED,
			      "%zu screen files are longer than %d bytes", too_long,
			      WIRE_SCREEN_MAX);
	else if (m->text[0] && n == 0)
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "there is no screen file \"%s\"", m->text);
	else
		station_reply(s, who, m->req, WIRE_OK, "%zu files, revision %" PRIu64, n,
			      s->screens_revision);
}

static const struct station_file *find_file(const struct station_def *d, const char *path)
{
	for (size_t i = 0; d && i < d->n_screens; i++)
		if (strcmp(d->screens[i].path, path) == 0)
			return &d->screens[i];
	return NULL;
}

static void keep_pens(struct station_file *f, const struct station_file *old)
{
	f->n_pens = 0; /* it has a mistake, so it has none */
	for (size_t i = 0; i < old->n_pens; i++)
		*GROW(&f->pens, &f->n_pens) = xstrdup(old->pens[i]);
}

/* An operator keeps the picture that works while an engineer mends the new one. */
void station_keep_screens(struct station *s, struct station_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct station_file *f = &files[i];
		const struct station_file *old = find_file(s->def, f->path);
		if (!f->mistake || !old || old->mistake)
			continue;
		strbuf_setf(&s->why, "%s; its older version stays", f->mistake);
		station_log(s, LOG_L_WARN, "%s", s->why.buf);
		station_tell_engineers(s, NULL, s->why.buf);
		station_note(s, NULL, AUDIT_SCREENS, f->path, "kept as it was",
			     f->mistake);
		free(f->mistake);
		free(f->text);
		f->mistake = NULL;
		f->text = xstrndup(old->text, old->len);
		f->len = old->len;
		keep_pens(f, old);
	}
}

static bool same_files(const struct station_def *d, const struct station_file *files,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct station_file *old = find_file(d, files[i].path);
		if (!old || old->len != files[i].len ||
		    memcmp(old->text, files[i].text, old->len) != 0)
			return false;
	}
	return n == d->n_screens;
}

/* Only what a console draws changes: no select is void, no value is touched. */
void station_screens(struct station *s, const struct event *ev)
{
	char detail[64];

	station_keep_screens(s, ev->u.screens.files, ev->u.screens.n);
	if (same_files(s->def, ev->u.screens.files, ev->u.screens.n)) {
		station_files_free(ev->u.screens.files, ev->u.screens.n);
		return;
	}
	station_files_free(s->def->screens, s->def->n_screens);
	s->def->screens = ev->u.screens.files;
	s->def->n_screens = ev->u.screens.n;
	s->screens_revision++;
	trends_apply(s);
	snprintf(detail, sizeof(detail), "%zu files, revision %" PRIu64, ev->u.screens.n,
		 s->screens_revision);
	station_note(s, NULL, AUDIT_SCREENS, s->def->screens_dir, "changed", detail);
	strbuf_clear(&s->frame);
	wire_put_revision(&s->frame, WIRE_SCREENS_CHANGED, s->screens_revision);
	sessions_broadcast(s, &s->frame);
}
