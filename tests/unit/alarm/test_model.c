/*
 * test_model.c - engine and naive model (model.h) live through the same random life:
 * samples, what people do at the right and the wrong moment, clocks that jump, restarts,
 * reloads, suppression by logic, sources that fail. After each step both must have
 * handed out the same transitions and be the same in every member.
 *
 * The life is a script made from a seed. One that fails is shrunk to the fewest steps
 * that still fail and printed. SIGHTGLASS_SEED and SIGHTGLASS_STEPS change what is run.
 */
#include "support/test.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/alarm/model.h"
#include "unit/alarm/same.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { SLOTS = 3, VARIANTS = 4, LIFE = 500 };
enum { STEPS = 1000000, STEPS_OF_A_SOAK = 100 * STEPS };
#define NOWHERE UINT32_MAX

/* --- chance --------------------------------------------------------------------- */

static uint64_t chance_state;

static uint32_t chance(uint32_t n)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 7;
	chance_state ^= chance_state << 17;
	return (uint32_t)((chance_state >> 16) % n);
}

static void chance_from(uint64_t seed)
{
	chance_state = seed * 0x9E3779B97F4A7C15u + 0xD1B54A32D192ED03u;
	for (int i = 0; i < 4; i++)
		chance(2);
}

/* --- steps ---------------------------------------------------------------------- */

enum op {
	OP_SAMPLE,  /* a: value, b: quality */
	OP_SECOND,  /* the same for the tag that is its limit */
	OP_TICK,    /* a: ms that pass; timers run */
	OP_LATE,    /* a: ms that pass; nobody runs the timers yet */
	OP_WALL,    /* a: ms that the wall clock jumps */
	OP_ACT,     /* a: event, b: bits of enum how */
	OP_LOGIC,   /* a: bits to set, b: to clear */
	OP_GROUP,   /* a: its mark, b: 1 = it is to be hidden when it comes */
	OP_RESTART, /* a: ms the wall clock says it took, b: monotonic clock at the start
		     */
	OP_DEFINE,  /* a: variant; adds it when it is gone */
	OP_REBIND,
	OP_REMOVE,
	OP_COUNT
};

struct step {
	enum op op;
	uint32_t slot;
	int32_t a, b;
};

/* How an act is done, in bits of b. */
static unsigned how(int32_t b, int at, unsigned mask)
{
	return (uint32_t)b >> at & mask;
}
#define HOW_OCCURRENCE(b) how(b, 0, 7)
#define HOW_OLDER(b)      how(b, 3, 1)
#define HOW_SHELF(b)      how(b, 4, 3)
#define HOW_UNTIL(b)      how(b, 6, 7)
#define HOW_TEXT(b)       how(b, 9, 3)
#define HOW_BY(b)         how(b, 11, 1)
#define HOW_LATE(b)       how(b, 12, 3)

static const double values[] = { 0, 3.9, 4, 4.4, 5, 6, 9, NAN };
enum { N_VALUES = sizeof(values) / sizeof(values[0]) };
static const quality qualities[] = {
	0,
	QUALITY_MAKE(QUALITY_BAD, REASON_COMM),
	QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE),
	QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE),
	QUALITY_SUBSTITUTED,
};
enum { N_QUALITIES = sizeof(qualities) / sizeof(qualities[0]) };
static const enum alarm_event acts[] = {
	ALARM_E_ACK,        ALARM_E_CONFIRM,       ALARM_E_RESET,
	ALARM_E_COMMENT,    ALARM_E_SHELVE,        ALARM_E_UNSHELVE,
	ALARM_E_SUPPRESS,   ALARM_E_UNSUPPRESS,    ALARM_E_OUT_OF_SERVICE,
	ALARM_E_IN_SERVICE, ALARM_E_SHELF_EXPIRED,
};
enum { N_ACTS = sizeof(acts) / sizeof(acts[0]) };
static const char *const texts[] = { "known", NULL, "", "ordered" };
static const char *const people[] = { "ivan", "petra" };

/* --- the plant ------------------------------------------------------------------ */

struct heard {
	struct alarm_transition t;
	struct alarm_extra extra;
	char acked_by[64];
};

