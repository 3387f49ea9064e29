/* sim_sets.c - change sets signed by the second console, whatever goes wrong around them:
 * lines leave in order, each after the one before was seen to be done, and none after the
 * set has stopped. */
#include "sim/world.h"

#include <stdio.h>
#include <string.h>

#include "wire/changes.h"
#include "write/change_set.h"

enum { SET_LINES = 3 };

/* --- the person -------------------------------------------------------------------- */

void sets_begin(struct world *w, uint32_t console)
{
	static const char *const tags[SET_LINES] = { "a.sp", "c.sp", "a.mode" };
	static const uint64_t most[SET_LINES] = { 100, 5, 3 };
	struct wire_change lines[SET_LINES] = { { .tag = "" } };
	struct sim_console *me = &w->consoles[console];
	struct wire_changes m = { .n = SET_LINES, .lines = lines };

	me->select_req = m.req = 1000 + ++me->last_req;
	for (size_t i = 0; i < SET_LINES; i++) {
		lines[i].value = value_int((int64_t)sim_random(w, most[i] + 1));
		snprintf(lines[i].tag, sizeof(lines[i].tag), "%s", tags[i]);
	}
	wire_put_changes(console_send(w, console), &m);
}

bool sets_hear(struct world *w, uint32_t console, const uint8_t *p, size_t n)
{
	struct sim_console *me = &w->consoles[console];
	struct wire_change_set m;

	assert_true(wire_get_change_set(p, n, &m));
	if (m.req == me->select_req && m.phase == SET_SELECTED) {
		me->token = m.token;
		return false;
	}
	w->sets_ended += m.phase == SET_ENDED;
	w->sets_done += m.phase == SET_ENDED && m.n_done == m.n;
	return (m.req == me->select_req || (me->confirmed && m.req == me->confirm_req)) &&
	       (m.phase == SET_REFUSED || m.phase == SET_ENDED);
}

/* --- what must hold ---------------------------------------------------------------- */

/* "change set 12, line 2 of 3": false: it is no line of a set. */
static bool place_of(const char *detail, unsigned long long *set, unsigned *line)
{
	return sscanf(detail, "change set %llu, line %u of", set, line) == 2;
}

static bool on_record(const struct world *w, enum audit_kind kind, const char *result,
		      unsigned long long set, unsigned line)
{
	for (size_t i = 0; i < w->store.n_audit; i++) {
		const struct fake_audit *a = &w->store.audit[i];
		unsigned long long of;
		unsigned at;

		if (a->kind == kind && strcmp(a->result, result) == 0 &&
		    place_of(a->detail, &of, &at) && of == set && at == line)
			return true;
	}
	return false;
}

static bool has_ended(const struct world *w, unsigned long long set)
{
	for (size_t i = 0; i < w->store.n_audit; i++)
		if (w->store.audit[i].kind == AUDIT_CHANGES_END &&
		    w->store.audit[i].request == set)
			return true;
	return false;
}

void check_line_handed_over(struct world *w, uint64_t request)
{
	for (size_t i = 0; i < w->store.n_audit; i++) {
		const struct fake_audit *a = &w->store.audit[i];
		unsigned long long set;
		unsigned line;

		if (a->kind != AUDIT_INTENT || a->request != request ||
		    !place_of(a->detail, &set, &line))
			continue;
		HOLDS(w, set < SIM_REQUESTS && w->set_line[set] + 1 == line,
		      "a line out of its order", request);
		HOLDS(w, !has_ended(w, set), "a line after the end of its set", request);
		HOLDS(w,
		      line == 1 || on_record(w, AUDIT_READBACK, "match", set, line - 1),
		      "a line before the one before it was done", request);
		w->set_line[set] = line;
		w->set_sends++;
	}
}

static bool matched(const struct world *w, uint64_t request)
{
	for (size_t i = 0; i < w->store.n_audit; i++)
		if (w->store.audit[i].kind == AUDIT_READBACK &&
		    w->store.audit[i].request == request &&
		    strcmp(w->store.audit[i].result, "match") == 0)
			return true;
	return false;
}

void check_change_line(struct world *w, const uint8_t *p, size_t n)
{
	struct wire_change_line l;

	assert_true(wire_get_change_line(p, n, &l));
	if (!l.request || l.request >= SIM_REQUESTS)
		return;
	HOLDS(w,
	      (l.state != CHANGE_NOT_SENT && l.state != CHANGE_DECLINED) ||
		      !w->acted[l.request],
	      "a line not sent, but the plant acted", l.request);
	HOLDS(w,
	      l.state != CHANGE_DONE || matched(w, l.request) ||
		      strstr(l.text, "could not be recorded"),
	      "a line done, but never seen to be so", l.request);
}

bool is_set(const struct fake_write *f)
{
	return strcmp(f->tag, WRITE_SET_KEY) == 0;
}

void check_set_row(const struct world *w, const struct fake_write *f)
{
	HOLDS(w, f->settled || !w->hands_back, "a set that never ends", f->request);
	HOLDS(w, !in_doubt(w, f->request), "a set among the writes in doubt", f->request);
}
