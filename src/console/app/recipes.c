/* recipes.c - the station's recipes into what is staged: chosen by name, looked at, and
 * only then signed. */
#include <stdio.h>
#include <string.h>

#include "console/app/changes.h"
#include "console/app/entry.h"
#include "console/app/forms.h"

/* As rows of RECIPES say it. */
enum { LIST_NAME, LIST_FILE, LIST_LINES, LIST_ABOUT, LIST_FIELDS };
enum { LINE_TAG, LINE_VALUE, LINE_TYPE, LINE_FIELDS };

void load_recipe(struct app *a, uint32_t key)
{
	struct app_changes *c = &a->changes;

	(void)key;
	if (c->running) {
		app_say(a, ROLE_REFUSED,
			"a change set is being written: wait for its end");
		return;
	}
	if (!a->client || model_lost(&a->model)) {
		app_say(a, ROLE_REFUSED, "the server is lost");
		return;
	}
	c->list[0] = c->first[0] = '\0';
	c->n_listed = 0;
	c->list_req = client_request(a->client, WIRE_RECIPES, 0, 0, "");
}

static void list_row(struct app_changes *c, char *const *field)
{
	size_t at = strlen(c->list);

	if (!c->n_listed++)
		snprintf(c->first, sizeof(c->first), "%s", field[LIST_NAME]);
	snprintf(c->list + at, sizeof(c->list) - at, "%s  (%s) %s\n", field[LIST_NAME],
		 field[LIST_LINES], field[LIST_ABOUT]);
}

static void line_row(struct app *a, char *const *field)
{
	struct strbuf why = STRBUF_INIT;
	enum value_type type;
	struct value v;

	if (!value_type_parse(field[LINE_TYPE], &type))
		return;
	if (type == VALUE_STRING)
		v = value_string(field[LINE_VALUE]);
	else if (!value_parse_operator(field[LINE_VALUE], type, &v, &why))
		type = VALUE_NONE;
	if (type != VALUE_NONE)
		changes_stage(a, field[LINE_TAG], &v);
	strbuf_release(&why);
}

bool recipe_row(struct app *a, uint32_t req, char *const *field, size_t n)
{
	struct app_changes *c = &a->changes;

	if (c->list_req && req == c->list_req) {
		if (n >= LIST_FIELDS)
			list_row(c, field);
	} else if (c->recipe_req && req == c->recipe_req) {
		if (n >= LINE_FIELDS)
			line_row(a, field);
	} else {
		return false;
	}
	return true;
}

static void listed(struct app *a)
{
	struct app_changes *c = &a->changes;
	struct ui_form *f;

	if (!c->n_listed) {
		app_say(a, ROLE_MESSAGE,
			"this station has no recipes: recipes = \"FOLDER\" in its file");
		return;
	}
	f = form_open(a, FORM_RECIPE, "Stage a recipe");
	snprintf(f->text, sizeof(f->text), "%s", c->list);
	entry_set(form_add(f, "Recipe", false), c->first);
	f->hint = "Enter stages its changes, nothing is written";
}

void recipe_done(struct app *a)
{
	struct app_changes *c = &a->changes;
	struct ui_form *f = &a->ui.form;

	if (!a->client || model_lost(&a->model)) {
		form_note(f, true, "the server is not there");
		return;
	}
	snprintf(c->title, sizeof(c->title), "%.60s", f->field[0].entry.text);
	c->recipe_req =
		client_request(a->client, WIRE_RECIPES, 0, 0, f->field[0].entry.text);
	form_ask(f, c->recipe_req);
}

void recipe_answered(struct app *a, const struct wire_reply *m)
{
	struct app_changes *c = &a->changes;

	c->recipe_req = 0;
	if (m->status != WIRE_OK) {
		c->title[0] = '\0';
		form_note(&a->ui.form, true, m->text);
		return;
	}
	form_close(a);
	app_say(a, ROLE_MESSAGE, "recipe %s is staged; nothing is written: w signs",
		c->title);
}

bool recipe_reply(struct app *a, const struct wire_reply *m)
{
	struct app_changes *c = &a->changes;

	if (!c->list_req || m->req != c->list_req)
		return false;
	c->list_req = 0;
	if (m->status == WIRE_OK)
		listed(a);
	else
		app_say(a, ROLE_REFUSED, "%s", m->text);
	return true;
}
