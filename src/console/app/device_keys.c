/* device_keys.c - what keys do on the page of devices. A device is selected by its name:
 * an answer with more of them moves nothing under the cursor. */
#include "console/app/app_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

void go_devices(struct app *a, uint32_t key)
{
	(void)key;
	a->ui.page = UI_DEVICES;
	a->ui.devices = (struct ui_devices){ 0 };
	a->devices_asked = (struct mono){ 0 };
	talk_devices_turn(a);
}

static void select_device(struct app *a, const char *name)
{
	a->ui.message.text[0] = '\0';
	snprintf(a->ui.devices.selected, sizeof(a->ui.devices.selected), "%s", name);
}

void device_show(struct app *a, const char *name)
{
	go_devices(a, 0);
	select_device(a, name);
}

/* The devices that stand there, and which of them is selected (-1: none). Owned. */
static const struct wire_device **shown(const struct app *a, long *n, long *at)
{
	const struct wire_device **all = xcalloc(a->model.devices.n + 1, sizeof(*all));

	*n = (long)device_list(&a->model, &a->ui.filter, all);
	*at = -1;
	for (long i = 0; i < *n; i++)
		if (strcmp(all[i]->name, a->ui.devices.selected) == 0)
			*at = i;
	return all;
}

void device_click(struct app *a, size_t at)
{
	long n, was;
	const struct wire_device **all = shown(a, &n, &was);

	if ((long)at < n)
		select_device(a, all[at]->name);
	free(all);
}

void move_device(struct app *a, uint32_t key)
{
	long page = (long)a->ui.drawn.list_rows, n, at;
	const struct wire_device **all = shown(a, &n, &at);
	const struct {
		uint32_t key;
		long to;
	} moves[] = {
		{ TERM_KEY_UP, at - 1 },
		{ TERM_KEY_DOWN, at + 1 },
		{ TERM_KEY_PAGE_UP, at - page },
		{ TERM_KEY_PAGE_DOWN, at + page },
		{ TERM_KEY_HOME, 0 },
		{ TERM_KEY_END, n - 1 },
	};

	for (size_t i = 0; n && i < sizeof(moves) / sizeof(moves[0]); i++) {
		long to = moves[i].to >= n ? n - 1 : moves[i].to < 0 ? 0 : moves[i].to;

		if (moves[i].key == key)
			select_device(a, all[to]->name);
	}
	free(all);
}

void next_abnormal_device(struct app *a, uint32_t key)
{
	long n, at, i = 1;
	const struct wire_device **all = shown(a, &n, &at);

	(void)key;
	while (i <= n && !model_device_abnormal(all[(at + i) % n]))
		i++;
	if (i <= n)
		select_device(a, all[(at + i) % n]->name);
	else
		app_say(a, ROLE_MESSAGE, "every device is well");
	free(all);
}
