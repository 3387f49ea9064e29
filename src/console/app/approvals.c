/*
 * approvals.c - what others ask this person to approve: a hint on the message line, and a
 * dialog in which nothing happens until an answer was chosen on purpose.
 *
 * An answer is bound to the number that stood on the glass, whole, for a moment; the
 * server refuses it when anything has moved since.
 */
#include "console/app/app_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/app/entry.h"
#include "util/xalloc.h"

static struct ui_asked *shown(struct app *a)
{
	struct ui_approvals *u = &a->ui.approvals;

	for (size_t i = 0; i < u->n; i++)
		if (u->asked[i].m.approval == u->shown)
			return &u->asked[i];
	return NULL;
}

static void show(struct app *a, uint64_t approval)
{
	struct ui_approvals *u = &a->ui.approvals;

	u->open = true;
	u->shown = approval;
	u->answer = ANSWER_NONE;
	u->why = u->armed = false;
	u->reason = (struct entry){ 0 };
	u->arm_at = MONO_NEVER;
	u->note[0] = '\0';
	u->top = u->most = 0;
	u->seen = 0;
	term_flush_input(a->term); /* typed for another frame (SEC-18) */
}

void approval_open(struct app *a, uint32_t key)
{
	struct ui_approvals *u = &a->ui.approvals;

	(void)key;
	if (u->n)
		show(a, u->asked[0].m.approval);
	else
		app_say(a, ROLE_MESSAGE, "nobody waits for an approval of yours");
}

/* --- what the server says ---------------------------------------------------------- */

static bool drop(struct app *a, uint64_t approval)
{
	struct ui_approvals *u = &a->ui.approvals;
	bool was_there = false;

	for (size_t i = 0; i < u->n; i++) {
		if (u->asked[i].m.approval != approval)
			continue;
		free(u->asked[i].line);
		memmove(u->asked + i, u->asked + i + 1,
			(u->n - i - 1) * sizeof(u->asked[0]));
		u->n--;
		was_there = true;
		break;
	}
	if (u->open && u->shown == approval)
		u->open = false;
	return was_there;
}

static void add(struct app *a, const struct wire_approval *m)
{
	struct ui_approvals *u = &a->ui.approvals;

	bool told = drop(a, m->approval);

	if (u->n == UI_APPROVALS)
		return;
	u->asked[u->n] =
		(struct ui_asked){ .m = *m,
				   .until = mono_add_ms(a->now.mono, m->left_ms) };
	if (m->lines)
		u->asked[u->n].line = xcalloc(m->lines, sizeof(*u->asked[0].line));
	u->n++;
	if (!told)
		term_bell(a->term);
}

bool approval_frame(struct app *a, const uint8_t *p, size_t n)
{
	static struct wire_approval m;

	if (!wire_get_approval(p, n, &m))
		return false;
	if (m.yours) {
		dialog_asked(a, &m);
	} else if (m.state == WIRE_APPROVAL_OPEN) {
		add(a, &m);
	} else {
		drop(a, m.approval);
		app_say(a, ROLE_MESSAGE, "%s of %s: %s", m.tag, m.asker, m.says);
	}
	return true;
}

/* In order: one that is missing is waited for in vain, and nothing is approved. */
bool approval_line_frame(struct app *a, const uint8_t *p, size_t n)
{
	struct ui_approvals *u = &a->ui.approvals;
	struct wire_approval_line m;

	if (!wire_get_approval_line(p, n, &m))
		return false;
	for (size_t i = 0; i < u->n; i++)
		if (u->asked[i].m.approval == m.approval && m.at < u->asked[i].m.lines &&
		    m.at == u->asked[i].n_lines)
			u->asked[i].line[u->asked[i].n_lines++] = m;
	return true;
}

void approval_forget(struct app *a)
{
	for (size_t i = 0; i < a->ui.approvals.n; i++)
		free(a->ui.approvals.asked[i].line);
	a->ui.approvals = (struct ui_approvals){ 0 };
}

/* --- keys -------------------------------------------------------------------------- */

static void other(struct app *a, int step)
{
	struct ui_approvals *u = &a->ui.approvals;
	struct ui_asked *at = shown(a);
	size_t i = at ? (size_t)(at - u->asked) : 0;

	if (u->n > 1)
		show(a, u->asked[(i + u->n + (size_t)step) % u->n].m.approval);
}

static void seal_of(const struct ui_asked *at, char out[WIRE_APPROVAL_SEAL_SIZE])
{
	uint64_t seal = wire_approval_seal(WIRE_APPROVAL_SEAL, at->m.text);

	for (size_t i = 0; i < at->n_lines; i++)
		seal = wire_approval_seal(seal, at->line[i].text);
	wire_approval_seal_text(seal, out);
}

