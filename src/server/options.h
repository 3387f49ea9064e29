/*
 * options.h - the server's command line, and where state and socket lie when it does
 * not say.
 */
#ifndef SG_SERVER_OPTIONS_H
#define SG_SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "wall/wall.h"

struct station_def;

struct server_options {
	const char *config;         /* station file */
	const char *state, *socket; /* NULL = not given */
	const char *user;           /* to become after a start as root; NULL = nobody */
	mode_t socket_mode;
	const char *config_keys; /* who may sign the station's files; NULL = not asked */
	bool unsigned_warns;
	bool walls_given;
	enum wall_policy walls;
	bool check_only;
	bool verbose;
	bool cheap_hashes; /* for tests */
};

/* Returns -1 to go on, else the exit code (0 after --help and --version, 2 on misuse). */
int server_options_parse(int argc, char **argv, struct server_options *o);

/* --state, the station file's, $STATE_DIRECTORY, /var/lib/sightglass for root,
 * $XDG_STATE_HOME/sightglass or ~/.local/state/sightglass. False when none is known. */
bool server_state_dir(const struct server_options *o, const struct station_def *def,
		      char *out, size_t size);
/* --socket, SIGHTGLASS_SOCKET, the station file's, $RUNTIME_DIRECTORY or
 * /run/sightglass for root, $XDG_RUNTIME_DIR/sightglass. */
bool server_socket_path(const struct server_options *o, const struct station_def *def,
			char *out, size_t size);
/* Makes the folder and those above it, mode 0700 (state) or 0750 (socket). */
bool server_make_dir(const char *path, mode_t mode);

#endif
