/* rig_def.c - the small station of the tests, built without a file. */
#include "unit/station/rig_def.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "station/system_tags.h"
#include "util/xalloc.h"

#define BIT(right) (1u << (right))

static void add_device(struct station_def *d, const char *name, const char *driver,
		       const char *endpoint)
{
	struct device_def *v = GROW(&d->devices, &d->n_devices);

	v->name = xstrdup(name);
	v->driver = xstrdup(driver);
	v->scan_ms = 1000;
	settings_add(&v->settings, "endpoint", endpoint);
	settings_add(&v->settings, "scan_ms", "1000");
}

static struct tag_def *add_tag(struct station_def *d, const char *name,
			       enum value_type type, enum tag_kind kind)
{
	struct tag_def *t = station_def_add_tag(d, name);
	char *area = xstrndup(name, strcspn(name, "."));

	t->area = station_def_text(d, area);
	t->type = type;
	t->kind = kind;
	t->decimals = type == VALUE_DOUBLE ? 1 : 0;
	free(area);
	return t;
}

static struct tag_def *add_device_tag(struct station_def *d, const char *name,
				      enum value_type type, int device,
				      const char *address)
{
	struct tag_def *t = add_tag(d, name, type, TAG_DEVICE);

	t->device = device;
	settings_add(&t->settings, "address", address);
	struct settings own = t->settings;
	t->settings = settings_keep(&own, d->texts);
	settings_release(&own);
	return t;
}

/* Writable within lo and hi where hi is above lo; write may say more. */
static struct tag_def *writable(struct station_def *d, struct tag_def *t, double lo,
				double hi, struct tag_write write)
{
	const struct tag_numbers range = { .has_range = hi > lo, .lo = lo, .hi = hi };

	write.allowed = true;
	write.right = "operate";
	write.readback_ms = 3000;
	write.outside_ms = 3000;
	t->write = station_def_write(d, &write);
	t->numbers = station_def_numbers(d, &range);
	return t;
}

static void set_unit(struct station_def *d, struct tag_def *t, const char *unit)
{
	t->unit = station_def_text(d, unit);
}

static void add_plc1(struct station_def *d, enum rig_change change)
{
	struct tag_def *t;

	if (change != RIG_NO_SP) {
		t = add_device_tag(d, "a.sp", VALUE_DOUBLE, 0,
				   change == RIG_ADDRESS ? "holding:30" : "holding:0");
		writable(d, t, 0, change == RIG_RANGE ? 90 : 100,
			 (struct tag_write){ .permissive = "a.auto",
					     .tolerance = 0.5,
					     .select_tolerance = 1.0 });
		set_unit(d, t, "%");
	}
	add_device_tag(d, "a.auto", VALUE_BOOL, 0, "coil:0");
	if (change != RIG_NO_LEVEL)
		set_unit(d, add_device_tag(d, "a.level", VALUE_DOUBLE, 0, "input:0"),
			 "m");
	t = writable(d, add_device_tag(d, "a.step_sp", VALUE_DOUBLE, 0, "holding:2"), 0,
		     100, (struct tag_write){ .max_step = 10, .min_interval_ms = 5000 });
	set_unit(d, t, "bar");
	writable(d, add_device_tag(d, "a.mode", VALUE_INT, 0, "holding:4"), 0, 3,
		 (struct tag_write){ 0 });
	writable(d, add_device_tag(d, "a.cmd", VALUE_BOOL, 0, "coil:4"), 0, 0,
		 (struct tag_write){ .blind = true });
	writable(d, add_device_tag(d, "a.text", VALUE_STRING, 0, "holding:8"), 0, 0,
		 (struct tag_write){ 0 });
	if (change == RIG_NEW_TAG)
		add_device_tag(d, "a.extra", VALUE_DOUBLE, 0, "input:9");
	if (change == RIG_VITALS) {
		add_device_tag(d, "a.beat", VALUE_INT, 0, "input:20");
		add_device_tag(d, "a.uptime", VALUE_INT, 0, "input:21");
	}
}