static void answer(struct app *a, bool yes)
{
	struct ui_approvals *u = &a->ui.approvals;
	const struct ui_asked *at = shown(a);
	char what[160], seal[WIRE_APPROVAL_SEAL_SIZE];

	if (!at || !a->client || model_lost(&a->model))
		return;
	seal_of(at, seal);
	snprintf(what, sizeof(what), "%s %s", yes ? "approve" : "decline",
		 at->m.lines ? "the change set" : at->m.tag);
	talk_expect(a,
		    client_request(a->client, WIRE_APPROVE, u->shown, yes,
				   yes ? seal : u->reason.text),
		    WIRE_APPROVE, what);
	u->open = false;
}

/* Nobody approves lines that have not stood on his glass. */
static bool is_read(struct ui_approvals *u, const struct ui_asked *at)
{
	if (!at || u->seen >= at->m.lines)
		return true;
	snprintf(u->note, sizeof(u->note), "%s",
		 at->n_lines < at->m.lines ? "its lines have not come yet"
					   : "there are more lines: PgDn reads on");
	return false;
}

static void take_answer(struct app *a)
{
	struct ui_approvals *u = &a->ui.approvals;

	if (u->answer == ANSWER_NONE)
		u->open = false;
	else if (!u->armed || !a->alone || a->ui.drawn.approval != u->shown)
		u->armed = false, u->arm_at = MONO_NEVER; /* a flood decides nothing */
	else if (u->answer == ANSWER_NO)
		u->why = true;
	else if (is_read(u, shown(a)))
		answer(a, true);
}

/* Through the lines of a set: never by more than stood there. */
static bool scroll(struct app *a, uint32_t key)
{
	struct ui_approvals *u = &a->ui.approvals;
	const struct ui_asked *at = shown(a);
	int by = u->page > 1 ? u->page - 1 : 1;

	if (!at || !at->m.lines)
		return false;
	if (key == TERM_KEY_PAGE_DOWN || key == TERM_KEY_PAGE_UP)
		by = key == TERM_KEY_PAGE_DOWN ? by : -by;
	else if (key == TERM_KEY_DOWN || key == TERM_KEY_UP)
		by = key == TERM_KEY_DOWN ? 1 : -1;
	else
		return false;
	u->top += by;
	u->top = u->top > u->most ? u->most : u->top;
	u->top = u->top < 0 ? 0 : u->top;
	return true;
}

static void why_key(struct app *a, uint32_t key)
{
	struct ui_approvals *u = &a->ui.approvals;

	u->note[0] = '\0';
	if (key == TERM_KEY_ENTER)
		answer(a, false);
	else if (key == TERM_KEY_ESC)
		u->why = false;
	else if (entry_key(&u->reason, key, UI_REASON_MAX) && u->reason.note)
		snprintf(u->note, sizeof(u->note), "%s", u->reason.note);
}

bool approval_key(struct app *a, uint32_t key)
{
	struct ui_approvals *u = &a->ui.approvals;

	if (!u->open)
		return false;
	if (!u->why)
		u->note[0] = '\0';
	if (u->why)
		why_key(a, key);
	else if (scroll(a, key))
		return true;
	else if (key == TERM_KEY_ESC)
		u->open = false;
	else if (key == TERM_KEY_ENTER)
		take_answer(a);
	else if (key == TERM_KEY_RIGHT || key == TERM_KEY_TAB)
		u->answer = (u->answer + 1) % ANSWERS;
	else if (key == TERM_KEY_LEFT)
		u->answer = (u->answer + ANSWERS - 1) % ANSWERS;
	else if (key == TERM_KEY_UP || key == TERM_KEY_DOWN || key == 'n')
		other(a, key == TERM_KEY_UP ? -1 : 1);
	return true;
}

/* --- time -------------------------------------------------------------------------- */

void approval_turn(struct app *a)
{
	struct ui_approvals *u = &a->ui.approvals;

	for (size_t i = u->n; i-- > 0;)
		if (mono_reached(a->now.mono, u->asked[i].until)) {
			drop(a, u->asked[i].m.approval);
			a->dirty = true;
		}
	if (!u->open)
		return;
	if (a->ui.drawn.approval != u->shown) {
		u->armed = false;
		u->arm_at = MONO_NEVER;
	} else if (u->arm_at.ns == INT64_MAX) {
		u->arm_at = mono_add_ms(a->now.mono, UI_ARM_MS);
	} else if (!u->armed && mono_reached(a->now.mono, u->arm_at)) {
		u->armed = true;
		a->dirty = true;
	}
}

struct mono approval_deadline(const struct app *a)
{
	const struct ui_approvals *u = &a->ui.approvals;

	return u->open && !u->armed ? u->arm_at : MONO_NEVER;
}
