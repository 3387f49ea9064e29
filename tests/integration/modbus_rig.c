/* modbus_rig.c - what the tests of sightglass-modbus share. */
#include "support/test.h"

#include "integration/modbus_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct harness_tag_options rig_writable = { .writable = true };

/* --- the slave --- */

struct peer slave_start(char endpoint[64])
{
	const char *const argv[] = { "chaos_slave", NULL };
	struct peer p = peer_start(argv);
	char line[100];

	peer_line(&p, line, sizeof(line));
	snprintf(endpoint, 64, "tcp://127.0.0.1:%ld", strtol(line + 5, NULL, 10));
	return p;
}

long slave_tell(struct peer *p, const char *text)
{
	char line[200];

	peer_tell(p, text);
	peer_tell(p, "\n");
	peer_line(p, line, sizeof(line));
	assert_string_not_equal(line, "unknown mode");
	return strtol(line, NULL, 10);
}

long slave_stat(struct peer *p, const char *name)
{
	char line[200];

	peer_tell(p, "stats\n");
	peer_line(p, line, sizeof(line));
	const char *at = strstr(line, name);
	assert_non_null(at);
	return strtol(at + strlen(name), NULL, 10);
}

/* --- the rig: one slave, one driver, device 0 --- */

void rig_open_with(struct rig *r, const char *scan_ms, const char *timeout_ms)
{
	r->slave = slave_start(r->endpoint);
	r->h = harness_start("sightglass-modbus");
	harness_begin(r->h);
	harness_device(r->h, 0, "plc1", "endpoint", r->endpoint, "unit", "1", "scan_ms",
		       scan_ms, "timeout_ms", timeout_ms, NULL);
}

void rig_open(struct rig *r)
{
	rig_open_with(r, "50", "200");
}

void rig_close(struct rig *r)
{
	assert_int_equal(harness_stop(r->h), 0);
	peer_stop(&r->slave);
}

/* Tags id = 0..n-1 at holding:100 + id, and the device connected. */
void rig_tags(struct rig *r, uint32_t device, uint32_t from, uint32_t to, uint32_t plus)
{
	char address[40];

	for (uint32_t i = from; i < to; i++) {
		snprintf(address, sizeof(address), "holding:%u", 100 + i + plus);
		harness_tag(r->h, i, device, &rig_writable, "address", address, NULL);
	}
}

void rig_wait_tags(struct rig *r, uint32_t from, uint32_t to, uint32_t plus)
{
	for (uint32_t i = from; i < to; i++)
		harness_wait_number(r->h, i, 100 + i + plus, 0);
}

void rig_with_tags(struct rig *r, uint32_t n)
{
	rig_tags(r, 0, 0, n, 0);
	harness_commit(r->h);
	harness_wait_state(r->h, 0, DEVICE_CONNECTED);
	rig_wait_tags(r, 0, n, 0);
}

bool rig_is_bad(const struct harness *h, uint32_t tag)
{
	return quality_class(h->tag[tag].s.quality) == QUALITY_BAD;
}

void assert_outcome(const struct driver_write_outcome *o, enum write_outcome want,
		    const char *words)
{
	if (o->outcome != want)
		fail_msg("%s \"%s\" instead of %s",
			 write_outcome_name((enum write_outcome)o->outcome), o->text,
			 write_outcome_name(want));
	assert_has(o->text, words);
}
