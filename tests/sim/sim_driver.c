/* sim_driver.c - a driver program and the plant behind it, as the protocol shows them. */
#include "sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"

static const char *const plant_names[] = { "a.sp",   "a.auto", "a.level", "a.step_sp",
					   "a.mode", "a.cmd",  "a.text",  "b.sp",
					   "c.sp",   "a.extra" };
enum { PLANT_TAGS = sizeof(plant_names) / sizeof(plant_names[0]) };

static int place_of(const char *name)
{
	for (int i = 0; i < PLANT_TAGS; i++)
		if (strcmp(plant_names[i], name) == 0)
			return i;
	return -1;
}

void plant_set(struct world *w, const char *tag, double v)
{
	int i = place_of(tag);

	if (i >= 0)
		w->plant[i] = v;
}

void plant_init(struct world *w)
{
	static const double start[PLANT_TAGS] = { 40, 1, 2, 20, 1, 0, 0, 5, 1, 0 };

	memcpy(w->plant, start, sizeof(start));
}

/* --- bytes to the server --------------------------------------------------------- */

static void deliver_record(struct world *w, struct delivery *d)
{
	struct event ev = { .kind = EV_DRIVER_RECORD };

	ev.u.record.driver = d->who;
	ev.u.record.instance = d->instance;
	ev.u.record.bytes = (const uint8_t *)d->bytes.buf;
	ev.u.record.len = d->bytes.len;
	sim_step(w, &ev);
}

static struct strbuf *say(struct world *w, uint32_t driver, int64_t delay_ns)
{
	struct sim_driver *me = &w->drivers[driver];
	struct delivery *d = sim_in_order(w, delay_ns, &me->out_at, deliver_record);

	d->who = driver;
	d->instance = me->instance;
	return &d->bytes;
}

static struct value value_of(const struct world *w, const struct sim_tag *t)
{
	int place = place_of(t->name);
	double v = place < 0 ? 0 : w->plant[place];

	switch (t->type) {
	case VALUE_BOOL:
		return value_bool(v != 0);
	case VALUE_INT:
		return value_int((int64_t)v);
	case VALUE_STRING:
		return value_string("text");
	case VALUE_DOUBLE:
	case VALUE_NONE:
		break;
	}
	return value_double(v);
}

static struct driver_sample sample_of(const struct world *w, uint32_t tag)
{
	const struct sim_tag *t = &w->tags[tag];
	struct driver_sample s = {
		.tag = tag,
		.source_ms = w->now.wall.ms,
		.mono_ns = w->now.mono.ns,
		.value = value_of(w, t),
	};

	if (w->drivers[t->driver].down) {
		s.value = (struct value){ 0 };
		s.quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM);
	}
	return s;
}

static void say_samples(struct world *w, uint32_t driver)
{
	struct driver_sample v[SIM_TAGS];
	size_t n = 0;

	for (uint32_t tag = 0; tag < SIM_TAGS; tag++)
		if (w->tags[tag].known && w->tags[tag].driver == driver)
			v[n++] = sample_of(w, tag);
	if (n)
		driver_put_samples(say(w, driver, (int64_t)sim_random(w, MS(5))),
				   w->drivers[driver].generation, v, n);
}

static void say_state(struct world *w, uint32_t driver, int64_t delay_ns)
{
	struct sim_driver *me = &w->drivers[driver];

	for (size_t i = 0; i < me->n_devices; i++) {
		struct driver_device_state m = {
			.generation = me->generation,
			.device = me->devices[i],
			.state = me->down ? DEVICE_FAILED : DEVICE_CONNECTED,
		};

		snprintf(m.text, sizeof(m.text), "%s", me->down ? "no route" : "");
		driver_put_device_state(say(w, driver, delay_ns), &m);
	}
}

static void tick(struct world *w, struct delivery *d)
{
	struct sim_driver *me = &w->drivers[d->who];
	struct driver_beat beat = { .generation = me->generation, .scans = me->tick };
	struct delivery *next;

	if (!me->alive || me->instance != d->instance)
		return;
	next = sim_later(w, MS(DRIVER_BEAT_MS), tick);
	next->life = w->life;
	next->who = d->who;
	next->instance = d->instance;
	if (me->hung)
		return;
	driver_put_beat(say(w, d->who, (int64_t)sim_random(w, MS(5))), &beat);
	if (me->configured && me->tick++ % 2 == 0)
		say_samples(w, d->who);
}

/* --- life ------------------------------------------------------------------------ */

static void started(struct world *w, struct delivery *d)
{
	struct driver_hello hello = { .version = DRIVER_PROTO_VERSION };
	struct sim_driver *me = &w->drivers[d->who];
	struct event ev = { .kind = EV_DRIVER_STARTED };
	struct delivery *first;

	/* as ours do; a third party's may not */
	hello.capabilities = sim_random(w, 4) ? DRIVER_CAN_UPDATE : 0;
	*me = (struct sim_driver){ .alive = true, .instance = d->instance };
	ev.u.driver.driver = d->who;
	ev.u.driver.instance = d->instance;
	sim_step(w, &ev);
	driver_put_hello(say(w, d->who, (int64_t)sim_random(w, MS(20))), &hello);
	first = sim_later(w, MS(DRIVER_BEAT_MS), tick);
	first->life = w->life;
	first->who = d->who;
	first->instance = d->instance;
}