struct heards {
	struct heard v[MODEL_SEEN];
	size_t n;
};

struct plant {
	struct alarm_engine *engine;
	struct model model;
	struct model_time now;
	char names[SLOTS][8];
	struct alarm_life lives[SLOTS][VARIANTS];
	struct alarm_more mores[SLOTS][VARIANTS];
	struct alarm_def defs[SLOTS][VARIANTS], twins[SLOTS][VARIANTS];
	uint32_t index[SLOTS], variant[SLOTS];
	struct model_sample sample[SLOTS], second[SLOTS];
	struct heards heard, foreseen;
	struct strbuf why; /* what differs */
	uint64_t rules[32], results[ALARM_ACT_COUNT], events[ALARM_E_COUNT];
	uint64_t restarts;
};

static void hear(void *heards, const struct alarm_transition *t)
{
	struct heards *h = heards;
	struct heard *it = &h->v[h->n++];

	assert_true(h->n < MODEL_SEEN);
	it->t = *t;
	snprintf(it->acked_by, sizeof(it->acked_by), "%s", t->record.acked_by);
	it->t.record.acked_by = it->acked_by;
	if (t->record.extra)
		it->extra = *t->record.extra;
	it->t.record.extra = t->record.extra ? &it->extra : NULL;
}

static struct now now_of(struct model_time t)
{
	return (struct now){ { t.mono * 1000000 }, { t.wall } };
}

/* Lives, delays and limits of all variants of all alarms. */
static void make_variant(struct plant *p, uint32_t slot, uint32_t v)
{
	struct alarm_life *life = &p->lives[slot][v];
	struct alarm_def *d = &p->defs[slot][v];

	*life = (struct alarm_life){ .latching = chance(4) == 0,
				     .no_ack = chance(6) == 0,
				     .confirm = chance(4) == 0,
				     .realarm_ms = chance(3) ? 0 : 40 + chance(3) * 40,
				     .shelve_max_ms = chance(5) ? 300 : 0,
				     .class_name = "" };
	p->mores[slot][v] = alarm_more_none;
	p->mores[slot][v].second = chance(4) ? NULL : "limit";
	p->mores[slot][v].limit_max = 8;
	*d = (struct alarm_def){ .name = p->names[slot],
				 .type = alarm_type_find("high"),
				 .limit = 5,
				 .deadband = chance(2) ? 1 : 0,
				 .on_delay_ms = chance(3) ? 0 : 10 + (int)chance(30),
				 .off_delay_ms = chance(3) ? 0 : 10 + (int)chance(30),
				 .priority = ALARM_HIGH,
				 .more = &p->mores[slot][v],
				 .life = life };
	p->twins[slot][v] = *d;
}

static uint8_t gate(void *plant, uint32_t alarm, char *reason, size_t size)
{
	const struct plant *p = plant;

	if (!p->model.alarm[alarm].hushed)
		return 0;
	snprintf(reason, size, "came first");
	return ALARM_SUP_FIRST_OUT |
	       ALARM_SUP_MANUAL; /* what is not logic's is not set */
}

static void open_plant(struct plant *p, uint64_t seed)
{
	chance_from(seed);
	p->engine = alarm_engine_new(1);
	alarm_engine_ask_before(p->engine, gate, p);
	model_open(&p->model, 1);
	p->now = (struct model_time){ 1000, 1000000000 };
	for (uint32_t s = 0; s < SLOTS; s++) {
		snprintf(p->names[s], sizeof(p->names[s]), "a%u", s + 1);
		for (uint32_t v = 0; v < VARIANTS; v++)
			make_variant(p, s, v);
		p->variant[s] = 0;
		p->sample[s] = (struct model_sample){ .value = 0 };
		p->second[s] = (struct model_sample){ .value = 5 };
		p->index[s] = alarm_engine_add(p->engine, &p->defs[s][0]);
		assert_int_equal(p->index[s], model_add(&p->model, &p->defs[s][0]));
	}
	strbuf_clear(&p->why);
}

static void close_plant(struct plant *p)
{
	alarm_engine_free(p->engine);
	p->engine = NULL;
}

/* --- what differs --------------------------------------------------------------- */