/* Area a: ivan operates, mara and sam approve. */
static void add_ladder(struct station_def *d, enum rig_change change)
{
	struct tag_def *t;

	t = writable(d, add_device_tag(d, "a.two", VALUE_DOUBLE, 0, "holding:40"), 0,
		     change == RIG_LADDER_TWO ? 90 : 100,
		     (struct tag_write){ .approve = true,
					 .reason = true,
					 .select_tolerance = 0.5,
					 .permissive = "a.auto" });
	set_unit(d, t, "bar");
	writable(d, add_device_tag(d, "a.typed", VALUE_DOUBLE, 0, "holding:42"), 0, 100,
		 (struct tag_write){ .challenge = "value" });
	writable(d, add_device_tag(d, "a.digits", VALUE_DOUBLE, 0, "holding:44"), 0, 100,
		 (struct tag_write){ .challenge = "digits" });
	writable(d, add_device_tag(d, "a.named", VALUE_DOUBLE, 0, "holding:46"), 0, 100,
		 (struct tag_write){ .challenge = "tag" });
	writable(d, add_device_tag(d, "a.way", VALUE_INT, 0, "holding:48"), 0, 9,
		 (struct tag_write){ .words = "0=off\n1=automatic\n7=by hand",
				     .challenge = "value" });
	t = writable(d, add_device_tag(d, "a.slow", VALUE_DOUBLE, 0, "holding:50"), 0,
		     100, (struct tag_write){ .max_change = 10, .max_change_ms = 60000 });
	set_unit(d, t, "%");
	writable(d, add_device_tag(d, "a.start", VALUE_BOOL, 0, "coil:40"), 0, 0,
		 (struct tag_write){ .pulse = true,
				     .feedback = "a.runs",
				     .feedback_value = 1,
				     .feedback_ms = 4000 });
	writable(d, add_device_tag(d, "a.horn", VALUE_BOOL, 0, "coil:41"), 0, 0,
		 (struct tag_write){ .pulse = true });
	add_device_tag(d, "a.runs", VALUE_BOOL, 0, "discrete:0");
	writable(d, add_device_tag(d, "a.memo", VALUE_STRING, 0, "holding:60"), 0, 0,
		 (struct tag_write){ .challenge = "value" });
}

static struct alarm_def *add_alarm(struct station_def *d, const char *name,
				   const char *type, const char *tag)
{
	struct alarm_def *a = station_def_add_alarm(d, name);
	char *area = xstrndup(name, strcspn(name, "."));

	a->type = alarm_type_find(type);
	a->tag = tag ? station_def_text(d, tag) : NULL;
	a->priority = ALARM_HIGH;
	a->area = station_def_text(d, area);
	a->message = "message";
	a->state = false;
	a->limit = NAN;
	free(area);
	return a;
}

static void add_types(struct station_def *d)
{
	struct alarm_more top = alarm_more_none, still = alarm_more_none;

	top.second = "b.sp";
	top.limit_min = 1;
	top.limit_max = 9;
	add_alarm(d, "a.level.top", "high", "a.level")->more = station_def_more(d, &top);
	still.after_ms = 2000;
	add_alarm(d, "a.step.still", "frozen", "a.step_sp")->more =
		station_def_more(d, &still);
}

static struct alarm_def *add_high(struct station_def *d, const char *name,
				  const char *tag, double limit)
{
	struct alarm_def *a = add_alarm(d, name, "high", tag);

	a->limit = limit;
	return a;
}

static void live(struct station_def *d, struct alarm_def *a, struct alarm_life life)
{
	if (!life.class_name)
		life.class_name = "";
	a->life = station_def_life(d, &life);
}

static void in_group(struct station_def *d, struct alarm_def *a, const char *first_out,
		     bool hides, const char *exclusive)
{
	struct alarm_more more = alarm_more_none;

	more.first_out = first_out;
	more.first_out_hides = hides;
	more.exclusive = exclusive;
	a->more = station_def_more(d, &more);
}

static struct alarm_def *slow_high(struct station_def *d, const char *name,
				   const char *tag, double limit)
{
	struct alarm_def *a = add_high(d, name, tag, limit);

	a->on_delay_ms = 1000;
	return a;
}

