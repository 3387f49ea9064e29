/*
 * cmd_recipe.c - `sightglass recipe`: live values into a file, a file against the plant,
 * and a file to the plant, signed once. The server judges and sends; a recipe is only
 * what a person would have typed.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/change_talk.h"
#include "cli/person.h"
#include "cli/remote.h"
#include "config/file.h"
#include "station/recipe.h"
#include "util/file.h"
#include "util/num.h"
#include "util/xalloc.h"

static const struct cli_option options[] = {
	{ "name", "TEXT", "save: what it is called; the file's name by default" },
	{ "description", "TEXT", "save: one line about it" },
	{ "force", NULL, "save: in the place of a file that is there" },
	{ "all", NULL, "apply: also what the plant shows already" },
	{ "reason", "TEXT", "apply: goes into the audit" },
	{ "challenge", "TEXT", "apply: what a tag asks to be typed" },
	{ "yes", NULL, "apply: sign without asking" },
	{ "offline", NULL, "check: the file only, no plant is asked" },
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_recipe;

/* --- the file ---------------------------------------------------------------------- */

static int read_recipe(const char *path, struct recipe *r)
{
	struct diag_list diags = { 0 };
	struct strbuf why = STRBUF_INIT;
	int code = CLI_OK;
	char *text;
	size_t len;

	*r = (struct recipe){ .n = 0 };
	if (!cfg_file_read_path(path, &text, &len, &why)) {
		code = remote_fail(CLI_FAILED, why.buf);
	} else {
		if (!recipe_parse(text, len, path, r, &diags))
			code = remote_fail_diags(CLI_FAILED, &diags);
		free(text);
	}
	diag_list_release(&diags);
	strbuf_release(&why);
	return code;
}

/* "night.cfg:7: a.sp: ..." */
static void complain(const struct recipe_line *l, const char *text)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_addf(&line, "%s:%d: %s: %s", l->at.file, l->at.line, l->tag, text);
	remote_fail(CLI_FAILED, line.buf);
	strbuf_release(&line);
}

/* --- the plant --------------------------------------------------------------------- */

struct look {
	struct client *c;
	struct recipe r;
	struct change_talk t;
	struct wire_change lines[WIRE_CHANGES_MAX];
	struct wire_changes m;
	size_t of[WIRE_CHANGES_MAX]; /* whose line of the recipe */
	bool json;
};

static void add_line(struct look *k, size_t at)
{
	const struct recipe_line *l = &k->r.lines[at];
	struct wire_change *to = &k->lines[k->m.n];

	*to = (struct wire_change){ .value = l->value };
	snprintf(to->tag, sizeof(to->tag), "%s", l->tag);
	k->of[k->m.n++] = at;
}

/* Units are compared here: the server does not know what the file says. */
static size_t complain_all(struct look *k)
{
	size_t wrong = 0;

	for (size_t i = 0; i < k->t.set.n; i++) {
		struct wire_change_line *got = &k->t.lines[i];
		const struct recipe_line *l = &k->r.lines[k->of[i]];
		char text[160];

		if (got->state == CHANGE_BARRED) {
			complain(l, got->text);
			wrong++;
		} else if (l->unit[0] && strcmp(l->unit, got->unit) != 0) {
			snprintf(text, sizeof(text),
				 "the file says \"%s\", the plant has \"%s\"", l->unit,
				 got->unit);
			got->state = CHANGE_BARRED;
			snprintf(got->text, sizeof(got->text), "%s", text);
			complain(l, text);
			wrong++;
		}
	}
	return wrong;
}

