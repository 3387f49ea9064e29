/* test_modbus_driver.c - the real sightglass-modbus on descriptor 3, against a slave
 * that misbehaves on command. Registers hold their own address, so a value stored under
 * another tag would show. */
#include "support/test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "integration/driver_harness.h"

struct rig {
	struct harness *h;
	struct peer slave;
	char endpoint[64];
};

static const struct harness_tag_options writable = { .writable = true };

/* --- the slave --- */

static struct peer slave_start(char endpoint[64])
{
	const char *const argv[] = { "chaos_slave", NULL };
	struct peer p = peer_start(argv);
	char line[100];

	peer_line(&p, line, sizeof(line));
	snprintf(endpoint, 64, "tcp://127.0.0.1:%ld", strtol(line + 5, NULL, 10));
	return p;
}

static long tell(struct peer *p, const char *text)
{
	char line[200];

	peer_tell(p, text);
	peer_tell(p, "\n");
	peer_line(p, line, sizeof(line));
	assert_string_not_equal(line, "unknown mode");
	return strtol(line, NULL, 10);
}

static long stat_of(struct peer *p, const char *name)
{
	char line[200];

	peer_tell(p, "stats\n");
	peer_line(p, line, sizeof(line));
	const char *at = strstr(line, name);
	assert_non_null(at);
	return strtol(at + strlen(name), NULL, 10);
}

/* --- the rig: one slave, one driver, device 0 --- */

static void rig_open_with(struct rig *r, const char *scan_ms, const char *timeout_ms)
{
	r->slave = slave_start(r->endpoint);
	r->h = harness_start("sightglass-modbus");
	harness_begin(r->h);
	harness_device(r->h, 0, "plc1", "endpoint", r->endpoint, "unit", "1", "scan_ms",
		       scan_ms, "timeout_ms", timeout_ms, NULL);
}

static void rig_open(struct rig *r)
{
	rig_open_with(r, "50", "200");
}

static void rig_close(struct rig *r)
{
	assert_int_equal(harness_stop(r->h), 0);
	peer_stop(&r->slave);
}

/* Tags id = 0..n-1 at holding:100 + id, and the device connected. */
static void rig_with_tags(struct rig *r, uint32_t n)
{
	char address[40];

	for (uint32_t i = 0; i < n; i++) {
		snprintf(address, sizeof(address), "holding:%u", 100 + i);
		harness_tag(r->h, i, 0, &writable, "address", address, NULL);
	}
	harness_commit(r->h);
	harness_wait_state(r->h, 0, DEVICE_CONNECTED);
	for (uint32_t i = 0; i < n; i++)
		harness_wait_number(r->h, i, 100 + i, 0);
}

static bool is_bad(const struct harness *h, uint32_t tag)
{
	return quality_class(h->tag[tag].s.quality) == QUALITY_BAD;
}

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
	char tag_name[] = "t";
	struct driver_tag t = { .id = id, .device = device, .name = tag_name };

	settings_add(&t.settings, name, value);
	driver_put_config_tag(w, &t);
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
	harness_tag(r.h, 3, 0, &writable, "address", "input:7", NULL);
	harness_commit(r.h);
	assert_has(harness_refusal(r.h, 1, 2), "address 70000 is not a number");
	assert_has(harness_refusal(r.h, 1, 3), "Modbus can only read an input");
	assert_null(harness_refusal(r.h, 1, 1));
	harness_wait_number(r.h, 1, 5, 0);
	assert_int_equal(r.h->tag[2].count, 0);
	rig_close(&r);
}

/* --- reading --- */

static void values_of_all_areas_arrive(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_tag(r.h, 1, 0, NULL, "address", "holding:5", NULL);
	harness_tag(r.h, 2, 0, NULL, "address", "input:5", NULL);
	harness_tag(r.h, 3, 0, NULL, "address", "coil:3", NULL); /* 3 * 7 >> 2 is odd */
	harness_tag(r.h, 4, 0, NULL, "address", "discrete:3", NULL);
	harness_tag(r.h, 5, 0, NULL, "address", "holding:65535", NULL);
	harness_tag(r.h, 6, 0, NULL, "address", "holding:10", "scale", "0.1", "offset",
		    "-5", NULL);
	harness_tag(r.h, 7, 0, NULL, "address", "holding:5.2", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 1, 5, 0);
	harness_wait_number(r.h, 2, 5 ^ 0x5555, 0);
	harness_wait_number(r.h, 3, 1, 0);
	harness_wait_number(r.h, 4, 0, 0);
	harness_wait_number(r.h, 5, 65535, 0);
	harness_wait_number(r.h, 6, -4, 1e-9);
	harness_wait_number(r.h, 7, 1, 0);
	assert_int_equal(r.h->tag[1].s.value.type, VALUE_INT);
	assert_int_equal(r.h->tag[3].s.value.type, VALUE_BOOL);
	assert_int_equal(r.h->tag[6].s.value.type, VALUE_DOUBLE);
	rig_close(&r);
}

