/* changes.c - the page of staged changes: staging, looking at the plant, signing. */
#include "console/app/changes.h"

#include <stdio.h>
#include <string.h>

#include "console/app/entry.h"
#include "console/app/forms.h"
#include "console/view/changes.h"

enum { LOOK_MS = 2000, PUT_MS = 1000 };

/* --- rows -------------------------------------------------------------------------- */

static const char *state_of(const struct app_changes *c, const struct wire_change_line *l)
{
	if (!l->tag[0])
		return "\xe2\x80\xa6";
	if (c->lost && l->state != CHANGE_DONE)
		return "not known";
	if (l->state == CHANGE_READY)
		return l->same ? "as wanted" : "ready";
	return wire_change_state_name((enum wire_change_state)l->state);
}

static bool is_well(const struct wire_change_line *l)
{
	return l->state != CHANGE_BARRED && l->state <= CHANGE_DONE;
}

static void row_put(struct app *a, size_t i)
{
	struct app_changes *c = &a->changes;
	const struct wire_change_line *l = &c->told[i];
	char value[VALUE_STRING_MAX + 1], limits[80] = "";
	char *field[CHANGE_FIELDS];
	const char *const text[CHANGE_FIELDS] = {
		[CHANGE_F_TAG] = c->line[i].tag,
		[CHANGE_F_NOW] = l->tag[0] ? l->old_value : "\xe2\x80\xa6",
		[CHANGE_F_NEW] = l->tag[0] ? l->new_value : value,
		[CHANGE_F_UNIT] = l->unit,
		[CHANGE_F_LIMITS] = limits,
		[CHANGE_F_STATE] = state_of(c, l),
		[CHANGE_F_WHO] = c->who[i],
		[CHANGE_F_TEXT] = l->text,
		[CHANGE_F_WELL] = is_well(l) && !c->lost ? "1" : "",
	};

	value_format(&c->line[i].value, -1, value, sizeof(value));
	if (l->has_range)
		snprintf(limits, sizeof(limits), "%g to %g", l->lo, l->hi);
	for (size_t k = 0; k < CHANGE_FIELDS; k++)
		field[k] = (char *)(uintptr_t)text[k]; /* copied by who takes it */
	model_rows_add(&a->model.staged, field, CHANGE_FIELDS);
}

static size_t count_differing(const struct app_changes *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += !c->told[i].same;
	return n;
}

static void title_text(const struct app_changes *c, char *out, size_t size)
{
	if (c->lost)
		snprintf(out, size, "Change set %llu: the server was lost while it ran",
			 (unsigned long long)c->set.request);
	else if (c->over)
		snprintf(out, size, "Change set %llu: %.80s",
			 (unsigned long long)c->set.request, c->set.text);
	else if (c->running)
		snprintf(out, size, "Change set %llu is being written: x stops it",
			 (unsigned long long)c->set.request);
	else if (c->n)
		snprintf(out, size, "Staged %zu, %zu differ%s%.40s: w signs", c->n,
			 count_differing(c), c->title[0] ? ", recipe " : "", c->title);
	else
		snprintf(out, size, "Staged changes");
}

static void rows_put(struct app *a)
{
	struct app_changes *c = &a->changes;
	char title[128];

	title_text(c, title, sizeof(title));
	model_rows_begin(&a->model.staged, CHANGE_FIELDS);
	for (size_t i = 0; i < c->n; i++)
		row_put(a, i);
	model_rows_end(&a->model.staged, a->now, true, title);
	c->changed = false;
	c->put = a->now.mono;
	a->dirty = true;
}

/* --- staging ----------------------------------------------------------------------- */

static void touch(struct app_changes *c)
{
	c->changed = true;
	c->look_old = c->look_req != 0;
	c->looked = (struct mono){ 0 };
}

/* Strings borrow their line's own text, wherever the line is moved to. */
static void line_move(struct app_changes *c, size_t to, size_t from)
{
	c->line[to] = c->line[from];
	if (c->line[to].value.type == VALUE_STRING)
		c->line[to].value.u.s = c->line[to].text;
	c->told[to] = c->told[from];
	memcpy(c->who[to], c->who[from], sizeof(c->who[to]));
}