static bool same_heard(struct plant *p, const struct heards *h)
{
	size_t n = h->n < p->model.n_seen ? h->n : p->model.n_seen;

	for (size_t i = 0; i < n; i++) {
		if (same_transition(&p->why, &p->model.seen[i], &h->v[i].t))
			continue;
		strbuf_addf(&p->why, "in transition %zu of the step%s\n", i + 1,
			    h == &p->foreseen ? ", as previewed" : "");
		return false;
	}
	return SAME(&p->why, "transitions", h->n, p->model.n_seen);
}

static bool same_alarms(struct plant *p)
{
	for (uint32_t i = 0; i < p->model.n; i++) {
		const struct model_alarm *m = &p->model.alarm[i];
		const struct alarm_record *r = alarm_engine_record(p->engine, i);

		if (!SAME(&p->why, "is there", r != NULL, m->def != NULL) ||
		    (r && !same_record(&p->why, m, r)) ||
		    (r && !same_double(&p->why, "limit", alarm_engine_limit(p->engine, i),
				       m->limit)))
			return false;
	}
	return true;
}

/* After each step. */
static bool same(struct plant *p)
{
	int64_t deadline = alarm_engine_next_deadline(p->engine).ns;
	int64_t want = model_next_deadline(&p->model);
	uint64_t hash = model_hash(&p->model);

	for (size_t i = 0; i < p->model.n_seen; i++) {
		p->events[p->model.seen[i].event]++;
		if (p->model.seen[i].rule[0])
			p->rules[atol(p->model.seen[i].rule + 1)]++;
	}
	return same_heard(p, &p->heard) && same_alarms(p) &&
	       SAME(&p->why, "next deadline",
		    deadline == INT64_MAX ? deadline : deadline / 1000000, want) &&
	       (alarm_engine_hash(p->engine) == hash
			? true
			: same_not(&p->why, "hash of the list", 1, 0));
}

/* --- doing a step --------------------------------------------------------------- */

static bool is_here(const struct plant *p, uint32_t slot)
{
	return p->index[slot] != NOWHERE;
}

static void judge(struct plant *p, uint32_t slot)
{
	bool two = alarm_more(&p->defs[slot][p->variant[slot]])->second;
	struct model_sample first = p->sample[slot], second = p->second[slot];
	struct sample s = { .value = value_double(first.value),
			    .quality = first.quality,
			    .source_time = { first.source_time },
			    .taken = now_of(p->now).mono };
	struct sample l = { .value = value_double(second.value),
			    .quality = second.quality };

	if (!is_here(p, slot))
		return;
	model_judge(&p->model, p->index[slot], &first, two ? &second : NULL, p->now);
	alarm_engine_judge(p->engine, p->index[slot], &s, two ? &l : NULL, now_of(p->now),
			   NULL, hear, &p->heard);
}

static struct model_sample sample_of(const struct plant *p, const struct step *s)
{
	struct model_sample x = { .value = values[s->a],
				  .quality = qualities[s->b],
				  .source_time = p->now.wall - 1 };

	if (isnan(x.value) && quality_is_good(x.quality))
		x.quality = QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR);
	return x;
}

static bool do_sample(struct plant *p, const struct step *s)
{
	p->sample[s->slot] = sample_of(p, s);
	judge(p, s->slot);
	return true;
}

static bool do_second(struct plant *p, const struct step *s)
{
	p->second[s->slot] = sample_of(p, s);
	judge(p, s->slot);
	return true;
}

static bool do_late(struct plant *p, const struct step *s)
{
	p->now.mono += s->a;
	p->now.wall += s->a;
	return true;
}

static bool do_tick(struct plant *p, const struct step *s)
{
	do_late(p, s);
	model_tick(&p->model, p->now);
	alarm_engine_tick(p->engine, now_of(p->now), hear, &p->heard);
	return true;
}

static bool do_wall(struct plant *p, const struct step *s)
{
	p->now.wall += s->a;
	return true;
}

static uint64_t occurrence_of(const struct model_alarm *a, unsigned which)
{
	const uint64_t named[] = { a->occurrence, 0, a->occurrence + 1, a->occurrence - 1,
				   a->unconfirmed };

	if (which >= 5)
		return (int)which - 5 < a->n_older ? a->older[which - 5].occurrence
						   : a->occurrence;
	return named[which];
}

