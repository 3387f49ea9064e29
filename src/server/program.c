/* program.c - the channel of a program that the starter runs, polled by the loop. */
#include "server/program.h"

#include <errno.h>
#include <unistd.h>

#include "server/shell.h"

static void tell(struct program *p, const struct start_news *news)
{
	p->runs &= news->kind == START_RUNS;
	p->on_news(p, news);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct program *p = poll->data;
	struct start_news news;

	(void)status;
	(void)events;
	while (p->runs && !uv_is_closing((uv_handle_t *)poll) &&
	       starter_news(p->channel, &news))
		tell(p, &news);
	if (!p->runs && !uv_is_closing((uv_handle_t *)poll))
		uv_poll_stop(poll);
}

int program_start(struct shell *sh, struct program *p, const struct start_request *rq)
{
	int rc;

	p->channel = starter_start(sh->starter, rq);
	if (p->channel < 0)
		return -errno;
	rc = uv_poll_init(&sh->loop, &p->poll, p->channel);
	if (rc < 0) {
		close(p->channel);
		return rc;
	}
	p->poll.data = p;
	p->runs = true;
	uv_poll_start(&p->poll, UV_READABLE, on_readable);
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct program *p = handle->data;

	p->on_closed(p);
}

/* A closed channel is an order to end it. */
void program_close(struct program *p, void (*closed)(struct program *p))
{
	if (uv_is_closing((uv_handle_t *)&p->poll))
		return;
	p->on_closed = closed;
	p->runs = false;
	uv_close((uv_handle_t *)&p->poll, on_closed);
	close(p->channel);
}
