/* demo_find.c - how `sightglass demo fault` finds the demonstration of this user: a file
 * a running demo, named by its process and holding D. */
#include "cli/demo.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "util/num.h"
#include "wire/socket.h"

/* $XDG_RUNTIME_DIR/sightglass-demo, else /tmp/sightglass-demo-UID; ours alone. */
static bool record_folder(char *out, size_t size)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	struct stat st;
	int n;

	if (runtime && runtime[0] == '/' && access(runtime, W_OK) == 0)
		n = snprintf(out, size, "%s/sightglass-demo", runtime);
	else
		n = snprintf(out, size, "/tmp/sightglass-demo-%u", getuid());
	if (n < 0 || (size_t)n >= size || (mkdir(out, 0700) < 0 && errno != EEXIST))
		return false;
	/* in /tmp a stranger may have been first: his folder is not used */
	return lstat(out, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == getuid() &&
	       (st.st_mode & 022) == 0;
}

void demo_record(struct demo *d)
{
	char folder[PATH_MAX];
	int n = -1;

	d->record[0] = '\0';
	if (record_folder(folder, sizeof(folder)))
		n = snprintf(d->record, sizeof(d->record), "%s/%d", folder, getpid());
	FILE *f = n > 0 && (size_t)n < sizeof(d->record) ? fopen(d->record, "we") : NULL;
	if (f) {
		fputs(d->dir, f);
		fclose(f);
		return;
	}
	d->record[0] = '\0';
	demo_say(d, "`sightglass demo fault` will need --dir %s here", d->dir);
}

static bool read_record(const char *path, char *dir, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(dir, 1, size - 1, f) : 0;

	if (f)
		fclose(f);
	dir[n] = '\0';
	return n > 0 && dir[0] == '/';
}

/* A record whose demo was killed stays behind: nobody listens there. */
static bool answers(const char *dir)
{
	char path[PATH_MAX];
	struct strbuf why = STRBUF_INIT;

	if ((size_t)snprintf(path, sizeof(path), "%s/run/demo.sock", dir) >= sizeof(path))
		return false;
	int fd = socket_connect(path, &why);
	strbuf_release(&why);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* D of the demonstration that listens there. */
static bool of_socket(const char *socket, char *dir, size_t size)
{
	static const char tail[] = "/run/station.sock";
	size_t n = strlen(socket), end = sizeof(tail) - 1;

	if (n < end || n - end >= size || strcmp(socket + n - end, tail) != 0)
		return false;
	snprintf(dir, size, "%.*s", (int)(n - end), socket);
	return answers(dir);
}

static bool newest(char *dir, size_t size)
{
	char folder[PATH_MAX], path[PATH_MAX + 300], candidate[PATH_MAX];
	struct timespec last = { 0 };
	struct stat st;
	int64_t pid;
	bool found = false;
	DIR *all = record_folder(folder, sizeof(folder)) ? opendir(folder) : NULL;

	for (const struct dirent *e; all && (e = readdir(all)) != NULL;) {
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (!num_parse_int(e->d_name, 1, INT32_MAX, &pid) ||
		    stat(path, &st) < 0 ||
		    !read_record(path, candidate, sizeof(candidate)))
			continue;
		if (!answers(candidate)) {
			unlink(path);
			continue;
		}
		bool newer = st.st_mtim.tv_sec > last.tv_sec ||
			     (st.st_mtim.tv_sec == last.tv_sec &&
			      st.st_mtim.tv_nsec >= last.tv_nsec);
		if (newer && strlen(candidate) < size) {
			last = st.st_mtim;
			memcpy(dir, candidate, strlen(candidate) + 1);
			found = true;
		}
	}
	if (all)
		closedir(all);
	return found;
}

bool demo_find(char *dir, size_t size)
{
	const char *env = getenv("SIGHTGLASS_SOCKET");

	if (cli_socket && of_socket(cli_socket, dir, size))
		return true;
	if (cli_socket)
		fprintf(stderr, "sightglass: no demonstration listens on %s\n",
			cli_socket);
	else if ((env && of_socket(env, dir, size)) || newest(dir, size))
		return true;
	else
		fputs("sightglass: no demonstration of yours runs; start one with "
		      "`sightglass demo`, or name its folder with --dir\n",
		      stderr);
	return false;
}