static bool do_act(struct plant *p, const struct step *s)
{
	static const int64_t until[] = { 50, 100, 300, 301, 0, -5, 1, 200 };
	static const int64_t late[] = { 0, 0, 0, 7 };
	struct model_time then = p->now;
	uint32_t i = p->index[s->slot];
	enum alarm_act_result want, got[3];
	struct alarm_act act = { .event = acts[s->a],
				 .older = HOW_OLDER(s->b),
				 .shelf = (enum alarm_shelf)(HOW_SHELF(s->b) % 3),
				 .by = people[HOW_BY(s->b)],
				 .text = texts[HOW_TEXT(s->b)] };

	if (!is_here(p, s->slot))
		return true;
	then.mono -= late[HOW_LATE(s->b)];
	then.wall -= late[HOW_LATE(s->b)];
	act.until.ms = then.wall + until[HOW_UNTIL(s->b)];
	act.occurrence = occurrence_of(&p->model.alarm[i], HOW_OCCURRENCE(s->b));
	want = model_act(&p->model, i, &act, then);
	p->results[want]++;
	got[0] = alarm_engine_act_check(p->engine, i, &act, now_of(then));
	got[1] = alarm_engine_act_preview(p->engine, i, &act, now_of(then), hear,
					  &p->foreseen);
	got[2] =
		alarm_engine_act_apply(p->engine, i, &act, now_of(then), hear, &p->heard);
	return SAME(&p->why, "check", (int)got[0], (int)want) &&
	       SAME(&p->why, "preview", (int)got[1], (int)want) &&
	       SAME(&p->why, "result", (int)got[2], (int)want) &&
	       same_heard(p, &p->foreseen);
}

static bool do_logic(struct plant *p, const struct step *s)
{
	if (!is_here(p, s->slot))
		return true;
	model_suppress(&p->model, p->index[s->slot], (unsigned)s->a, (unsigned)s->b,
		       "stopped", p->now);
	alarm_engine_suppress(p->engine, p->index[s->slot], (uint8_t)s->a, (uint8_t)s->b,
			      "stopped", now_of(p->now), hear, &p->heard);
	return true;
}

static bool do_group(struct plant *p, const struct step *s)
{
	if (!is_here(p, s->slot))
		return true;
	p->model.alarm[p->index[s->slot]].first_out = s->a;
	p->model.alarm[p->index[s->slot]].hushed = s->b;
	alarm_engine_mark(p->engine, p->index[s->slot], (enum alarm_first_out)s->a);
	return true;
}

/* Every record goes through bytes into a new engine. */
static bool restore(struct plant *p, struct alarm_engine *fresh, uint32_t slot)
{
	struct strbuf w = STRBUF_INIT;
	struct alarm_stored stored;
	uint32_t i = p->index[slot];
	bool read;

	alarm_record_put(&w, alarm_engine_record(p->engine, i));
	read = alarm_record_get(w.buf, w.len, &stored);
	strbuf_release(&w);
	if (!SAME(&p->why, "reads its own record", read, true))
		return false;
	i = alarm_engine_find(fresh, p->names[slot]);
	alarm_engine_restore(fresh, i, &stored.record, now_of(p->now));
	return true;
}

static bool do_restart(struct plant *p, const struct step *s)
{
	struct alarm_engine *fresh = alarm_engine_new(p->model.next_occurrence);
	bool fine = true;

	p->restarts++;
	alarm_engine_ask_before(fresh, gate, p);
	p->now.wall += s->a;
	p->now.mono = s->b;
	for (uint32_t i = 0; i < p->model.n; i++)
		if (p->model.alarm[i].def)
			alarm_engine_add(fresh, p->model.alarm[i].def);
	for (uint32_t slot = 0; slot < SLOTS && fine; slot++)
		fine = !is_here(p, slot) || restore(p, fresh, slot);
	for (uint32_t slot = 0; slot < SLOTS; slot++)
		p->index[slot] = alarm_engine_find(fresh, p->names[slot]);
	model_restart(&p->model, p->now);
	alarm_engine_free(p->engine);
	p->engine = fresh;
	return fine;
}

