/* tool_line.c - one connection by hand: the driver's own strict link, one request after
 * the other, never faster than --pause allows. */
#include "drivers/modbus/tool.h"

#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "drivers/modbus/frame.h"
#include "util/strbuf.h"

enum { BUSY_TRIES = 4, BUSY_PAUSE_MS = 200 };

static struct net_waiter *waiting;

static void on_signal(int number)
{
	(void)number;
	net_quit(waiting); /* an atomic and one write */
}

static void catch_signals(void)
{
	/* once: whoever presses Ctrl-C twice means it */
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

bool tool_line_open(struct tool_line *l, const struct tool_options *o, struct strbuf *why)
{
	*l = (struct tool_line){ .o = o, .reply.why = STRBUF_INIT };
	l->waiter.quit_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->waiter.quit_fd >= 0)
		l->link = mb_link_new(&o->to, &l->waiter);
	if (!l->link) {
		strbuf_setf(why, "the system has no more descriptors or memory");
		return false;
	}
	waiting = &l->waiter;
	catch_signals();
	return true;
}

void tool_line_close(struct tool_line *l)
{
	if (l->link)
		mb_link_free(l->link);
	strbuf_release(&l->reply.why);
	if (l->waiter.quit_fd >= 0)
		close(l->waiter.quit_fd);
}

static bool interrupted(const struct tool_line *l)
{
	return net_is_quitting(&l->waiter);
}

static void wait_ms(struct tool_line *l, int64_t ms)
{
	if (ms > 0)
		net_wait(&l->waiter, -1, 0, mono_add_ms(clock_mono(), ms), true);
}

static bool connected(struct tool_line *l)
{
	if (mb_link_is_up(l->link))
		return true;
	strbuf_clear(&l->reply.why);
	return mb_link_connect(l->link, l->o->timeout_ms, &l->reply.why);
}

static enum tool_answer ask(struct tool_line *l, const struct mb_request *rq)
{
	if (!connected(l))
		return TOOL_UNREACHABLE;
	l->requests++;
	switch (mb_link_transact(l->link, rq, &l->reply)) {
	case MB_ANSWERED:
		return TOOL_ANSWERED;
	case MB_REFUSED:
		return TOOL_REFUSED;
	case MB_FAILED:
		break;
	}
	return TOOL_SILENT;
}

enum tool_answer tool_line_read(struct tool_line *l, uint8_t unit, enum mb_area area,
				uint32_t first, uint32_t count, uint16_t *out)
{
	struct mb_request rq = { .unit = unit,
				 .area = area,
				 .first = first,
				 .count = count,
				 .read = out,
				 .timeout_ms = l->o->timeout_ms };
	enum tool_answer answer = TOOL_SILENT;

	for (int i = 0; i < BUSY_TRIES; i++) {
		wait_ms(l, i ? BUSY_PAUSE_MS : l->requests ? l->o->pause_ms : 0);
		if (interrupted(l))
			return TOOL_INTERRUPTED;
		answer = ask(l, &rq);
		if (interrupted(l))
			return TOOL_INTERRUPTED;
		/* a connection that the device had closed meanwhile is nobody's fault */
		if (answer == TOOL_SILENT && l->reply.closed_before)
			continue;
		if (answer != TOOL_REFUSED || !exception_is_busy(l->reply.exception))
			break;
	}
	return answer;
}
