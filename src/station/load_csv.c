/*
 * load_csv.c - tags_csv = ( "file.csv" ): long lists of tags, a row each.
 *
 * The header names the settings as a tags file would: own settings of a tag, "write.x"
 * and "history.x" for those in groups, anything else is the driver's. An empty cell is a
 * setting that is not given. With a column "template" a row is an instance, its other
 * columns are arguments.
 *
 * Nothing is built between the row and the tag: a hundred thousand rows take less time
 * than libconfig needs for the same tags.
 */
#include "station/load_tags_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/csv.h"
#include "util/num.h"
#include "util/secret.h"

enum { SETTING_MAX = 63, MS = 1000 };

enum how {
	AS_TEXT,
	AS_WORD,
	AS_NUMBER,
	AS_MS, /* written in seconds */
	AS_DECIMALS,
	AS_RANGE,
	AS_BOOL,
	AS_WORDS,   /* "off|automatic|9=by hand" */
	AS_SETTING, /* the driver's */
	AS_TEMPLATE,
	AS_ARGUMENT
};

struct field {
	const char *name;
	enum how how;
	size_t at;                  /* of the member of struct tag_parts */
	const struct cfg_row *rows; /* where its limits stand */
	bool write;                 /* given: the tag is writable */
};

#define AT(member) offsetof(struct tag_parts, member)

static const struct field fields[] = {
	{ "name", AS_TEXT, AT(name), station_tag_rows, false },
	{ "device", AS_TEXT, AT(device), station_tag_rows, false },
	{ "expression", AS_TEXT, AT(expression), station_tag_rows, false },
	{ "type", AS_WORD, AT(type), station_tag_rows, false },
	{ "area", AS_TEXT, AT(area), station_tag_rows, false },
	{ "description", AS_TEXT, AT(description), station_tag_rows, false },
	{ "unit", AS_TEXT, AT(unit), station_tag_rows, false },
	{ "range", AS_RANGE, AT(numbers), station_tag_rows, false },
	{ "decimals", AS_DECIMALS, AT(decimals), station_tag_rows, false },
	{ "deadband", AS_NUMBER, AT(numbers.deadband), station_tag_rows, false },
	{ "stale_s", AS_MS, AT(numbers.stale_ms), station_tag_rows, false },
	{ "frozen_s", AS_MS, AT(numbers.frozen_ms), station_tag_rows, false },
	{ "write", AS_BOOL, AT(write.allowed), NULL, false },
	{ "write.permissive", AS_TEXT, AT(write.permissive), station_write_rows, true },
	{ "write.right", AS_WORD, AT(write.right), station_write_rows, true },
	{ "write.tolerance", AS_NUMBER, AT(write.tolerance), station_write_rows, true },
	{ "write.select_tolerance", AS_NUMBER, AT(write.select_tolerance),
	  station_write_rows, true },
	{ "write.max_step", AS_NUMBER, AT(write.max_step), station_write_rows, true },
	{ "write.min_interval_s", AS_MS, AT(write.min_interval_ms), station_write_rows,
	  true },
	{ "write.readback_s", AS_MS, AT(write.readback_ms), station_write_rows, true },
	{ "write.outside_s", AS_MS, AT(write.outside_ms), station_write_rows, true },
	{ "write.blind", AS_BOOL, AT(write.blind), NULL, true },
	{ "write.blind_right", AS_WORD, AT(write.blind_right), station_write_rows, true },
	{ "write.max_change", AS_NUMBER, AT(write.max_change), station_write_rows, true },
	{ "write.max_change_s", AS_MS, AT(write.max_change_ms), station_write_rows,
	  true },
	{ "write.words", AS_WORDS, AT(write.words), NULL, true },
	{ "write.pulse", AS_BOOL, AT(write.pulse), NULL, true },
	{ "write.feedback", AS_TEXT, AT(write.feedback), station_write_rows, true },
	{ "write.feedback_value", AS_NUMBER, AT(write.feedback_value), NULL, true },
	{ "write.feedback_s", AS_MS, AT(write.feedback_ms), station_write_rows, true },
	{ "write.challenge", AS_WORD, AT(write.challenge), station_write_rows, true },
	{ "write.reason", AS_BOOL, AT(write.reason), NULL, true },
	{ "write.approve", AS_BOOL, AT(write.approve), NULL, true },
	{ "write.critical", AS_BOOL, AT(write.critical), NULL, true },
	{ "history.deadband", AS_NUMBER, AT(unused), station_history_rows, false },
	{ "history.max_s", AS_NUMBER, AT(unused), station_history_rows, false },
};

/* What a column's cells become. */
struct column {
	char name[SETTING_MAX + 1];
	const struct field *field; /* NULL: setting, template or argument */
	const struct cfg_row *row; /* its limits */
	enum how how;
};