static bool do_define(struct plant *p, const struct step *s)
{
	const struct alarm_def *d = &p->defs[s->slot][s->a];
	uint32_t i = p->index[s->slot];

	if (!is_here(p, s->slot) && p->model.n == MODEL_ALARMS)
		return true;
	p->variant[s->slot] = (uint32_t)s->a;
	if (!is_here(p, s->slot)) {
		p->index[s->slot] = alarm_engine_add(p->engine, d);
		return SAME(&p->why, "index", p->index[s->slot], model_add(&p->model, d));
	}
	model_redefine(&p->model, i, d, p->now);
	alarm_engine_redefine(p->engine, i, d, now_of(p->now));
	return true;
}

static bool do_rebind(struct plant *p, const struct step *s)
{
	if (is_here(p, s->slot))
		alarm_engine_rebind(p->engine, p->index[s->slot],
				    &p->twins[s->slot][p->variant[s->slot]]);
	return true;
}

static bool do_remove(struct plant *p, const struct step *s)
{
	if (!is_here(p, s->slot))
		return true;
	model_remove(&p->model, p->index[s->slot], p->now);
	alarm_engine_remove(p->engine, p->index[s->slot], now_of(p->now), hear,
			    &p->heard);
	p->index[s->slot] = NOWHERE;
	return SAME(&p->why, "name is forgotten",
		    alarm_engine_find(p->engine, p->names[s->slot]), NOWHERE);
}

/* --- saying a step -------------------------------------------------------------- */

static void say_sample(const struct step *s, struct strbuf *out)
{
	strbuf_addf(out, "%g %s %s", values[s->a], quality_class_name(qualities[s->b]),
		    quality_reason_name(qualities[s->b]));
}

static void say_act(const struct step *s, struct strbuf *out)
{
	static const char *const which[] = { "present", "0",     "next",    "previous",
					     "owed",    "older", "older 2", "older 3" };
	const char *text = texts[HOW_TEXT(s->b)];

	strbuf_addf(out, "%s by %s, occurrence: %s%s, shelf %u until choice %u, %s%s",
		    alarm_event_name(acts[s->a]), people[HOW_BY(s->b)],
		    which[HOW_OCCURRENCE(s->b)], HOW_OLDER(s->b) ? " and older" : "",
		    HOW_SHELF(s->b) % 3, HOW_UNTIL(s->b),
		    text && text[0] ? "with a reason" : "no reason",
		    HOW_LATE(s->b) == 3 ? ", 7 ms ago" : "");
}

static void say_two(const struct step *s, struct strbuf *out)
{
	strbuf_addf(out, "%d, %d", s->a, s->b);
}

static void say_one(const struct step *s, struct strbuf *out)
{
	strbuf_addf(out, "%d", s->a);
}

static const struct {
	const char *name;
	bool (*run)(struct plant *p, const struct step *s);
	void (*say)(const struct step *s, struct strbuf *out);
} ops[OP_COUNT] = {
	[OP_SAMPLE] = { "sample", do_sample, say_sample },
	[OP_SECOND] = { "limit tag", do_second, say_sample },
	[OP_TICK] = { "ms pass:", do_tick, say_one },
	[OP_LATE] = { "ms pass unseen:", do_late, say_one },
	[OP_WALL] = { "wall clock jumps ms:", do_wall, say_one },
	[OP_ACT] = { "act", do_act, say_act },
	[OP_LOGIC] = { "logic sets, clears bits", do_logic, say_two },
	[OP_GROUP] = { "in its group: mark, hidden", do_group, say_two },
	[OP_RESTART] = { "restart: down for ms, clock from", do_restart, say_two },
	[OP_DEFINE] = { "is defined as variant", do_define, say_one },
	[OP_REBIND] = { "definition moves", do_rebind, NULL },
	[OP_REMOVE] = { "is removed", do_remove, NULL },
};

static void say_script(const struct plant *p, const struct step *s, size_t n,
		       struct strbuf *out)
{
	for (size_t i = 0; i < n; i++) {
		strbuf_addf(out, "  %2zu  %s %s ", i + 1, p->names[s[i].slot],
			    ops[s[i].op].name);
		if (ops[s[i].op].say)
			ops[s[i].op].say(&s[i], out);
		strbuf_addch(out, '\n');
	}
}

