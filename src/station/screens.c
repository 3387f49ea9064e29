/* screens.c - screen files kept under a revision and served to consoles. */
#include "station/screen_keep.h"
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

/* --- a new set of files ------------------------------------------------------------ */

static const struct station_file *older(const struct station *s,
					const struct station_file *f)
{
	return s->def ? station_file_find(s->def->screens, s->def->n_screens, f->path)
		      : NULL;
}

static const char stays_as_it_was[] = "its older version stays";
static const char no_older[] = "there is no older version";

/* Without the folder of the station, which everybody knows: a line of a console is
 * short. */
static const char *in_short(const struct station *s, const char *text)
{
	const char *dir = s->def && s->def->screens_dir ? s->def->screens_dir : "";
	const char *last = strrchr(dir, '/');
	size_t n = last ? (size_t)(last + 1 - dir) : 0;

	return n && strncmp(text, dir, n) == 0 ? text + n : text;
}

static void tell_of(struct station *s, bool refused, const char *path, const char *what,
		    const char *detail)
{
	station_log(s, refused ? LOG_L_WARN : LOG_L_INFO, "%s", s->why.buf);
	station_tell_engineers(s, NULL, refused, in_short(s, s->why.buf));
	station_note(s, NULL, AUDIT_SCREENS, path, what, detail);
}

/* Once a mistake; and that it is mended. */
static void tell_kept(struct station *s, const struct station_file *f,
		      const struct station_file *old)
{
	const char *was = old ? old->kept : NULL;

	if (f->kept && (!was || strcmp(was, f->kept) != 0)) {
		bool stays = !f->mistake;

		strbuf_setf(&s->why, "%s; %s", f->kept,
			    stays ? stays_as_it_was : no_older);
		tell_of(s, true, f->path, stays ? "kept as it was" : "mistaken", f->kept);
	} else if (was && !f->kept) {
		strbuf_setf(&s->why, "%s is right again and shown", f->path);
		tell_of(s, false, f->path, "mended", "");
	}
}

/* An operator keeps the picture that works while an engineer mends the new one. */
void station_keep_screens(struct station *s, struct station_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct station_file *f = &files[i];
		const struct station_file *old = older(s, f);

		if (f->mistake && old && !old->mistake && !station_file_same(f, old))
			station_file_keep(f, old, f->mistake);
		else if (f->mistake && !(old && station_file_same(f, old)) && !f->kept)
			f->kept = xstrdup(f->mistake);
		else if (f->mistake && old && old->kept && !f->kept)
			f->kept = xstrdup(old->kept);
		tell_kept(s, f, old);
	}
}

static bool same_files(const struct station_def *d, const struct station_file *files,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct station_file *old =
			station_file_find(d->screens, d->n_screens, files[i].path);
		if (!old || !station_file_same(old, &files[i]))
			return false;
	}
	return n == d->n_screens;
}

/* What is known of files that are the same but for what the disk has in their place. */
static void remember_kept(struct station *s, struct station_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct station_file *f = &s->def->screens[i];
		const struct station_file *now = station_file_find(files, n, f->path);

		free(f->kept);
		f->kept = now && now->kept ? xstrdup(now->kept) : NULL;
	}
	station_files_free(files, n);
}

/* An engineer who comes later hears what is still wrong. */
void station_tell_kept(struct station *s, struct session *who)
{
	size_t more = 0;
	const struct station_file *first = NULL;

	for (size_t i = 0; i < s->def->n_screens; i++) {
		if (!s->def->screens[i].kept && !s->def->screens[i].mistake)
			continue;
		more += first != NULL;
		first = first ? first : &s->def->screens[i];
	}
	if (!first || !access_allows(&who->grant, RIGHT_ENGINEER, NULL))
		return;
	strbuf_setf(&s->why, "%s; %s", first->kept ? first->kept : first->mistake,
		    first->mistake ? no_older : stays_as_it_was);
	if (more)
		strbuf_addf(&s->why, " (and %zu more)", more);
	strbuf_clear(&s->frame);
	wire_put_notice(&s->frame, true, in_short(s, s->why.buf));
	station_send(s, who, &s->frame);
}

/* Only what a console draws changes: no select is void, no value is touched. */
void station_screens(struct station *s, const struct event *ev)
{
	char detail[64];

	station_keep_screens(s, ev->u.screens.files, ev->u.screens.n);
	if (same_files(s->def, ev->u.screens.files, ev->u.screens.n)) {
		remember_kept(s, ev->u.screens.files, ev->u.screens.n);
		return;
	}
	station_files_free(s->def->screens, s->def->n_screens);
	s->def->screens = ev->u.screens.files;
	s->def->n_screens = ev->u.screens.n;
	s->screens_revision++;
	control_apply(s);
	trends_apply(s);
	snprintf(detail, sizeof(detail), "%zu files, revision %" PRIu64, ev->u.screens.n,
		 s->screens_revision);
	station_note(s, NULL, AUDIT_SCREENS, s->def->screens_dir, "changed", detail);
	strbuf_clear(&s->frame);
	wire_put_revision(&s->frame, WIRE_SCREENS_CHANGED, s->screens_revision);
	sessions_broadcast(s, &s->frame);
}
