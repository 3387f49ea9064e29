/* own_station.c - starts and ends a server on a folder of files. */
#include "support/test.h"

#include "own_station.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/clock.h"

enum { STOP_MS = 20000 };

void own_station_put(struct own_station *o, const char *name, const char *text)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", o->dir, name);
	test_write_file(path, text);
}

void own_station_make(struct own_station *o)
{
	const struct passwd *me = getpwuid(getuid());
	char access[600];

	memset(o, 0, sizeof(*o));
	assert_non_null(me);
	snprintf(o->dir, sizeof(o->dir), "%s", test_tmpdir());
	snprintf(o->log, sizeof(o->log), "%s/log", o->dir);
	snprintf(o->as.socket, sizeof(o->as.socket), "%s/run.sock", o->dir);
	own_station_put(
		o, "sightglass.cfg",
		"station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		"\"tags.cfg\"; access = \"access.cfg\"; alarms = \"alarms.cfg\";\n");
	own_station_put(o, "devices.cfg", "devices = ();\n");
	own_station_put(o, "tags.cfg", "tags = ();\n");
	own_station_put(o, "alarms.cfg", "alarms = ();\n");
	snprintf(access, sizeof(access),
		 "unlisted = \"refuse\"; allow_root = true;\n"
		 "roles = ( { name = \"all\"; rights = ( \"view\", \"acknowledge\", "
		 "\"operate\", \"engineer\", \"admin\", \"audit\" ); } );\n"
		 "operators = ( { name = \"eng\"; unix_user = \"%.64s\"; roles = ( "
		 "\"all\" "
		 "); } );\n",
		 me->pw_name);
	own_station_put(o, "access.cfg", access);
}

static void become_server(struct own_station *o, const char *more)
{
	char program[4096], config[300], state[300];
	int file = open(o->log, O_WRONLY | O_CREAT | O_APPEND, 0600);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	snprintf(program, sizeof(program), "%s/sightglassd",
		 o->bin ? o->bin : getenv("SIGHTGLASS_BIN"));
	snprintf(config, sizeof(config), "%s/sightglass.cfg", o->dir);
	snprintf(state, sizeof(state), "%s/state", o->dir);
	dup2(file, STDOUT_FILENO);
	dup2(file, STDERR_FILENO);
	if (o->prepare)
		o->prepare(o->arg);
	execl(program, "sightglassd", "--config", config, "--state", state, "--socket",
	      o->as.socket, "--socket-mode", "0600", o->keys ? o->keys : more,
	      o->keys ? more : NULL, (char *)NULL);
	_exit(127);
}

void own_station_start(struct own_station *o, const char *more)
{
	o->pid = fork();
	if (o->pid == 0)
		become_server(o, more);
	assert_true(o->pid > 0);
	o->as.pid = o->pid; /* its drivers are below it */
}

char *own_station_log(const struct own_station *o)
{
	return test_read_file(o->log);
}

int own_station_await_end(struct own_station *o, int ms)
{
	struct mono deadline = mono_add_ms(clock_mono(), ms);
	int status;

	while (waitpid(o->pid, &status, WNOHANG) == 0) {
		if (mono_reached(clock_mono(), deadline)) {
			kill(o->pid, SIGKILL);
			waitpid(o->pid, &status, 0);
			char *log = own_station_log(o);
			size_t n = strlen(log);
			fail_msg("the server does not end within %d ms:\n%s", ms,
				 n > 4000 ? log + n - 4000 : log);
		}
		poll(NULL, 0, 5); /* between two looks */
	}
	o->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int own_station_stop(struct own_station *o)
{
	kill(o->pid, SIGTERM);
	return own_station_await_end(o, STOP_MS);
}