static void many_registers_take_few_requests(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "100", "500");
	rig_with_tags(&r, 1000);
	uint64_t scans = r.h->beat.scans;
	long before = stat_of(&r.slave, "requests ");
	while (r.h->beat.scans < scans + 5)
		harness_pump(r.h, 1000);
	long took = stat_of(&r.slave, "requests ") - before;
	/* 1000 registers are 8 blocks of 125; beats are half a second apart */
	assert_true(took >= 5 * 8 - 8);
	assert_true(took <= 8 * 20);
	rig_close(&r);
}

static void PLC_20_a_32_bit_value_is_never_torn(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "10", "500");
	harness_tag(r.h, 1, 0, NULL, "address", "holding:9000:uint32", NULL);
	harness_tag(r.h, 2, 0, NULL, "address", "holding:9000:uint64", NULL);
	harness_commit(r.h);
	while (r.h->tag[1].count < 60 || r.h->tag[2].count < 60) {
		harness_wait_news(r.h, 1);
		int64_t v = r.h->tag[1].s.value.u.i, w = r.h->tag[2].s.value.u.i;
		assert_int_equal(v >> 16, v & 0xFFFF);
		assert_int_equal(w >> 32, w & 0xFFFFFFFF);
	}
	rig_close(&r);
}

static void PLC_17_nan_and_infinity_are_bad_values(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	tell(&r.slave, "set input 0 32704"); /* 0x7FC0 0000: NaN */
	tell(&r.slave, "set input 1 0");
	tell(&r.slave, "set input 2 65408"); /* 0xFF80 0000: -infinity */
	tell(&r.slave, "set input 3 0");
	tell(&r.slave, "set input 4 32768"); /* -0 */
	tell(&r.slave, "set input 5 0");
	tell(&r.slave, "set input 6 0"); /* smallest denormal */
	tell(&r.slave, "set input 7 1");
	harness_tag(r.h, 1, 0, NULL, "address", "input:0:float32", NULL);
	harness_tag(r.h, 2, 0, NULL, "address", "input:2:float32", NULL);
	harness_tag(r.h, 3, 0, NULL, "address", "input:4:float32", NULL);
	harness_tag(r.h, 4, 0, NULL, "address", "input:6:float32", NULL);
	harness_commit(r.h);
	harness_wait_quality(r.h, 1, QUALITY_BAD, REASON_SENSOR);
	harness_wait_quality(r.h, 2, QUALITY_BAD, REASON_SENSOR);
	assert_int_equal(r.h->tag[1].s.value.type, VALUE_NONE);
	harness_wait_number(r.h, 3, 0, 0);
	harness_wait_number(r.h, 4, 0, 1e-40);
	tell(&r.slave, "set input 0 16658"); /* 36.6 */
	tell(&r.slave, "set input 1 26214");
	harness_wait_number(r.h, 1, 9.15, 0.01);
	rig_close(&r);
}

static void unchanged_values_come_once_a_second(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "50", "500");
	rig_with_tags(&r, 1);
	uint64_t before = r.h->tag[0].count;
	harness_watch(r.h, 2100);
	assert_in_range(r.h->tag[0].count - before, 1, 4);
	rig_close(&r);
}

static void the_deadband_holds_small_changes_back(void **state)
{
	struct harness_tag_options o = { .deadband = 10 };
	struct rig r;

	(void)state;
	rig_open_with(&r, "20", "500");
	harness_tag(r.h, 0, 0, &o, "address", "holding:100", NULL);
	harness_tag(r.h, 1, 0, NULL, "address", "holding:100", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 0, 100, 0);
	uint64_t before = r.h->tag[0].count;
	for (int i = 101; i <= 110; i++) {
		char line[60];
		snprintf(line, sizeof(line), "set holding 100 %d", i);
		tell(&r.slave, line);
		harness_wait_number(r.h, 1, i, 0);
	}
	assert_true(r.h->tag[0].count - before <= 3);
	tell(&r.slave, "set holding 100 500");
	harness_wait_number(r.h, 0, 500, 0);
	rig_close(&r);
}

/* --- faults --- */

