/*
 * answer_keys.c - the pages that ask the server once and show its answer: the alarm
 * journal and the audit record, which are searched and read backwards (search_keys.c),
 * and the figures of the alarm system.
 */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "wire/audit.h"
#include "wire/journal.h"
#include "wire/report.h"

enum { ROWS_A_PAGE = 100, DEFAULT_PERIOD = 2 };

/* --- the journal -------------------------------------------------------------------- */

void ask_journal(struct app *a, bool further)
{
	const struct model_journal *j = &a->model.journal;
	struct wire_journal m = { .count = ROWS_A_PAGE };

	if (!a->client || model_lost(&a->model)) {
		app_say(a, ROLE_REFUSED, "the server cannot be reached");
		return;
	}
	if (further && (!j->more || j->n == 0 || a->journal_req))
		return;
	if (further)
		m.before = j->v[j->n - 1].seq;
	m.req = a->journal_req = client_next_req(a->client);
	snprintf(m.alarm, sizeof(m.alarm), "%s", a->ui.journal.of);
	snprintf(m.text, sizeof(m.text), "%s", a->ui.journal.words.text);
	model_journal_begin(&a->model, further);
	wire_put_journal(client_out(a->client), &m);
}

/* From a selected alarm: its own story; else all that happened. */
void go_journal(struct app *a, uint32_t key)
{
	const struct drawn_alarm *d = &a->ui.drawn.selected;

	(void)key;
	a->ui.journal = (struct ui_search){ 0 };
	if (a->ui.page == UI_ALARMS && d->there)
		snprintf(a->ui.journal.of, sizeof(a->ui.journal.of), "%s", d->name);
	a->ui.page = UI_JOURNAL;
	ask_journal(a, false);
}

bool journal_row(struct app *a, const uint8_t *p, size_t n)
{
	static struct strbuf texts = STRBUF_INIT;
	struct wire_journal_row m;
	struct alarm_journal j;

	if (!wire_get_journal_row(p, n, &m))
		return false;
	if (m.req == a->journal_req && alarm_journal_get(m.body, m.n, &j, &texts))
		model_journal_row(&a->model, m.seq, &j);
	return true;
}

bool journal_reply(struct app *a, const struct wire_reply *m)
{
	if (!a->journal_req || m->req != a->journal_req)
		return false;
	a->journal_req = 0;
	model_journal_end(&a->model, m->status == WIRE_OK, m->text);
	return true;
}

/* --- the audit ---------------------------------------------------------------------- */

void ask_audit(struct app *a, bool further)
{
	struct wire_audit_search m = { .count = ROWS_A_PAGE };

	if (!a->client || model_lost(&a->model)) {
		app_say(a, ROLE_REFUSED, "the server cannot be reached");
		return;
	}
	if (further && (!a->model.audit.behind || a->audit_req))
		return;
	if (further)
		m.before = a->model.audit.behind;
	m.req = a->audit_req = client_next_req(a->client);
	snprintf(m.subject, sizeof(m.subject), "%s", a->ui.audit.of);
	snprintf(m.text, sizeof(m.text), "%s", a->ui.audit.words.text);
	model_audit_begin(&a->model, further);
	wire_put_audit_search(client_out(a->client), &m);
}

/* From a selected alarm or value: its own story; else all that was done. */
void go_audit(struct app *a, uint32_t key)
{
	const struct drawn_alarm *d = &a->ui.drawn.selected;

	(void)key;
	a->ui.audit = (struct ui_search){ 0 };
	if (a->ui.page == UI_ALARMS && d->there)
		snprintf(a->ui.audit.of, sizeof(a->ui.audit.of), "%s", d->name);
	else
		app_selected_tag(a, a->ui.audit.of);
	a->ui.page = UI_AUDIT;
	ask_audit(a, false);
}

bool audit_row(struct app *a, uint32_t req, char *const *field, size_t n)
{
	if (!a->audit_req || req != a->audit_req)
		return false;
	model_audit_row(&a->model, field, n);
	return true;
}

bool audit_reply(struct app *a, const struct wire_reply *m)
{
	if (!a->audit_req || m->req != a->audit_req)
		return false;
	a->audit_req = 0;
	model_audit_end(&a->model, m->status == WIRE_OK, wire_audit_goes_on(m->text),
			m->text);
	return true;
}

/* --- figures ------------------------------------------------------------------------ */

static void ask_report(struct app *a)
{
	struct wire_report m = { .kind = WIRE_REPORT_ALARMS };
	int64_t period;

	if (!a->client || model_lost(&a->model)) {
		app_say(a, ROLE_REFUSED, "the server cannot be reached");
		return;
	}
	ui_report_period(a->ui.report.period, &period);
	m.to_ms = a->now.wall.ms + a->model.offset_ms;
	m.from_ms = m.to_ms - period;
	m.req = a->report_req = client_next_req(a->client);
	model_report_begin(&a->model);
	a->ui.report.top = 0;
	wire_put_report(client_out(a->client), &m);
}

void go_report(struct app *a, uint32_t key)
{
	(void)key;
	if (a->ui.page != UI_REPORT)
		a->ui.report = (struct ui_report){ .period = DEFAULT_PERIOD };
	a->ui.page = UI_REPORT;
	ask_report(a);
}

void other_period(struct app *a, uint32_t key)
{
	size_t at = a->ui.report.period + (key == TERM_KEY_RIGHT ? 1 : (size_t)-1);
	int64_t ms;

	if (!ui_report_period(at, &ms))
		return;
	a->ui.report.period = at;
	ask_report(a);
}

/* Painting holds it to what there is. */
void scroll_report(struct app *a, uint32_t key)
{
	size_t *top = &a->ui.report.top, page = a->ui.drawn.list_rows;
	size_t step = key == TERM_KEY_UP || key == TERM_KEY_DOWN ? 1 : page;

	if (key == TERM_KEY_HOME)
		*top = 0;
	else if (key == TERM_KEY_UP || key == TERM_KEY_PAGE_UP)
		*top -= *top < step ? *top : step;
	else
		*top += key == TERM_KEY_END ? MODEL_REPORT_MAX : step;
}

void report_row(struct app *a, uint32_t req, char *const *field, size_t n)
{
	if (a->report_req && req == a->report_req)
		model_report_row(&a->model, field, n);
}

bool report_reply(struct app *a, const struct wire_reply *m)
{
	if (!a->report_req || m->req != a->report_req)
		return false;
	a->report_req = 0;
	model_report_end(&a->model, m->status == WIRE_OK, m->text);
	return true;
}
