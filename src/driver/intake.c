/* intake.c - receives a configuration and judges it: the one code path of CONFIG and of
 * --check, so that both always say the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/child_int.h"
#include "util/diag.h"
#include "util/err.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { ITEM_DEVICE = 0, ITEM_TAG = 1, SCHEMA_MAX = 64 };

/* Where sentences go. */
struct verdicts {
	struct strbuf *out;
	uint32_t generation;
	uint8_t kind;
	uint32_t id;
	size_t n;
};

static void complain(struct verdicts *v, const char *text)
{
	struct driver_config_result m = { .generation = v->generation,
					  .item_kind = v->kind,
					  .id = v->id };

	snprintf(m.text, sizeof(m.text), "%s", text[0] ? text : "refused");
	driver_put_config_result(v->out, &m);
	v->n++;
}

/* --- the schema --- */

static const struct driver_setting *find_setting(const struct driver_setting *schema,
						 const char *name)
{
	for (; schema->name; schema++)
		if (strcmp(schema->name, name) == 0)
			return schema;
	return NULL;
}

static bool number_fits(const struct driver_setting *row, double v)
{
	return (row->min == 0 && row->max == 0) || (v >= row->min && v <= row->max);
}

static bool setting_fits(const struct driver_setting *row, const char *value)
{
	double d;
	int64_t i;

	if (strcmp(row->type, "int") == 0)
		return num_parse_int(value, INT64_MIN, INT64_MAX, &i) &&
		       number_fits(row, (double)i);
	if (strcmp(row->type, "number") == 0)
		return num_parse_double(value, &d) && number_fits(row, d);
	if (strcmp(row->type, "bool") == 0)
		return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
	return true;
}

static void complain_of_type(struct verdicts *v, const struct driver_setting *row,
			     const char *value)
{
	struct strbuf text = STRBUF_INIT;
	char lo[40], hi[40];

	strbuf_addf(&text, "%s = %.60s is not %s", row->name, value,
		    strcmp(row->type, "int") == 0      ? "a whole number"
		    : strcmp(row->type, "number") == 0 ? "a number"
						       : "true or false");
	if (row->min != 0 || row->max != 0) {
		num_format_exact(row->min, lo, sizeof(lo));
		num_format_exact(row->max, hi, sizeof(hi));
		strbuf_addf(&text, " from %s to %s", lo, hi);
	}
	complain(v, text.buf);
	strbuf_release(&text);
}

static void complain_of_unknown(struct verdicts *v, const struct driver_setting *schema,
				const char *name)
{
	const char *names[SCHEMA_MAX];
	struct strbuf text = STRBUF_INIT;
	size_t n = 0;

	for (; schema->name && n < SCHEMA_MAX; schema++)
		names[n++] = schema->name;
	strbuf_addf(&text, "unknown setting \"%.60s\"", name);
	diag_suggest(&text, name, names, n);
	complain(v, text.buf);
	strbuf_release(&text);
}

static void check_schema(struct verdicts *v, const struct driver_setting *schema,
			 const struct settings *s)
{
	char text[DRIVER_TEXT_MAX + 1];
	struct setting one;

	for (uint32_t at = 0; settings_next(s, &at, &one);) {
		const struct driver_setting *row = find_setting(schema, one.name);

		if (!row)
			complain_of_unknown(v, schema, one.name);
		else if (!setting_fits(row, one.value))
			complain_of_type(v, row, one.value);
	}
	for (; schema->name; schema++) {
		if (!schema->required || settings_get(s, schema->name))
			continue;
		snprintf(text, sizeof(text), "%s is missing: %s", schema->name,
			 schema->help);
		complain(v, text);
	}
}

/* --- receiving --- */

void intake_release(struct intake *in)
{
	for (size_t i = 0; i < in->n_devices; i++)
		driver_device_release(&in->devices[i]);
	for (size_t i = 0; i < in->n_tags; i++)
		driver_tag_release(&in->tags[i]);
	free(in->devices);
	free(in->tags);
	*in = (struct intake){ .thorough = in->thorough };
}

int intake_record(struct intake *in, const struct driver_record_view *r,
		  struct strbuf *why)
{
	struct driver_device device;
	struct driver_tag tag;

	if (r->type == DR_CONFIG_BEGIN) {
		intake_release(in);
		in->open = driver_get_u32(r, &in->generation);
		if (in->open)
			return SG_OK;
	} else if (!in->open) {
		strbuf_setf(why, "record %u outside of a configuration", r->type);
		return SG_EPROTO;
	} else if (r->type == DR_CONFIG_DEVICE && driver_get_config_device(r, &device)) {
		struct driver_device *d = GROW(&in->devices, &in->n_devices);
		*d = device;
		return SG_OK;
	} else if (r->type == DR_CONFIG_TAG && driver_get_config_tag(r, &tag)) {
		struct driver_tag *t = GROW(&in->tags, &in->n_tags);
		*t = tag;
		return SG_OK;
	}
	strbuf_setf(why, "configuration record %u is malformed", r->type);
	return SG_EPROTO;
}

/* --- judging --- */

