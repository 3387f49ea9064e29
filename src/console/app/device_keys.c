/* device_keys.c - what keys do on the page of devices. A device is selected by its name:
 * an answer with more of them moves nothing under the cursor. */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

void go_devices(struct app *a, uint32_t key)
{
	(void)key;
	a->ui.page = UI_DEVICES;
	a->ui.devices = (struct ui_devices){ 0 };
	a->devices_asked = (struct mono){ 0 };
	talk_devices_turn(a);
}

static long selected_at(const struct app *a)
{
	const struct model_devices *all = &a->model.devices;

	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i].name, a->ui.devices.selected) == 0)
			return (long)i;
	return -1;
}

static void select_device(struct app *a, long at)
{
	const struct model_devices *all = &a->model.devices;

	a->ui.message.text[0] = '\0';
	if (all->n == 0)
		return;
	if (at >= (long)all->n)
		at = (long)all->n - 1;
	snprintf(a->ui.devices.selected, sizeof(a->ui.devices.selected), "%s",
		 all->v[at < 0 ? 0 : at].name);
}

void move_device(struct app *a, uint32_t key)
{
	long page = (long)a->ui.drawn.list_rows, at = selected_at(a);
	const struct {
		uint32_t key;
		long to;
	} moves[] = {
		{ TERM_KEY_UP, at - 1 },
		{ TERM_KEY_DOWN, at + 1 },
		{ TERM_KEY_PAGE_UP, at - page },
		{ TERM_KEY_PAGE_DOWN, at + page },
		{ TERM_KEY_HOME, 0 },
		{ TERM_KEY_END, (long)a->model.devices.n - 1 },
	};

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
		if (moves[i].key == key)
			select_device(a, moves[i].to);
}

void next_abnormal_device(struct app *a, uint32_t key)
{
	const struct model_devices *all = &a->model.devices;
	long at = selected_at(a);

	(void)key;
	for (size_t i = 1; i <= all->n; i++) {
		size_t next = ((size_t)(at + 1) + i - 1) % all->n;

		if (!model_device_abnormal(&all->v[next]))
			continue;
		select_device(a, (long)next);
		return;
	}
	app_say(a, ROLE_MESSAGE, "every device is well");
}
