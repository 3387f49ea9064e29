/* bench_burst.c - 10,000 alarms in one second through the whole real server: from the
 * moment the registers of the plant change until a console has been told the last of
 * them, and how long somebody else waits for a page of the journal meanwhile. */
#include "bench/bench.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "bench/server_rig.h"
#include "util/log.h"
#include "wire/client.h"
#include "wire/journal.h"
#include "wire/msg.h"

enum {
	ALARMS = 10000,
	RISEN = 50000,   /* is added to each register: 5,000.0 */
	COMES_AT = 4000, /* the limit */
	LIMIT_S = 60,    /* then something is wrong */
	PACE_MS = 55,    /* a session may ask 20 times a second */
	PAGES_MOST = 2000,
	ANSWER_MS = 30000
};

struct bed {
	struct bare_slave slave;
	struct rig_station station;
	struct rig_server server;
	struct client *console;
	atomic_bool over;
	double page_ms[PAGES_MOST];
	size_t n_pages;
	bool seen[ALARMS];
	size_t n_seen;
};

static struct client *join(const struct bed *b)
{
	struct strbuf why = STRBUF_INIT;
	struct client *c = client_open(b->station.socket, "bench", &why);

	if (!c)
		bench_die("%s", why.buf);
	strbuf_release(&why);
	return c;
}

/* --- somebody who looks into the journal ------------------------------------------- */

static void *look(void *arg)
{
	struct bed *b = arg;
	struct client *c = join(b);

	while (!b->over && b->n_pages < PAGES_MOST) {
		struct wire_journal m = { .req = client_next_req(c), .count = 100 };
		struct wire_reply reply;
		double start = bench_seconds();

		wire_put_journal(client_out(c), &m);
		if (client_wait_reply(c, m.req, &reply, NULL, NULL, NULL) != SG_OK ||
		    reply.status != WIRE_OK)
			bench_die("a page of the journal did not come");
		b->page_ms[b->n_pages++] = 1000 * (bench_seconds() - start);
		bench_pause(PACE_MS);
	}
	client_close(c);
	return NULL;
}

/* --- a console --------------------------------------------------------------------- */

static void note(struct bed *b, const struct client_frame *f)
{
	struct wire_alarm_row row;
	unsigned area = 0, unit = 0, i;

	if (!wire_get_alarm_row(f->payload, f->len, &row) || row.state != ALARM_S_UNACK ||
	    sscanf(row.name, "area%u.unit%u.", &area, &unit) != 2)
		return;
	i = area * 5000 + unit;
	if (i < ALARMS && !b->seen[i]) {
		b->seen[i] = true;
		b->n_seen++;
	}
}

/* Seconds until the last is told. */
static double burst(struct bed *b)
{
	double start = bench_seconds();
	struct client_frame f;

	b->slave.shared->offset = RISEN;
	while (b->n_seen < ALARMS) {
		enum sg_err err = client_next(b->console, ANSWER_MS, &f, NULL);

		if (err != SG_OK || bench_seconds() - start > LIMIT_S)
			bench_die("%zu of %d alarms were told", b->n_seen, ALARMS);
		if (f.type == WIRE_ALARM_ROW)
			note(b, &f);
	}
	return bench_seconds() - start;
}

static void begin(struct bed *b)
{
	const struct rig_plan plan = { .tags = ALARMS,
				       .scan_ms = 200,
				       .comes_at = COMES_AT };
	struct client_frame f;
	uint64_t before;

	bare_slave_start(&b->slave);
	rig_station_write(&b->station, &plan, b->slave.port);
	before = b->slave.shared->requests;
	rig_server_start(&b->server, &b->station);
	rig_server_wait_poll(&b->server, &b->slave, before);
	b->console = join(b);
	client_request(b->console, WIRE_ALARMS, 1, 0, "");
	if (client_flush(b->console, NULL) != SG_OK)
		bench_die("the server is gone");
	do {
		if (client_next(b->console, ANSWER_MS, &f, NULL) != SG_OK)
			bench_die("the alarm list did not come");
	} while (f.type != WIRE_ALARM_SYNC);
	/* every register has been read a few times: nothing stands */
	before = b->slave.shared->requests;
	while (b->slave.shared->requests < before + 3 * ALARMS / 125)
		bench_pause(10);
}

int main(void)
{
	static const struct bench_row shown = {
		.name = "10,000 alarms at once, until a console has the last",
		.unit = "s",
		.against = "goal 3 s",
		.goal = 1,
		.at_most = true
	};
	static const struct bench_row page = { .name = "a page of the journal meanwhile, "
						       "longest",
					       .unit = "ms",
					       .against = "goal 200 ms",
					       .goal = 1,
					       .at_most = true };
	static struct bed b;
	pthread_t other;

	log_open("bench", LOG_L_ERROR);
	begin(&b);
	if (pthread_create(&other, NULL, look, &b) != 0)
		bench_die("no more threads");
	bench_pause(500);
	b.n_pages = 0;
	double took = burst(&b);
	b.over = true;
	pthread_join(other, NULL);
	bench_known(&shown, took, 3);
	bench_known(&page, bench_percentile(b.page_ms, b.n_pages, 0.999), 200);
	client_close(b.console);
	rig_server_stop(&b.server);
	rig_station_release(&b.station);
	bare_slave_stop(&b.slave);
	return 0;
}
