/* test_plant_map.c - the station's files and the plant say the same: every tag that
 * config/tags reads from a device is served by plantsim at that address or topic with
 * that coding, and every value of the plant has its tag. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "plantsim/map.h"
#include "station/def.h"
#include "util/num.h"
#include "util/strbuf.h"

/* The row as config/tags writes it: "input:110:float32". */
static void address_text(const struct map_row *row, struct strbuf *out)
{
	static const char *const tables[] = { "coil", "discrete", "input", "holding" };
	static const char *const types[] = {
		[MAP_U16] = ":uint16",  [MAP_I16] = ":int16",
		[MAP_U32] = ":uint32",  [MAP_U32_CDAB] = ":uint32:cdab",
		[MAP_F32] = ":float32", [MAP_F32_CDAB] = ":float32:cdab",
		[MAP_F64] = ":float64",
	};

	strbuf_setf(out, "%s:%d", tables[row->table], row->address);
	if (row->coding == MAP_REGISTER_BIT)
		strbuf_addf(out, ".%d", row->bit);
	else if (row->coding != MAP_BIT)
		strbuf_adds(out, types[row->coding]);
}

static void same_text(const char *tag, const char *what, const char *in_files,
		      const char *in_plant)
{
	bool same = in_files && in_plant ? strcmp(in_files, in_plant) == 0
					 : in_files == in_plant;

	if (!same)
		fail_msg("%s: %s is \"%s\" in config/tags and \"%s\" in plantsim", tag,
			 what, in_files ? in_files : "(none)",
			 in_plant ? in_plant : "(none)");
}

static void check_registers(const struct tag_def *t, const struct map_row *row)
{
	struct strbuf want = STRBUF_INIT;
	const char *scale = settings_get(&t->settings, "scale");
	double v = 1.0;

	address_text(row, &want);
	same_text(t->name, "address", settings_get(&t->settings, "address"), want.buf);
	if (scale)
		assert_true(num_parse_double(scale, &v));
	assert_double(v, row->scale > 0.0 ? row->scale : 1.0, 1e-12);
	strbuf_release(&want);
}

static void check_topic(const struct tag_def *t, const struct map_row *row)
{
	char want[64] = "plain";

	same_text(t->name, "topic", settings_get(&t->settings, "topic"), row->topic);
	if (row->coding == MAP_JSON)
		snprintf(want, sizeof(want), "json:/%s", row->key);
	same_text(t->name, "payload", settings_get(&t->settings, "payload"), want);
	same_text(t->name, "time", settings_get(&t->settings, "time"),
		  row->with_ts ? "json:/ts" : NULL);
	same_text(t->name, "write.topic", settings_get(&t->settings, "write.topic"),
		  row->set_topic);
}

static void check_write(const struct tag_def *t, const struct map_row *row)
{
	if (t->write->allowed != (row->access == ACCESS_WRITE))
		fail_msg("%s: %s in config/tags and %s in plantsim", t->name,
			 t->write->allowed ? "writable" : "read only",
			 row->access == ACCESS_WRITE ? "writable" : "read only");
	if (t->write->allowed && t->numbers->has_range) {
		assert_double(t->numbers->lo, row->lo, 1e-12);
		assert_double(t->numbers->hi, row->hi, 1e-12);
	}
}

static void the_station_and_the_plant_agree_on_every_value(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf text = STRBUF_INIT;
	size_t served = 0;
	struct station_def *d = station_load(test_top("config/sightglass.cfg"), &diags);

	(void)state;
	for (size_t i = 0; i < diags.n; i++) {
		strbuf_clear(&text);
		diag_format(&diags.v[i], &text);
		print_error("%s\n", text.buf);
	}
	strbuf_release(&text);
	assert_non_null(d);
	for (size_t i = 0; i < d->n_tags; i++) {
		const struct tag_def *t = &d->tags[i];
		if (t->kind != TAG_DEVICE)
			continue;
		int k = map_find(t->name);
		if (k < 0)
			fail_msg("plantsim does not serve %s", t->name);
		const struct map_row *row = &map_rows[k];
		same_text(t->name, "device", d->devices[t->device].name,
			  map_device_name(row->device));
		if (row->table == MAP_TOPIC)
			check_topic(t, row);
		else
			check_registers(t, row);
		check_write(t, row);
		served++;
	}
	for (size_t i = 0; i < map_count; i++)
		if (station_def_tag(d, map_rows[i].tag) < 0)
			fail_msg("no tag shows %s of the plant", map_rows[i].tag);
	assert_int_equal(served, map_count);
	station_def_free(d);
	diag_list_release(&diags);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_station_and_the_plant_agree_on_every_value),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
