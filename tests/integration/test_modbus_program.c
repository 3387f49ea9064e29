/* test_modbus_program.c - sightglass-modbus as a program: its options, and the driver
 * protocol with the server. */
#include "support/test.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "integration/modbus_rig.h"

/* --- the program's own options --- */

static void it_describes_itself(void **state)
{
	struct strbuf out = STRBUF_INIT;
	json_error_t error;
	size_t i;
	json_t *row;

	(void)state;
	assert_int_equal(harness_run("sightglass-modbus", "--describe", NULL, 0, &out),
			 0);
	json_t *all = json_loads(out.buf, 0, &error);
	assert_non_null(all);
	assert_string_equal(json_string_value(json_object_get(all, "name")), "modbus");
	assert_has(json_string_value(json_object_get(all, "address")), "holding:N");
	json_t *settings = json_object_get(all, "device_settings");
	row = json_array_get(settings, 0);
	assert_string_equal(json_string_value(json_object_get(row, "name")), "endpoint");
	assert_true(json_is_true(json_object_get(row, "required")));
	json_array_foreach(settings, i, row)
		assert_true(strlen(json_string_value(json_object_get(row, "help"))) > 10);
	row = json_array_get(json_object_get(all, "tag_settings"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "name")), "address");
	json_decref(all);
	strbuf_release(&out);
}

static void it_has_help_and_version(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	assert_int_equal(harness_run("sightglass-modbus", "--help", NULL, 0, &out), 0);
	assert_has(out.buf, "--describe");
	strbuf_clear(&out);
	assert_int_equal(harness_run("sightglass-modbus", "--version", NULL, 0, &out), 0);
	assert_has(out.buf, "sightglass-modbus ");
	strbuf_clear(&out);
	assert_int_equal(harness_run("sightglass-modbus", "--wat", NULL, 0, &out), 2);
	strbuf_release(&out);
}

static void add_tag(struct strbuf *w, uint32_t id, uint32_t device, const char *name,
		    const char *value)
{
	struct driver_tag t = { .id = id, .device = device };

	settings_add(&t.settings, name, value);
	driver_put_config_tag(w, &t, "t");
	settings_release(&t.settings);
}

static const char *sentence_of(const struct strbuf *out, uint8_t kind, uint32_t id)
{
	static struct driver_config_result m;
	struct driver_record_view r;
	size_t at = 0;
	int64_t n;

	while ((n = driver_record_next((const uint8_t *)out->buf + at, out->len - at,
				       &r)) > 0) {
		at += (size_t)n;
		if (r.type == DR_CONFIG_RESULT && driver_get_config_result(&r, &m) &&
		    m.item_kind == kind && m.id == id)
			return m.text;
	}
	return "";
}

static void PLC_26_check_answers_a_sentence_for_each_mistake(void **state)
{
	struct strbuf w = STRBUF_INIT, out = STRBUF_INIT;
	char name[] = "plc1";
	struct driver_device good = { .id = 1, .name = name };
	struct driver_device bad = { .id = 2, .name = name };

	(void)state;
	settings_add(&good.settings, "endpoint", "tcp://127.0.0.1:502");
	settings_add(&bad.settings, "endpont", "tcp://127.0.0.1:502");
	settings_add(&bad.settings, "timeout_ms", "99999");
	driver_put_config_begin(&w, 5);
	driver_put_config_device(&w, &good);
	driver_put_config_device(&w, &bad);
	add_tag(&w, 10, 1, "address", "holding:7");
	add_tag(&w, 11, 1, "address", "holding:65536");
	add_tag(&w, 12, 1, "adress", "holding:7");
	add_tag(&w, 13, 2, "address", "holding:65535:float32");
	add_tag(&w, 14, 9, "address", "holding:1");
	driver_put_config_end(&w, 5);
	assert_int_equal(harness_run("sightglass-modbus", "--check", w.buf, w.len, &out),
			 0);
	assert_string_equal(sentence_of(&out, 0, 1), "");
	assert_string_equal(sentence_of(&out, 0, 2),
			    "unknown setting \"endpont\" (did you mean \"endpoint\"?)");
	assert_string_equal(sentence_of(&out, 1, 10), "");
	assert_string_equal(sentence_of(&out, 1, 11),
			    "address 65536 is not a number from 0 to 65535");
	assert_string_equal(sentence_of(&out, 1, 12),
			    "unknown setting \"adress\" (did you mean \"address\"?)");
	assert_has(sentence_of(&out, 1, 13), "would pass 65535");
	assert_has(sentence_of(&out, 1, 14), "is not one of this driver's");
	assert_has(out.buf + out.len - 12, ""); /* ends with CONFIG_READY: */
	assert_int_equal((uint8_t)out.buf[out.len - 8], DR_CONFIG_READY);
	strbuf_clear(&out);
	assert_int_equal(
		harness_run("sightglass-modbus", "--check", w.buf, w.len - 1, &out), 1);
	settings_release(&good.settings);
	settings_release(&bad.settings);
	strbuf_release(&w);
	strbuf_release(&out);
}

