/* intake.c - receives a configuration and judges it: the one code path of CONFIG and of
 * --check, so that both always say the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/child_int.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/err.h"
#include "util/num.h"
#include "util/sort.h"
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

static bool fits_any(const struct driver_setting *row, const char *value)
{
	(void)row, (void)value;
	return true;
}

static bool fits_int(const struct driver_setting *row, const char *value)
{
	int64_t i;

	return num_parse_int(value, INT64_MIN, INT64_MAX, &i) &&
	       number_fits(row, (double)i);
}

static bool fits_number(const struct driver_setting *row, const char *value)
{
	double d;

	return num_parse_double(value, &d) && number_fits(row, d);
}

static bool fits_bool(const struct driver_setting *row, const char *value)
{
	(void)row;
	return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
}

static bool (*fits_of(const char *type))(const struct driver_setting *, const char *)
{
	static const struct {
		const char *type;
		bool (*fits)(const struct driver_setting *, const char *);
	} kinds[] = { { "int", fits_int },
		      { "number", fits_number },
		      { "bool", fits_bool } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(type, kinds[i].type) == 0)
			return kinds[i].fits;
	return fits_any;
}

/* A schema with the rows that were asked for by the number of their name: a hundred
 * thousand tags have the same few settings. */
struct schema {
	const struct driver_setting *rows;
	struct schema_word {
		bool known;
		const struct driver_setting *row; /* NULL: there is none of that name */
		bool (*fits)(const struct driver_setting *, const char *);
	} word[256], plain;
};

static struct schema_word look_up(const struct schema *s, const char *name)
{
	const struct driver_setting *row = find_setting(s->rows, name);

	return (struct schema_word){ true, row, row ? fits_of(row->type) : NULL };
}