static void drop(struct app_changes *c, size_t at)
{
	for (size_t i = at; i + 1 < c->n; i++)
		line_move(c, i, i + 1);
	c->n--;
	if (!c->n)
		c->title[0] = '\0';
	touch(c);
}

/* What is done leaves; what is not stays staged. */
static void end_result(struct app_changes *c)
{
	size_t kept = 0;

	if (!c->over)
		return;
	for (size_t i = 0; i < c->n; i++)
		if (c->told[i].state != CHANGE_DONE)
			line_move(c, kept++, i);
	c->n = kept;
	memset(c->told, 0, sizeof(c->told));
	c->over = c->lost = false;
	c->set = (struct wire_change_set){ 0 };
	touch(c);
}

static bool is_busy(struct app *a)
{
	if (!a->changes.running)
		return false;
	app_say(a, ROLE_REFUSED, "a change set is being written: wait for its end");
	return true;
}

static bool stage(struct app *a, const char *tag, const struct value *v)
{
	struct app_changes *c = &a->changes;
	struct wire_change *to;
	size_t at = 0;

	end_result(c);
	while (at < c->n && strcmp(c->line[at].tag, tag) != 0)
		at++;
	if (at == WIRE_CHANGES_MAX) {
		app_say(a, ROLE_REFUSED, "%d changes are staged: that is the most",
			WIRE_CHANGES_MAX);
		return false;
	}
	if (at == c->n)
		c->n++;
	to = &c->line[at];
	*to = (struct wire_change){ .value = *v };
	snprintf(to->tag, sizeof(to->tag), "%s", tag);
	if (v->type == VALUE_STRING) {
		snprintf(to->text, sizeof(to->text), "%s", v->u.s);
		to->value.u.s = to->text;
	}
	c->told[at] = (struct wire_change_line){ 0 };
	snprintf(c->who[at], sizeof(c->who[at]), "%s", a->model.who.name);
	touch(c);
	return true;
}

bool changes_stage(struct app *a, const char *tag, const struct value *v)
{
	char value[VALUE_STRING_MAX + 1];

	if (is_busy(a) || !stage(a, tag, v))
		return false;
	value_format(v, -1, value, sizeof(value));
	app_say(a, ROLE_MESSAGE, "%s = %s is staged, nothing is written: E shows %zu",
		tag, value, a->changes.n);
	return true;
}

/* --- the page ---------------------------------------------------------------------- */

void go_changes(struct app *a, uint32_t key)
{
	(void)key;
	a->ui.page = UI_CHANGES;
	a->ui.staged.selected = -1;
	a->ui.staged.top = 0;
	a->changes.looked = (struct mono){ 0 };
	rows_put(a);
}

/* The staged line that is selected; -1 = none. */
static int chosen(struct app *a)
{
	const struct ui_rows *u = &a->ui.staged;

	if (u->selected >= 0 && (size_t)u->selected < u->n)
		for (size_t i = 0; i < a->changes.n; i++)
			if (strcmp(a->changes.line[i].tag, u->row[u->selected].key) == 0)
				return (int)i;
	app_say(a, ROLE_MESSAGE, "select a row first: arrows");
	return -1;
}

void drop_change(struct app *a, uint32_t key)
{
	struct app_changes *c = &a->changes;
	int at;

	(void)key;
	if (c->running) {
		if (a->client && c->set.token)
			client_request(a->client, WIRE_CANCEL, c->set.token, 0, "");
		app_say(a, ROLE_MESSAGE, "no further line is begun");
		return;
	}
	end_result(c);
	at = chosen(a);
	if (at >= 0)
		drop(c, (size_t)at);
	rows_put(a);
}

void clear_changes(struct app *a, uint32_t key)
{
	struct app_changes *c = &a->changes;

	(void)key;
	if (is_busy(a))
		return;
	app_say(a, ROLE_MESSAGE, "%zu staged changes are taken away; nothing was written",
		c->n);
	c->over = c->lost = false;
	c->n = 0;
	c->title[0] = '\0';
	touch(c);
	rows_put(a);
}