static void a_refused_tag_leaves_the_others_running(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_tag(r.h, 1, 0, NULL, "address", "holding:5", NULL);
	harness_tag(r.h, 2, 0, NULL, "address", "input:70000", NULL);
	harness_tag(r.h, 3, 0, &rig_writable, "address", "input:7", NULL);
	harness_commit(r.h);
	assert_has(harness_refusal(r.h, 1, 2), "address 70000 is not a number");
	assert_has(harness_refusal(r.h, 1, 3), "Modbus can only read an input");
	assert_null(harness_refusal(r.h, 1, 1));
	harness_wait_number(r.h, 1, 5, 0);
	assert_int_equal(r.h->tag[2].count, 0);
	rig_close(&r);
}

/* --- the protocol with the server --- */

static void without_credit_the_newest_value_waits(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "20", "500");
	r.h->auto_credit = false;
	for (uint32_t i = 0; i < 4; i++) {
		char address[40];
		snprintf(address, sizeof(address), "holding:%u", 100 + i);
		harness_tag(r.h, i, 0, NULL, "address", address, NULL);
	}
	harness_tag(r.h, 9, 0, NULL, "address", "holding:9000", NULL); /* always news */
	harness_commit(r.h);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	harness_watch(r.h, 1200);
	assert_int_equal(r.h->samples, 0);
	assert_true(r.h->beat.overwritten >= 10); /* and polls went on */
	assert_true(r.h->beat.scans >= 20);
	slave_tell(&r.slave, "set holding 102 777");
	harness_watch(r.h, 300);
	harness_credit(r.h, 3);
	harness_watch(r.h, 300);
	assert_int_equal(r.h->samples, 3);
	harness_credit(r.h, 2);
	harness_watch(r.h, 300);
	assert_int_equal(r.h->samples, 5);
	assert_int_equal(r.h->tag[2].s.value.u.i, 777);
	rig_close(&r);
}

static void beats_go_on_while_a_device_is_silent(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "50", "10000"); /* it waits all the time */
	rig_with_tags(&r, 1);
	slave_tell(&r.slave, "mode silent");
	struct mono begun = clock_mono();
	for (int i = 0; i < 5; i++)
		harness_wait_unstuck(r.h);
	assert_true(mono_ms_between(begun, clock_mono()) >= 3 * DRIVER_BEAT_MS);
	assert_int_equal(r.h->beat.generation, 1);
	rig_close(&r);
}

static void a_new_configuration_replaces_the_old(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 3);
	harness_begin(r.h);
	harness_device(r.h, 4, "plc1", "endpoint", r.endpoint, "scan_ms", "50", NULL);
	harness_tag(r.h, 40, 4, &rig_writable, "address", "holding:40", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 40, 40, 0);
	uint64_t before = r.h->tag[0].count;
	harness_watch(r.h, 300);
	assert_int_equal(r.h->tag[0].count, before);
	assert_outcome(harness_write(r.h, 40, value_int(41)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_stat(&r.slave, "open "), 1);
	harness_begin(r.h); /* an empty one is fine, too */
	harness_commit(r.h);
	rig_close(&r);
}

static void it_stops_at_once_with_a_silent_device(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "50", "10000");
	rig_with_tags(&r, 1);
	slave_tell(&r.slave, "mode silent");
	harness_watch(r.h, 200);
	struct mono begun = clock_mono();
	rig_close(&r);
	assert_true(mono_ms_between(begun, clock_mono()) < 8000); /* of 10 s */
}

static void a_write_in_flight_gets_its_outcome_at_stop(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct rig r;

	(void)state;
	rig_open_with(&r, "3600000", "5000");
	rig_with_tags(&r, 1);
	slave_tell(&r.slave, "mode silent 0 6");
	uint64_t request = harness_send_write(r.h, 0, value_int(5), 2000);
	while (slave_stat(&r.slave, "writes ") == 0)
		continue;
	driver_put_stop(&w);
	assert_int_equal(write(r.h->fd, w.buf, w.len), w.len);
	strbuf_release(&w);
	assert_outcome(harness_wait_outcome(r.h, request), WRITE_UNKNOWN, "no reply");
	rig_close(&r);
}

static void the_driver_ends_with_its_server(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	shutdown(r.h->fd, SHUT_WR);
	struct mono end = mono_add_ms(clock_mono(), HARNESS_WAIT_MS);
	while (!r.h->gone && !mono_reached(clock_mono(), end))
		harness_pump(r.h, 100);
	assert_true(r.h->gone);
	rig_close(&r);
}

static void a_malformed_record_ends_the_driver_only(void **state)
{
	static const uint8_t bad[] = { 1, 0, 0, 0, 9, 9, 9, 9 };
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	assert_int_equal(write(r.h->fd, bad, sizeof(bad)), sizeof(bad));
	while (!r.h->gone)
		harness_pump(r.h, 1000);
	assert_int_equal(harness_stop(r.h), 1);
	peer_stop(&r.slave);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_describes_itself),
		cmocka_unit_test(it_has_help_and_version),
		cmocka_unit_test(PLC_26_check_answers_a_sentence_for_each_mistake),
		cmocka_unit_test(a_refused_tag_leaves_the_others_running),
		cmocka_unit_test(without_credit_the_newest_value_waits),
		cmocka_unit_test(beats_go_on_while_a_device_is_silent),
		cmocka_unit_test(a_new_configuration_replaces_the_old),
		cmocka_unit_test(it_stops_at_once_with_a_silent_device),
		cmocka_unit_test(a_write_in_flight_gets_its_outcome_at_stop),
		cmocka_unit_test(the_driver_ends_with_its_server),
		cmocka_unit_test(a_malformed_record_ends_the_driver_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