static void PLC_01_a_silent_device_is_marked_and_harms_no_other(void **state)
{
	struct rig r;
	char other[64];
	struct peer healthy = slave_start(other);

	(void)state;
	rig_open(&r);
	harness_device(r.h, 1, "plc2", "endpoint", other, "scan_ms", "50", NULL);
	harness_tag(r.h, 50, 1, NULL, "address", "holding:9000", NULL);
	rig_with_tags(&r, 3);
	tell(&r.slave, "mode silent");
	struct mono begun = clock_mono();
	harness_wait_quality(r.h, 2, QUALITY_BAD, REASON_COMM);
	assert_true(mono_ms_between(begun, clock_mono()) < 3000);
	assert_true(is_bad(r.h, 0) && is_bad(r.h, 1));
	harness_wait_state_text(r.h, 0, DEVICE_FAILED, "unit 1: no reply within 200 ms");
	long before = stat_of(&r.slave, "connections ");
	uint64_t samples = r.h->tag[50].count;
	harness_watch(r.h, 2500);
	assert_in_range(stat_of(&r.slave, "connections ") - before, 1, 5);
	assert_true(r.h->tag[50].count - samples >= 35); /* of 50 scans */
	assert_true(quality_is_good(r.h->tag[50].s.quality));
	tell(&r.slave, "mode normal");
	harness_wait_number(r.h, 2, 102, 0);
	harness_wait_state_text(r.h, 0, DEVICE_CONNECTED, "connected to 127.0.0.1");
	rig_close(&r);
	peer_stop(&healthy);
}

static void PLC_02_a_refused_connection_is_told_once_for_the_device(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 3);
	tell(&r.slave, "down");
	harness_wait_state_text(r.h, 0, DEVICE_FAILED, "Connection refused");
	harness_wait_quality(r.h, 0, QUALITY_BAD, REASON_COMM);
	harness_wait_quality(r.h, 2, QUALITY_BAD, REASON_COMM);
	uint64_t states = r.h->states[0];
	harness_watch(r.h, 1500);
	assert_int_equal(r.h->states[0], states);
	tell(&r.slave, "up");
	harness_wait_number(r.h, 2, 102, 0);
	rig_close(&r);
}

static void PLC_03_exceptions_are_named_and_stay_with_their_block(void **state)
{
	static const struct {
		const char *mode, *text;
	} row[] = {
		{ "mode exception 1 3", "exception 1 (illegal function)" },
		{ "mode exception 2 3", "exception 2 (illegal data address)" },
		{ "mode exception 3 3", "exception 3 (illegal data value)" },
		{ "mode exception 4 3", "exception 4 (device failure)" },
		{ "mode exception 8 3", "exception 8 (memory parity error)" },
		{ "mode exception 10 3", "exception 10 (gateway path unavailable)" },
		{ "mode exception 11 3",
		  "exception 11 (gateway target does not respond)" },
		{ "mode exception 127 3", "exception 127 (unknown exception)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct rig r;

		rig_open(&r);
		harness_tag(r.h, 9, 0, NULL, "address", "input:9000", NULL);
		rig_with_tags(&r, 1);
		tell(&r.slave, row[i].mode);
		harness_wait_quality(r.h, 0, QUALITY_BAD, REASON_DEVICE);
		harness_wait_state_text(r.h, 0, DEVICE_CONNECTED, row[i].text);
		harness_wait_news(r.h, 9);
		assert_true(quality_is_good(r.h->tag[9].s.quality));
		assert_int_equal(stat_of(&r.slave, "connections "), 1);
		rig_close(&r);
	}
}

static void PLC_03_busy_is_no_failure(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 2);
	for (int code = 5; code <= 6; code++) {
		tell(&r.slave, code == 5 ? "mode exception 5" : "mode exception 6");
		harness_watch(r.h, 400);
		assert_true(quality_is_good(r.h->tag[0].s.quality));
		assert_int_equal(r.h->device[0].state, DEVICE_CONNECTED);
		tell(&r.slave, "mode normal");
		harness_wait_news(r.h, 0);
		assert_true(quality_is_good(r.h->tag[0].s.quality));
	}
	assert_int_equal(stat_of(&r.slave, "connections "), 1);
	rig_close(&r);
}

