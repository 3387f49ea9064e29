/* needs.c - what one instance needs besides its row: places and ports, out of the
 * settings of its devices. */
#include "wall/wall.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/num.h"
#include "util/xalloc.h"

enum { DNS = 53 };

void wall_needs_place(struct wall_needs *n, unsigned access, const char *path)
{
	struct wall_place *p;
	struct stat st = { 0 };

	for (size_t i = 0; i < n->n_places; i++)
		if (n->place[i].access == access && strcmp(n->place[i].path, path) == 0)
			return;
	p = GROW(&n->place, &n->n_places);
	p->access = access;
	p->path = xstrdup(path);
	if (stat(path, &st) == 0) {
		p->device = st.st_dev;
		p->inode = st.st_ino;
	}
}

void wall_needs_port(struct wall_needs *n, uint16_t port)
{
	for (size_t i = 0; i < n->n_ports; i++)
		if (n->port[i] == port)
			return;
	uint16_t *one = GROW(&n->port, &n->n_ports);

	*one = port;
}

void wall_needs_release(struct wall_needs *n)
{
	for (size_t i = 0; i < n->n_places; i++)
		free(n->place[i].path);
	free(n->place);
	free(n->port);
	*n = (struct wall_needs){ 0 };
}

/* The same path may hold another file by now: the wall knows the old one. */
static bool has_place(const struct wall_needs *have, const struct wall_place *p)
{
	for (size_t i = 0; i < have->n_places; i++) {
		const struct wall_place *h = &have->place[i];

		if ((h->access & p->access) == p->access &&
		    strcmp(h->path, p->path) == 0 && h->device == p->device &&
		    h->inode == p->inode)
			return true;
	}
	return false;
}

static bool has_port(const struct wall_needs *have, uint16_t port)
{
	for (size_t i = 0; i < have->n_ports; i++)
		if (have->port[i] == port)
			return true;
	return false;
}

bool wall_needs_cover(const struct wall_needs *have, const struct wall_needs *want)
{
	for (size_t i = 0; i < want->n_places; i++)
		if (!has_place(have, &want->place[i]))
			return false;
	if (have->any_port)
		return true;
	for (size_t i = 0; i < want->n_ports; i++)
		if (!has_port(have, want->port[i]))
			return false;
	return !want->any_port;
}

/* --- settings of devices ----------------------------------------------------------- */

static const struct {
	const char *scheme;
	uint16_t port;
} defaults[] = { { "tcp", 502 }, { "mqtt", 1883 }, { "mqtts", 8883 } };

static uint16_t default_port(const char *scheme, size_t n)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		if (strlen(defaults[i].scheme) == n &&
		    strncmp(defaults[i].scheme, scheme, n) == 0)
			return defaults[i].port;
	return 0;
}

/* "[::1]:502", "plc7:502", "10.0.0.1"; false when there is no port to be seen. */
static bool split_address(const char *text, char host[256], uint16_t *port)
{
	bool bracket = text[0] == '[';
	size_t n = strcspn(text + bracket, bracket ? "]" : ":/?");
	const char *rest = text + bracket + n;
	char digits[8];
	int64_t v;

	if (n >= 256)
		return false;
	memcpy(host, text + bracket, n);
	host[n] = '\0';
	rest += bracket && *rest == ']';
	if (*rest != ':')
		return *port != 0;
	n = strcspn(rest + 1, "/?");
	if (n >= sizeof(digits))
		return false;
	memcpy(digits, rest + 1, n);
	digits[n] = '\0';
	if (!num_parse_int(digits, 1, UINT16_MAX, &v))
		return false;
	*port = (uint16_t)v;
	return true;
}

static bool is_number(const char *host)
{
	struct in6_addr a;

	return inet_pton(AF_INET, host, &a) == 1 || inet_pton(AF_INET6, host, &a) == 1;
}

static void need_address(struct wall_needs *n, const char *text, uint16_t port)
{
	char host[256] = "";

	if (!split_address(text, host, &port)) {
		n->any_port = true;
		return;
	}
	wall_needs_port(n, port);
	if (!is_number(host))
		wall_needs_port(n, DNS); /* an answer may be too long for UDP */
}

/* Adapters are unplugged and come back as new files: their folder is named. A line may
 * be a link from elsewhere into /dev. */
static void need_line(struct wall_needs *n, const char *path)
{
	size_t len = strcspn(path, "?");
	char *dir = xstrndup(path, len), *slash = strrchr(dir, '/');

	if (slash && slash != dir)
		*slash = '\0';
	wall_needs_place(n, WALL_DEVICE, "/dev");
	if (strncmp(dir, "/dev", 4) != 0)
		wall_needs_place(n, WALL_DEVICE, dir);
	free(dir);
}

void wall_needs_setting(struct wall_needs *n, const char *value)
{
	const char *colon = strstr(value, "://");

	if (value[0] == '/')
		wall_needs_place(n, WALL_READ, value);
	else if (colon && colon[3] == '/')
		need_line(n, colon + 3);
	else if (colon)
		need_address(n, colon + 3, default_port(value, (size_t)(colon - value)));
}
