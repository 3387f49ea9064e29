/* control.c - see control.h. */
#include "plantsim/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "plantsim/command.h"
#include "util/strbuf.h"

static bool listen_at(struct control *c, const char *path, struct strbuf *why)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(addr.sun_path)) {
		strbuf_setf(
			why,
			"the control socket's path has %zu characters and may have %zu: "
			"%s",
			strlen(path), sizeof(addr.sun_path) - 1, path);
		return false;
	}
	memcpy(addr.sun_path, path, strlen(path) + 1);
	c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unlink(path);
	mode_t old = umask(0177);
	bool ok = c->listener >= 0 &&
		  bind(c->listener, (const struct sockaddr *)&addr, sizeof(addr)) == 0 &&
		  listen(c->listener, CONTROL_CLIENTS) == 0;
	umask(old);
	if (!ok)
		strbuf_setf(why, "cannot listen for commands at %s: %s", path,
			    strerror(errno));
	return ok;
}

bool control_open(struct control *c, const char *path, struct strbuf *why)
{
	c->listener = -1;
	c->path = path;
	for (int i = 0; i < CONTROL_CLIENTS; i++)
		c->client[i].fd = -1;
	return !path || listen_at(c, path, why);
}

static void drop(struct control_client *cl)
{
	if (cl->fd >= 0)
		close(cl->fd);
	cl->fd = -1;
	cl->len = 0;
}

void control_close(struct control *c)
{
	for (int i = 0; i < CONTROL_CLIENTS; i++)
		drop(&c->client[i]);
	if (c->listener < 0)
		return;
	close(c->listener);
	unlink(c->path);
	c->listener = -1;
}

void control_watch(const struct control *c, struct poller *p)
{
	poller_add(p, c->listener, POLLIN);
	for (int i = 0; i < CONTROL_CLIENTS; i++)
		poller_add(p, c->client[i].fd, POLLIN);
}

static void accept_one(struct control *c)
{
	int fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (int i = 0; fd >= 0 && i < CONTROL_CLIENTS; i++)
		if (c->client[i].fd < 0) {
			c->client[i] = (struct control_client){ .fd = fd };
			return;
		}
	if (fd >= 0)
		close(fd);
}

static bool send_answer(int fd, const struct strbuf *out)
{
	return send(fd, out->buf, out->len, MSG_NOSIGNAL) == (ssize_t)out->len;
}

/* Runs every whole line. False: the client is to be dropped. */
static bool take_lines(struct control_client *cl, struct works *w, struct mono now)
{
	char *end;
	bool ok = true;

	while (ok && (end = memchr(cl->line, '\n', cl->len)) != NULL) {
		struct strbuf out = STRBUF_INIT;
		size_t used = (size_t)(end - cl->line) + 1;
		*end = '\0';
		command_run(w, cl->line, now, &out);
		ok = send_answer(cl->fd, &out);
		strbuf_release(&out);
		cl->len -= used;
		memmove(cl->line, end + 1, cl->len);
	}
	return ok && cl->len < sizeof(cl->line);
}

static void read_client(struct control_client *cl, struct works *w, struct mono now)
{
	ssize_t n = recv(cl->fd, cl->line + cl->len, sizeof(cl->line) - cl->len, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		cl->len += (size_t)n;
	if (n <= 0 || !take_lines(cl, w, now))
		drop(cl);
}

void control_handle(struct control *c, struct works *w, const struct poller *p,
		    struct mono now)
{
	for (int i = 0; i < CONTROL_CLIENTS; i++)
		if (poller_got(p, c->client[i].fd))
			read_client(&c->client[i], w, now);
	if (poller_got(p, c->listener))
		accept_one(c);
}
