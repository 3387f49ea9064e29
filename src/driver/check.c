/*
 * check.c - one round of questions to each driver program a station names.
 *
 * Settings nobody knows are reported here, from --describe, and left out of what
 * --check is asked, so that the driver's sentences are about the rest.
 */
#include "driver/check.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/proto.h"
#include "driver/run.h"
#include "util/clock.h"
#include "util/diag.h"
#include "util/strmap.h"
#include "util/words.h"
#include "util/xalloc.h"

enum { PATH_SIZE = 4096, GENERATION = 1 };

struct round { /* one driver program */
	const struct driver_check *in;
	struct diag_list *diags;
	const char *driver; /* "modbus" */
	const struct device_def *first;
	char path[PATH_SIZE];
	json_t *about;       /* --describe */
	struct strmap *said; /* "file:line:sentence": template tags repeat */
	struct mono deadline;
};

/* --- saying ---------------------------------------------------------------------- */

/* The same sentence about the same line is said once, with the first name. */
static void say(struct round *r, const struct loc *at, const char *id, const char *kind,
		const char *name, const char *sentence)
{
	struct strbuf key = STRBUF_INIT;

	strbuf_addf(&key, "%s:%d:%s:%s", at->file ? at->file : "", at->line, kind,
		    sentence);
	if (!strmap_has(r->said, key.buf)) {
		strmap_put(r->said, key.buf, 1);
		diag_add(r->diags, DIAG_ERROR, at->file, at->line, at->column, id,
			 "%s \"%s\": %s", kind, name, sentence);
	}
	strbuf_release(&key);
}

static void say_driver(struct round *r, const char *sentence)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "driver \"%s\": %s", r->driver, sentence);
	say(r, &r->first->loc, "driver", "device", r->first->name, text.buf);
	strbuf_release(&text);
}

/* --- asking ---------------------------------------------------------------------- */

static bool ask(struct round *r, const char *arg, const struct run_input *in,
		struct run_result *answer)
{
	struct strbuf why = STRBUF_INIT;
	int64_t left = mono_ms_between(clock_mono(), r->deadline);
	bool ok = run_program(r->path, arg, in, DRIVER_CHECK_OUTPUT_MAX,
			      left > 0 ? (int)left : 0, answer, &why);

	if (ok && answer->code != 0) {
		size_t n = strcspn(answer->err.buf, "\n");
		strbuf_setf(&why, "%s %s failed: %.*s", r->path, arg,
			    n > 300 ? 300 : (int)n, answer->err.buf);
		if (n == 0)
			strbuf_adds(&why, "no reason given");
		ok = false;
	}
	if (!ok)
		say_driver(r, why.buf);
	strbuf_release(&why);
	return ok;
}

static bool find_program(struct round *r)
{
	static const char *const built_in[] = { "modbus", "mqtt" };
	char name[DEVICE_NAME_MAX + 16];
	struct strbuf text = STRBUF_INIT;
	bool found;

	snprintf(name, sizeof(name), "sightglass-%s", r->driver);
	found = r->in->find(name, r->path, sizeof(r->path));
	strbuf_addf(&text, "there is no program %s; install it or correct the name",
		    name);
	diag_suggest(&text, r->driver, built_in, 2);
	if (!found)
		say_driver(r, text.buf);
	strbuf_release(&text);
	return found;
}

static bool describe(struct round *r)
{
	const struct run_input nothing = { NULL, NULL };
	struct run_result answer;
	json_error_t err;

	if (ask(r, "--describe", &nothing, &answer)) {
		r->about = json_loadb(answer.out.buf, answer.out.len,
				      JSON_REJECT_DUPLICATES, &err);
		if (!json_is_array(json_object_get(r->about, "device_settings")) ||
		    !json_is_array(json_object_get(r->about, "tag_settings"))) {
			say_driver(r, "its --describe is no description of a driver");
			json_decref(r->about);
			r->about = NULL;
		}
	}
	run_result_release(&answer);
	return r->about != NULL;
}

/* --- unknown settings ------------------------------------------------------------ */

