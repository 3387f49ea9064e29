/* test_page_pictures.c - the pages that are no screens as they looked: go-to, overrides,
 * people, and the faceplate of a tag; with what matters on each asserted by hand. */
#include "support/test.h"

#include <locale.h>

#include "screen/golden_file.h"
#include "unit/console/desk_screens.h"
#include "wire/people.h"

static uint32_t last_req(struct desk *d, enum wire_type type)
{
	struct strbuf last = STRBUF_INIT;
	struct wire_request m = { 0 };

	assert_true(desk_asked(d, type, &last) > 0);
	assert_true(wire_get_request((const uint8_t *)last.buf, last.len, &m));
	strbuf_release(&last);
	return m.req;
}

static void open_works(struct desk *d)
{
	struct wire_beat beat = { .recording = WIRE_RECORDING_YES };

	open_screens(d);
	d->a->model.beat = beat;
	d->a->model.has_beat = true;
	snprintf(d->a->model.who.name, sizeof(d->a->model.who.name), "vera");
	snprintf(d->a->model.who.roles, sizeof(d->a->model.who.roles), "operator");
	d->a->model.who.state = SESSION_ACTING;
	desk_tell(d, desk_row("well.level.high", 2, ALARM_S_UNACK, 1, 999990000));
}

static void close_at(struct desk *d, const char *name)
{
	desk_paint(d);
	golden(name, &d->a->grid);
	desk_close(d);
}

static void the_go_to_list_looks_as_it_did(void **state)
{
	static const char *const rows[] = { "well.flow",  "double", "m3/h",
					    "well",       "",       "Flow of the well",
					    "well.level", "double", "m",
					    "well",       "",       "Level of the well" };
	struct desk d;

	(void)state;
	open_works(&d);
	desk_type(&d, "gwe");
	desk_answer(&d, last_req(&d, WIRE_TAGS), rows, 6, 2, "2 tags fit");
	desk_shows(&d, "well.level.high");
	close_at(&d, "page.goto");
}

static void overrides_look_as_they_did(void **state)
{
	static const char *const rows[] = {
		"substituted",
		"well.flow",
		"well",
		"12.5 m3/h",
		"ivan",
		"999940000",
		"",
		"meter taken out",
		"shelved",
		"filter.a_name_of_more_than_22_letters.high",
		"filter",
		"message",
		"sam",
		"999930000",
		"1000600000",
		"being cleaned",
		"blind",
		"plc9",
		"",
		"device, 214 tags",
		"",
		"",
		"",
		"no answer",
	};
	struct desk d;

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), 3 * OVERRIDE_FIELDS);
	open_works(&d);
	desk_type(&d, "v");
	rows_turn(d.a);
	desk_answer(&d, last_req(&d, WIRE_OVERRIDES), rows, OVERRIDE_FIELDS, 3, "3");
	desk_shows(&d, "filter.a_name_of_more_than_22");
	close_at(&d, "page.overrides");
}

static void people_look_as_they_did(void **state)
{
	static const char *const rows[] = {
		"1",          "ivan",      "operator",   "ivan",     "/dev/pts/3",
		"console",    "Raw water", "5000",       "7",        "well.sp",
		"writing",    "",          "acting",     "2",        "vera",
		"operator",   "vera",      "/dev/pts/4", "console",  "People",
		"5000",       "0",         "",           "",         "you",
		"acting",     "3",         "olga",       "engineer", "olga",
		"/dev/pts/5", "console",   "Alarms",     "5000",     "4000",
		"",           "",          "",           "locked",
	};
	struct desk d;

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), 3 * PEOPLE_FIELDS);
	open_works(&d);
	desk_type(&d, "p");
	rows_turn(d.a);
	desk_answer(&d, last_req(&d, WIRE_PEOPLE), rows, PEOPLE_FIELDS, 3, "3");
	desk_shows(&d, "writing well.sp");
	close_at(&d, "page.people");
}

static void the_faceplate_of_a_tag_looks_as_it_did(void **state)
{
	struct wire_tag_info info = {
		.tag = 9, .type = VALUE_DOUBLE, .decimals = 1, .has_range = 1, .hi = 6
	};
	struct wire_value value = { .tag = 9, .value = value_double(5.5) };
	struct desk d;

	(void)state;
	open_works(&d);
	show_plate(d.a, "well.level");
	snprintf(info.name, sizeof(info.name), "well.level");
	snprintf(info.unit, sizeof(info.unit), "m");
	snprintf(info.description, sizeof(info.description), "Level of the well");
	model_tag_info(&d.a->model, &info);
	model_value(&d.a->model, &value);
	desk_paint(&d);
	desk_shows(&d, "Level of the well");
	desk_shows(&d, "5.5 m");
	desk_shows(&d, "Esc closes");
	close_at(&d, "page.faceplate");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_go_to_list_looks_as_it_did),
		cmocka_unit_test(overrides_look_as_they_did),
		cmocka_unit_test(people_look_as_they_did),
		cmocka_unit_test(the_faceplate_of_a_tag_looks_as_it_did),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
