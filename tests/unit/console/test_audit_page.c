/* test_audit_page.c - the page of the audit record: what it asks the server, page by
 * page, and what it shows of each record. */
#include "unit/console/desk.h"

#include <locale.h>

#include "wire/audit.h"

static const char *const set_record[WIRE_AUDIT_FIELDS] = {
	[WIRE_AUDIT_SEQ] = "812",
	[WIRE_AUDIT_TIME] = "2026-11-22T09:05:03.000Z",
	[WIRE_AUDIT_KIND] = "intent",
	[WIRE_AUDIT_ACTOR] = "kiosk",
	[WIRE_AUDIT_SUBJECT] = "dosing.cl2_sp",
	[WIRE_AUDIT_OLD] = "0.8",
	[WIRE_AUDIT_NEW] = "0.9",
	[WIRE_AUDIT_UNIT] = "mg/L",
	[WIRE_AUDIT_RESULT] = "stored",
	[WIRE_AUDIT_DETAIL] = "sent once",
	[WIRE_AUDIT_SESSION] = "17",
	[WIRE_AUDIT_REQUEST] = "40",
	[WIRE_AUDIT_FROM] = "/dev/pts/3",
	[WIRE_AUDIT_REASON] = "residual is low",
	[WIRE_AUDIT_QUALITY] = "good",
	[WIRE_AUDIT_AREA] = "dosing",
	[WIRE_AUDIT_PERSON] = "maria",
	[WIRE_AUDIT_APPROVER] = "ivan",
};

static struct wire_audit_search asked(struct desk *d)
{
	struct strbuf last = STRBUF_INIT;
	struct wire_audit_search m;

	assert_int_equal(desk_asked(d, WIRE_AUDIT_SEARCH, &last), 1);
	assert_true(wire_get_audit_search((const uint8_t *)last.buf, last.len, &m));
	strbuf_release(&last);
	return m;
}

static void a_record_shows_who_did_what_and_the_second_person(void **state)
{
	struct wire_audit_search m;
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_type(&d, "J");
	assert_int_equal(d.a->ui.page, UI_AUDIT);
	m = asked(&d);
	assert_string_equal(m.subject, "");
	desk_answer(&d, m.req, set_record, WIRE_AUDIT_FIELDS, 1, "1 records");
	desk_shows(&d, "1 record  -");
	desk_shows(&d, "maria");
	desk_shows(&d, "dosing.cl2_sp  0.8 -> 0.9 mg/L");
	desk_shows(&d, "record 812");
	desk_shows(&d, "by maria (Unix account kiosk), second person ivan");
	desk_shows(&d, "reason: residual is low, quality of the old value: good");
	desk_close(&d);
}

static void words_are_looked_for_by_the_server(void **state)
{
	struct wire_audit_search m;
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_type(&d, "J");
	desk_answer(&d, asked(&d).req, set_record, WIRE_AUDIT_FIELDS, 1, "1 records");
	desk_type(&d, "/cl2 sp");
	assert_int_equal(desk_asked(&d, WIRE_AUDIT_SEARCH, NULL), 0);
	desk_key(&d, TERM_KEY_ENTER);
	m = asked(&d);
	assert_string_equal(m.text, "cl2 sp");
	assert_int_equal(m.before, 0);
	desk_answer(&d, m.req, set_record, WIRE_AUDIT_FIELDS, 0, "0 records");
	desk_shows(&d, "0 records with \"cl2 sp\"");
	desk_shows(&d, "the record has nothing of that");
	desk_close(&d);
}

/* A search looks at so many records and goes on from there, though it found none. */
static void the_end_asks_for_older_ones_from_where_the_server_got_to(void **state)
{
	struct wire_audit_search m;
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_type(&d, "J");
	m = asked(&d);
	desk_answer(&d, m.req, set_record, WIRE_AUDIT_FIELDS, 0,
		    "0 records; more behind 4711");
	desk_shows(&d, "PgDn looks further back");
	desk_key(&d, TERM_KEY_PAGE_DOWN);
	m = asked(&d);
	assert_int_equal(m.before, 4711);
	desk_answer(&d, m.req, set_record, WIRE_AUDIT_FIELDS, 1, "1 records");
	desk_shows(&d, "1 record  -");
	desk_key(&d, TERM_KEY_PAGE_DOWN); /* there are no more */
	assert_int_equal(desk_asked(&d, WIRE_AUDIT_SEARCH, NULL), 0);
	desk_close(&d);
}

static void from_an_alarm_its_own_records(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_tell(&d, desk_row("intake.p101.trip", ALARM_HIGH, ALARM_S_UNACK, 1, 1));
	desk_paint(&d);
	desk_key(&d, TERM_KEY_DOWN);
	desk_paint(&d);
	desk_type(&d, "J");
	assert_string_equal(asked(&d).subject, "intake.p101.trip");
	desk_shows(&d, "of intake.p101.trip");
	desk_close(&d);
}

static void who_may_not_read_it_is_told(void **state)
{
	struct strbuf frame = STRBUF_INIT;
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_type(&d, "J");
	wire_put_reply(&frame, asked(&d).req, WIRE_REFUSED,
		       "vera has no right \"audit\"");
	desk_hear(&d, &frame);
	desk_paint(&d);
	desk_shows(&d, "vera has no right \"audit\"");
	strbuf_release(&frame);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_shows_who_did_what_and_the_second_person),
		cmocka_unit_test(words_are_looked_for_by_the_server),
		cmocka_unit_test(
			the_end_asks_for_older_ones_from_where_the_server_got_to),
		cmocka_unit_test(from_an_alarm_its_own_records),
		cmocka_unit_test(who_may_not_read_it_is_told),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
