/* server.c - starting a server and waiting for its end. */
#include "support/server.h"
#include "support/test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/clock.h"

enum { LOG_SHOWN = 4000 };

static void become_server(const struct server_start *s, const char *program)
{
	const char *argv[12] = { "sightglassd", "--config",      s->config,
				 "--state",     s->state,        "--socket",
				 s->socket,     "--socket-mode", "0600" };
	int log = open(s->log, O_WRONLY | O_CREAT | O_APPEND, 0600), n = 9;

	for (size_t i = 0; i < sizeof(s->more) / sizeof(s->more[0]); i++)
		if (s->more[i])
			argv[n++] = s->more[i];
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	if (s->prepare)
		s->prepare(s->arg);
	execv(program, (char *const *)argv);
	_exit(127);
}

pid_t server_start(const struct server_start *s)
{
	char program[4096];

	if (s->bin)
		snprintf(program, sizeof(program), "%s/sightglassd", s->bin);
	else
		snprintf(program, sizeof(program), "%s", test_program("sightglassd"));
	pid_t pid = fork();
	if (pid == 0)
		become_server(s, program);
	assert_true(pid > 0);
	return pid;
}

int server_await_end(pid_t pid, int ms, const char *log)
{
	struct mono deadline = mono_add_ms(clock_mono(), ms);
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (mono_reached(clock_mono(), deadline)) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			char *text = test_read_file(log);
			size_t n = strlen(text);
			fail_msg("the server does not end within %d ms:\n%s", ms,
				 n > LOG_SHOWN ? text + n - LOG_SHOWN : text);
		}
		poll(NULL, 0, 5); /* between two looks */
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