static void add_hiding(struct station_def *d, enum rig_change change)
{
	struct alarm_more quiet = alarm_more_none;
	const char *trip = change == RIG_UNGROUPED ? NULL : "trip";
	int64_t hour = 3600000;

	live(d, add_high(d, "a.latch", "a.level", 9),
	     (struct alarm_life){ .latching = true, .shelve_max_ms = hour });
	live(d, add_high(d, "a.confirmed", "a.level", 5.5),
	     (struct alarm_life){ .confirm = true, .shelve_max_ms = hour });
	live(d, add_high(d, "a.unshelvable", "a.level", 5.5),
	     (struct alarm_life){ .class_name = "safety" });
	quiet.suppress_when =
		change == RIG_HIDING_BARE ? NULL : "a.mode == 2 || b.sp > 9";
	add_high(d, "a.quiet", "a.level", 5.5)->more = station_def_more(d, &quiet);
	in_group(d, add_high(d, "a.trip.one", "a.level", 5.5), trip, false, NULL);
	in_group(d, add_high(d, "a.trip.two", "a.step_sp", 50), trip, false, NULL);
	in_group(d, add_high(d, "a.trip.three", "a.sp", 50), trip, false, NULL);
	in_group(d, add_high(d, "a.hush.one", "a.level", 7), "hush", true, NULL);
	in_group(d, add_high(d, "a.hush.two", "a.step_sp", 50), "hush", true, NULL);
	in_group(d, add_high(d, "a.hush.three", "a.level", 7.2), "hush", true, NULL);
	in_group(d, slow_high(d, "a.late.one", "a.level", 7), "late", true, NULL);
	in_group(d, slow_high(d, "a.late.two", "a.step_sp", 50), "late", true, NULL);
	in_group(d, add_high(d, "a.x.high", "a.level", 6), NULL, false, "level");
	in_group(d, add_high(d, "a.x.top", "a.level", 8), NULL, false, "level");
	add_alarm(d, "a.level.bad", "bad_quality", "a.level");
	add_alarm(d, "b.sp.bad", "bad_quality", "b.sp");
}

static void add_system(struct station_def *d)
{
	char name[96], tag[96];

	for (int i = 0; i < SYSTEM_TAG_COUNT; i++)
		add_tag(d, system_tags[i].name, system_tags[i].type, TAG_SYSTEM);
	for (size_t i = 0; i < d->n_devices; i++) {
		snprintf(tag, sizeof(tag), "system.%s.connected", d->devices[i].name);
		add_tag(d, tag, VALUE_BOOL, TAG_SYSTEM);
		snprintf(name, sizeof(name), "system.%s.comm", d->devices[i].name);
		add_alarm(d, name, "state", tag)->system = true;
		for (size_t k = 0; k < DEVICE_TAG_COUNT; k++) {
			snprintf(tag, sizeof(tag), "system.%s.%s", d->devices[i].name,
				 device_tags[k].name);
			add_tag(d, tag, device_tags[k].type, TAG_SYSTEM);
		}
	}
}

static void vitals_of_plc1(struct station_def *d)
{
	struct device_def *v = &d->devices[0];

	v->heartbeat = xstrdup("a.beat");
	v->heartbeat_ms = 5000;
	v->restart = xstrdup("a.uptime");
	add_tag(d, "system.plc1.heartbeat", VALUE_BOOL, TAG_SYSTEM);
	add_tag(d, "system.plc1.restarts", VALUE_INT, TAG_SYSTEM);
	add_alarm(d, "system.plc1.heartbeat", "state", "system.plc1.heartbeat")->system =
		true;
}

static void add_expressions(struct station_def *d)
{
	struct alarm_more sum = alarm_more_none;
	struct alarm_def *a;

	tag_set_expression(add_tag(d, "e.sum", VALUE_DOUBLE, TAG_EXPRESSION),
			   "a.level * 2");
	tag_set_expression(add_tag(d, "e.twice", VALUE_DOUBLE, TAG_EXPRESSION),
			   "e.sum + 1");
	a = add_alarm(d, "e.high", "expression", NULL);
	sum.expression = "e.twice > 12";
	a->more = station_def_more(d, &sum);
}

static void add_operator(struct access_def *a, const char *name, const char *role,
			 const char *const *areas, size_t n)
{
	struct access_operator *op = GROW(&a->operators, &a->n_operators);

	op->name = xstrdup(name);
	op->unix_user = xstrdup(name);
	*GROW(&op->roles, &op->n_roles) = xstrdup(role);
	for (size_t i = 0; i < n; i++)
		*GROW(&op->areas, &op->n_areas) = xstrdup(areas[i]);
}