struct table { /* one file being read */
	struct loader *l;
	const struct templates *templates;
	struct csv csv;
	struct column column[CSV_COLUMNS_MAX];
	size_t template_at; /* CSV_COLUMNS_MAX: rows are tags */
	size_t name_at, device_at, expression_at, write_at;
};

/* --- the header -------------------------------------------------------------------- */

static const struct cfg_row *limits_of(const struct field *f)
{
	const char *dot = strchr(f->name, '.');
	const char *name = dot ? dot + 1 : f->name;

	for (const struct cfg_row *r = f->rows; r && r->name; r++)
		if (strcmp(r->name, name) == 0)
			return r;
	return NULL;
}

static bool is_setting_name(const char *name)
{
	return name[0] && strlen(name) <= SETTING_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") == strlen(name);
}

static void take_column(struct table *t, size_t i)
{
	struct column *c = &t->column[i];

	memcpy(c->name, t->csv.cell[i], strlen(t->csv.cell[i]) + 1);
	c->field = NULL;
	c->row = NULL;
	c->how = AS_SETTING;
	for (size_t k = 0; k < sizeof(fields) / sizeof(fields[0]); k++) {
		if (strcmp(fields[k].name, c->name) != 0)
			continue;
		c->field = &fields[k];
		c->row = limits_of(c->field);
		c->how = c->field->how;
	}
	if (strcmp(c->name, "template") == 0)
		t->template_at = i;
}

static bool check_header_cell(struct table *t, size_t i)
{
	const char *name = t->csv.cell[i];

	for (size_t k = 0; k < i; k++) {
		if (strcmp(t->column[k].name, name) != 0)
			continue;
		csv_error(&t->csv, i, "duplicate-setting",
			  "the header names \"%s\" twice", name);
		return false;
	}
	if (secret_name(name)) {
		csv_error(&t->csv, i, "secret-in-file",
			  "%s would be a secret, and this file is read by many: put it "
			  "alone into a file of mode 0400",
			  name);
		return false;
	}
	if (is_setting_name(name) || macro_name_valid(name))
		return true;
	csv_error(&t->csv, i, "csv",
		  "\"%.80s\" is no setting's name; the first row names the settings",
		  name);
	return false;
}

static size_t find_column(const struct table *t, const char *name)
{
	size_t i = 0;

	while (i < t->csv.n_header && strcmp(t->column[i].name, name) != 0)
		i++;
	return i < t->csv.n_header ? i : CSV_COLUMNS_MAX;
}

static bool take_header(struct table *t)
{
	bool fine = true;

	t->template_at = CSV_COLUMNS_MAX;
	for (size_t i = 0; i < t->csv.n; i++) {
		bool good = check_header_cell(t, i);

		if (good)
			take_column(t, i);
		else
			t->column[i].name[0] = '\0';
		fine &= good;
	}
	t->name_at = find_column(t, "name");
	t->device_at = find_column(t, "device");
	t->expression_at = find_column(t, "expression");
	t->write_at = find_column(t, "write");
	if (fine && t->name_at == CSV_COLUMNS_MAX && t->template_at == CSV_COLUMNS_MAX) {
		csv_error(&t->csv, 0, "csv",
			  "the header names neither \"name\" nor \"template\"");
		return false;
	}
	for (size_t i = 0; fine && t->template_at < CSV_COLUMNS_MAX && i < t->csv.n; i++)
		t->column[i].how = i == t->template_at ? AS_TEMPLATE : AS_ARGUMENT;
	return fine;
}

/* --- cells ------------------------------------------------------------------------- */

struct row { /* of tags */
	struct table *t;
	struct tag_parts *p;
	size_t i; /* the cell being read */
};

static struct loc place(const struct table *t, size_t cell)
{
	return (struct loc){ t->csv.file, t->csv.line,
			     cell < CSV_COLUMNS_MAX ? csv_column(&t->csv, cell) : 1 };
}

/* "tag \"x\"", for a sentence. */
static void say_what(const struct row *r, struct strbuf *what)
{
	const char *dot = strchr(r->t->column[r->i].name, '.');

	if (dot)
		strbuf_addf(what, "%.*s of ", (int)(dot - r->t->column[r->i].name),
			    r->t->column[r->i].name);
	strbuf_addf(what, "tag \"%s\"", r->p->name ? r->p->name : "");
}

static void wrong_kind(const struct row *r, const char *wanted)
{
	const struct csv *csv = &r->t->csv;

	csv_error(csv, r->i, "wrong-kind", "%s of tag \"%s\" must be %s, not \"%.40s\"",
		  r->t->column[r->i].name, r->p->name ? r->p->name : "", wanted,
		  csv->cell[r->i]);
}