static int device_by_id(const void *a, const void *b)
{
	const struct driver_device *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int tag_by_id(const void *a, const void *b)
{
	const struct driver_tag *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static struct driver_device *find_device(struct driver_device *v, size_t n, uint32_t id)
{
	struct driver_device key = { .id = id };

	return n ? bsearch(&key, v, n, sizeof(*v), device_by_id) : NULL;
}

static bool device_passes(const struct driver_device *d, const struct driver_ops *ops,
			  struct verdicts v)
{
	struct strbuf why = STRBUF_INIT;

	v.kind = ITEM_DEVICE;
	v.id = d->id;
	check_schema(&v, ops->device_settings, &d->settings);
	if (v.n == 0 && !ops->check_device(d, &why))
		complain(&v, why.buf);
	strbuf_release(&why);
	return v.n == 0;
}

static bool tag_passes(const struct driver_tag *t, const struct driver_device *d,
		       const struct driver_ops *ops, struct verdicts v)
{
	struct strbuf why = STRBUF_INIT;

	v.kind = ITEM_TAG;
	v.id = t->id;
	check_schema(&v, ops->tag_settings, &t->settings);
	if (!d)
		complain(&v, "the tag's device is not one of this driver's");
	else if (v.n == 0 && !ops->check_tag(t, d, &why))
		complain(&v, why.buf);
	strbuf_release(&why);
	return v.n == 0;
}

static bool ids_are_unique(const struct intake *in, struct strbuf *why)
{
	for (size_t i = 1; i < in->n_devices; i++) {
		if (in->devices[i].id == in->devices[i - 1].id) {
			strbuf_setf(why, "device %u comes twice", in->devices[i].id);
			return false;
		}
	}
	for (size_t i = 1; i < in->n_tags; i++) {
		if (in->tags[i].id == in->tags[i - 1].id) {
			strbuf_setf(why, "tag %u comes twice", in->tags[i].id);
			return false;
		}
	}
	return true;
}

/* --- tags among each other --- */

struct neighbours {
	const struct intake *in;
	struct verdicts v;
	bool *passed; /* of each tag */
};

static void refuse_neighbour(void *arg, const struct driver_tag *t, const char *why)
{
	struct neighbours *all = arg;
	struct verdicts v = all->v;

	v.kind = ITEM_TAG;
	v.id = t->id;
	complain(&v, why);
	all->passed[t - all->in->tags] = false;
}

static int by_device(const void *a, const void *b)
{
	const struct driver_tag *x = *(const struct driver_tag *const *)a;
	const struct driver_tag *y = *(const struct driver_tag *const *)b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return tag_by_id(x, y);
}

static void judge_neighbours(struct intake *in, const struct driver_ops *ops,
			     struct verdicts v, bool *passed)
{
	struct neighbours all = { in, v, passed };
	const struct driver_tag **tags = xcalloc(in->n_tags, sizeof(*tags));
	size_t n = 0, from = 0;

	for (size_t i = 0; i < in->n_tags; i++)
		if (passed[i])
			tags[n++] = &in->tags[i];
	qsort(tags, n, sizeof(*tags), by_device);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && tags[i]->device == tags[from]->device)
			continue;
		ops->check_tags(
			find_device(in->devices, in->n_devices, tags[from]->device),
			tags + from, i - from, refuse_neighbour, &all);
		from = i;
	}
	free(tags);
}

/* --- all --- */

static bool *judge_devices(struct intake *in, const struct driver_ops *ops,
			   struct verdicts v)
{
	bool *passed = xcalloc(in->n_devices, sizeof(*passed));

	for (size_t i = 0; i < in->n_devices; i++)
		passed[i] = device_passes(&in->devices[i], ops, v);
	return passed;
}

static bool *judge_tags(struct intake *in, const struct driver_ops *ops,
			struct verdicts v, const bool *device_passed)
{
	bool *passed = xcalloc(in->n_tags, sizeof(*passed));

	for (size_t i = 0; i < in->n_tags; i++) {
		struct driver_device *d =
			find_device(in->devices, in->n_devices, in->tags[i].device);

		passed[i] = tag_passes(&in->tags[i], d, ops, v) &&
			    device_passed[d - in->devices];
	}
	if (in->thorough && ops->check_tags && in->n_tags)
		judge_neighbours(in, ops, v, passed);
	return passed;
}

/* Judges and moves what passed from in to config. A tag of a refused device is judged
 * too, so that all mistakes are told at once, and then not run. */
static void judge(struct intake *in, const struct driver_ops *ops, struct strbuf *out,
		  struct driver_config *c)
{
	struct verdicts v = { .out = out, .generation = in->generation };
	bool *passed = judge_devices(in, ops, v);
	bool *tag_passed = judge_tags(in, ops, v, passed);

	for (size_t i = 0; i < in->n_tags; i++) {
		struct driver_tag *t = &in->tags[i];

		if (!tag_passed[i])
			continue;
		*GROW(&c->tags, &c->n_tags) = item_new_tag(t, in->generation);
		*t = (struct driver_tag){ 0 };
	}
	for (size_t i = 0; i < in->n_devices; i++) {
		if (!passed[i])
			continue;
		*GROW(&c->devices, &c->n_devices) = item_new_device(&in->devices[i]);
		in->devices[i] = (struct driver_device){ 0 };
	}
	free(tag_passed);
	free(passed);
}

struct driver_config *intake_end(struct intake *in, const struct driver_record_view *r,
				 const struct driver_ops *ops, struct strbuf *out,
				 struct strbuf *why)
{
	uint32_t generation;

	if (!driver_get_u32(r, &generation) || !in->open ||
	    generation != in->generation) {
		strbuf_setf(why, "the end of a configuration that did not begin");
		return NULL;
	}
	if (in->n_devices)
		qsort(in->devices, in->n_devices, sizeof(*in->devices), device_by_id);
	if (in->n_tags)
		qsort(in->tags, in->n_tags, sizeof(*in->tags), tag_by_id);
	if (!ids_are_unique(in, why))
		return NULL;

	struct driver_config *c = xcalloc(1, sizeof(*c));
	c->generation = generation;
	judge(in, ops, out, c);
	driver_put_config_ready(out, generation);
	intake_release(in);
	return c;
}
