/* report.c - in the thread that reads the journal: the rows that a period needs, then
 * rows of figures. */
#include "server/report.h"

#include <stdlib.h>
#include <string.h>

#include "alarm/report.h"
#include "server/reader_thread.h"
#include "store/store.h"
#include "util/xalloc.h"
#include "wire/msg.h"
#include "wire/report.h"

struct ask {
	struct wire_report m;
	char *choices; /* as station/reports.c writes them; owned */
};

struct answer {
	uint32_t req;
	struct strbuf *frames;
};

static void ask_free(void *arg)
{
	struct ask *ask = arg;

	free(ask->choices);
	free(ask);
}

/* The areas point into choices, which is taken apart. */
static struct alarm_area_choice *areas_of(char *choices, size_t *n)
{
	struct alarm_area_choice *v = NULL;
	char *save = NULL;

	*n = 0;
	for (char *line = strtok_r(choices, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		struct alarm_area_choice *c = GROW(&v, n);

		c->in = line[0] == '+';
		c->area = line + 1;
	}
	return v;
}

static struct alarm_metrics *begin(const struct ask *ask, struct strbuf *why)
{
	struct alarm_metrics_query q = { .from = { ask->m.from_ms },
					 .to = { ask->m.to_ms } };
	struct alarm_area_choice *areas = areas_of(ask->choices, &q.n_areas);

	q.areas = areas;
	q.class_name = ask->m.class_name[0] ? ask->m.class_name : NULL;
	struct alarm_metrics *metrics = alarm_metrics_new(&q, why);
	free(areas);
	return metrics;
}

static void put_row(void *arg, const char *const *fields, size_t n)
{
	struct answer *a = arg;

	wire_put_row(a->frames, a->req, fields, n);
}

static void put_all(struct alarm_metrics *metrics, enum wire_report_kind kind,
		    struct answer *a)
{
	struct alarm_metrics_result r;

	alarm_metrics_end(metrics, &r);
	if (kind == WIRE_REPORT_PROPOSALS)
		alarm_report_proposals(metrics, put_row, a);
	else
		alarm_report_rows(&r, put_row, a);
	wire_put_reply(a->frames, a->req, WIRE_OK, "");
}

static void run(void *arg, struct store_reader *reader, uint32_t req,
		struct strbuf *frames)
{
	struct ask *ask = arg;
	struct answer a = { .req = req, .frames = frames };
	struct strbuf why = STRBUF_INIT;
	struct alarm_metrics *metrics = begin(ask, &why);

	if (!metrics)
		wire_put_reply(frames, req, WIRE_REFUSED, why.buf);
	else if (store_journal_figures(reader, metrics, &why) == SG_OK)
		put_all(metrics, (enum wire_report_kind)ask->m.kind, &a);
	else
		wire_put_reply(frames, req, WIRE_FAILED, why.buf);
	alarm_metrics_free(metrics);
	strbuf_release(&why);
}

void report_request(struct shell *sh, const struct action *a)
{
	struct ask *ask = xcalloc(1, sizeof(*ask));
	const uint8_t *payload;
	uint16_t type;
	size_t len;

	/* the frame is the station's own */
	wire_frame_next((const uint8_t *)a->bytes.buf, a->bytes.len, &type, &payload,
			&len);
	wire_get_report(payload, len, &ask->m);
	ask->choices = xstrdup(a->name);
	reader_thread_call(sh->reporter, a->session, a->req, READER_REPORT_MS, run, ask,
			   ask_free);
}
