/* demo_files.c - the folder of a demonstration: made, filled, removed. */
#include "cli/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/xalloc.h"

enum { COPY_DEPTH = 8, COPY_FILE_MAX = 1 << 20 };

bool demo_path(const struct demo *d, const char *name, char *out, size_t size)
{
	return (size_t)snprintf(out, size, "%s/%s", d->dir, name) < size;
}

static bool fail(struct strbuf *why, const char *doing, const char *path)
{
	strbuf_setf(why, "cannot %s %s: %s", doing, path, strerror(errno));
	return false;
}

/* The whole file, replaced at once. */
static bool write_file(const struct demo *d, const char *name, struct strbuf *why,
		       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static bool write_file(const struct demo *d, const char *name, struct strbuf *why,
		       const char *fmt, ...)
{
	char path[PATH_MAX], *text;
	va_list ap;

	if (!demo_path(d, name, path, sizeof(path))) {
		errno = ENAMETOOLONG;
		return fail(why, "write", name);
	}
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	bool good =
		file_replace(path, 0644, text, strlen(text)) || fail(why, "write", path);
	free(text);
	return good;
}

/* --- the station to copy ------------------------------------------------------- */
/* The demonstration station: in the checkout this program was built in, or where
 * `make install` puts it. */
static bool find_station(const struct demo *d, char *out, size_t size)
{
	static const char *const places[] = { "../..", "../../..",
					      "../share/sightglass/demo",
					      "../../share/sightglass/demo" };
	char folder[PATH_MAX], file[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s", d->program);
	char *slash = strrchr(folder, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int n = snprintf(out, size, "%s/%s", folder, places[i]);
		int m = snprintf(file, sizeof(file), "%s/%s/config/sightglass.cfg",
				 folder, places[i]);
		if ((size_t)n < size && (size_t)m < sizeof(file) &&
		    access(file, R_OK) == 0)
			return true;
	}
	return false;
}

static struct { /* nftw() takes no argument */
	const char *from;
	const char *to;
	bool failed;
} copying;

static bool copy_file(const char *from, const char *to)
{
	char *text = xmalloc(COPY_FILE_MAX);
	FILE *in = fopen(from, "re"), *out = fopen(to, "we");
	size_t n = in ? fread(text, 1, COPY_FILE_MAX, in) : 0;
	bool ok = in && out && n < COPY_FILE_MAX && fwrite(text, 1, n, out) == n;

	if (in)
		fclose(in);
	if (out)
		ok = fclose(out) == 0 && ok;
	free(text);
	return ok;
}

static int copy_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	char to[PATH_MAX];

	(void)ftw;
	if ((size_t)snprintf(to, sizeof(to), "%s%s", copying.to,
			     path + strlen(copying.from)) >= sizeof(to))
		errno = ENAMETOOLONG;
	else if (flag == FTW_D && (mkdir(to, 0700) == 0 || errno == EEXIST))
		return 0;
	else if (flag == FTW_F && S_ISREG(st->st_mode) && copy_file(path, to))
		return 0;
	copying.failed = true;
	return 1;
}

static bool copy_tree(const char *from, const char *to)
{
	copying.from = from;
	copying.to = to;
	copying.failed = false;
	return nftw(from, copy_one, COPY_DEPTH, 0) == 0 && !copying.failed;
}

static bool copy_station(const struct demo *d, struct strbuf *why)
{
	static const struct {
		const char *from, *to;
	} parts[] = {
		{ "alarms", "alarms" },
		{ "screens", "screens" },
		{ "config", "config.part" },
	};
	char station[PATH_MAX], from[PATH_MAX + 16], to[PATH_MAX];

	if (!find_station(d, station, sizeof(station))) {
		strbuf_setf(
			why,
			"cannot find the demonstration station: neither the checkout nor "
			"share/sightglass/demo is beside %s",
			d->program);
		return false;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(from, sizeof(from), "%s/%s", station, parts[i].from);
		if (!demo_path(d, parts[i].to, to, sizeof(to)) || !copy_tree(from, to))
			return fail(why, "copy the demonstration station from", from);
	}
	return true;
}

/* --- files of this run ----------------------------------------------------------- */
/* The name the server will see on our connections. */
static void user_name(char *out, size_t size)
{
	const struct passwd *pw = getpwuid(getuid());

	if (pw)
		snprintf(out, size, "%s", pw->pw_name);
	else
		snprintf(out, size, "uid-%u", getuid());
}

static bool write_access(const struct demo *d, struct strbuf *why)
{
	char user[64];

	user_name(user, sizeof(user));
	return write_file(
		d, "config.part/access.cfg", why,
		"// access.cfg - written by `sightglass demo`: whoever started\n"
		"// it may do everything, every other user may look.\n"
		"unlisted = \"view\";\n"
		"allow_root = %s;             // only ever in a demonstration\n"
		"single_in_emergency = true;    // dosing.cl2_sp takes two persons: "
		"alone only so\n"
		"sessions = { idle_min = 0; };  // whoever tries it may take the time\n"
		"\n"
		"roles = (\n"
		"\t{ name = \"operator\"; rights = ( \"view\",\n"
		"\t    \"acknowledge\", \"operate\", \"shelve\", \"approve\" ); },\n"
		"\t{ name = \"engineer\"; rights = ( \"view\", \"engineer\",\n"
		"\t    \"admin\", \"audit\" ); }\n"
		");\n"
		"\n"
		"operators = (\n"
		"\t{ name = \"%s\"; unix_user = \"%s\";\n"
		"\t  roles = ( \"operator\", \"engineer\" ); }\n"
		");\n",
		getuid() == 0 ? "true" : "false", user, user);
}

bool demo_files_devices(const struct demo *d, struct strbuf *why)
{
	return write_file(
		d, "config/devices.cfg", why,
		"// devices.cfg - written by `sightglass demo` at each start:\n"
		"// the ports of this run.\n"
		"devices = (\n"
		"\t{ name = \"plc1\"; driver = \"modbus\";\n"
		"\t  endpoint = \"tcp://127.0.0.1:%d\"; unit = 1; scan_ms = 500; },\n"
		"\t{ name = \"plc2\"; driver = \"modbus\";\n"
		"\t  endpoint = \"tcp://127.0.0.1:%d\"; unit = 2; scan_ms = 500; },\n"
		"\t{ name = \"bus\"; driver = \"mqtt\";\n"
		"\t  endpoint = \"mqtt://127.0.0.1:%d\"; }\n"
		");\n",
		d->plc_port[0], d->plc_port[1], d->broker_port);
}

bool demo_files_broker(const struct demo *d, struct strbuf *why)
{
	/* "user root": as root mosquitto would otherwise change its user, lose the wish
	 * to die with us and be unable to use this folder; for others it means nothing */
	return write_file(d, "run/mosquitto.conf", why,
			  "listener %d 127.0.0.1\n"
			  "allow_anonymous true\n"
			  "persistence false\n"
			  "user root\n"
			  "log_dest stderr\n",
			  d->broker_port);
}

/* --- the folder -------------------------------------------------------------------- */
static bool make_folder(struct demo *d, const char *dir, struct strbuf *why)
{
	const char *tmp = getenv("TMPDIR");
	char fresh[PATH_MAX];

	d->temporary = dir == NULL;
	if (!dir) {
		snprintf(fresh, sizeof(fresh), "%s/sightglass-demo.XXXXXX",
			 tmp && tmp[0] == '/' ? tmp : "/tmp");
		dir = mkdtemp(fresh);
		if (!dir)
			return fail(why, "make a folder", fresh);
	} else if (mkdir(dir, 0700) < 0 && errno != EEXIST) {
		return fail(why, "make the folder", dir);
	}
	return realpath(dir, d->dir) || fail(why, "use the folder", dir);
}

static bool make_subfolders(const struct demo *d, struct strbuf *why)
{
	static const char *const names[] = { "state", "run", "log" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!demo_path(d, names[i], path, sizeof(path)))
			errno = ENAMETOOLONG;
		else if (mkdir(path, 0700) == 0 || errno == EEXIST)
			continue;
		return fail(why, "make the folder", path);
	}
	return true;
}