/* The whole recipe as the plant sees it. An exit code; what is barred is told. */
static int look(struct look *k, size_t *barred)
{
	struct strbuf why = STRBUF_INIT;
	int code = CLI_OK;

	k->m = (struct wire_changes){ .look = true, .lines = k->lines };
	snprintf(k->m.title, sizeof(k->m.title), "%s", k->r.name);
	for (size_t i = 0; i < k->r.n; i++)
		add_line(k, i);
	k->t.quiet = k->json;
	if (change_ask(k->c, &k->t, &k->m, &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (k->t.refused)
		code = remote_fail(CLI_FAILED, k->t.reply.text);
	else
		*barred = complain_all(k);
	strbuf_release(&why);
	return code;
}

static size_t count_same(const struct look *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->t.set.n; i++)
		n += k->t.lines[i].same;
	return n;
}

/* --- compare and check -------------------------------------------------------------- */

static int compare(struct look *k, const struct cli_args *a)
{
	size_t barred = 0, same;
	int code = look(k, &barred);

	(void)a;
	if (code != CLI_OK)
		return code;
	same = count_same(k);
	snprintf(k->t.set.text, sizeof(k->t.set.text),
		 "%zu of %zu as in the recipe, %zu differ%s", same, k->r.n, k->r.n - same,
		 barred ? "; what cannot be written is said above" : "");
	change_print(&k->t, k->json);
	if (barred)
		return CLI_FAILED;
	return same == k->r.n ? CLI_OK : CLI_MISMATCH;
}

static int say_good(const struct look *k, const char *what)
{
	if (!k->json)
		printf("%zu changes, %s\n", k->r.n, what);
	return CLI_OK;
}

static int check(struct look *k, const struct cli_args *a)
{
	size_t barred = 0;
	int code = look(k, &barred);

	(void)a;
	if (code != CLI_OK)
		return code;
	if (k->json)
		change_print(&k->t, true);
	return barred ? CLI_FAILED : say_good(k, "each can be written now");
}

/* --- apply -------------------------------------------------------------------------- */

/* What is typed to sign; false: nothing is sent. */
static bool ask_person(const struct look *k, const struct cli_args *a, char *typed,
		       size_t size)
{
	const char *given = cli_arg(&cmd_recipe, a, "challenge");
	char question[120];

	snprintf(typed, size, "%s", given ? given : "");
	if (cli_arg(&cmd_recipe, a, "yes"))
		return true;
	if (!k->t.set.challenge[0] || given) {
		snprintf(question, sizeof(question),
			 "sign and send %u changes? type y and Enter: ", k->t.set.n);
		return person_says_yes(question);
	}
	snprintf(question, sizeof(question),
		 "type %s to sign and send %u changes: ", k->t.set.challenge, k->t.set.n);
	return person_typed(question, typed, size);
}

static int sign(struct look *k, const struct cli_args *a)
{
	struct strbuf why = STRBUF_INIT;
	char typed[64];
	int code;

	if (!k->json)
		change_print(&k->t, false);
	if (!ask_person(k, a, typed, sizeof(typed))) {
		client_request(k->c, WIRE_CANCEL, k->t.set.token, 0, "");
		client_flush(k->c, &why);
		strbuf_release(&why);
		puts("nothing was written");
		return CLI_FAILED;
	}
	if (change_sign(k->c, &k->t, typed, &why) != SG_OK) {
		/* only the server knows how far it came */
		strbuf_addf(&why, "; what became of it: sightglass recipe status, and "
				  "sightglass in-doubt");
		code = remote_fail(CLI_IN_DOUBT, why.buf);
	} else if (k->t.refused) {
		code = remote_fail(CLI_FAILED, k->t.reply.text);
	} else {
		change_print(&k->t, k->json);
		code = change_exit(&k->t);
	}
	strbuf_release(&why);
	return code;
}

/* Those the plant does not show already, or all of them. */
static void choose(struct look *k, bool all)
{
	size_t n = k->t.set.n;
	bool same[WIRE_CHANGES_MAX];

	for (size_t i = 0; i < n; i++)
		same[i] = k->t.lines[i].same;
	k->m.n = 0;
	for (size_t i = 0; i < n; i++)
		if (all || !same[i])
			add_line(k, i);
}

static int apply(struct look *k, const struct cli_args *a)
{
	const char *reason = cli_arg(&cmd_recipe, a, "reason");
	struct strbuf why = STRBUF_INIT;
	size_t barred = 0;
	int code = look(k, &barred);

	if (code != CLI_OK || barred)
		return code != CLI_OK ? code : CLI_FAILED;
	choose(k, cli_arg(&cmd_recipe, a, "all") != NULL);
	if (k->m.n == 0) {
		strbuf_release(&why);
		return say_good(k, "all of them as the plant shows them: nothing to do");
	}
	k->m.look = false;
	snprintf(k->m.reason, sizeof(k->m.reason), "%s", reason ? reason : "");
	if (change_ask(k->c, &k->t, &k->m, &why) != SG_OK) {
		code = remote_fail(CLI_NO_SERVER, why.buf);
	} else if (k->t.refused) {
		code = remote_fail(CLI_FAILED, k->t.reply.text);
	} else if (k->t.set.phase != SET_SELECTED) {
		/* no line of it, but all of them together */
		code = complain_all(k) ? CLI_FAILED
				       : remote_fail(CLI_FAILED, k->t.set.text);
	} else {
		code = sign(k, a);
	}
	strbuf_release(&why);
	return code;
}

/* --- save --------------------------------------------------------------------------- */

/* A device with 32-bit floats shows 4.2 as 4.199999809: the file says what a person would
 * have typed, where that is the same. */
static void tidy(struct value *v, int decimals)
{
	static const double float_error = 1e-6;
	char text[64];
	double typed;

	if (v->type != VALUE_DOUBLE)
		return;
	num_format(v->u.d, decimals, text, sizeof(text));
	if (num_parse_double(text, &typed) &&
	    fabs(typed - v->u.d) <= float_error * fabs(v->u.d))
		v->u.d = typed;
}

static int take_live(struct client *c, const char *tag, struct recipe_line *l)
{
	static struct wire_tag_state state;
	struct strbuf why = STRBUF_INIT;
	int code = remote_get(c, tag, &state);

	if (code != CLI_OK)
		return code;
	if (!state.info.writable)
		strbuf_setf(&why, "%s cannot be written: it is no part of a recipe", tag);
	else if (!quality_is_good(state.now.quality))
		strbuf_setf(&why, "the value of %s is not good now (%s): it is not saved",
			    tag, quality_class_name(state.now.quality));
	if (why.len) {
		code = remote_fail(CLI_FAILED, why.buf);
	} else {
		snprintf(l->tag, sizeof(l->tag), "%s", tag);
		snprintf(l->unit, sizeof(l->unit), "%s", state.info.unit);
		l->value = state.now.value;
		tidy(&l->value, state.info.decimals);
		if (l->value.type == VALUE_STRING) {
			snprintf(l->text, sizeof(l->text), "%s", l->value.u.s);
			l->value.u.s = l->text;
		}
	}
	strbuf_release(&why);
	return code;
}

/* Whole or not at all: a file of before stays until the new one is written. */
static int write_file(const char *path, const struct strbuf *text, bool force)
{
	char why[PATH_MAX + 128];

	if (!force && access(path, F_OK) == 0)
		snprintf(why, sizeof(why),
			 "%s is there already: give --force to replace it", path);
	else if (!file_replace(path, 0644, text->buf, text->len))
		snprintf(why, sizeof(why), "%s cannot be written: %s", path,
			 strerror(errno));
	else
		return CLI_OK;
	return remote_fail(CLI_FAILED, why);
}

/* "night" of "recipes/night.cfg" */
static void name_of(const char *path, char *out, size_t size)
{
	const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;

	snprintf(out, size, "%s", last);
	char *dot = strrchr(out, '.');
	if (dot && dot != out)
		*dot = '\0';
}

static void head(const struct cli_args *a, const struct client *c, struct recipe *r)
{
	const char *name = cli_arg(&cmd_recipe, a, "name");
	const char *about = cli_arg(&cmd_recipe, a, "description");
	time_t now = time(NULL);
	struct tm tm;
	char day[20] = "";

	if (name)
		snprintf(r->name, sizeof(r->name), "%s", name);
	else
		name_of(a->arg[1], r->name, sizeof(r->name));
	snprintf(r->description, sizeof(r->description), "%s", about ? about : "");
	if (localtime_r(&now, &tm))
		strftime(day, sizeof(day), "%Y-%m-%d %H:%M", &tm);
	snprintf(r->saved, sizeof(r->saved), "%s by %.40s", day,
		 client_welcome(c)->operator_name);
}

static int save(struct client *c, const struct cli_args *a)
{
	struct recipe r = { .n = 0 };
	struct strbuf text = STRBUF_INIT;
	int code = CLI_OK;

	r.lines = xcalloc((size_t)a->n, sizeof(*r.lines));
	for (int i = 2; i < a->n && code == CLI_OK; i++)
		code = take_live(c, a->arg[i], &r.lines[r.n++]);
	if (code == CLI_OK) {
		head(a, c, &r);
		recipe_put(&text, &r);
		code = write_file(a->arg[1], &text,
				  cli_arg(&cmd_recipe, a, "force") != NULL);
	}
	if (code == CLI_OK)
		printf("%zu values saved in %s\n", r.n, a->arg[1]);
	strbuf_release(&text);
	recipe_release(&r);
	return code;
}

/* --- list and status ---------------------------------------------------------------- */

static int list(bool json)
{
	static const char *const columns[] = { "name",        "file",  "lines",
					       "description", "saved", NULL };
	const struct remote_table t = { WIRE_RECIPES, columns, true };

	return remote_rows("cli recipe", &t, 0, 0, "", json);
}

static int status(struct client *c, const struct cli_args *a, bool json)
{
	static struct change_talk t;
	struct strbuf why = STRBUF_INIT;
	int64_t number = 0;
	int code = CLI_OK;

	if (a->n > 1 && !num_parse_int(a->arg[1], 1, INT64_MAX, &number)) {
		strbuf_release(&why);
		return cli_mistake("status", a->arg[1], "the number of a change set");
	}
	if (change_recall(c, &t, (uint64_t)number, &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (t.refused)
		code = remote_fail(CLI_FAILED, t.reply.text);
	else if (!t.set.n)
		puts("no change set was signed since the server was started");
	else if (!number) /* the newest; now its lines */
		code = change_recall(c, &t, t.set.request, &why) == SG_OK && !t.refused
			       ? CLI_OK
			       : remote_fail(CLI_FAILED, why.buf);
	if (code == CLI_OK && t.set.n)
		change_print(&t, json);
	strbuf_release(&why);
	return code;
}

/* --- the verbs ---------------------------------------------------------------------- */

static int with_file(const struct cli_args *a,
		     int (*fn)(struct look *k, const struct cli_args *a))
{
	struct look *k = xcalloc(1, sizeof(*k));
	int code = read_recipe(a->arg[1], &k->r);

	k->json = cli_arg(&cmd_recipe, a, "json") != NULL;
	if (code == CLI_OK && fn == check && cli_arg(&cmd_recipe, a, "offline"))
		code = say_good(k, "well written; no plant was asked");
	else if (code == CLI_OK && (k->c = remote_open("cli recipe", &code)))
		code = fn(k, a);
	client_close(k->c);
	recipe_release(&k->r);
	free(k);
	return code;
}

static int with_server(const struct cli_args *a)
{
	int code;
	struct client *c = remote_open("cli recipe", &code);

	if (!c)
		return code;
	if (strcmp(a->arg[0], "save") == 0)
		code = save(c, a);
	else
		code = status(c, a, cli_arg(&cmd_recipe, a, "json") != NULL);
	client_close(c);
	return code;
}

static const struct verb {
	const char *name;
	int least, most;
	int (*on_file)(struct look *k, const struct cli_args *a);
} verbs[] = {
	{ "save", 3, CLI_ARGS_MAX, NULL },
	{ "compare", 2, 2, compare },
	{ "check", 2, 2, check },
	{ "apply", 2, 2, apply },
	{ "list", 1, 1, NULL },
	{ "status", 1, 2, NULL },
};

static const struct verb *find_verb(const struct cli_args *a)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(a->arg[0], verbs[i].name) == 0 && a->n >= verbs[i].least &&
		    a->n <= verbs[i].most)
			return &verbs[i];
	return NULL;
}

static int run(int argc, char **argv)
{
	struct cli_args a;
	const struct verb *verb;
	int code = cli_args_parse(&cmd_recipe, argc, argv, 1, CLI_ARGS_MAX, &a);

	if (code >= 0)
		return code;
	verb = find_verb(&a);
	if (!verb)
		return cli_usage(&cmd_recipe);
	if (verb->on_file == apply && !cli_arg(&cmd_recipe, &a, "yes") &&
	    !isatty(STDIN_FILENO))
		return remote_fail(CLI_USAGE, "apply asks before it writes and there is "
					      "no terminal: give --yes");
	if (verb->on_file)
		return with_file(&a, verb->on_file);
	if (strcmp(verb->name, "list") == 0)
		return list(cli_arg(&cmd_recipe, &a, "json") != NULL);
	return with_server(&a);
}

const struct cli_command cmd_recipe = {
	.name = "recipe",
	.args = "save FILE TAG... | compare FILE | check FILE | apply FILE | list | "
		"status [SET]",
	.help = "setpoints in a file: saved, compared with the plant, written as one set",
	.options = options,
	.run = run,
};