static void PLC_03_a_block_is_split_to_find_the_bad_address(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	tell(&r.slave, "mode hole 107");
	for (uint32_t i = 0; i < 20; i++) {
		char address[40];
		snprintf(address, sizeof(address), "holding:%u", 100 + i);
		harness_tag(r.h, i, 0, &writable, "address", address, NULL);
	}
	harness_commit(r.h);
	harness_wait_state_text(r.h, 0, DEVICE_CONNECTED,
				"holding:107 answers exception 2 (illegal data address)");
	for (uint32_t i = 0; i < 20; i++)
		if (i != 7)
			harness_wait_number(r.h, i, 100 + i, 0);
	assert_int_equal(r.h->tag[7].s.quality, QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE));
	/* what was found out is not tried again: a scan takes only the good blocks */
	uint64_t scans = r.h->beat.scans;
	harness_watch(r.h, 600);
	long before = stat_of(&r.slave, "requests ");
	scans = r.h->beat.scans;
	harness_watch(r.h, 1050);
	long took = stat_of(&r.slave, "requests ") - before;
	assert_true(r.h->beat.scans > scans);
	assert_true(took <= 26 * 6); /* about 21 scans of at most 6 blocks */
	rig_close(&r);
}

/* Each of these breaks one reply: the device is bad for a moment with the reason, comes
 * back, and no tag ever shows another register's value. */
static void one_broken_reply(struct rig *r, const char *mode, const char *words)
{
	tell(&r->slave, mode);
	harness_wait_state_text(r->h, 0, DEVICE_FAILED, words);
	for (uint32_t i = 0; i < 4; i++)
		harness_wait_quality(r->h, i, QUALITY_BAD, REASON_COMM);
	tell(&r->slave, "mode normal");
	for (uint32_t i = 0; i < 4; i++)
		harness_wait_number(r->h, i, 100 + i, 0);
	harness_wait_state(r->h, 0, DEVICE_CONNECTED);
}

static void broken_replies(const char *const rows[][2], size_t n)
{
	struct rig r;

	rig_open(&r);
	rig_with_tags(&r, 4);
	for (size_t i = 0; i < n; i++)
		one_broken_reply(&r, rows[i][0], rows[i][1]);
	rig_close(&r);
}

#define BROKEN(...)                                                                      \
	do {                                                                             \
		static const char *const rows[][2] = { __VA_ARGS__ };                    \
		broken_replies(rows, sizeof(rows) / sizeof(rows[0]));                    \
	} while (0)

static void PLC_04_cut_replies_mark_the_device_and_pass(void **state)
{
	(void)state;
	BROKEN({ "mode cut 8", "the reply stopped after 8 bytes" },
	       { "mode cutfin 5", "the connection ended after 5 bytes" },
	       { "mode cutrst 0", "the connection ended" });
}

static void PLC_05_a_trickling_device_is_given_up_in_time(void **state)
{
	(void)state;
	BROKEN({ "mode trickle 50", "the reply stopped after" });
}

static void PLC_06_replies_to_another_transaction_are_refused(void **state)
{
	(void)state;
	BROKEN({ "mode tid 1", "the reply's transaction id is" });
}

static void PLC_07_replies_of_another_unit_are_refused(void **state)
{
	(void)state;
	BROKEN({ "mode unit 7", "the reply's unit id is 8 instead of 1" });
}

static void PLC_08_replies_of_another_function_are_refused(void **state)
{
	(void)state;
	BROKEN({ "mode function 4", "the reply's function is 4 instead of 3" },
	       { "mode foreign 2", "the reply's function is 130 instead of 3" });
}

static void PLC_13_byte_counts_that_lie_are_refused(void **state)
{
	(void)state;
	BROKEN({ "mode bytecount 250", "the reply's byte count is 250 instead of 8" },
	       { "mode bytecount 0", "the reply's byte count is 0 instead of 8" });
}

static void PLC_14_headers_that_lie_are_refused(void **state)
{
	(void)state;
	BROKEN({ "mode length 65535", "the reply claims a length of 65535" },
	       { "mode protocol 1", "the reply has protocol id 1 instead of 0" });
}

static void PLC_09_late_replies_never_show_under_another_tag(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "20", "100");
	/* far apart, so that each is a block of its own */
	for (uint32_t i = 0; i < 8; i++) {
		char address[40];
		snprintf(address, sizeof(address), "holding:%u", 1000 * (i + 1));
		harness_tag(r.h, i, 0, NULL, "address", address, NULL);
	}
	harness_commit(r.h);
	struct mono end = mono_add_ms(clock_mono(), 3000);
	for (int round = 0; !mono_reached(clock_mono(), end); round++) {
		tell(&r.slave, round % 2 ? "mode late 130 0 1" : "mode late 103 0 1");
		harness_watch(r.h, 100);
		for (uint32_t i = 0; i < 8; i++)
			if (r.h->tag[i].count && !is_bad(r.h, i))
				assert_int_equal(r.h->tag[i].s.value.u.i, 1000 * (i + 1));
	}
	tell(&r.slave, "mode normal");
	for (uint32_t i = 0; i < 8; i++)
		harness_wait_number(r.h, i, 1000 * (i + 1), 0);
	rig_close(&r);
}