struct names {
	const char **v;
	size_t n;
	size_t described;  /* the first of them are the driver's */
	bool by_word[256]; /* of those that have a number: it is the driver's */
};

static void add_name(struct names *names, const char *name)
{
	const char **one = GROW(&names->v, &names->n);

	*one = name;
}

/* The driver's names, then the station's own. */
static struct names known_names(const struct round *r, const char *schema,
				const char *const *own)
{
	json_t *list = json_object_get(r->about, schema), *row;
	struct names names = { 0 };
	size_t i;

	json_array_foreach(list, i, row)
	{
		const char *name = json_string_value(json_object_get(row, "name"));
		if (name)
			add_name(&names, name);
	}
	names.described = names.n;
	for (i = 0; i < names.n; i++)
		names.by_word[word_number(names.v[i], strlen(names.v[i]))] = true;
	for (; own && *own; own++)
		add_name(&names, *own);
	return names;
}

static bool is_described(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->described; i++)
		if (strcmp(names->v[i], name) == 0)
			return true;
	return false;
}

/* The same, without a look at names that have a number. */
static bool setting_is_described(const struct names *names, const struct setting *one)
{
	return one->word ? names->by_word[one->word] : is_described(names, one->name);
}

/* Nothing to report: they can be asked about as they are. */
static bool all_described(const struct names *names, const struct settings *all)
{
	struct setting one;

	for (uint32_t i = 0; settings_next(all, &i, &one);)
		if (!setting_is_described(names, &one))
			return false;
	return true;
}

/* Copies what the driver knows; reports the rest. */
static struct settings sift(struct round *r, const struct settings *all,
			    const struct names *names, const struct loc *at,
			    const char *kind, const char *owner)
{
	struct settings kept = { 0 };
	struct setting one;

	for (uint32_t i = 0; settings_next(all, &i, &one);) {
		const char *name = one.name;
		struct strbuf text = STRBUF_INIT;

		if (is_described(names, name)) {
			settings_add(&kept, name, one.value);
		} else {
			strbuf_addf(&text, "unknown setting \"%s\"", name);
			diag_suggest(&text, name, names->v, names->n);
			say(r, at, "unknown-setting", kind, owner, text.buf);
		}
		strbuf_release(&text);
	}
	return kept;
}

/* --- the questions --------------------------------------------------------------- */

static bool is_mine(const struct round *r, const struct device_def *d)
{
	return strcmp(d->driver, r->driver) == 0;
}

static void put_device(struct round *r, size_t i, const struct names *names,
		       struct strbuf *out)
{
	const struct device_def *d = &r->in->devices[i];
	struct driver_device m = { .id = (uint32_t)i, .name = d->name };
	char scan[24];

	m.settings = sift(r, &d->settings, names, &d->loc, "device", d->name);
	snprintf(scan, sizeof(scan), "%lld", (long long)d->scan_ms);
	if (!settings_get(&m.settings, "scan_ms") && is_described(names, "scan_ms"))
		settings_add(&m.settings, "scan_ms", scan);
	driver_put_config_device(out, &m);
	settings_release(&m.settings);
}

static void put_tag(struct round *r, size_t i, const struct names *names,
		    struct strbuf *out)
{
	const struct tag_def *t = &r->in->tags[i];
	const struct driver_numbers numbers = { t->numbers->deadband, t->numbers->lo,
						t->numbers->hi };
	struct driver_tag m = {
		.id = (uint32_t)i,
		.device = (uint32_t)t->device,
		.type = t->type,
		.writable = t->write->allowed,
		.has_range = t->numbers->has_range,
		.numbers = &numbers,
	};

	if (all_described(names, &t->settings)) {
		m.settings = t->settings;
		driver_put_config_tag(out, &m, t->name);
		return;
	}
	const struct loc at = tag_loc(t);
	m.settings = sift(r, &t->settings, names, &at, "tag", t->name);
	driver_put_config_tag(out, &m, t->name);
	settings_release(&m.settings);
}

enum { CHUNK = 256 << 10 };

struct questions { /* how far they were asked */
	struct round *r;
	struct names devices, tags; /* that may be asked about */
	size_t next;                /* tag */
	bool begun, ended;
};