static bool take_lock(struct demo *d, struct strbuf *why)
{
	char path[PATH_MAX];

	if (!demo_path(d, "run/demo.lock", path, sizeof(path)))
		return fail(why, "lock", d->dir);
	d->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (d->lock < 0)
		return fail(why, "lock", path);
	if (flock(d->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	strbuf_setf(why, "a demonstration already runs in %s; give --dir another folder",
		    d->dir);
	close(d->lock);
	d->lock = -1;
	return false;
}

/* The last step: a folder with a config holds the whole station, also when the disk was
 * full or the power went while it was copied. */
static bool name_config(const struct demo *d, struct strbuf *why)
{
	char part[PATH_MAX], config[PATH_MAX];

	return (demo_path(d, "config.part", part, sizeof(part)) &&
		demo_path(d, "config", config, sizeof(config)) &&
		rename(part, config) == 0) ||
	       fail(why, "name the folder", "config");
}

bool demo_files_prepare(struct demo *d, const char *dir, struct strbuf *why)
{
	char station[PATH_MAX];

	if (!make_folder(d, dir, why) || !make_subfolders(d, why) || !take_lock(d, why))
		return false;
	if (demo_path(d, "config/sightglass.cfg", station, sizeof(station)) &&
	    access(station, F_OK) == 0)
		return true; /* an engineer may have worked on it since the last run */
	return copy_station(d, why) && write_access(d, why) && name_config(d, why);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

void demo_files_release(struct demo *d, bool keep)
{
	if (d->record[0])
		unlink(d->record);
	if (d->temporary && !keep && d->lock >= 0)
		nftw(d->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	if (d->lock >= 0)
		close(d->lock);
	d->lock = -1;
}
