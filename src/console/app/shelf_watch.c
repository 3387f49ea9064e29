/* shelf_watch.c - nobody is surprised by an alarm that returns: the message line says
 * which shelves end within five minutes, once a shelf (AM-05). */
#include "console/app/app_int.h"

#include <stdio.h>

#include "util/strmap.h"

/* A message that stands is read first: the warning waits for its place. */
static bool line_is_free(const struct app *a)
{
	return a->ui.dialog.stage == DIALOG_CLOSED &&
	       (!a->ui.message.text[0] || mono_reached(a->now.mono, a->ui.message.until));
}

static bool was_told(const struct app *a, const struct wire_alarm_row *r)
{
	int64_t until;

	return a->warned && strmap_get(a->warned, r->name, &until) &&
	       until == r->shelf_until_ms;
}

/* Notes all whose end is near, and with them forgets shelves that are over. */
static size_t note_ends(struct app *a, int64_t server_ms,
			const struct wire_alarm_row **first)
{
	struct strmap *noted = strmap_new();
	size_t n = 0;

	for (size_t i = 0; i < a->model.list.n; i++) {
		const struct wire_alarm_row *r = &a->model.list.rows[i];

		if (!alarm_row_back_soon(r, server_ms))
			continue;
		strmap_put(noted, r->name, r->shelf_until_ms);
		if (was_told(a, r))
			continue;
		if (n++ == 0 || r->shelf_until_ms < (*first)->shelf_until_ms)
			*first = r;
	}
	strmap_free(a->warned);
	a->warned = noted;
	return n;
}

static void warn(struct app *a, const struct wire_alarm_row *first, size_t n, int minutes)
{
	struct ui_message *w = &a->ui.warning;

	if (n == 1)
		snprintf(w->text, sizeof(w->text),
			 "%s is back from its shelf within %d min", first->name, minutes);
	else
		snprintf(w->text, sizeof(w->text),
			 "%s and %zu more are back from their shelves within %d min",
			 first->name, n - 1, MODEL_SOON_MS / 60000);
	w->role = ROLE_ALARM_TEXT;
	w->until = mono_add_ms(a->now.mono, REFUSAL_MS);
	a->dirty = true;
}

void shelves_turn(struct app *a)
{
	int64_t server_ms = a->now.wall.ms + a->model.offset_ms;
	const struct wire_alarm_row *first = NULL;
	size_t n;

	if (model_lost(&a->model) || !a->model.has_list || !line_is_free(a))
		return;
	n = note_ends(a, server_ms, &first);
	if (n)
		warn(a, first, n,
		     (int)((first->shelf_until_ms - server_ms + 59999) / 60000));
}