/* True when the row of its table has something against the number (reported). */
static bool refused_number(const struct row *r, double v)
{
	const struct cfg_row *limits = r->t->column[r->i].row;
	struct strbuf what = STRBUF_INIT, why = STRBUF_INIT;
	bool refused;

	if (!limits || (v > 0 && limits->lo == 0 && limits->hi == 0))
		return false;
	say_what(r, &what);
	refused = cfg_row_refuses_number(limits, what.buf, v, &why);
	if (refused)
		csv_error(&r->t->csv, r->i, "out-of-range", "%s", why.buf);
	strbuf_release(&what);
	strbuf_release(&why);
	return refused;
}

static bool number(const struct row *r, double *out)
{
	if (!num_parse_double(r->t->csv.cell[r->i], out)) {
		wrong_kind(r, cfg_kind_text(CFG_K_NUMBER));
		return false;
	}
	return !refused_number(r, *out);
}

static void take_ms(const struct row *r, int64_t *out)
{
	double s;

	if (number(r, &s) && s < 1e9)
		*out = llround(s * MS);
}

static void take_word(const struct row *r, const char **out)
{
	struct strbuf what = STRBUF_INIT, why = STRBUF_INIT;
	const char *word = r->t->csv.cell[r->i];

	say_what(r, &what);
	if (cfg_row_refuses_word(r->t->column[r->i].row, what.buf, word, &why))
		csv_error(&r->t->csv, r->i, "wrong-word", "%s", why.buf);
	else
		*out = word;
	strbuf_release(&what);
	strbuf_release(&why);
}

static void take_decimals(const struct row *r)
{
	int64_t decimals;

	if (!num_parse_int(r->t->csv.cell[r->i], INT64_MIN, INT64_MAX, &decimals)) {
		wrong_kind(r, cfg_kind_text(CFG_K_INT));
	} else if (!refused_number(r, (double)decimals)) {
		r->p->decimals = (unsigned)decimals;
		r->p->decimals_given = true;
	}
}

static void take_bool(const struct row *r, bool *out)
{
	const char *word = r->t->csv.cell[r->i];

	if (strcmp(word, "true") != 0 && strcmp(word, "false") != 0)
		wrong_kind(r, cfg_kind_text(CFG_K_BOOL));
	else
		*out = word[0] == 't';
}

/* "0..100" */
static void take_range(const struct row *r, struct tag_numbers *n)
{
	char *cell = r->t->csv.cell[r->i], *dots = strstr(cell, "..");
	double lo, hi;
	bool read = false;

	if (dots) {
		*dots = '\0';
		read = num_parse_double(cell, &lo) && num_parse_double(dots + 2, &hi);
		*dots = '.';
	}
	if (!read) {
		wrong_kind(r, "two numbers lo..hi");
	} else if (lo >= hi) {
		csv_error(&r->t->csv, r->i, "crossed-range",
			  "range of tag \"%s\" is crossed: the first number must be "
			  "below the second",
			  r->p->name ? r->p->name : "");
	} else {
		n->has_range = true;
		n->lo = lo;
		n->hi = hi;
		r->p->range_at = place(r->t, r->i);
	}
}

static void take_words(const struct row *r, const char **out)
{
	struct strbuf words = STRBUF_INIT;
	const struct loc at = place(r->t, r->i);
	char *cell = r->t->csv.cell[r->i], *bar = cell;
	int64_t next = 0;

	while (bar) {
		char *word = bar;

		bar = strchr(word, '|');
		if (bar)
			*bar = '\0';
		load_words_add(r->t->l, &at, r->p->name, word, &words, &next);
		if (bar)
			*bar++ = '|';
	}
	*out = words.len ? arena_text(r->t->l->scratch, words.buf) : NULL;
	strbuf_release(&words);
}

static void take_setting(const struct row *r)
{
	const struct column *c = &r->t->column[r->i];
	const char *cell = r->t->csv.cell[r->i];

	settings_add_bytes(&r->p->settings, c->name, strlen(c->name), cell, strlen(cell));
	if (strncmp(c->name, "write.", 6) == 0)
		r->p->write.allowed = true;
}

static void take_number(const struct row *r, double *out)
{
	double v;

	if (number(r, &v))
		*out = v;
}

static void take_cell(const struct row *r)
{
	const struct column *c = &r->t->column[r->i];
	void *at = c->field ? (char *)r->p + c->field->at : NULL;

	switch (c->how) {
	case AS_TEXT:
		*(const char **)at = r->t->csv.cell[r->i];
		break;
	case AS_WORD:
		take_word(r, at);
		break;
	case AS_NUMBER:
		take_number(r, at);
		break;
	case AS_MS:
		take_ms(r, at);
		break;
	case AS_DECIMALS:
		take_decimals(r);
		break;
	case AS_RANGE:
		take_range(r, at);
		break;
	case AS_BOOL:
		take_bool(r, at);
		break;
	case AS_WORDS:
		take_words(r, at);
		break;
	case AS_SETTING:
		take_setting(r);
		break;
	case AS_TEMPLATE:
	case AS_ARGUMENT:
		break;
	}
	if (c->field && c->field->write)
		r->p->write.allowed = true;
}