static void PLC_11_doubled_replies_are_told_and_harmless(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	tell(&r.slave, "mode double");
	rig_with_tags(&r, 4);
	harness_wait_state_text(r.h, 0, DEVICE_CONNECTED, "it sent some replies twice");
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(r.h->tag[i].s.value.u.i, 100 + i);
	rig_close(&r);
}

/* One block, so that the device is idle between its polls: then a closed connection is
 * seen before the next request and not in the middle of one. */
static void PLC_27_a_closed_idle_connection_is_renewed_quietly(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "200", "1000");
	harness_tag(r.h, 1, 0, NULL, "address", "holding:9000", NULL); /* always news */
	harness_tag(r.h, 2, 0, NULL, "address", "holding:9004", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 2, 9004, 0);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	uint64_t states = r.h->states[0];
	for (int i = 0; i < 3; i++) {
		tell(&r.slave, "mode closeafter 0 0 1");
		for (int k = 0; k < 3; k++) {
			harness_wait_news(r.h, 1);
			assert_true(quality_is_good(r.h->tag[1].s.quality));
			assert_true(quality_is_good(r.h->tag[2].s.quality));
		}
	}
	assert_int_equal(r.h->states[0], states);
	assert_int_equal(stat_of(&r.slave, "connections "), 4);
	rig_close(&r);
}

static void units_behind_one_endpoint_share_its_connection(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_device(r.h, 1, "rtu7", "endpoint", r.endpoint, "unit", "7", "scan_ms",
		       "50", NULL);
	harness_tag(r.h, 20, 1, NULL, "address", "holding:7", NULL);
	rig_with_tags(&r, 2);
	harness_wait_number(r.h, 20, 7, 0);
	harness_wait_state_text(r.h, 1, DEVICE_CONNECTED, "unit 7");
	assert_int_equal(stat_of(&r.slave, "connections "), 1);
	rig_close(&r);
}

/* --- writing --- */

static void assert_outcome(const struct driver_write_outcome *o, enum write_outcome want,
			   const char *words)
{
	if (o->outcome != want)
		fail_msg("%s \"%s\" instead of %s",
			 write_outcome_name((enum write_outcome)o->outcome), o->text,
			 write_outcome_name(want));
	assert_has(o->text, words);
}

static void writes_are_accepted_and_arrive(void **state)
{
	struct harness_tag_options ranged = {
		.writable = true, .has_range = true, .lo = 0, .hi = 100
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_tag(r.h, 10, 0, &writable, "address", "coil:0", NULL);
	harness_tag(r.h, 11, 0, &writable, "address", "holding:10:int16", "scale", "0.1",
		    NULL);
	harness_tag(r.h, 12, 0, &ranged, "address", "holding:20:float32:cdab", NULL);
	rig_with_tags(&r, 1);
	assert_outcome(harness_write(r.h, 0, value_int(4711)), WRITE_ACCEPTED, "");
	assert_outcome(harness_write(r.h, 10, value_bool(true)), WRITE_ACCEPTED, "");
	assert_outcome(harness_write(r.h, 11, value_double(-12.5)), WRITE_ACCEPTED, "");
	assert_outcome(harness_write(r.h, 12, value_double(36.6)), WRITE_ACCEPTED, "");
	harness_wait_number(r.h, 0, 4711, 0);
	harness_wait_number(r.h, 10, 1, 0);
	harness_wait_number(r.h, 11, -12.5, 1e-9);
	harness_wait_number(r.h, 12, 36.6, 1e-5);
	assert_int_equal(tell(&r.slave, "get holding 10"), 65411);
	assert_int_equal(tell(&r.slave, "get holding 20"), 0x6666);
	assert_int_equal(tell(&r.slave, "get holding 21"), 0x4212);
	/* what does not fit is told and not sent */
	long before = stat_of(&r.slave, "writes ");
	assert_outcome(harness_write(r.h, 0, value_int(65536)), WRITE_NOT_SENT,
		       "65536 does not fit into the device's uint16");
	assert_outcome(harness_write(r.h, 11, value_double(0.05)), WRITE_NOT_SENT,
		       "moves in steps of 0.1");
	assert_outcome(harness_write(r.h, 12, value_double(100.5)), WRITE_NOT_SENT,
		       "100.5 is outside of 0 to 100");
	assert_outcome(harness_write(r.h, 99, value_int(1)), WRITE_NOT_SENT,
		       "the driver has no such tag");
	assert_int_equal(stat_of(&r.slave, "writes "), before);
	rig_close(&r);
}

static void WR_02_a_write_without_an_answer_is_unknown_and_never_repeated(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 2);
	tell(&r.slave, "mode silent 0 6");
	assert_outcome(harness_write(r.h, 0, value_int(7)), WRITE_UNKNOWN,
		       "no reply within 200 ms");
	tell(&r.slave, "mode normal");
	/* the read-back goes to the device, over a new connection, at once */
	const struct driver_read_result *back = harness_read(r.h, 0);
	assert_true(quality_is_good(back->sample.quality));
	assert_int_equal(back->sample.value.u.i, 7);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	harness_wait_number(r.h, 0, 7, 0);
	harness_watch(r.h, 1500);
	assert_int_equal(stat_of(&r.slave, "writes "), 1);
	rig_close(&r);
}

