/* own_station.c - starts and ends a server on a folder of files. */
#include "support/test.h"

#include "own_station.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/server.h"

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

void own_station_start(struct own_station *o, const char *more)
{
	char config[300], state[300];

	snprintf(config, sizeof(config), "%s/sightglass.cfg", o->dir);
	snprintf(state, sizeof(state), "%s/state", o->dir);
	o->pid = server_start(&(struct server_start){ .bin = o->bin,
						      .config = config,
						      .state = state,
						      .socket = o->as.socket,
						      .log = o->log,
						      .more = { o->keys, more },
						      .prepare = o->prepare,
						      .arg = o->arg });
	o->as.pid = o->pid; /* its drivers are below it */
}

char *own_station_log(const struct own_station *o)
{
	return test_read_file(o->log);
}

int own_station_await_end(struct own_station *o, int ms)
{
	int code = server_await_end(o->pid, ms, o->log);

	o->pid = 0;
	return code;
}

int own_station_stop(struct own_station *o)
{
	kill(o->pid, SIGTERM);
	return own_station_await_end(o, STOP_MS);
}
