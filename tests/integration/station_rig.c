/* station_rig.c - see station_rig.h. */
#include "support/test.h"

#include "station_rig.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/stall.h"
#include "util/clock.h"

int64_t station_ms(void)
{
	return clock_mono().ns / 1000000;
}

void station_pause(void)
{
	poll(NULL, 0, 20);
}

enum { OPEN_MS = 30000 };

struct demo *demo;

int station_open(void **state)
{
	(void)state;
	demo = demo_up();
	DEMO_UNTIL(demo, "\"good\"", OPEN_MS, "get", "--json", "intake.t101.level");
	DEMO_UNTIL(demo, "\"good\"", OPEN_MS, "get", "--json", "reservoir.t301.level");
	DEMO_UNTIL(demo, "\"good\"", OPEN_MS, "get", "--json", "dosing.cl2_sp");
	return 0;
}

int station_close(void **state)
{
	(void)state;
	if (demo)
		demo_down(demo);
	return 0;
}

void station_fault(struct demo *d, const char *a, const char *b, const char *c)
{
	static char out[4096];

	if (DEMO_RUN(d, out, "demo", "--dir", d->dir, "fault", a, b, c) != 0)
		fail_msg("fault %s %s: %s", a, b ? b : "", out);
}

double station_plant(struct demo *d, const char *tag)
{
	static char out[4096];

	if (DEMO_RUN(d, out, "demo", "--dir", d->dir, "fault", "get", tag) != 0)
		fail_msg("the plant says of %s: %s", tag, out);
	return strtod(out, NULL);
}

const char *station_say(struct demo *d, int code, const char *const args[])
{
	static char out[STATION_OUT];
	int got = demo_run(d, out, sizeof(out), args);

	if (got != code)
		fail_msg("`%s %s` ends with %d, not with %d: %s", args[0],
			 args[1] ? args[1] : "", got, code, out);
	return out;
}

void station_tags_named(struct demo *d, const char *prefix, struct station_tags *t)
{
	static const char key[] = "{\"tag\":\"";
	const char *at = STATION_SAY(d, 0, "tags", prefix, "--json");

	for (t->n = 0; t->n < STATION_TAGS && (at = strstr(at, key)) != NULL; t->n++) {
		at += sizeof(key) - 1;
		snprintf(t->name[t->n], sizeof(t->name[0]), "%.*s",
			 (int)strcspn(at, "\""), at);
	}
	assert_true(t->n > 0);
}

size_t station_quality(struct demo *d, const struct station_tags *t, const char *quality)
{
	static char out[STATION_OUT];
	const char *args[STATION_TAGS + 3] = { "get", "--json" };
	char key[64];

	for (size_t i = 0; i < t->n; i++)
		args[2 + i] = t->name[i];
	if (demo_run(d, out, sizeof(out), args) != 0)
		fail_msg("get: %s", out);
	snprintf(key, sizeof(key), "\"quality\":\"%s\"", quality);
	return station_count(out, key);
}

int64_t station_until_quality(struct demo *d, const struct station_tags *t,
			      const char *quality, int64_t limit_ms)
{
	struct stall_span from = stall_begin();
	size_t n;

	while ((n = station_quality(d, t, quality)) < t->n) {
		if (stall_own_ms(&from) > limit_ms)
			fail_msg("after %lld ms %zu of %zu tags like %s are %s",
				 (long long)limit_ms, n, t->n, t->name[0], quality);
		station_pause();
	}
	return stall_own_ms(&from);
}

size_t station_count(const char *text, const char *needle)
{
	size_t n = 0;

	for (; (text = strstr(text, needle)) != NULL; text++)
		n++;
	return n;
}

const char *station_line(const char *text, const char *needle)
{
	static char line[4096];
	const char *at = strstr(text, needle);

	line[0] = '\0';
	if (!at)
		return line;
	while (at > text && at[-1] != '\n')
		at--;
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
	return line;
}