static void say_variants(const struct plant *p, struct strbuf *out)
{
	for (uint32_t i = 0; i < SLOTS * VARIANTS; i++) {
		const struct alarm_def *d = &p->defs[i / VARIANTS][i % VARIANTS];
		const struct alarm_life *l = d->life;

		strbuf_addf(out,
			    "  %s variant %u: delays %d, %d deadband %g%s%s%s%s "
			    "re-alarm %lld shelf %lld\n",
			    d->name, i % VARIANTS, (int)d->on_delay_ms,
			    (int)d->off_delay_ms, d->deadband,
			    l->latching ? " latching" : "", l->no_ack ? " no_ack" : "",
			    l->confirm ? " confirm" : "",
			    alarm_more(d)->second ? " limit is a tag" : "",
			    (long long)l->realarm_ms, (long long)l->shelve_max_ms);
	}
}

/* --- lives ---------------------------------------------------------------------- */

/* How often what happens; a life has a mood, so that some alarms flap unseen for long. */
static const uint32_t moods[][OP_COUNT] = {
	{ 30, 4, 14, 4, 1, 26, 8, 3, 1, 3, 1, 1 },
	{ 60, 1, 8, 2, 1, 8, 2, 2, 1, 1, 1, 0 },
	{ 25, 2, 25, 5, 2, 35, 4, 2, 3, 2, 1, 0 },
};

static enum op pick_op(const uint32_t *mood)
{
	uint32_t sum = 0, at;

	for (int i = 0; i < OP_COUNT; i++)
		sum += mood[i];
	at = chance(sum);
	for (int i = 0;; i++) {
		if (at < mood[i])
			return (enum op)i;
		at -= mood[i];
	}
}

static int32_t between(int32_t lo, int32_t hi)
{
	return lo + (int32_t)chance((uint32_t)(hi - lo + 1));
}

static struct step make_step(const uint32_t *mood)
{
	struct step s = { .op = pick_op(mood), .slot = chance(SLOTS) };

	switch (s.op) {
	case OP_SAMPLE:
	case OP_SECOND:
		s.a = between(0, N_VALUES - 1 - (chance(4) != 0));
		s.b = chance(8) ? 0 : between(0, N_QUALITIES - 1);
		break;
	case OP_TICK:
	case OP_LATE:
		s.a = chance(6) ? between(0, 25) : between(0, 400);
		break;
	case OP_WALL:
		s.a = between(-2000, 2000);
		break;
	case OP_ACT:
		s.a = chance(3) ? between(0, N_ACTS - 1) : 0;
		s.b = between(0, (1 << 14) - 1);
		if (chance(2))
			s.b &= ~(3 << 9); /* mostly with a reason */
		break;
	case OP_LOGIC:
		s.a = between(0, 15);
		s.b = between(0, 15);
		break;
	case OP_GROUP:
		s.a = between(0, ALARM_FOLLOWER);
		s.b = between(0, 1);
		break;
	case OP_RESTART:
		s.a = between(-300, 600);
		s.b = between(100, 100000);
		break;
	case OP_DEFINE:
		s.a = between(0, VARIANTS - 1);
		break;
	default:
		break;
	}
	return s;
}

/* How many steps it took to differ; 0 = engine and model agree to the end. */
static size_t play(struct plant *p, uint64_t seed, const struct step *s, size_t n)
{
	size_t at = 0;
	bool fine = true;

	open_plant(p, seed);
	while (fine && at < n) {
		p->model.n_seen = p->heard.n = p->foreseen.n = 0;
		fine = ops[s[at].op].run(p, &s[at]) && same(p);
		at++;
	}
	close_plant(p);
	return fine ? 0 : at;
}

