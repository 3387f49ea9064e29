/* fuzz_driver.c - the drivers' protocol: records of both ends, and configurations as a
 * driver takes them in. */
#include "fuzz/target.h"

#include <stdlib.h>
#include <string.h>

#include "driver/child_int.h"
#include "driver/proto.h"
#include "drivers/modbus/driver.h"
#include "util/arena.h"

static void get_samples(const struct driver_record_view *r)
{
	static struct driver_sample_batch b;

	b.text = (struct strbuf)STRBUF_INIT;
	driver_get_samples(r, &b);
	strbuf_release(&b.text);
}

static void get_config(const struct driver_record_view *r)
{
	struct driver_device device = { 0 };
	struct settings scratch = { 0 };
	struct driver_told told;
	struct arena *a = arena_new();

	if (driver_get_config_device(r, &device))
		driver_device_release(&device);
	driver_get_config_tag(r, &told, a, &scratch);
	settings_release(&scratch);
	arena_free(a);
}

static void get_all(const struct driver_record_view *r)
{
	char text[VALUE_STRING_MAX + 1], topic[DRIVER_TOPIC_MAX + 1];
	static union {
		struct driver_hello hello;
		struct driver_config_result result;
		struct driver_device_state state;
		struct driver_beat beat;
		struct driver_stats stats;
		struct driver_read read;
		struct driver_read_result read_result;
		struct driver_write write;
		struct driver_write_outcome outcome;
		struct driver_publish publish;
		struct driver_explain explain;
	} m;
	uint32_t v;

	driver_get_hello(r, &m.hello);
	driver_get_u32(r, &v);
	driver_get_config_result(r, &m.result);
	driver_get_device_state(r, &m.state);
	driver_get_beat(r, &m.beat);
	driver_get_stats(r, &m.stats);
	driver_get_read(r, &m.read);
	driver_get_read_result(r, &m.read_result, text);
	driver_get_write(r, &m.write, text);
	driver_get_write_outcome(r, &m.outcome);
	driver_get_publish(r, &m.publish, topic);
	driver_get_explain(r, &m.explain);
	get_samples(r);
	get_config(r);
}

static void take_in(struct intake *in, const struct driver_record_view *r)
{
	struct strbuf results = STRBUF_INIT, why = STRBUF_INIT;

	if (r->type == DR_CONFIG_END)
		driver_config_free(intake_end(in, r, &driver_modbus, &results, &why));
	else
		intake_record(in, r, &why);
	strbuf_release(&results);
	strbuf_release(&why);
}

static void run(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);
	struct driver_record_view r;
	struct intake in = { 0 };
	size_t at = 0;
	int64_t used;

	memcpy(copy, p, n);
	while ((used = driver_record_next(copy + at, n - at, &r)) > 0) {
		get_all(&r);
		take_in(&in, &r);
		at += (size_t)used;
	}
	intake_release(&in);
	free(copy);
}

static void put_config(struct strbuf *out)
{
	struct driver_device d = { .name = (char[]){ "plc" } };
	struct driver_tag t = { 0 };

	settings_add(&d.settings, "endpoint", "tcp://127.0.0.1:502");
	settings_add(&t.settings, "address", "holding:0");
	driver_put_config_begin(out, 1);
	driver_put_config_device(out, &d);
	driver_put_config_tag(out, &t, "a.v");
	driver_put_config_end(out, 1);
	settings_release(&d.settings);
	settings_release(&t.settings);
}

static bool seed(size_t i, struct strbuf *out)
{
	struct driver_hello hello = { .version = DRIVER_PROTO_VERSION };

	switch (i) {
	case 0:
		driver_put_hello(out, &hello);
		return true;
	case 1:
		put_config(out);
		return true;
	case 2:
		driver_put_credit(out, 100);
		return true;
	default:
		return false;
	}
}

const struct fuzz_target fuzz_driver = {
	.name = "driver",
	.what = "the drivers' protocol, records of both ends",
	.run = run,
	.seed = seed,
	.max = 4096,
	.runs = 120000,
};