static const struct schema_word *schema_word(struct schema *s, const struct setting *one)
{
	struct schema_word *w = one->word ? &s->word[one->word] : &s->plain;

	if (!one->word || !w->known)
		*w = look_up(s, one->name);
	return w;
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

static void check_schema(struct verdicts *v, struct schema *schema,
			 const struct settings *s)
{
	char text[DRIVER_TEXT_MAX + 1];
	struct setting one;

	for (uint32_t at = 0; settings_next(s, &at, &one);) {
		const struct schema_word *w = schema_word(schema, &one);

		if (!w->row)
			complain_of_unknown(v, schema->rows, one.name);
		else if (!w->fits(w->row, one.value))
			complain_of_type(v, w->row, one.value);
	}
	for (const struct driver_setting *row = schema->rows; row->name; row++) {
		if (!row->required || settings_get(s, row->name))
			continue;
		snprintf(text, sizeof(text), "%s is missing: %s", row->name, row->help);
		complain(v, text);
	}
}

/* --- receiving --- */

void intake_release(struct intake *in)
{
	for (size_t i = 0; i < in->n_devices; i++)
		driver_device_release(&in->devices[i]);
	free(in->devices);
	free(in->tags);
	arena_free(in->texts);
	settings_release(&in->scratch);
	*in = (struct intake){ .thorough = in->thorough, .first = in->first };
}

static bool take_device(struct intake *in, const struct driver_record_view *r)
{
	struct driver_device device, *d;

	if (!driver_get_config_device(r, &device))
		return false;
	d = GROW(&in->devices, &in->n_devices);
	*d = device;
	return true;
}

static bool take_tag(struct intake *in, const struct driver_record_view *r)
{
	struct driver_told *t = GROW(&in->tags, &in->n_tags);

	return driver_get_config_tag(r, t, in->texts, &in->scratch);
}

int intake_record(struct intake *in, const struct driver_record_view *r,
		  struct strbuf *why)
{
	if (r->type == DR_CONFIG_BEGIN) {
		intake_release(in);
		in->texts = arena_new();
		in->open = driver_get_u32(r, &in->generation);
		if (in->open)
			return SG_OK;
	} else if (!in->open) {
		strbuf_setf(why, "record %u outside of a configuration", r->type);
		return SG_EPROTO;
	} else if (r->type == DR_CONFIG_DEVICE && take_device(in, r)) {
		return SG_OK;
	} else if (r->type == DR_CONFIG_TAG && take_tag(in, r)) {
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
	const struct driver_told *x = a, *y = b;

	return x->tag.id < y->tag.id ? -1 : x->tag.id > y->tag.id;
}

static struct driver_device *find_device(struct driver_device *v, size_t n, uint32_t id)
{
	struct driver_device key = { .id = id };

	return n ? bsearch(&key, v, n, sizeof(*v), device_by_id) : NULL;
}

/* Tags of one device mostly follow each other. */
static struct driver_device *device_of(const struct intake *in,
				       const struct driver_told *t,
				       struct driver_device *last)
{
	if (last && last->id == t->tag.device)
		return last;
	return find_device(in->devices, in->n_devices, t->tag.device);
}

static bool device_passes(const struct driver_device *d, const struct driver_ops *ops,
			  struct schema *schema, struct verdicts v)
{
	struct strbuf why = STRBUF_INIT;

	v.kind = ITEM_DEVICE;
	v.id = d->id;
	check_schema(&v, schema, &d->settings);
	if (v.n == 0 && !ops->check_device(d, &why))
		complain(&v, why.buf);
	strbuf_release(&why);
	return v.n == 0;
}

static bool tag_passes(const struct driver_tag *t, const struct driver_device *d,
		       const struct driver_ops *ops, struct schema *schema,
		       struct verdicts v)
{
	struct strbuf why = STRBUF_INIT;

	v.kind = ITEM_TAG;
	v.id = t->id;
	check_schema(&v, schema, &t->settings);
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
		if (in->tags[i].tag.id == in->tags[i - 1].tag.id) {
			strbuf_setf(why, "tag %u comes twice", in->tags[i].tag.id);
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

static void refuse_neighbour(void *arg, const struct driver_told *t, const char *why)
{
	struct neighbours *all = arg;
	struct verdicts v = all->v;

	v.kind = ITEM_TAG;
	v.id = t->tag.id;
	complain(&v, why);
	all->passed[t - all->in->tags] = false;
}

static int by_device(const void *a, const void *b)
{
	const struct driver_told *x = *(const struct driver_told *const *)a;
	const struct driver_told *y = *(const struct driver_told *const *)b;

	if (x->tag.device != y->tag.device)
		return x->tag.device < y->tag.device ? -1 : 1;
	return tag_by_id(x, y);
}

static void judge_neighbours(struct intake *in, const struct driver_ops *ops,
			     struct verdicts v, bool *passed)
{
	struct neighbours all = { in, v, passed };
	const struct driver_told **tags = xcalloc(in->n_tags, sizeof(*tags));
	size_t n = 0, from = 0;

	for (size_t i = 0; i < in->n_tags; i++)
		if (passed[i])
			tags[n++] = &in->tags[i];
	sort_unless_sorted(tags, n, sizeof(*tags), by_device);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && tags[i]->tag.device == tags[from]->tag.device)
			continue;
		ops->check_tags(
			find_device(in->devices, in->n_devices, tags[from]->tag.device),
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
	struct schema *schema = xcalloc(1, sizeof(*schema));

	schema->rows = ops->device_settings;
	for (size_t i = 0; i < in->n_devices; i++)
		passed[i] = device_passes(&in->devices[i], ops, schema, v);
	free(schema);
	return passed;
}

static bool *judge_tags(struct intake *in, const struct driver_ops *ops,
			struct verdicts v, const bool *device_passed)
{
	bool *passed = xcalloc(in->n_tags, sizeof(*passed));
	struct schema *schema = xcalloc(1, sizeof(*schema));
	struct driver_device *d = NULL;

	schema->rows = ops->tag_settings;
	for (size_t i = 0; i < in->n_tags; i++) {
		d = device_of(in, &in->tags[i], d);
		passed[i] = tag_passes(&in->tags[i].tag, d, ops, schema, v) &&
			    device_passed[d - in->devices];
	}
	free(schema);
	if (in->thorough && ops->check_tags && in->n_tags)
		judge_neighbours(in, ops, v, passed);
	return passed;
}

static size_t count(const bool *passed, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += passed[i];
	return sum;
}

static void take_tags(const struct intake *in, const bool *passed,
		      struct driver_config *c)
{
	struct item_shelf *on = NULL;

	c->tags = xcalloc(count(passed, in->n_tags), sizeof(struct driver_tag *));
	for (size_t i = 0; i < in->n_tags; i++)
		if (passed[i])
			c->tags[c->n_tags++] = item_new_tag(
				&in->tags[i].tag, in->generation, in->first ? &on : NULL);
	item_shelf_done(on);
}

/* Judges and moves what passed from in to config. A tag of a refused device is judged
 * too, so that all mistakes are told at once, and then not run. */
static void judge(struct intake *in, const struct driver_ops *ops, struct strbuf *out,
		  struct driver_config *c)
{
	struct verdicts v = { .out = out, .generation = in->generation };
	bool *passed = judge_devices(in, ops, v);
	bool *tag_passed = judge_tags(in, ops, v, passed);

	if (!in->thorough)
		take_tags(in, tag_passed, c);
	for (size_t i = 0; i < in->n_devices && !in->thorough; i++) {
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
	sort_unless_sorted(in->devices, in->n_devices, sizeof(*in->devices),
			   device_by_id);
	sort_unless_sorted(in->tags, in->n_tags, sizeof(*in->tags), tag_by_id);
	if (!ids_are_unique(in, why))
		return NULL;

	struct driver_config *c = xcalloc(1, sizeof(*c));
	c->generation = generation;
	judge(in, ops, out, c);
	driver_put_config_ready(out, generation);
	intake_release(in);
	return c;
}