static void WR_05_a_lost_reply_is_settled_by_reading_back(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	tell(&r.slave, "mode cutrst 0 6 1"); /* acts, then resets */
	assert_outcome(harness_write(r.h, 0, value_int(8)), WRITE_UNKNOWN, "");
	const struct driver_read_result *back = harness_read(r.h, 0);
	assert_int_equal(back->sample.value.u.i, 8);
	assert_int_equal(stat_of(&r.slave, "writes "), 1);
	rig_close(&r);
}

static void WR_03_a_write_without_a_connection_is_not_sent(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	tell(&r.slave, "down");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	assert_outcome(harness_write(r.h, 0, value_int(9)), WRITE_NOT_SENT,
		       "the device is not connected");
	tell(&r.slave, "up");
	harness_wait_number(r.h, 0, 100, 0);
	harness_watch(r.h, 500);
	/* WR-18: nothing is sent when the link comes back */
	assert_int_equal(stat_of(&r.slave, "writes "), 0);
	rig_close(&r);
}

static void WR_04_a_reset_inside_the_write_is_unknown(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "3600000", "500");
	rig_with_tags(&r, 1);
	for (int k = 1; k <= 12; k += 5) {
		char mode[40];

		snprintf(mode, sizeof(mode), "mode close %d", k);
		tell(&r.slave, mode);
		assert_outcome(harness_write(r.h, 0, value_int(k)), WRITE_UNKNOWN, "");
		tell(&r.slave, "mode normal");
		harness_wait_state(r.h, 0, DEVICE_FAILED);
		harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	}
	assert_int_equal(stat_of(&r.slave, "writes "), 0);
	rig_close(&r);
}

static void WR_06_a_different_echo_is_unknown(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	tell(&r.slave, "mode echoaddress 1 6");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_UNKNOWN,
		       "the reply's address is 101 instead of 100");
	tell(&r.slave, "mode echovalue 1 6");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_UNKNOWN,
		       "the reply's echoed value is 4 instead of 3");
	rig_close(&r);
}

static void WR_07_an_exception_is_a_refusal_with_its_name(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	tell(&r.slave, "mode exception 3 6");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_REFUSED,
		       "the device answered exception 3 (illegal data value)");
	tell(&r.slave, "mode exception 6 6");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_REFUSED, "device busy");
	assert_int_equal(stat_of(&r.slave, "connections "), 1);
	/* "still working on it" and "the target did not answer" are no refusals */
	tell(&r.slave, "mode exception 5 6");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_UNKNOWN,
		       "still working");
	tell(&r.slave, "mode exception 11 6");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_UNKNOWN,
		       "gateway target does not respond");
	rig_close(&r);
}

static void WR_29_a_wide_value_is_one_request(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_tag(r.h, 5, 0, &writable, "address", "holding:200:float64", NULL);
	harness_tag(r.h, 6, 0, &writable, "address", "holding:210:int32", NULL);
	rig_with_tags(&r, 1);
	assert_outcome(harness_write(r.h, 5, value_double(1e100)), WRITE_ACCEPTED, "");
	assert_int_equal(stat_of(&r.slave, "writes "), 1);
	assert_outcome(harness_write(r.h, 6, value_int(-2)), WRITE_ACCEPTED, "");
	assert_int_equal(stat_of(&r.slave, "writes "), 2);
	assert_int_equal(tell(&r.slave, "get holding 210"), 0xFFFF);
	assert_int_equal(tell(&r.slave, "get holding 211"), 0xFFFE);
	harness_wait_number(r.h, 5, 1e100, 1e90);
	rig_close(&r);
}