/* Another value for a line: typed as in the dialog, in the type it has. */
void edit_change(struct app *a, uint32_t key)
{
	struct app_changes *c = &a->changes;
	const struct wire_change_line *l;
	struct ui_form *f;
	char value[VALUE_STRING_MAX + 1];
	int at;

	(void)key;
	if (is_busy(a))
		return;
	end_result(c);
	at = chosen(a);
	if (at < 0)
		return;
	l = &c->told[at];
	snprintf(c->edited, sizeof(c->edited), "%s", c->line[at].tag);
	f = form_open(a, FORM_CHANGE, c->edited);
	if (l->tag[0])
		snprintf(f->text, sizeof(f->text), "now %s %s", l->old_value, l->unit);
	value_format(&c->line[at].value, -1, value, sizeof(value));
	entry_set(form_add(f, "New value", false), value);
	f->hint = "Enter stages it, nothing is written";
}

void change_done(struct app *a)
{
	struct app_changes *c = &a->changes;
	struct ui_form *f = &a->ui.form;
	struct strbuf why = STRBUF_INIT;
	struct value v;
	size_t at = 0;

	while (at < c->n && strcmp(c->line[at].tag, c->edited) != 0)
		at++;
	if (at == c->n)
		form_close(a);
	else if (!value_parse_operator(f->field[0].entry.text, c->line[at].value.type, &v,
				       &why))
		form_note(f, true, why.buf);
	else if (stage(a, c->edited, &v))
		form_close(a);
	strbuf_release(&why);
	rows_put(a);
}

/* --- signing ----------------------------------------------------------------------- */

static void list_line(struct strbuf *out, const struct wire_change_line *l)
{
	strbuf_addf(out, "%s: %s \xe2\x86\x92 %s%s%s", l->tag, l->old_value, l->new_value,
		    l->unit[0] ? " " : "", l->unit);
	if (l->has_range)
		strbuf_addf(out, ", limits %g to %g", l->lo, l->hi);
	strbuf_addch(out, '\n');
}

/* Why it cannot be signed now; NULL = it can. Fills of[]. */
static const char *choose(struct app_changes *c)
{
	c->n_of = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct wire_change_line *l = &c->told[i];

		if (!l->tag[0])
			return "the plant has not been looked at yet: a moment";
		if (l->state == CHANGE_BARRED)
			return "a line cannot be written: change it (Enter) or take it "
			       "away (x)";
		if (!l->same)
			c->of[c->n_of++] = i;
	}
	if (!c->n)
		return "nothing is staged";
	return c->n_of ? NULL : "the plant is as staged: there is nothing to write";
}

static void list_chosen(const struct app_changes *c, struct ui_form *f)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < c->n_of; i++)
		list_line(&text, &c->told[c->of[i]]);
	_Static_assert(FORM_LINE_MAX * WIRE_CHANGES_MAX <= FORM_TEXT_MAX,
		       "who signs a set reads all of it");
	snprintf(f->text, sizeof(f->text), "%s", text.buf ? text.buf : "");
	strbuf_release(&text);
}

void sign_changes(struct app *a, uint32_t key)
{
	struct app_changes *c = &a->changes;
	const char *why;
	struct ui_form *f;
	char title[96];

	(void)key;
	if (is_busy(a))
		return;
	end_result(c);
	why = model_lost(&a->model) ? "the server is lost" : choose(c);
	if (why) {
		app_say(a, ROLE_REFUSED, "%s", why);
		rows_put(a);
		return;
	}
	snprintf(title, sizeof(title), "%zu of %zu staged changes differ", c->n_of, c->n);
	f = form_open(a, FORM_SIGN, title);
	list_chosen(c, f);
	form_add(f, "Reason", false);
	f->hint = "Enter asks the server; nothing is written yet";
}

