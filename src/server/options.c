/* options.c - the server's command line and the places it keeps things. */
#include "server/options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "station/def.h"

enum {
	OPT_CHECK = 256,
	OPT_MODE,
	OPT_CHEAP,
	OPT_VERSION,
	OPT_KEYS,
	OPT_UNSIGNED,
	OPT_WALLS,
	OPT_USER
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "state", required_argument, NULL, 's' },
	{ "socket", required_argument, NULL, 'S' },
	{ "socket-mode", required_argument, NULL, OPT_MODE },
	{ "config-keys", required_argument, NULL, OPT_KEYS },
	{ "config-unsigned", required_argument, NULL, OPT_UNSIGNED },
	{ "cheap-hashes", no_argument, NULL, OPT_CHEAP },
	{ "walls", required_argument, NULL, OPT_WALLS },
	{ "user", required_argument, NULL, OPT_USER },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
	"usage: sightglassd --config FILE [--state DIR] [--socket PATH] [--check]\n"
	"\n"
	"  --config FILE       the station file (config/sightglass.cfg)\n"
	"  --state DIR         where station.db lies\n"
	"  --socket PATH       where consoles connect\n"
	"  --socket-mode MODE  0660 (default) or 0600\n"
	"  --config-keys FILE  run only files that one of these keys has signed\n"
	"  --config-unsigned refuse|warn  what happens to others (refuse)\n"
	"  --walls WORD        best-effort (default), require or off; before the file's\n"
	"  --user NAME         started by root: become NAME before anything is read\n"
	"  --check             read and check all files, then exit: 0 good, 1 not\n"
	"  --cheap-hashes      passwords cost little to hash: for tests, never for a "
	"plant\n"
	"  --verbose           log more\n"
	"\n"
	"The server stays in the foreground. SIGTERM stops it, SIGHUP reloads the "
	"station.\n";

static bool parse_mode(const char *text, mode_t *mode)
{
	*mode = strcmp(text, "0600") == 0 ? 0600 : 0660;
	return *mode == 0600 || strcmp(text, "0660") == 0;
}

/* Those that only name something. */
static const char **text_of(struct server_options *o, int c)
{
	switch (c) {
	case 'c':
		return &o->config;
	case 's':
		return &o->state;
	case 'S':
		return &o->socket;
	case OPT_KEYS:
		return &o->config_keys;
	case OPT_USER:
		return &o->user;
	default:
		return NULL;
	}
}

static bool *switch_of(struct server_options *o, int c)
{
	return c == OPT_CHEAP   ? &o->cheap_hashes
	       : c == OPT_CHECK ? &o->check_only
	       : c == 'v'       ? &o->verbose
				: NULL;
}

static int one_word(int c, struct server_options *o)
{
	switch (c) {
	case OPT_MODE:
		return parse_mode(optarg, &o->socket_mode) ? -1 : 2;
	case OPT_UNSIGNED:
		o->unsigned_warns = strcmp(optarg, "warn") == 0;
		return o->unsigned_warns || strcmp(optarg, "refuse") == 0 ? -1 : 2;
	case OPT_WALLS:
		o->walls_given = wall_policy_parse(optarg, &o->walls);
		return o->walls_given ? -1 : 2;
	case 'h':
		fputs(usage, stdout);
		return 0;
	case OPT_VERSION:
		puts("sightglassd " SIGHTGLASS_VERSION);
		return 0;
	default:
		return 2;
	}
}

static int one_option(int c, struct server_options *o)
{
	const char **text = text_of(o, c);
	bool *on = switch_of(o, c);

	if (text)
		*text = optarg;
	else if (on)
		*on = true;
	else
		return one_word(c, o);
	return -1;
}

int server_options_parse(int argc, char **argv, struct server_options *o)
{
	int c, rc = -1;

	*o = (struct server_options){ .socket_mode = 0660 };
	while (rc < 0 &&
	       (c = getopt_long(argc, argv, "c:s:S:vh", long_options, NULL)) != -1)
		rc = one_option(c, o);
	if (rc < 0 && (!o->config || optind < argc))
		rc = 2;
	if (rc == 2)
		fputs(usage, stderr);
	return rc;
}

/* The first of these that is set, with tail put behind a folder from the environment. */
struct place {
	const char *base, *tail;
};

static bool first_place(const struct place *p, size_t n, char *out, size_t size)
{
	for (size_t i = 0; i < n; i++)
		if (p[i].base && p[i].base[0])
			return (size_t)snprintf(out, size, "%s%s", p[i].base, p[i].tail) <
			       size;
	return false;
}

bool server_state_dir(const struct server_options *o, const struct station_def *def,
		      char *out, size_t size)
{
	const struct place places[] = {
		{ o->state, "" },
		{ def->state, "" },
		{ getenv("STATE_DIRECTORY"), "" },
		{ geteuid() == 0 ? "/var/lib" : NULL, "/sightglass" },
		{ getenv("XDG_STATE_HOME"), "/sightglass" },
		{ getenv("HOME"), "/.local/state/sightglass" },
	};

	return first_place(places, sizeof(places) / sizeof(places[0]), out, size);
}

bool server_socket_path(const struct server_options *o, const struct station_def *def,
			char *out, size_t size)
{
	const struct place places[] = {
		{ o->socket, "" },
		{ getenv("SIGHTGLASS_SOCKET"), "" },
		{ def->socket, "" },
		{ getenv("RUNTIME_DIRECTORY"), "/station.sock" },
		{ geteuid() == 0 ? "/run/sightglass" : NULL, "/station.sock" },
		{ getenv("XDG_RUNTIME_DIR"), "/sightglass/station.sock" },
	};

	return first_place(places, sizeof(places) / sizeof(places[0]), out, size);
}

bool server_make_dir(const char *path, mode_t mode)
{
	char dir[PATH_MAX];

	if ((size_t)snprintf(dir, sizeof(dir), "%s", path) >= sizeof(dir))
		return false;
	for (char *p = dir + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(dir, 0755);
		*p = '/';
	}
	return mkdir(dir, mode) == 0 || errno == EEXIST;
}
