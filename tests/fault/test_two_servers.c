/*
 * test_two_servers.c - two servers that both think they are the one: the second on the
 * same state folder or the same socket refuses to start, says who is there, touches
 * nothing, and the first goes on (WR-16).
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kill_rig.h"
#include "support/server.h"

/* Runs one until it ends by itself; its log is owned. */
static char *second(const struct kill_rig *r, const char *state, const char *socket,
		    int *code)
{
	char config[400], log[400];

	snprintf(config, sizeof(config), "%s/config/sightglass.cfg", r->dir);
	snprintf(log, sizeof(log), "%s/second.log", r->dir);
	unlink(log);
	pid_t pid = server_start(&(struct server_start){
		.config = config, .state = state, .socket = socket, .log = log });
	*code = server_await_end(pid, 20000, log);
	return test_read_file(log);
}

static void WR_16_a_second_server_refuses_and_the_first_goes_on(void **state)
{
	struct kill_rig *r = kill_rig_up();
	char other[400], holder[40];
	int code;

	(void)state;
	kill_rig_wait_serving(r);
	snprintf(holder, sizeof(holder), "process %d", (int)r->own.pid);
	snprintf(other, sizeof(other), "%.300s/other.sock", r->dir);
	char *said = second(r, r->state, other, &code);
	assert_int_equal(code, 1);
	assert_has(said, "another server");
	assert_has(said, holder);
	free(said);
	snprintf(other, sizeof(other), "%.300s/other", r->dir);
	said = second(r, other, r->own.socket, &code);
	assert_int_equal(code, 1);
	assert_has(said, "another server uses");
	free(said);
	struct kill_job *j = kill_rig_set(r, 0);
	kill_rig_wait_jobs(r);
	assert_int_equal(j->code, 0);
	kill_rig_down(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(WR_16_a_second_server_refuses_and_the_first_goes_on),
};

int main(void)
{
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