void driver_asked_to_start(struct world *w, const struct action *a)
{
	struct delivery *d = sim_later(w, (int64_t)sim_random(w, MS(50)), started);

	assert_true(a->driver < SIM_DRIVERS);
	d->life = w->life;
	d->who = a->driver;
	d->instance = a->instance;
}

static void exited(struct world *w, struct delivery *d)
{
	struct event ev = { .kind = EV_DRIVER_EXITED };

	ev.u.driver.driver = d->who;
	ev.u.driver.instance = d->instance;
	snprintf(ev.u.driver.why, sizeof(ev.u.driver.why), "%s", d->bytes.buf);
	sim_step(w, &ev);
}

/* What it had said is still read before its end is. */
void driver_dies(struct world *w, uint32_t driver, const char *why)
{
	struct sim_driver *me = &w->drivers[driver];
	struct delivery *d;

	if (!me->alive)
		return;
	me->alive = false;
	for (uint32_t tag = 0; tag < SIM_TAGS; tag++)
		if (w->tags[tag].driver == driver)
			w->tags[tag].known = false;
	d = sim_in_order(w, (int64_t)sim_random(w, MS(5)), &me->out_at, exited);
	d->who = driver;
	d->instance = me->instance;
	strbuf_adds(&d->bytes, why);
}

void driver_asked_to_die(struct world *w, const struct action *a)
{
	if (w->drivers[a->driver].instance == a->instance)
		driver_dies(w, a->driver, "ended by signal 9");
}

void drivers_vanish(struct world *w)
{
	for (uint32_t i = 0; i < SIM_DRIVERS; i++)
		w->drivers[i] = (struct sim_driver){ 0 };
	memset(w->tags, 0, sizeof(w->tags));
}

void driver_garbage(struct world *w, uint32_t driver)
{
	struct strbuf *out;
	uint32_t length = 4 + (uint32_t)sim_random(w, 60);

	if (!w->drivers[driver].alive)
		return;
	out = say(w, driver, 0);
	strbuf_add(out, &length, 4);
	for (uint32_t i = 0; i < length; i++)
		strbuf_addch(out, (char)(i == 2 || i == 3 ? 0 : sim_random(w, 256)));
}

void driver_device(struct world *w, uint32_t driver, bool up)
{
	struct sim_driver *me = &w->drivers[driver];

	me->down = !up;
	if (!me->alive || !me->configured)
		return;
	say_state(w, driver, 0);
	say_samples(w, driver);
}

/* --- configuration --------------------------------------------------------------- */

static void on_begin(struct world *w, uint32_t driver, const struct driver_record_view *v)
{
	struct sim_driver *me = &w->drivers[driver];

	assert_true(driver_get_u32(v, &me->generation));
	me->configured = false;
	me->n_devices = 0;
	for (uint32_t tag = 0; tag < SIM_TAGS; tag++)
		if (w->tags[tag].driver == driver)
			w->tags[tag].known = false;
}

static void on_device(struct world *w, uint32_t driver,
		      const struct driver_record_view *v)
{
	struct sim_driver *me = &w->drivers[driver];
	struct driver_device m = { 0 };

	assert_true(driver_get_config_device(v, &m));
	assert_true(me->n_devices < 4);
	me->devices[me->n_devices++] = m.id;
	driver_device_release(&m);
}

static void on_tag(struct world *w, uint32_t driver, const struct driver_record_view *v)
{
	struct arena *texts = arena_new();
	struct settings scratch = { 0 };
	struct driver_told m = { 0 };
	struct sim_tag *t;

	assert_true(driver_get_config_tag(v, &m, texts, &scratch));
	assert_true(m.tag.id < SIM_TAGS);
	t = &w->tags[m.tag.id];
	*t = (struct sim_tag){ .known = true,
			       .device = m.tag.device,
			       .driver = driver,
			       .type = m.tag.type };
	snprintf(t->name, sizeof(t->name), "%s", m.name);
	settings_release(&scratch);
	arena_free(texts);
}

static void on_end(struct world *w, uint32_t driver, const struct driver_record_view *v)
{
	struct sim_driver *me = &w->drivers[driver];

	(void)v;
	me->configured = true;
	driver_put_config_ready(say(w, driver, (int64_t)sim_random(w, MS(10))),
				me->generation);
	say_state(w, driver, (int64_t)sim_random(w, MS(10)));
	say_samples(w, driver);
}

/* --- commands ---------------------------------------------------------------------- */

static void say_outcome(struct world *w, uint32_t driver, uint64_t request,
			enum write_outcome o, const char *text, int64_t delay_ns)
{
	struct driver_write_outcome m = {
		.generation = w->drivers[driver].generation,
		.request = request,
		.outcome = (uint8_t)o,
	};

