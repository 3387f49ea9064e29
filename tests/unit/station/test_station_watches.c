/* test_station_watches.c - what consoles are told of values: shared, newest wins, whole.
 */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

enum { TAGS = 7, CONSOLES = 8, VIEWS = 3, STEPS = 4000 };

static const char *const NAMES[TAGS] = { "a.sp", "a.level", "a.step_sp", "b.sp",
					 "c.sp", "e.sum",   "e.twice" };

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup_plant, rig_teardown)

/* A view of the tags in the bits of set. */
static void subscribe(struct rig *r, uint64_t session, uint32_t view, unsigned set)
{
	struct strbuf w = STRBUF_INIT;
	const char *names[TAGS];
	size_t n = 0;

	for (unsigned i = 0; i < TAGS; i++)
		if (set >> i & 1)
			names[n++] = NAMES[i];
	wire_put_subscribe(&w, view, names, n);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}

static void unsubscribe(struct rig *r, uint64_t session, uint32_t view)
{
	rig_request(r, session, WIRE_UNSUBSCRIBE, 1, view, "");
}

/* --- the naive model: what each console knows --------------------------------------- */

struct model {
	uint64_t session[CONSOLES];
	unsigned views[CONSOLES][VIEWS]; /* sets of tags */
	bool slow[CONSOLES];
	struct wire_value known[CONSOLES][TAGS];
	bool told[CONSOLES][TAGS];
};

static unsigned looks_at(const struct model *m, unsigned c)
{
	unsigned all = 0;

	for (unsigned v = 0; v < VIEWS; v++)
		all |= m->views[c][v];
	return all;
}

static unsigned place_of(const struct rig *r, uint32_t tag)
{
	for (unsigned i = 0; i < TAGS; i++)
		if (rig_tag(r, NAMES[i]) == tag)
			return i;
	fail_msg("a value of a tag that nobody asked for: %u", tag);
	return 0;
}

/* A value of a tag outside all its views must never reach a console. */
static void take_values(struct rig *r, struct model *m, unsigned c, const uint8_t *p,
			size_t n)
{
	struct bytes_reader in = bytes_reader(p, n);
	char text[VALUE_STRING_MAX + 1];
	struct wire_value v;

	while (wire_next_value(&in, &v, text)) {
		unsigned i = place_of(r, v.tag);

		assert_true(looks_at(m, c) >> i & 1);
		m->known[c][i] = v;
		m->told[c][i] = true;
	}
	assert_true(bytes_done(&in));
}

static void read_frames(struct rig *r, struct model *m, unsigned c)
{
	const struct strbuf *in = &r->frames[m->session[c]];
	size_t at = 0, len;
	const uint8_t *payload;
	uint16_t type;
	int64_t used;

	while ((used = wire_frame_next((const uint8_t *)in->buf + at, in->len - at, &type,
				       &payload, &len)) > 0) {
		if (type == WIRE_VALUES)
			take_values(r, m, c, payload, len);
		at += (size_t)used;
	}
	assert_int_equal(at, in->len);
	rig_forget(r, m->session[c]);
}

static void know_the_truth(struct rig *r, const struct model *m, unsigned c)
{
	for (unsigned i = 0; i < TAGS; i++) {
		const struct wire_value *v = &m->known[c][i];
		const struct sample *is = rig_value(r, NAMES[i]);

		if (!(looks_at(m, c) >> i & 1))
			continue;
		assert_true(m->told[c][i]);
		assert_int_equal(v->quality, is->quality);
		assert_double(v->value.u.d, is->value.u.d, 1e-12);
	}
}

/* --- what happens ------------------------------------------------------------------- */

static unsigned pick(unsigned n)
{
	return (unsigned)random() % n;
}

static void move_a_tag(struct rig *r)
{
	rig_number(r, NAMES[pick(5)], pick(1000) / 250.0);
}

