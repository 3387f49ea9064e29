/*
 * test_two_servers.c - two servers that both think they are the one: the second on the
 * same state folder or the same socket refuses to start, says who is there, touches
 * nothing, and the first goes on (WR-16).
 */
#include "support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kill_rig.h"

/* Runs one until it ends by itself; its log is owned. */
static char *second(const struct kill_rig *r, const char *state, const char *socket,
		    int *code)
{
	char program[4096], config[400], log[400];
	int status;

	snprintf(program, sizeof(program), "%s", test_program("sightglassd"));
	snprintf(config, sizeof(config), "%s/config/sightglass.cfg", r->dir);
	snprintf(log, sizeof(log), "%s/second.log", r->dir);
	pid_t pid = fork();
	if (pid == 0) {
		int file = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(file, STDOUT_FILENO);
		dup2(file, STDERR_FILENO);
		alarm(20); /* one that runs would run for ever */
		execl(program, "sightglassd", "--config", config, "--state", state,
		      "--socket", socket, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	*code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
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