/* Leaves out what is not needed to fail; returns how many are left. */
static size_t shrink(struct plant *p, uint64_t seed, struct step *s, size_t n)
{
	struct step *less = xcalloc(n, sizeof(*less));

	for (size_t piece = n / 2; piece > 0;) {
		bool any = false;

		for (size_t at = 0; at + piece <= n;) {
			size_t failed;

			memcpy(less, s, at * sizeof(*s));
			memcpy(less + at, s + at + piece, (n - at - piece) * sizeof(*s));
			failed = play(p, seed, less, n - piece);
			if (!failed) {
				at += piece;
				continue;
			}
			n = failed; /* nothing after it matters */
			memcpy(s, less, n * sizeof(*s));
			any = true;
		}
		if (!any || piece > 1)
			piece = piece > n ? n : piece / 2;
	}
	free(less);
	return n;
}

struct finding {
	uint64_t seed;
	size_t n; /* steps that are left; 0 = all lives agree */
	struct strbuf text;
};

static void live(struct plant *p, uint64_t seed, size_t n, struct finding *f)
{
	struct step *s = xcalloc(n, sizeof(*s));
	size_t failed;

	chance_from(~seed);
	const uint32_t *mood = moods[chance(sizeof(moods) / sizeof(moods[0]))];

	for (size_t i = 0; i < n; i++)
		s[i] = make_step(mood);
	failed = play(p, seed, s, n);
	if (failed) {
		f->seed = seed;
		f->n = shrink(p, seed, s, failed);
		play(p, seed, s, f->n);
		strbuf_addf(&f->text, "seed %" PRIu64 ": engine and model differ\n%s",
			    seed, p->why.buf);
		say_script(p, s, f->n, &f->text);
		say_variants(p, &f->text);
	}
	free(s);
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static struct plant *new_plant(void)
{
	struct plant *p = xcalloc(1, sizeof(*p));

	strbuf_init(&p->why, STRBUF_DEFAULT_MAX);
	return p;
}

static void free_plant(struct plant *p)
{
	strbuf_release(&p->why);
	free(p);
}

/* Nothing is proved by what never happened. */
static void assert_all_happened(const struct plant *p)
{
	for (int rule = 1; rule <= 21; rule++) /* T11 is a refusal, T19 a restart */
		assert_true(rule == 11 || rule == 19 || p->rules[rule] >= 100);
	assert_true(p->restarts >= 100);
	for (int r = 0; r < ALARM_ACT_COUNT; r++)
		assert_true(p->results[r] >= 100);
	for (int e = 0; e < ALARM_E_COUNT; e++)
		assert_true(p->events[e] >= 50);
}

/* Line by line: a message of the framework has an end. */
static void print_finding(const struct finding *f)
{
	const char *line = f->text.buf;

	for (size_t n; *line; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		print_message("%.*s\n", (int)n, line);
	}
}

static void AM_01_engine_and_naive_model_live_the_same_lives(void **state)
{
	uint64_t seed = setting("SIGHTGLASS_SEED", 1);
	uint64_t usual = getenv("SIGHTGLASS_SOAK") ? STEPS_OF_A_SOAK : STEPS;
	uint64_t steps = setting("SIGHTGLASS_STEPS", usual), done = 0;
	struct plant *p = new_plant();
	struct finding f = { .text = STRBUF_INIT };

	(void)state;
	while (done < steps && !f.n) {
		size_t n = steps - done < LIFE ? (size_t)(steps - done) : LIFE;

		live(p, seed++, n, &f);
		done += n;
	}
	print_message("# %" PRIu64 " steps, the last seed was %" PRIu64 "\n", done,
		      seed - 1);
	print_finding(&f);
	assert_int_equal(f.n, 0);
	if (steps >= STEPS)
		assert_all_happened(p);
	strbuf_release(&f.text);
	free_plant(p);
}

static void a_fault_is_found_and_its_script_is_short(void **state)
{
	struct plant *p = new_plant();
	struct finding f = { .text = STRBUF_INIT };

	(void)state;
	p->model.forgets_to_shed = true;
	for (uint64_t seed = 1; seed < 2000 && !f.n; seed++)
		live(p, seed, LIFE, &f);
	print_finding(&f);
	/* ten times up, nine times down; delays, if it has some, must pass */
	assert_in_range(f.n, 19, 45);
	assert_non_null(strstr(f.text.buf, "sample"));
	strbuf_release(&f.text);
	free_plant(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AM_01_engine_and_naive_model_live_the_same_lives),
		cmocka_unit_test(a_fault_is_found_and_its_script_is_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