static void add_role(struct access_def *a, const char *name, uint32_t rights)
{
	struct access_role *r = GROW(&a->roles, &a->n_roles);

	r->name = xstrdup(name);
	r->rights = rights;
}

static void add_access(struct access_def *a, enum rig_change change)
{
	static const char *const ivans[] = { "a", "b", "c", "e", "system" };
	static const char *const olegs[] = { "b" };

	add_role(a, "operator",
		 BIT(RIGHT_VIEW) | BIT(RIGHT_ACKNOWLEDGE) | BIT(RIGHT_OPERATE) |
			 BIT(RIGHT_SHELVE));
	add_role(a, "viewer", BIT(RIGHT_VIEW));
	add_role(a, "engineer",
		 BIT(RIGHT_VIEW) | BIT(RIGHT_ENGINEER) | BIT(RIGHT_ADMIN) |
			 BIT(RIGHT_AUDIT));
	add_role(a, "supervisor",
		 BIT(RIGHT_VIEW) | BIT(RIGHT_ACKNOWLEDGE) | BIT(RIGHT_SHELVE) |
			 BIT(RIGHT_APPROVE));
	add_role(a, "lead",
		 BIT(RIGHT_VIEW) | BIT(RIGHT_SHELVE) | BIT(RIGHT_ACKNOWLEDGE) |
			 BIT(RIGHT_OPERATE) | BIT(RIGHT_APPROVE) | BIT(RIGHT_ENGINEER));
	if (change != RIG_NO_IVAN)
		add_operator(a, "ivan", "operator", ivans, 5);
	add_operator(a, "oleg", "operator", olegs, 1);
	add_operator(a, "vera", "viewer", NULL, 0);
	add_operator(a, "eng", "engineer", NULL, 0);
	add_operator(a, "sam", "supervisor", NULL, 0);
	add_operator(a, "mara", "lead", NULL, 0);
}

const char *rig_user(uint32_t uid)
{
	static const char *const names[] = {
		"ivan", "oleg", "vera", "eng", "sam", "mara"
	};

	if (uid == 0)
		return "root";
	return uid >= RIG_IVAN && uid <= RIG_MARA ? names[uid - RIG_IVAN] : "stranger";
}

struct station_def *rig_station(enum rig_change change)
{
	struct station_def *d = xcalloc(1, sizeof(*d));
	struct alarm_def *a;
	struct tag_def *t;

	d->name = xstrdup("rig");
	d->description = xstrdup("the station of the tests");
	memset(d->hash, 0x10 + (int)change, sizeof(d->hash));
	add_device(d, "plc1", "modbus",
		   change == RIG_ENDPOINT ? "tcp://other" : "tcp://one");
	if (change != RIG_NO_PLC2)
		add_device(d, "plc2", "modbus", "tcp://two");
	add_device(d, "bus", "mqtt", "mqtt://three");
	if (change == RIG_SCAN) {
		d->devices[0].scan_ms = 2000;
		settings_release(&d->devices[0].settings);
		settings_add(&d->devices[0].settings, "endpoint", "tcp://one");
		settings_add(&d->devices[0].settings, "scan_ms", "2000");
	}
	add_plc1(d, change);
	if (change >= RIG_LADDER && change <= RIG_LADDER_ALONE)
		add_ladder(d, change);
	d->access.single_in_emergency = change == RIG_LADDER_ALONE;
	if (change != RIG_NO_PLC2)
		writable(d, add_device_tag(d, "b.sp", VALUE_DOUBLE, 1, "holding:0"), 0,
			 10, (struct tag_write){ 0 });
	t = add_device_tag(d, "c.sp", VALUE_DOUBLE, (int)d->n_devices - 1, "");
	writable(d, t, 0, 5, (struct tag_write){ 0 });
	if (change != RIG_NO_LEVEL) {
		add_expressions(d);
		a = add_alarm(d, "a.level.high", "high", "a.level");
		a->limit = change == RIG_LIMIT ? 7.5 : 5.5;
		a->deadband = 0.1;
		a->on_delay_ms = change == RIG_DELAY ? 2000 : 0;
	}
	if (change == RIG_TYPES)
		add_types(d);
	if (change >= RIG_HIDING && change <= RIG_HIDING_BARE)
		add_hiding(d, change);
	add_system(d);
	if (change == RIG_VITALS)
		vitals_of_plc1(d);
	add_access(&d->access, change);
	return d;
}