static void WR_32_a_pulse_whose_reply_is_lost_is_never_repeated(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	harness_tag(r.h, 5, 0, &writable, "address", "coil:0", NULL);
	rig_with_tags(&r, 1);
	tell(&r.slave, "mode cutfin 3 5");
	assert_outcome(harness_write(r.h, 5, value_bool(true)), WRITE_UNKNOWN,
		       "the connection ended after 3 bytes");
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	harness_watch(r.h, 1500);
	assert_int_equal(stat_of(&r.slave, "writes "), 1);
	rig_close(&r);
}

static void a_write_after_its_deadline_is_not_sent(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	assert_outcome(harness_write_within(r.h, 0, value_int(3), -1), WRITE_NOT_SENT,
		       "its deadline passed");
	/* also when the deadline passes while the channel is busy with a silent unit */
	tell(&r.slave, "mode late 150 3 1");
	harness_watch(r.h, 60);
	const struct driver_write_outcome *o =
		harness_write_within(r.h, 0, value_int(3), 10);
	if (o->outcome != WRITE_ACCEPTED) /* the poll had not begun yet */
		assert_outcome(o, WRITE_NOT_SENT, "its deadline passed");
	rig_close(&r);
}

static void one_write_a_device_at_a_time(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 2);
	tell(&r.slave, "mode late 100 6");
	uint64_t first = harness_send_write(r.h, 0, value_int(1), 2000);
	uint64_t second = harness_send_write(r.h, 1, value_int(2), 2000);
	assert_outcome(harness_wait_outcome(r.h, second), WRITE_NOT_SENT,
		       "another command to the same device is not finished yet");
	assert_outcome(harness_wait_outcome(r.h, first), WRITE_ACCEPTED, "");
	assert_outcome(harness_write(r.h, 1, value_int(2)), WRITE_ACCEPTED, "");
	rig_close(&r);
}

static void a_write_of_an_older_configuration_is_not_sent(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	r.h->generation--;
	assert_outcome(harness_write(r.h, 0, value_int(1)), WRITE_NOT_SENT,
		       "the configuration changed");
	r.h->generation++;
	assert_int_equal(stat_of(&r.slave, "writes "), 0);
	rig_close(&r);
}

/* --- reading on request --- */

static void WR_08_a_read_comes_fresh_from_the_device(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "3600000", "500");
	rig_with_tags(&r, 1);
	for (int i = 0; i < 20; i++) {
		char line[60];
		snprintf(line, sizeof(line), "set holding 100 %d", 5000 + i);
		tell(&r.slave, line);
		int64_t asked = clock_mono().ns;
		const struct driver_read_result *m = harness_read(r.h, 0);
		assert_int_equal(m->sample.value.u.i, 5000 + i);
		assert_true(m->sample.mono_ns >= asked);
	}
	tell(&r.slave, "mode exception 4");
	const struct driver_read_result *m = harness_read(r.h, 0);
	assert_int_equal(m->sample.quality, QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE));
	assert_has(m->text, "exception 4 (device failure)");
	rig_close(&r);
}

static void a_read_without_a_device_is_unreadable_in_time(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 1);
	tell(&r.slave, "down");
	struct mono begun = clock_mono();
	const struct driver_read_result *m = harness_read(r.h, 0);
	assert_true(mono_ms_between(begun, clock_mono()) < 5000);
	assert_int_equal(m->sample.quality, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	assert_has(m->text, "cannot connect to 127.0.0.1");
	rig_close(&r);
}

static void explain_shows_registers_order_scaling_and_quality(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	tell(&r.slave, "set holding 300 26214");
	tell(&r.slave, "set holding 301 16914");
	harness_tag(r.h, 5, 0, NULL, "address", "holding:300:float32:cdab", "scale", "2",
		    "offset", "1", NULL);
	harness_tag(r.h, 6, 0, NULL, "address", "coil:3", NULL);
	rig_with_tags(&r, 1);
	const char *text = harness_explain(r.h, 5);
	assert_has(text, "device     plc1: 127.0.0.1 port ");
	assert_has(text, ", unit 1\n");
	assert_has(text, "address    holding 300-301, read with function 3\n");
	assert_has(text, "raw        0x6666 0x4212\n");
	assert_has(text, "ordered    0x42126666 (order cdab)\n");
	assert_has(text, "type       float32\n");
	assert_has(text, "scaling    raw * 2 + 1\n");
	assert_has(text, "value      74.199");
	assert_has(text, "quality    good\n");
	assert_has(harness_explain(r.h, 6), "raw        1\nvalue      true\n");
	tell(&r.slave, "mode exception 2 3");
	assert_has(harness_explain(r.h, 5),
		   "answer     exception 2 (illegal data address)");
	tell(&r.slave, "down");
	assert_has(harness_explain(r.h, 5), "quality    bad(comm)");
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
	tell(&r.slave, "set holding 102 777");
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
	rig_open_with(&r, "50", "2000");
	rig_with_tags(&r, 1);
	tell(&r.slave, "mode silent");
	uint64_t before = r.h->beats;
	for (int i = 0; i < 5; i++) {
		harness_watch(r.h, 500);
		assert_true(r.h->beat.stuck_ms < 500);
	}
	assert_in_range(r.h->beats - before, 4, 6);
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
	harness_tag(r.h, 40, 4, &writable, "address", "holding:40", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 40, 40, 0);
	uint64_t before = r.h->tag[0].count;
	harness_watch(r.h, 300);
	assert_int_equal(r.h->tag[0].count, before);
	assert_outcome(harness_write(r.h, 40, value_int(41)), WRITE_ACCEPTED, "");
	assert_int_equal(stat_of(&r.slave, "open "), 1);
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
	tell(&r.slave, "mode silent");
	harness_watch(r.h, 200);
	struct mono begun = clock_mono();
	rig_close(&r);
	assert_true(mono_ms_between(begun, clock_mono()) < 3000);
}

