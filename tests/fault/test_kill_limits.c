/*
 * test_kill_limits.c - a server that is killed between two writes has not forgotten the
 * first one: min_interval_s and max_change hold over `kill -9`, so that nobody moves the
 * plant faster by ending the server (WR-10).
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kill_rig.h"
#include "util/strbuf.h"

#define SLOW "intake.v101.position_sp"
#define FAR  "reservoir.v301.position_sp"

static void change(const struct kill_rig *r, const char *name, const char *tag,
		   const char *write)
{
	struct strbuf text = STRBUF_INIT;
	char path[400], *was, *at, *from, *end;

	snprintf(path, sizeof(path), "%s/config/%s", r->dir, name);
	was = test_read_file(path);
	at = strstr(was, tag);
	assert_non_null(at);
	from = strstr(at, "write = {");
	assert_non_null(from);
	end = strchr(from, '}');
	assert_non_null(end);
	strbuf_add(&text, was, (size_t)(from - was));
	strbuf_addf(&text, "write = { tolerance = 0.06; %s%s", write, end);
	test_write_file(path, text.buf);
	strbuf_release(&text);
	free(was);
}

static double value_of(struct kill_rig *r, const char *tag)
{
	int code;
	char *said = KILL_ASK(r, &code, "get", "--json", tag), *at;
	double v;

	assert_int_equal(code, 0);
	at = strstr(said, "\"value\"");
	assert_non_null(at);
	v = strtod(at + strcspn(at, "0123456789-"), NULL);
	free(said);
	return v;
}

static char *set(struct kill_rig *r, const char *tag, double v, int want)
{
	char number[32], *said;
	int code;

	snprintf(number, sizeof(number), "%.1f", v);
	said = KILL_ASK(r, &code, "set", tag, number, "--yes");
	if ((code == 0) != (want == 0))
		fail_msg("set %s %s: exit %d: %s", tag, number, code, said);
	return said;
}

static void again(struct kill_rig *r)
{
	kill_rig_kill_server(r);
	kill_rig_start_server(r);
	kill_rig_wait_serving(r);
}

static void WR_10_a_killed_server_still_knows_when_and_how_far_it_wrote(void **state)
{
	struct kill_rig *r = kill_rig_up();
	double from, up;
	char *said;

	(void)state;
	change(r, "tags/intake.cfg", SLOW, "min_interval_s = 600; ");
	change(r, "tags/reservoir.cfg", FAR, "max_change = 8; max_change_s = 600; ");
	again(r);
	from = value_of(r, FAR);
	up = from < 50 ? 6 : -6;
	free(set(r, SLOW, 41, 0));
	free(set(r, FAR, from + up, 0));
	again(r);
	said = set(r, SLOW, 42, 1);
	assert_has(said, "600.0 s must pass between two writes");
	free(said);
	said = set(r, FAR, from + 2 * up, 1);
	assert_has(said, "within the last 600 s");
	free(said);
	free(set(r, FAR, from + up / 2, 0)); /* within it, as before */
	kill_rig_down(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(WR_10_a_killed_server_still_knows_when_and_how_far_it_wrote),
};

int main(void)
{
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