static void change_views(struct rig *r, struct model *m)
{
	static const unsigned screens[] = { 0x7f, 0x03, 0x60, 0x22, 0x00 };
	unsigned c = pick(CONSOLES), v = pick(VIEWS);

	if (pick(3) == 0) {
		unsubscribe(r, m->session[c], v);
		read_frames(r, m, c);
		m->views[c][v] = 0;
		return;
	}
	read_frames(r, m, c); /* what was for the old view */
	m->views[c][v] = pick(2) ? screens[pick(5)] : pick(1U << TAGS);
	subscribe(r, m->session[c], v, m->views[c][v]);
}

static void change_pace(struct rig *r, struct model *m)
{
	unsigned c = pick(CONSOLES);

	m->slow[c] = !m->slow[c];
	rig_queue(r, m->session[c], m->slow[c] ? SESSION_HIGH + 1 : 0);
}

static void reopen(struct rig *r, struct model *m)
{
	unsigned c = pick(CONSOLES);

	read_frames(r, m, c);
	rig_close(r, m->session[c]);
	rig_forget(r, m->session[c]);
	r->closed[m->session[c]] = false;
	m->session[c] = rig_open(r, RIG_IVAN + c % 4);
	memset(m->views[c], 0, sizeof(m->views[c]));
	memset(m->told[c], 0, sizeof(m->told[c]));
	m->slow[c] = false;
}

static void all_catch_up(struct rig *r, struct model *m)
{
	for (unsigned c = 0; c < CONSOLES; c++) {
		m->slow[c] = false;
		rig_queue(r, m->session[c], 0);
	}
	rig_wait(r, SESSION_VALUES_MS + 10);
	for (unsigned c = 0; c < CONSOLES; c++) {
		read_frames(r, m, c);
		know_the_truth(r, m, c);
	}
}

static void any_step(struct rig *r, struct model *m, unsigned n)
{
	unsigned what = pick(100);

	if (what < 60)
		move_a_tag(r);
	else if (what < 75)
		change_views(r, m);
	else if (what < 85)
		change_pace(r, m);
	else if (what < 86 && r->last_session < 60)
		reopen(r, m);
	else
		rig_wait(r, (int64_t)pick(150));
	for (unsigned c = 0; c < CONSOLES; c++)
		read_frames(r, m, c);
	if (n % 20 == 19)
		all_catch_up(r, m);
	rig_beats(r);
}

static void PR_08_any_mix_of_consoles_ends_up_with_the_truth(void **state)
{
	struct rig *r = *state;
	static struct model m;

	srandom(11);
	for (unsigned c = 0; c < CONSOLES; c++)
		m.session[c] = rig_open(r, RIG_IVAN + c % 4);
	for (unsigned n = 0; n < STEPS; n++)
		any_step(r, &m, n);
	all_catch_up(r, &m);
}

/* --- sharing ------------------------------------------------------------------------ */

static void consoles_with_the_same_tags_share_one_encoding(void **state)
{
	struct rig *r = *state;
	uint64_t one = rig_open(r, RIG_IVAN), two = rig_open(r, RIG_OLEG);
	const struct station *s = r->st;

	subscribe(r, one, 1, 0x03);
	subscribe(r, two, 9, 0x03);
	assert_int_equal(s->n_watches, 1);
	subscribe(r, two, 9, 0x07);
	assert_int_equal(s->n_watches, 2);
	rig_forget(r, one);
	rig_forget(r, two);
	subscribe(r, two, 9, 0x03);
	assert_int_equal(s->n_watches, 1);
	rig_wait(r, SESSION_VALUES_MS + 10);
	rig_forget(r, two);
	rig_number(r, "a.level", 3.25);
	rig_wait(r, SESSION_VALUES_MS + 10);
	assert_int_equal(rig_count(r, one, WIRE_VALUES), 1);
	assert_int_equal(rig_count(r, two, WIRE_VALUES), 1);
	rig_close(r, one);
	assert_int_equal(s->n_watches, 1);
	rig_close(r, two);
	assert_int_equal(s->n_watches, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(PR_08_any_mix_of_consoles_ends_up_with_the_truth),
		T(consoles_with_the_same_tags_share_one_encoding),
	};

	return cmocka_run_group_tests_name("station/watches", tests, NULL, NULL);
}