static void put_devices(struct questions *q, struct strbuf *out)
{
	const struct driver_check *in = q->r->in;

	driver_put_config_begin(out, GENERATION);
	for (size_t i = 0; i < in->n_devices; i++)
		if (is_mine(q->r, &in->devices[i]))
			put_device(q->r, i, &q->devices, out);
	q->begun = true;
}

/* Some more of them, while the driver judges those before: a run_input. */
static void more_questions(void *arg, struct strbuf *out)
{
	struct questions *q = arg;
	const struct driver_check *in = q->r->in;

	if (!q->begun)
		put_devices(q, out);
	for (; q->next < in->n_tags && out->len < CHUNK; q->next++) {
		const struct tag_def *t = &in->tags[q->next];

		if (t->kind == TAG_DEVICE && t->device >= 0 &&
		    is_mine(q->r, &in->devices[t->device]))
			put_tag(q->r, q->next, &q->tags, out);
	}
	if (q->next < in->n_tags || q->ended)
		return;
	driver_put_config_end(out, GENERATION);
	q->ended = true;
}

/* A driver that ended early was not asked the rest: what only we know of it is said. */
static void finish_questions(struct questions *q)
{
	struct strbuf unasked;

	strbuf_init(&unasked, SIZE_MAX / 2);
	while (!q->ended) {
		more_questions(q, &unasked);
		strbuf_clear(&unasked);
	}
	strbuf_release(&unasked);
}

static void one_verdict(struct round *r, const struct driver_config_result *m)
{
	if (m->item_kind == 0 && m->id < r->in->n_devices) {
		const struct device_def *d = &r->in->devices[m->id];
		say(r, &d->loc, "driver", "device", d->name, m->text);
	} else if (m->item_kind == 1 && m->id < r->in->n_tags) {
		const struct tag_def *t = &r->in->tags[m->id];
		const struct loc at = tag_loc(t);
		say(r, &at, "driver", "tag", t->name, m->text);
	}
}

/* The driver's records; an answer that does not end with READY is none. */
static void read_verdicts(struct round *r, const struct strbuf *out)
{
	struct driver_record_view view;
	struct driver_config_result m;
	bool ready = false;
	size_t at = 0;
	int64_t n;

	while ((n = driver_record_next((const uint8_t *)out->buf + at, out->len - at,
				       &view)) > 0) {
		if (view.type == DR_CONFIG_RESULT && driver_get_config_result(&view, &m))
			one_verdict(r, &m);
		ready |= view.type == DR_CONFIG_READY;
		at += (size_t)n;
	}
	if (!ready)
		say_driver(r, "its --check gave no complete answer");
}

static void check_driver(struct round *r)
{
	struct questions q = { .r = r };
	struct run_result answer;

	if (!find_program(r) || !describe(r))
		return;
	q.devices = known_names(r, "device_settings", r->in->own_device_settings);
	q.tags = known_names(r, "tag_settings", r->in->own_tag_settings);
	if (ask(r, "--check", &(struct run_input){ more_questions, &q }, &answer))
		read_verdicts(r, &answer.out);
	run_result_release(&answer);
	finish_questions(&q);
	free(q.devices.v);
	free(q.tags.v);
	json_decref(r->about);
}

bool driver_check(const struct driver_check *in, struct diag_list *diags)
{
	size_t before = diags->errors;
	struct strmap *asked = strmap_new();

	for (size_t i = 0; i < in->n_devices; i++) {
		const struct device_def *d = &in->devices[i];
		struct round r = {
			.in = in, .diags = diags, .driver = d->driver, .first = d
		};

		if (!d->driver[0] || strmap_has(asked, d->driver))
			continue;
		strmap_put(asked, d->driver, 1);
		r.said = strmap_new();
		r.deadline = mono_add_ms(clock_mono(),
					 in->limit_ms ? in->limit_ms : DRIVER_CHECK_MS);
		check_driver(&r);
		strmap_free(r.said);
	}
	strmap_free(asked);
	return diags->errors == before;
}