	snprintf(m.text, sizeof(m.text), "%s", text);
	driver_put_write_outcome(say(w, driver, delay_ns), &m);
}

/* Right before the first byte leaves for the device: checked again, done once. */
static void act(struct world *w, uint32_t driver, const struct driver_write *m)
{
	struct sim_driver *me = &w->drivers[driver];
	const struct sim_tag *t = &w->tags[m->tag];
	int64_t delay = (int64_t)sim_random(w, MS(60)) + (me->slow ? MS(6000) : 0);
	bool is_mqtt = driver == 1;
	double v = 0;

	if (w->now.mono.ns >= m->deadline_ns || m->generation != me->generation ||
	    !t->known || me->down) {
		say_outcome(w, driver, m->request, WRITE_NOT_SENT,
			    "too late, or not connected", delay);
		return;
	}
	if (me->refuse) {
		say_outcome(w, driver, m->request, WRITE_REFUSED, "exception 2", delay);
		return;
	}
	assert_true(m->request < SIM_REQUESTS);
	w->acted[m->request]++;
	value_number(&m->value, &v);
	plant_set(w, t->name, me->clamp ? v / 2 : v);
	if (me->lose_reply)
		return;
	say_outcome(w, driver, m->request, is_mqtt ? WRITE_UNKNOWN : WRITE_ACCEPTED,
		    is_mqtt ? "published" : "", delay);
}

static void on_write(struct world *w, uint32_t driver, const struct driver_record_view *v)
{
	char text[VALUE_STRING_MAX + 1];
	struct driver_write m;

	assert_true(driver_get_write(v, &m, text));
	if (w->drivers[driver].hung)
		return;
	act(w, driver, &m);
	sim_phase(w, PHASE_ACTED);
}

static void on_read(struct world *w, uint32_t driver, const struct driver_record_view *v)
{
	struct driver_read_result out = { 0 };
	struct sim_driver *me = &w->drivers[driver];
	struct driver_read m;

	assert_true(driver_get_read(v, &m));
	if (me->hung || m.generation != me->generation || !w->tags[m.tag].known)
		return;
	out.generation = m.generation;
	out.request = m.request;
	out.sample = sample_of(w, m.tag);
	if (driver == 1) { /* a broker cannot be asked */
		out.sample.value = (struct value){ 0 };
		out.sample.quality = QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE);
	}
	driver_put_read_result(say(w, driver, (int64_t)sim_random(w, MS(40))), &out);
}

static void take_record(struct world *w, uint32_t driver,
			const struct driver_record_view *v)
{
	static const struct {
		uint16_t type;
		void (*fn)(struct world *w, uint32_t driver,
			   const struct driver_record_view *v);
	} rows[] = {
		{ DR_CONFIG_BEGIN, on_begin }, { DR_CONFIG_DEVICE, on_device },
		{ DR_CONFIG_TAG, on_tag },     { DR_CONFIG_END, on_end },
		{ DR_WRITE, on_write },        { DR_READ, on_read },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].type == v->type)
			rows[i].fn(w, driver, v);
}

static void deliver_to_driver(struct world *w, struct delivery *d)
{
	const uint8_t *p = (const uint8_t *)d->bytes.buf;
	struct driver_record_view v;
	size_t at = 0;
	int64_t n;

	while (w->drivers[d->who].alive && w->drivers[d->who].instance == d->instance &&
	       (n = driver_record_next(p + at, d->bytes.len - at, &v)) > 0) {
		at += (size_t)n;
		take_record(w, d->who, &v);
	}
}

static void tell_sent(struct world *w, struct delivery *d)
{
	struct event ev = { .kind = EV_DRIVER_SENT };

	ev.u.sent.driver = d->who;
	ev.u.sent.instance = d->instance;
	ev.u.sent.mark = d->num;
	ev.u.sent.result = (enum driver_sent)d->result;
	sim_step(w, &ev);
}

/* A command goes at once or not at all; what became of it is told in the next step. */
static enum driver_sent hand_over(struct world *w, const struct action *a, bool alive)
{
	enum driver_sent result = alive ? w->next_sent : DRIVER_SENT_NOTHING;
	struct delivery *d = sim_later(w, 0, tell_sent);

	w->next_sent = DRIVER_SENT_ALL;
	d->life = w->life;
	d->who = a->driver;
	d->instance = a->instance;
	d->num = a->mark;
	d->result = (int)result;
	return result;
}

void driver_gets(struct world *w, const struct action *a)
{
	struct sim_driver *me = &w->drivers[a->driver];
	bool alive = me->alive && me->instance == a->instance;
	struct delivery *d;

	if (a->want_result && hand_over(w, a, alive) != DRIVER_SENT_ALL)
		return;
	if (!alive)
		return;
	d = sim_in_order(w, (int64_t)sim_random(w, MS(10)), &me->in_at,
			 deliver_to_driver);
	d->who = a->driver;
	d->instance = a->instance;
	strbuf_add(&d->bytes, a->bytes.buf, a->bytes.len);
}
