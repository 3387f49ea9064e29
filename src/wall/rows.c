/* rows.c - the table of the programs: what each may touch. */
#include "wall/wall.h"

#include <string.h>

/* Places: letters of what may be done (r read, x execute, d use a device), then paths,
 * then a semicolon. "*" stands for any characters of a name. */

/* Names of people and groups, time zones, the character set: what any library reads.
 * Files of /etc are replaced whole when they change, so the folder is named. */
static const char server_places[] =
	"r /etc /usr /lib /lib64 /run/nscd /run/systemd/userdb /var/lib/sss /proc "
	"/sys/devices/system/cpu /dev/urandom; d /dev/null";

/* A program that is started: what it is linked with, and how names are looked up. Itself
 * is among its needs. */
static const char driver_places[] =
	"r /usr/lib /lib /lib64 /etc/ld.so.cache /etc/ld.so.preload; "
	"x /lib64/ld-* /lib/ld-* /lib/*/ld-linux*; "
	"r /etc/nsswitch.conf /etc/hosts /etc/host.conf /etc/resolv.conf /etc/gai.conf "
	"/etc/services /etc/hostname /run/systemd/resolve; "
	"r /etc/ssl /usr/share/ca-certificates /usr/local/share/ca-certificates; "
	"r /etc/localtime /usr/share/zoneinfo /sys/devices/system/cpu /proc/self "
	"/dev/urandom; d /dev/null";

/* May be a script, or a program with parts of its own beside it. */
static const char other_places[] =
	"rx /usr /lib /lib64 /bin; r /etc /proc /sys/devices/system/cpu "
	"/run/systemd/resolve /dev/urandom; d /dev/null";

static const char check_places[] = "r /; x /usr /lib /lib64 /bin; d /dev/null";

static const char loader_places[] = "r /; d /dev/null";

static const char console_places[] = "r /etc /usr /lib /lib64; d /dev/null";

static const struct wall_row rows[WALL_PROGRAMS] = {
	[WALL_SERVER] = {
		.name = "sightglassd",
		.help = "its state folder to write, its station's files to read, Unix "
			"sockets and syslog; no TCP, no program started",
		.files = true,
		.places = server_places,
		.tcp = WALL_TCP_NONE,
		.calls = WALL_CALLS_BASE | WALL_CALLS_STORE | WALL_CALLS_NET |
			 WALL_CALLS_SERVE,
		.sockets = WALL_UNIX | WALL_UDP,
	},
	[WALL_STARTER] = {
		.name = "sg-starter",
		.help = "the server's child that starts the drivers and the programs "
			"of notify, each behind a wall of its own, and nothing else",
		.tcp = WALL_TCP_ANY,
	},
	[WALL_LOADER] = {
		.name = "sg-loader",
		.help = "files to read, and Unix sockets to look names up; no network, "
			"nothing written, no program started",
		.files = true,
		.places = loader_places,
		.tcp = WALL_TCP_NONE,
		.calls = WALL_CALLS_BASE | WALL_CALLS_NET,
		.sockets = WALL_UNIX,
	},
	[WALL_MODBUS] = {
		.name = "sightglass-modbus",
		.help = "the serial lines and the TCP ports of its devices; no other file, "
			"no program started",
		.files = true,
		.places = driver_places,
		.tcp = WALL_TCP_PORTS,
		.calls = WALL_CALLS_BASE | WALL_CALLS_NET | WALL_CALLS_SERIAL,
		.sockets = WALL_UDP | WALL_TCP,
		.memory_mb = 2048,
		.niceness = 2,
	},
	[WALL_MQTT] = {
		.name = "sightglass-mqtt",
		.help = "the TCP ports of its brokers and the files its devices name; "
			"no program started",
		.files = true,
		.places = driver_places,
		.tcp = WALL_TCP_PORTS,
		.calls = WALL_CALLS_BASE | WALL_CALLS_NET,
		.sockets = WALL_UDP | WALL_TCP,
		.memory_mb = 192,
		.niceness = 2,
	},
	[WALL_OTHER_DRIVER] = {
		.name = "another driver",
		.help = "the system's programs and libraries, its own folder, the files, "
			"lines and TCP ports its devices name",
		.files = true,
		.places = other_places,
		.tcp = WALL_TCP_PORTS,
		.memory_mb = 2048,
		.niceness = 2,
	},
	[WALL_DRIVER_CHECK] = {
		.name = "a driver's check",
		.help = "files to read; no network, nothing written",
		.files = true,
		.places = check_places,
		.tcp = WALL_TCP_NONE,
		.niceness = 5,
	},
	[WALL_NOTIFY] = {
		.name = "a program of notify",
		.help = "what its own needs are, nobody but its author knows: it gets no "
			"new privileges, and nothing more is taken from it",
		.tcp = WALL_TCP_ANY,
		.niceness = 5,
	},
	[WALL_CONSOLE] = {
		.name = "sightglass (console)",
		.help = "the terminal it has and the server's Unix socket; no network, no "
			"program started, no process made, no key typed for the operator",
		.files = true,
		.places = console_places,
		.tcp = WALL_TCP_NONE,
		.calls = WALL_CALLS_BASE | WALL_CALLS_NET | WALL_CALLS_TERMINAL,
		.sockets = WALL_UNIX,
	},
	[WALL_CLI] = {
		.name = "sightglass (commands)",
		.help = "the files of its user and the server's Unix socket; no network, "
			"no program started, no process made",
		.tcp = WALL_TCP_NONE,
		.calls = WALL_CALLS_BASE | WALL_CALLS_STORE | WALL_CALLS_NET |
			 WALL_CALLS_TERMINAL,
		.sockets = WALL_UNIX,
	},
};

const struct wall_row *wall_row(enum wall_program program)
{
	return &rows[program];
}

enum wall_program wall_driver(const char *name)
{
	if (strcmp(name, "modbus") == 0)
		return WALL_MODBUS;
	return strcmp(name, "mqtt") == 0 ? WALL_MQTT : WALL_OTHER_DRIVER;
}

const char *const wall_policy_words[] = { "off", "best-effort", "require", NULL };

bool wall_policy_parse(const char *word, enum wall_policy *out)
{
	for (int i = 0; wall_policy_words[i]; i++)
		if (strcmp(word, wall_policy_words[i]) == 0) {
			*out = (enum wall_policy)i;
			return true;
		}
	return false;
}

const char *wall_policy_name(enum wall_policy policy)
{
	return wall_policy_words[policy];
}

enum wall_policy wall_policy_default(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return WALL_OFF;
#else
	return WALL_BEST_EFFORT;
#endif
}
