/* walls.c - becoming the service's user, and the server's own wall. */
#include "server/walls.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/shell.h"
#include "station/def.h"
#include "util/log.h"

/* --- another user ------------------------------------------------------------------ */

/* Root's usual places, which the user could not make. */
static bool hand_over(const char *path, mode_t mode, const struct passwd *to,
		      struct strbuf *why)
{
	bool there = access(path, F_OK) == 0;

	if (server_make_dir(path, mode) &&
	    (there || chown(path, to->pw_uid, to->pw_gid) == 0))
		return true;
	strbuf_setf(why, "cannot make %s for user %s: %s", path, to->pw_name,
		    strerror(errno));
	return false;
}

static bool hand_over_places(const struct server_options *o, const struct passwd *to,
			     struct strbuf *why)
{
	const struct station_def none = { 0 };
	char path[PATH_MAX], *slash;

	if (server_state_dir(o, &none, path, sizeof(path)) &&
	    !hand_over(path, 0700, to, why))
		return false;
	if (!server_socket_path(o, &none, path, sizeof(path)) ||
	    !(slash = strrchr(path, '/')) || slash == path)
		return true;
	*slash = '\0';
	return hand_over(path, 0750, to, why);
}

bool walls_become(const struct server_options *o, struct strbuf *why)
{
	const struct passwd *to;

	if (!o->user)
		return true;
	if (geteuid() != 0) {
		strbuf_setf(why, "--user %s: only root can become somebody else",
			    o->user);
		return false;
	}
	to = getpwnam(o->user);
	if (!to || to->pw_uid == 0) {
		strbuf_setf(why, "--user %s: %s", o->user,
			    to ? "is root itself" : "there is no such user");
		return false;
	}
	if (!hand_over_places(o, to, why))
		return false;
	if (initgroups(to->pw_name, to->pw_gid) < 0 ||
	    setresgid(to->pw_gid, to->pw_gid, to->pw_gid) < 0 ||
	    setresuid(to->pw_uid, to->pw_uid, to->pw_uid) < 0 || setuid(0) == 0) {
		strbuf_setf(why, "cannot become user %s: %s", o->user, strerror(errno));
		return false;
	}
	setenv("HOME", to->pw_dir, 1);
	return true;
}

/* --- the wall ---------------------------------------------------------------------- */

enum wall_policy walls_policy(const struct server_options *o,
			      const struct station_def *def)
{
	if (o->walls_given)
		return o->walls;
	return def && def->walls_given ? def->walls : wall_policy_default();
}

static bool is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* Cuts folder until it holds path as well. */
static void widen(char *folder, const char *path)
{
	char *slash;

	while (!is_below(path, folder) && (slash = strrchr(folder, '/')))
		*slash = '\0';
}

/* "/srv" and "/" hold more than a station. */
static bool is_deep(const char *folder)
{
	return folder[0] == '/' && strchr(folder + 1, '/');
}

/* The lowest folder that holds all of the station: its parts may be replaced whole. When
 * they lie far apart, each by itself. */
static void need_station(struct wall_needs *n, const struct station_def *def)
{
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s", def->dir);
	for (size_t i = 0; i < def->n_folders; i++)
		widen(folder, def->folders[i]);
	wall_needs_place(n, WALL_READ, is_deep(folder) ? folder : def->dir);
	for (size_t i = 0; i < def->n_folders; i++)
		wall_needs_place(n, WALL_READ, def->folders[i]);
}

/* A file may be replaced by another of its name: its folder is named. */
static void need_folder_of(struct wall_needs *n, unsigned access, const char *path)
{
	char dir[PATH_MAX], *slash;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash && slash != dir)
		*slash = '\0';
	wall_needs_place(n, access, slash ? dir : ".");
}

static void need_all(struct wall_needs *n, const struct shell *sh,
		     const struct station_def *def)
{
	wall_needs_place(n, WALL_WRITE, sh->state_dir);
	if (def->audit.folder)
		wall_needs_place(n, WALL_WRITE, def->audit.folder);
	if (def->backups)
		wall_needs_place(n, WALL_WRITE, def->backups);
	need_station(n, def);
	if (sh->policy.keys)
		need_folder_of(n, WALL_READ, sh->policy.keys);
	need_folder_of(n, WALL_SOCKETS, sh->socket_path);
}

const char *walls_up(const struct shell *sh, const struct station_def *def,
		     enum wall_policy policy, struct strbuf *why)
{
	static char *told; /* for as long as the process lives */
	struct wall_needs needs = { 0 };
	struct strbuf text = STRBUF_INIT;
	struct wall_report report;
	enum sg_err rc;

	wall_report_init(&report, policy);
	need_all(&needs, sh, def);
	rc = wall_files(WALL_SERVER, &needs, &report, why);
	if (rc == SG_OK)
		rc = wall_calls(WALL_SERVER, &report, why);
	wall_report_text(&report, &text);
	if (geteuid() == 0 && !def->access.allow_root)
		strbuf_adds(&text, "; runs as root: --user NAME");
	if (rc == SG_OK && report.missing.len)
		log_warn("walls: %s", text.buf);
	wall_needs_release(&needs);
	wall_report_release(&report);
	free(told);
	told = rc == SG_OK ? strbuf_detach(&text) : NULL;
	strbuf_release(&text);
	return told;
}