/* --- rows of tags ------------------------------------------------------------------ */

static void check_source(const struct table *t, struct tag_parts *p)
{
	size_t cell = t->expression_at < CSV_COLUMNS_MAX ? t->expression_at : t->name_at;

	if (p->device && p->expression)
		csv_error(&t->csv, cell, "two-sources",
			  "tag \"%s\" has a device and an expression; keep one of them",
			  p->name);
	else if (!p->device && !p->expression)
		csv_error(&t->csv, t->name_at, "no-source",
			  "tag \"%s\" has neither a device nor an expression; add one",
			  p->name);
	if (!p->expression || !p->write.allowed)
		return;
	csv_error(&t->csv, t->write_at < CSV_COLUMNS_MAX ? t->write_at : t->name_at,
		  "write-expression",
		  "tag \"%s\" is computed and cannot be written; remove write", p->name);
	p->write.allowed = false;
}

static void settle_write(struct tag_parts *p)
{
	if (p->write.outside_ms < 0)
		p->write.outside_ms = load_outside_ms(&p->write);
	if (isnan(p->write.tolerance))
		p->write.tolerance = p->numbers.deadband;
	if (isnan(p->write.select_tolerance))
		p->write.select_tolerance = p->numbers.deadband;
}

/* "write = false" in a row takes back nothing that other cells of it say. */
static void read_tag(struct table *t, struct tag_parts *p)
{
	struct row r = { t, p, 0 };

	*p = (struct tag_parts){
		.name = t->csv.cell[t->name_at],
		.description = "",
		.unit = "",
		.write = { .right = "operate",
			   .tolerance = NAN,
			   .select_tolerance = NAN,
			   .blind_right = "engineer",
			   .max_change_ms = WRITE_CHANGE_DEFAULT_MS,
			   .feedback_ms = WRITE_FEEDBACK_DEFAULT_MS,
			   .feedback_value = 1,
			   .readback_ms = WRITE_READBACK_DEFAULT_MS,
			   .outside_ms = -1 },
		.settings = { t->l->settings.text, 0, 0 },
		.at = { t->csv.file, t->csv.line, 1 },
	};
	if (!*p->name) {
		csv_error(&t->csv, t->name_at, "missing-setting", "the tag has no name");
		return;
	}
	for (r.i = 0; r.i < t->csv.n; r.i++) {
		const char *cell = t->csv.cell[r.i];

		if (!*cell)
			continue;
		if (strchr(cell, '$') && macro_present(cell))
			csv_error(&t->csv, r.i, "macro",
				  "\"%s\" has a $( ) outside a template", cell);
		else
			take_cell(&r);
	}
	check_source(t, p);
	settle_write(p);
	if (p->expression)
		p->expression_at = place(t, t->expression_at);
	if (p->write.permissive)
		p->permissive_at = place(t, find_column(t, "write.permissive"));
	if (p->write.feedback)
		p->feedback_at = place(t, find_column(t, "write.feedback"));
	if (p->device && load_device_of(t->l, p->device) < 0)
		p->device_at = place(t, t->device_at);
	load_parts(t->l, p);
	t->l->settings = p->settings;
}

/* --- rows of instances ------------------------------------------------------------- */

static void read_instance(struct table *t)
{
	struct macro_arg args[CSV_COLUMNS_MAX];
	const struct loc at = place(t, CSV_COLUMNS_MAX);
	const char *name = t->csv.cell[t->template_at];
	size_t n = 0;

	if (!*name) {
		csv_error(&t->csv, t->template_at, "missing-setting",
			  "the row names no template");
		return;
	}
	for (size_t i = 0; i < t->csv.n; i++)
		if (i != t->template_at && *t->csv.cell[i])
			args[n++] =
				(struct macro_arg){ t->column[i].name, t->csv.cell[i] };
	templates_run_row(t->l, t->templates, name, &(struct macro_args){ args, n }, &at);
}

/* --- files ------------------------------------------------------------------------- */

void load_csv_text(struct loader *l, const struct templates *templates, const char *file,
		   char *text, size_t len)
{
	struct table *t = arena_alloc(l->scratch, sizeof(*t));
	struct tag_parts p;

	t->l = l;
	t->templates = templates;
	if (!csv_open(&t->csv, text, len, file, l->diags) || !take_header(t)) {
		l->d->tags_incomplete = true;
		return;
	}
	while (csv_next(&t->csv)) {
		if (t->template_at < CSV_COLUMNS_MAX)
			read_instance(t);
		else
			read_tag(t, &p);
	}
}