void sign_done(struct app *a)
{
	static struct wire_change lines[WIRE_CHANGES_MAX];
	struct app_changes *c = &a->changes;
	struct ui_form *f = &a->ui.form;
	struct wire_changes m = { .n = c->n_of, .lines = lines };

	if (!a->client || model_lost(&a->model)) {
		form_note(f, true, "the server is not there");
		return;
	}
	for (size_t i = 0; i < c->n_of; i++) {
		lines[i] = c->line[c->of[i]];
		if (lines[i].value.type == VALUE_STRING)
			lines[i].value.u.s = lines[i].text;
	}
	m.req = c->sign_req = client_next_req(a->client);
	snprintf(m.title, sizeof(m.title), "%s", c->title);
	snprintf(m.reason, sizeof(m.reason), "%.250s", f->field[0].entry.text);
	wire_put_changes(client_out(a->client), &m);
	form_ask(f, m.req);
}

void sign_answered(struct app *a, const struct wire_reply *m)
{
	form_note(&a->ui.form, m->status != WIRE_OK, m->text);
}

/* What the server holds now, line by line: that is what is signed. */
static void offer(struct app *a)
{
	struct app_changes *c = &a->changes;
	struct ui_form *f;
	char title[96];

	snprintf(title, sizeof(title), "Sign and send %zu changes, in this order",
		 c->n_of);
	f = form_open(a, FORM_SIGNED, title);
	list_chosen(c, f);
	if (c->set.challenge[0]) {
		snprintf(c->label, sizeof(c->label), "Type %s", c->set.challenge);
		form_add(f, c->label, false);
	}
	f->hint = c->set.wants & WIRE_WANTS_APPROVAL
			  ? "Enter signs; then a second person is asked"
			  : "Enter signs and sends, Esc changes nothing";
	c->arm_at = mono_add_ms(a->now.mono, UI_ARM_MS);
	term_flush_input(a->term); /* typed for another frame (SEC-18) */
}

/* A key among others is no decision (SEC-17). */
void signed_done(struct app *a)
{
	struct app_changes *c = &a->changes;
	struct ui_form *f = &a->ui.form;

	if (!a->client || model_lost(&a->model))
		return;
	if (f->more) { /* nobody signs what has not been on the glass */
		form_note(f, true, "there are more lines: PgDn reads on");
		return;
	}
	if (!a->alone || !mono_reached(a->now.mono, c->arm_at)) {
		c->arm_at = mono_add_ms(a->now.mono, UI_ARM_MS);
		form_note(f, true, "press Enter once more, alone");
		return;
	}
	c->sign_req = client_request(a->client, WIRE_CONFIRM, c->set.token, 0,
				     f->n ? f->field[0].entry.text : "");
	c->running = true;
	form_close(a);
	rows_put(a);
}

void signed_left(struct app *a)
{
	struct app_changes *c = &a->changes;

	if (a->client && c->set.token && !c->running)
		client_request(a->client, WIRE_CANCEL, c->set.token, 0, "");
	c->sign_req = 0;
	c->set = (struct wire_change_set){ 0 };
	app_say(a, ROLE_MESSAGE, "nothing was changed; what is staged stays staged");
}

/* --- what the server says ---------------------------------------------------------- */

bool change_line_frame(struct app *a, const uint8_t *p, size_t n)
{
	struct app_changes *c = &a->changes;
	struct wire_change_line m;

	if (!wire_get_change_line(p, n, &m))
		return false;
	if (m.req == c->look_req && !c->look_old && m.at < c->n)
		c->told[m.at] = m;
	else if ((m.req == c->sign_req || m.req == c->recall_req) && m.at < c->n_of)
		c->told[c->of[m.at]] = m;
	else
		return true;
	c->changed = true;
	return true;
}

static void set_ended(struct app *a)
{
	struct app_changes *c = &a->changes;
	bool all = c->set.n_done == c->set.n;

	c->running = c->lost = false;
	c->over = true;
	c->recall_req = 0;
	app_say(a, all ? ROLE_MESSAGE : ROLE_REFUSED, "change set %llu: %s",
		(unsigned long long)c->set.request, c->set.text);
}

