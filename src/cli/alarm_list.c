/* alarm_list.c - fetching one snapshot of the alarm list, in the order of urgency. */
#include "cli/alarm_list.h"

#include <stdlib.h>

#include "alarm/engine.h"
#include "cli/command.h"
#include "cli/remote.h"
#include "util/xalloc.h"

static int rank(const struct wire_alarm_row *r)
{
	bool unacked = r->state == ALARM_S_UNACK || r->state == ALARM_S_RTNUN ||
		       r->state == ALARM_S_LTUNK || r->n_older > 0;

	if (r->priority == ALARM_DIAGNOSTIC) /* apart, below all others */
		return unacked ? 20 : 30;
	return (unacked ? 0 : 10) + r->priority;
}

static int by_urgency(const void *a, const void *b)
{
	const struct wire_alarm_row *x = a, *y = b;
	int d = rank(x) - rank(y);

	if (d)
		return d;
	return (x->raised_ms < y->raised_ms) - (x->raised_ms > y->raised_ms);
}

static bool take(struct alarm_list *l, const struct client_frame *f)
{
	struct wire_alarm_reset reset;
	struct wire_alarm_row row;
	struct wire_alarm_sync sync;

	switch (f->type) {
	case WIRE_ALARM_RESET:
		if (wire_get_alarm_reset(f->payload, f->len, &reset))
			l->epoch = reset.epoch;
		l->n = 0;
		return false;
	case WIRE_ALARM_ROW:
		if (wire_get_alarm_row(f->payload, f->len, &row) &&
		    wire_alarm_listed(&row))
			*GROW(&l->v, &l->n) = row;
		return false;
	case WIRE_ALARM_SYNC:
		if (!wire_get_alarm_sync(f->payload, f->len, &sync))
			return false;
		l->version = sync.version;
		return true;
	default:
		return false;
	}
}

int alarm_list_fetch(struct client *c, struct alarm_list *out)
{
	struct strbuf why = STRBUF_INIT;
	struct client_frame f;
	enum sg_err rc;
	int code = CLI_OK;

	*out = (struct alarm_list){ 0 };
	client_request(c, WIRE_ALARMS, 1, 0, "");
	rc = client_flush(c, &why);
	while (rc == SG_OK) {
		rc = client_next(c, WIRE_SILENCE_MS, &f, &why);
		if (rc == SG_OK && take(out, &f))
			break;
	}
	if (rc == SG_ENOENT)
		strbuf_setf(&why, "the server is silent");
	if (rc != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_urgency);
	strbuf_release(&why);
	return code;
}

void alarm_list_release(struct alarm_list *l)
{
	free(l->v);
	*l = (struct alarm_list){ 0 };
}
