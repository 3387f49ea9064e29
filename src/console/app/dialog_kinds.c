/*
 * dialog_kinds.c - the other ways to a value than typing it whole: a choice, the one
 * value of a button, and a step up or down. All end in the same SELECT and CONFIRM.
 */
#include "console/app/app_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "console/app/entry.h"
#include "util/num.h"

/* --- a choice ---------------------------------------------------------------------- */

static void add_choice(struct dialog *d, const char *value, const char *text)
{
	struct dialog_choice *c = &d->choice[d->n_choices];

	if (d->n_choices == UI_CHOICES)
		return;
	snprintf(c->value, sizeof(c->value), "%s", value);
	snprintf(c->text, sizeof(c->text), "%s", text);
	d->n_choices++;
}

static bool is_present(const struct model_tag *t, const struct dialog_choice *c)
{
	struct strbuf why = STRBUF_INIT;
	struct value v;
	bool same =
		t->has_value &&
		value_parse_operator(c->value, (enum value_type)t->info.type, &v, &why) &&
		value_equal(&v, &t->live.sample.value);

	strbuf_release(&why);
	return same;
}

static bool has_words(const struct model_tag *t)
{
	return t && t->info.words[0];
}

/* A tag's own words come before those of a picture: the server knows no others. */
static void add_words(struct dialog *d, const struct model_tag *t)
{
	const char *at = has_words(t) ? t->info.words : NULL;
	struct tag_word w;
	char number[32];

	while (at && tag_words_next(&at, &w)) {
		snprintf(number, sizeof(number), "%d", (int)w.value);
		add_choice(d, t->info.type == VALUE_STRING ? w.text : number, w.text);
	}
}

void dialog_open(struct app *a, const char *tag)
{
	dialog_choose(a, tag, NULL);
}

void dialog_choose(struct app *a, const char *tag, const struct screen_item *item)
{
	const struct model_tag *t = model_tag_find(&a->model, tag);
	struct dialog *d = &a->ui.dialog;

	dialog_begin(a, tag);
	if (d->stage != DIALOG_ENTRY)
		return;
	add_words(d, t);
	for (size_t i = 0; item && !has_words(t) && i < item->n_choices; i++)
		add_choice(d, item->choices[i].value, item->choices[i].text);
	if (!d->n_choices && item && t && t->info.type == VALUE_BOOL) {
		add_choice(d, "0", "off");
		add_choice(d, "1", "on");
	}
	if (!d->n_choices)
		return; /* its values have no words: they are typed */
	d->stage = DIALOG_CHOICE;
	/* what it is now: Enter alone changes nothing */
	for (size_t i = 0; t && i < d->n_choices; i++)
		if (is_present(t, &d->choice[i]))
			d->chosen = i;
}

void dialog_choice_key(struct app *a, uint32_t key)
{
	struct dialog *d = &a->ui.dialog;
	size_t last = d->n_choices - 1, digit = key - '1';

	d->note[0] = '\0';
	if (key == TERM_KEY_UP || key == TERM_KEY_LEFT)
		d->chosen -= d->chosen > 0;
	else if (key == TERM_KEY_DOWN || key == TERM_KEY_RIGHT || key == TERM_KEY_TAB)
		d->chosen = d->chosen < last      ? d->chosen + 1
			    : key == TERM_KEY_TAB ? 0
						  : last;
	else if (key >= '1' && key <= '9' && digit <= last)
		d->chosen = digit;
	else if (key == TERM_KEY_ENTER) {
		entry_set(&d->entry, d->choice[d->chosen].value);
		dialog_ask(a);
	}
}

/* --- a button ---------------------------------------------------------------------- */

void dialog_press(struct app *a, const char *tag, const struct screen_item *item)
{
	struct dialog *d = &a->ui.dialog;

	if (!tag || !item->value)
		return;
	dialog_begin(a, tag);
	if (d->stage != DIALOG_ENTRY)
		return;
	snprintf(d->button, sizeof(d->button), "%.40s",
		 item->text ? item->text : item->name);
	entry_set(&d->entry, item->value);
	dialog_ask(a);
	if (d->stage == DIALOG_ENTRY) /* its value cannot be corrected here */
		d->stage = DIALOG_RESULT;
}

/* Enter takes the answer that has the focus, and that is no until somebody moved it. */
bool dialog_answer_key(struct app *a, uint32_t key)
{
	struct dialog *d = &a->ui.dialog;

	if (!d->button[0])
		return false;
	if (key == TERM_KEY_LEFT || key == TERM_KEY_RIGHT || key == TERM_KEY_UP ||
	    key == TERM_KEY_DOWN || key == TERM_KEY_TAB) {
		d->yes = !d->yes;
		return true;
	}
	return false;
}

/* --- a step ------------------------------------------------------------------------ */

/* What a step starts from: what is typed, else the present value. */
static bool base_value(const struct dialog *d, const struct model_tag *t, double *v)
{
	if (d->entry.text[0])
		return num_parse_double(d->entry.text, v) && isfinite(*v);
	return t->has_value && quality_class(t->live.sample.quality) != QUALITY_BAD &&
	       value_number(&t->live.sample.value, v) && isfinite(*v);
}

static double held(const struct model_tag *t, double v)
{
	if (!t->info.has_range)
		return v;
	return v < t->info.lo ? t->info.lo : v > t->info.hi ? t->info.hi : v;
}

/* Arrows step from the present value, too; + and - only from what is typed: alone they
 * are the sign of what will be. */
bool dialog_nudge(struct app *a, uint32_t key)
{
	struct dialog *d = &a->ui.dialog;
	const struct model_tag *t = model_tag_find(&a->model, d->tag);
	bool number = t && (t->info.type == VALUE_DOUBLE || t->info.type == VALUE_INT);
	bool arrow = key == TERM_KEY_UP || key == TERM_KEY_DOWN;
	int decimals;
	char text[64];
	double v;

	if (!number || (!arrow && key != '+' && key != '-') ||
	    (!arrow && !d->entry.text[0]) || !base_value(d, t, &v))
		return false;
	decimals = t->info.type == VALUE_INT ? 0 : t->meta.decimals;
	v += (key == '+' || key == TERM_KEY_UP ? 1 : -1) * pow(10, -decimals);
	num_format(held(t, v), decimals, text, sizeof(text));
	entry_set(&d->entry, text);
	return true;
}
