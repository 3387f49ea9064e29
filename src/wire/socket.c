/* socket.c - finding, binding and connecting the station's Unix socket. */
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/strbuf.h"
#include "wire/trust.h"

enum { BACKLOG = 64, CONNECT_LIMIT_MS = 250 };

static bool candidate(int i, const char *given, char *out, size_t size)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	const char *env = getenv("SIGHTGLASS_SOCKET");

	switch (i) {
	case 0:
		return given && (size_t)snprintf(out, size, "%s", given) < size;
	case 1:
		return env && env[0] && (size_t)snprintf(out, size, "%s", env) < size;
	case 2:
		return (size_t)snprintf(out, size, "/run/sightglass/station.sock") < size;
	default:
		return runtime &&
		       (size_t)snprintf(out, size, "%s/sightglass/station.sock",
					runtime) < size;
	}
}

void socket_find(const char *given, char *out, size_t size)
{
	char path[PATH_MAX];

	out[0] = '\0';
	for (int i = 0; i < 4; i++) {
		if (!candidate(i, given, path, sizeof(path)))
			continue;
		bool named = i < 2; /* what a person named is not looked past */
		if (!out[0] || access(path, F_OK) == 0)
			snprintf(out, size, "%s", path);
		if (named || access(path, F_OK) == 0)
			return;
	}
}

/* The address of path; a long one goes through an open folder in *dir_fd (else -1),
 * which the caller closes once the address has been used. */
static bool make_address(const char *path, struct sockaddr_un *a, int *dir_fd,
			 struct strbuf *why)
{
	char copy[PATH_MAX];
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;

	*dir_fd = -1;
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	if ((size_t)snprintf(a->sun_path, sizeof(a->sun_path), "%s", path) <
	    sizeof(a->sun_path))
		return true;
	snprintf(copy, sizeof(copy), "%s", path);
	*dir_fd = open(dirname(copy), O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*dir_fd >= 0 &&
	    (size_t)snprintf(a->sun_path, sizeof(a->sun_path), "/proc/self/fd/%d/%s",
			     *dir_fd, base) < sizeof(a->sun_path))
		return true;
	strbuf_setf(why, "the socket path %s is too long or its folder cannot be opened",
		    path);
	if (*dir_fd >= 0)
		close(*dir_fd);
	return false;
}

static int new_socket(struct strbuf *why)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		strbuf_setf(why, "cannot make a socket: %s", strerror(errno));
	return fd;
}

/* A stranger who replaced the socket cannot pose as the server: the peer has to run as
 * root, as the owner of the folder the socket lies in, or as ourselves. */
static bool server_is_trusted(int fd, const char *path, uid_t owner, struct strbuf *why)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) < 0) {
		strbuf_setf(why, "cannot tell who serves %s: %s", path, strerror(errno));
		return false;
	}
	if (peer.uid == 0 || peer.uid == owner || peer.uid == geteuid())
		return true;
	strbuf_setf(why,
		    "%s is served by user id %u, but its folder belongs to user id %u: "
		    "not trusted",
		    path, peer.uid, owner);
	return false;
}

/* A server that hangs with a full backlog would hold connect() for ever. */
static void limit_connect(int fd)
{
	struct timeval limit = { .tv_usec = CONNECT_LIMIT_MS * 1000 };

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

static int no_server(const char *path, struct strbuf *why)
{
	strbuf_setf(why,
		    "no station server at %s (%s). Start one: systemctl start "
		    "sightglassd, or sightglassd --config FILE, or sightglass demo",
		    path, strerror(errno));
	return SG_EIO;
}

/* Through the folder's handle: what was judged is what is connected to. */
static int connect_in(int dir_fd, const char *base, const char *path, struct strbuf *why)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if ((size_t)snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/%s",
			     dir_fd, base) >= sizeof(a.sun_path)) {
		errno = ENAMETOOLONG;
		return no_server(path, why);
	}
	fd = new_socket(why);
	if (fd < 0)
		return SG_EIO;
	limit_connect(fd);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	int rc = no_server(path, why);
	close(fd);
	return rc;
}

int socket_connect(const char *path, struct strbuf *why)
{
	const char *base;
	uid_t owner = 0;
	int dir_fd = trust_folder(path, &owner, &base, why), fd;

	if (dir_fd == -1)
		return SG_EREFUSED;
	if (dir_fd < 0)
		return no_server(path, why);
	fd = connect_in(dir_fd, base, path, why);
	close(dir_fd);
	if (fd >= 0 && !server_is_trusted(fd, path, owner, why)) {
		close(fd);
		fd = SG_EREFUSED;
	}
	return fd;
}

/* False when a live server answers there. */
static bool clear_stale(const char *path, const struct sockaddr_un *a, struct strbuf *why)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return true;
	if (!S_ISSOCK(st.st_mode)) {
		strbuf_setf(why,
			    "%s exists and is not a socket: remove it or choose another "
			    "--socket",
			    path);
		return false;
	}
	int fd = new_socket(why);
	if (fd < 0)
		return false;
	bool live = connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0;
	close(fd);
	if (live)
		strbuf_setf(why, "another server already answers at %s", path);
	else
		unlink(path);
	return !live;
}

static bool bind_and_listen(int fd, const char *path, const struct sockaddr_un *a,
			    mode_t mode, struct strbuf *why)
{
	mode_t old = umask(0177 & ~mode & 0777);
	int rc = bind(fd, (const struct sockaddr *)a, sizeof(*a));

	umask(old);
	if (rc == 0 && chmod(path, mode) == 0 && listen(fd, BACKLOG) == 0 &&
	    fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
		return true;
	strbuf_setf(why, "cannot listen at %s: %s", path, strerror(errno));
	return false;
}

int socket_listen(const char *path, mode_t mode, struct strbuf *why)
{
	struct sockaddr_un a;
	int dir_fd, fd = SG_EIO;

	if (!make_address(path, &a, &dir_fd, why))
		return SG_EIO;
	if (clear_stale(path, &a, why))
		fd = new_socket(why);
	if (fd >= 0 && !bind_and_listen(fd, path, &a, mode, why)) {
		close(fd);
		fd = SG_EIO;
	}
	if (dir_fd >= 0)
		close(dir_fd);
	return fd;
}