static void a_write_in_flight_gets_its_outcome_at_stop(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct rig r;

	(void)state;
	rig_open_with(&r, "3600000", "5000");
	rig_with_tags(&r, 1);
	tell(&r.slave, "mode silent 0 6");
	uint64_t request = harness_send_write(r.h, 0, value_int(5), 2000);
	while (stat_of(&r.slave, "writes ") == 0)
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
		cmocka_unit_test(values_of_all_areas_arrive),
		cmocka_unit_test(many_registers_take_few_requests),
		cmocka_unit_test(PLC_20_a_32_bit_value_is_never_torn),
		cmocka_unit_test(PLC_17_nan_and_infinity_are_bad_values),
		cmocka_unit_test(unchanged_values_come_once_a_second),
		cmocka_unit_test(the_deadband_holds_small_changes_back),
		cmocka_unit_test(PLC_01_a_silent_device_is_marked_and_harms_no_other),
		cmocka_unit_test(PLC_02_a_refused_connection_is_told_once_for_the_device),
		cmocka_unit_test(PLC_03_exceptions_are_named_and_stay_with_their_block),
		cmocka_unit_test(PLC_03_busy_is_no_failure),
		cmocka_unit_test(PLC_03_a_block_is_split_to_find_the_bad_address),
		cmocka_unit_test(PLC_04_cut_replies_mark_the_device_and_pass),
		cmocka_unit_test(PLC_05_a_trickling_device_is_given_up_in_time),
		cmocka_unit_test(PLC_06_replies_to_another_transaction_are_refused),
		cmocka_unit_test(PLC_07_replies_of_another_unit_are_refused),
		cmocka_unit_test(PLC_08_replies_of_another_function_are_refused),
		cmocka_unit_test(PLC_09_late_replies_never_show_under_another_tag),
		cmocka_unit_test(PLC_11_doubled_replies_are_told_and_harmless),
		cmocka_unit_test(PLC_13_byte_counts_that_lie_are_refused),
		cmocka_unit_test(PLC_14_headers_that_lie_are_refused),
		cmocka_unit_test(PLC_27_a_closed_idle_connection_is_renewed_quietly),
		cmocka_unit_test(units_behind_one_endpoint_share_its_connection),
		cmocka_unit_test(writes_are_accepted_and_arrive),
		cmocka_unit_test(
			WR_02_a_write_without_an_answer_is_unknown_and_never_repeated),
		cmocka_unit_test(WR_03_a_write_without_a_connection_is_not_sent),
		cmocka_unit_test(WR_04_a_reset_inside_the_write_is_unknown),
		cmocka_unit_test(WR_05_a_lost_reply_is_settled_by_reading_back),
		cmocka_unit_test(WR_06_a_different_echo_is_unknown),
		cmocka_unit_test(WR_07_an_exception_is_a_refusal_with_its_name),
		cmocka_unit_test(WR_08_a_read_comes_fresh_from_the_device),
		cmocka_unit_test(WR_29_a_wide_value_is_one_request),
		cmocka_unit_test(WR_32_a_pulse_whose_reply_is_lost_is_never_repeated),
		cmocka_unit_test(a_write_after_its_deadline_is_not_sent),
		cmocka_unit_test(one_write_a_device_at_a_time),
		cmocka_unit_test(a_write_of_an_older_configuration_is_not_sent),
		cmocka_unit_test(a_read_without_a_device_is_unreadable_in_time),
		cmocka_unit_test(explain_shows_registers_order_scaling_and_quality),
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
