/* load_system.c - the server's own tags and alarms take their place among the others. */
#include "station/load_int.h"

#include "alarm/type.h"
#include "station/system_tags.h"
#include "util/xalloc.h"

/* name is taken. */
static struct tag_def *add_tag(struct loader *l, char *name, enum value_type type,
			       const char *unit, const char *description,
			       const struct loc *at)
{
	struct tag_def *t = load_new_tag(l, name);

	t->kind = TAG_SYSTEM;
	t->type = type;
	t->area = xstrdup("system");
	t->unit = xstrdup(unit);
	t->description = xstrdup(description);
	t->decimals = type == VALUE_DOUBLE ? 2 : 0;
	t->write.right = xstrdup("operate");
	t->loc = *at;
	return t;
}

static void add_comm_alarm(struct loader *l, const struct device_def *d)
{
	struct alarm_def *a = load_new_alarm(l, xasprintf("system.%s.comm", d->name));

	a->type = alarm_type_find("state");
	a->tag = xasprintf("system.%s.connected", d->name);
	a->state = false;
	a->priority = ALARM_HIGH;
	a->area = xstrdup("system");
	a->message = xasprintf("%s does not answer", d->name);
	a->consequence =
		xasprintf("Values of %s are not known; nothing can be written", d->name);
	a->cause = xstrdup("Device without power or restarting, cable, switch or "
			   "broker down, wrong endpoint");
	a->action = xstrdup("Check power and network of the device; watch the plant by "
			    "other means");
	a->screen = xstrdup("");
	a->system = true;
	a->loc = d->loc;
	struct alarm_place *p = &l->alarm_places[l->n_alarm_places - 1];
	p->tag = p->type = p->limit = p->area = p->screen = d->loc;
}

void load_system(struct loader *l, const char *file)
{
	struct loc at = { file, 1, 1 };

	for (size_t i = 0; i < SYSTEM_TAG_COUNT; i++)
		add_tag(l, xstrdup(system_tags[i].name), system_tags[i].type,
			system_tags[i].unit, system_tags[i].description, &at);
	for (size_t i = 0; i < l->d->n_devices; i++) {
		const struct device_def *d = &l->d->devices[i];
		add_tag(l, xasprintf("system.%s.connected", d->name), VALUE_BOOL, "",
			"The device answers", &d->loc);
		for (size_t k = 0; k < DEVICE_TAG_COUNT; k++)
			add_tag(l,
				xasprintf("system.%s.%s", d->name, device_tags[k].name),
				device_tags[k].type, device_tags[k].unit,
				device_tags[k].description, &d->loc);
		add_comm_alarm(l, d);
	}
}