static void set_refused(struct app *a)
{
	struct app_changes *c = &a->changes;

	if (a->ui.form.kind == FORM_SIGN || a->ui.form.kind == FORM_SIGNED)
		form_close(a);
	c->running = false;
	c->sign_req = 0;
	app_say(a, ROLE_REFUSED, "%s", c->set.text);
}

bool change_set_frame(struct app *a, const uint8_t *p, size_t n)
{
	struct app_changes *c = &a->changes;
	struct wire_change_set m;
	uint64_t token = c->set.token;

	if (!wire_get_change_set(p, n, &m))
		return false;
	if (m.req == c->look_req) {
		c->look_req = 0;
		c->looked = a->now.mono;
		c->changed = true;
		return true;
	}
	if (m.req != c->sign_req && m.req != c->recall_req) {
		if (m.token && a->client) /* nobody waits for it any more */
			client_request(a->client, WIRE_CANCEL, m.token, 0, "");
		return true;
	}
	c->set = m;
	if (!m.token)
		c->set.token = token; /* to stop it with */
	if (m.phase == SET_SELECTED)
		offer(a);
	else if (m.phase == SET_ENDED)
		set_ended(a);
	else if (m.phase == SET_REFUSED)
		set_refused(a);
	else if (m.phase == SET_APPROVAL)
		app_say(a, ROLE_MESSAGE, "%s", m.text);
	rows_put(a);
	return true;
}

bool changes_reply(struct app *a, const struct wire_reply *m)
{
	struct app_changes *c = &a->changes;

	if (m->req == 0)
		return false;
	if (m->req == c->look_req) {
		c->look_req = 0;
		app_say(a, ROLE_REFUSED, "%s", m->text);
	} else if (m->req == c->sign_req) {
		if (m->status != WIRE_OK) {
			snprintf(c->set.text, sizeof(c->set.text), "%.700s", m->text);
			set_refused(a);
		}
	} else if (m->req == c->recall_req) {
		c->recall_req = 0;
		if (m->status != WIRE_OK)
			app_say(a, ROLE_REFUSED, "%s", m->text);
	} else {
		return recipe_reply(a, m);
	}
	rows_put(a);
	return true;
}

/* --- time -------------------------------------------------------------------------- */

static void look(struct app *a)
{
	struct app_changes *c = &a->changes;
	struct wire_changes m = { .look = true, .n = c->n, .lines = c->line };

	/* not beside an offer: the tags are held then, by this session */
	if (a->ui.page != UI_CHANGES || a->ui.form.kind == FORM_SIGN ||
	    a->ui.form.kind == FORM_SIGNED || !c->n || c->running || c->over ||
	    c->look_req ||
	    (c->looked.ns && !mono_reached(a->now.mono, mono_add_ms(c->looked, LOOK_MS))))
		return;
	m.req = c->look_req = client_next_req(a->client);
	c->look_old = false;
	wire_put_changes(client_out(a->client), &m);
}

void changes_turn(struct app *a)
{
	struct app_changes *c = &a->changes;
	bool shown = a->ui.page == UI_CHANGES;

	if (a->client && a->model.link == LINK_UP) {
		if (c->lost && !c->recall_req && c->set.request) {
			c->recall_req = client_request(a->client, WIRE_CHANGE_SETS,
						       c->set.request, 0, "");
		}
		look(a);
	}
	if (shown &&
	    (c->changed || mono_reached(a->now.mono, mono_add_ms(c->put, PUT_MS))))
		rows_put(a);
}

void changes_forget(struct app *a)
{
	struct app_changes *c = &a->changes;

	c->look_req = c->sign_req = c->recall_req = c->list_req = c->recipe_req = 0;
	if (!c->running)
		return;
	c->running = false;
	c->over = c->lost = c->changed = true;
	app_say(a, ROLE_REFUSED,
		"change set %llu: the server was lost while it ran; it sends no further "
		"line, and is asked what became of it",
		(unsigned long long)c->set.request);
}
