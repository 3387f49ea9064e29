/*
 * bench_write.c - an operator's write through the real server: from SELECT to the step
 * "sent" and to the device's answer, with the intent on the disk between, against one
 * bare durable commit and one bare Modbus write, by turns and from the same rest. Then
 * the same in the demonstration, whose device is the simulated plant.
 */
#include "bench/bench.h"

#include <stdio.h>

#include "bench/demo_rig.h"
#include "bench/server_rig.h"
#include "wire/client.h"

enum { GROUP = 20, WRITES = GROUP * BENCH_PAIRS, LIMIT_S = 30, PACE_MS = 110 };

struct bed {
	struct bare_slave slave;
	struct rig_station station;
	struct rig_server server;
	struct demo_rig demo;
	struct client *client; /* of whose server is asked */
	const char *tag;
	struct bare_sqlite *sqlite;
	struct bare_modbus *modbus;
	double start, sent[WRITES], answered[WRITES], bare[WRITES];
};

static void next(struct bed *b, struct client_frame *f)
{
	struct strbuf why = STRBUF_INIT;

	if (client_next(b->client, 5000, f, &why) != SG_OK)
		bench_die("the server: %s", why.len ? why.buf : "silent for 5 s");
	strbuf_release(&why);
}

/* The token; 0 when refused (the value is not there yet). */
static uint64_t select_value(struct bed *b, double v)
{
	struct wire_select m = { .req = client_next_req(b->client),
				 .value = value_double(v) };
	struct wire_selected selected;
	struct wire_reply reply;
	struct client_frame f;

	snprintf(m.tag, sizeof(m.tag), "%s", b->tag);
	b->start = bench_seconds();
	wire_put_select(client_out(b->client), &m);
	if (client_flush(b->client, NULL) != SG_OK)
		bench_die("the server is gone");
	for (;;) {
		next(b, &f);
		if (f.type == WIRE_SELECTED &&
		    wire_get_selected(f.payload, f.len, &selected))
			return selected.token;
		if (f.type == WIRE_REPLY && wire_get_reply(f.payload, f.len, &reply) &&
		    reply.req == m.req) {
			fprintf(stderr, "select: %s\n", reply.text);
			return 0;
		}
	}
}

/* Until it is done; the moments of its steps. */
static void confirm(struct bed *b, uint64_t token, double *sent, double *answered)
{
	struct wire_write_step step;
	struct wire_write_done done;
	struct wire_reply reply;
	struct client_frame f;

	client_request(b->client, WIRE_CONFIRM, token, 0, "");
	if (client_flush(b->client, NULL) != SG_OK)
		bench_die("the server is gone");
	for (;;) {
		next(b, &f);
		if (f.type == WIRE_WRITE_STEP &&
		    wire_get_write_step(f.payload, f.len, &step)) {
			if (step.stage == WRITE_STAGE_SENT)
				*sent = bench_seconds() - b->start;
			if (step.stage == WRITE_STAGE_OUTCOME)
				*answered = bench_seconds() - b->start;
		}
		if (f.type == WIRE_REPLY && wire_get_reply(f.payload, f.len, &reply) &&
		    reply.status != WIRE_OK)
			bench_die("a confirm was refused: %s", reply.text);
		if (f.type != WIRE_WRITE_DONE ||
		    !wire_get_write_done(f.payload, f.len, &done))
			continue;
		if (done.outcome != 0)
			bench_die("a write failed: %s", done.text);
		return;
	}
}

static void one_bare(struct bed *b, double *took)
{
	static const char body[200] = "what a record holds";
	double start = bench_seconds();

	bare_sqlite_commit(b->sqlite, body, sizeof(body));
	bare_modbus_write(b->modbus, 1, 1);
	*took = bench_seconds() - start;
}

static void begin(struct bed *b)
{
	const struct rig_plan plan = { .tags = 1000, .scan_ms = 500, .writable = true };
	uint64_t before;

	bare_slave_start(&b->slave);
	rig_station_write(&b->station, &plan, b->slave.port);
	before = b->slave.shared->requests;
	rig_server_start(&b->server, &b->station);
	rig_server_wait_poll(&b->server, &b->slave, before);
	b->sqlite = bare_sqlite_open(bench_tmpdir());
	b->modbus = bare_modbus_open(b->slave.port);
}

/* From now on this tag of this server is written to. */
static void ask(struct bed *b, const char *socket, const char *tag)
{
	struct strbuf why = STRBUF_INIT;
	double end = bench_seconds() + LIMIT_S;

	b->client = client_open(socket, "bench", &why);
	if (!b->client)
		bench_die("%s", why.buf);
	b->tag = tag;
	while (select_value(b, 1) == 0) {
		if (bench_seconds() > end)
			bench_die("%s cannot be selected", tag);
		bench_pause(100);
	}
}

static void write_and_write(struct bed *b, double from, double step)
{
	for (int i = 0; i < WRITES; i++) {
		uint64_t token = select_value(b, from + step * i);

		if (!token)
			bench_die("a select was refused");
		confirm(b, token, &b->sent[i], &b->answered[i]);
		bench_pause(PACE_MS);
		one_bare(b, &b->bare[i]);
		bench_pause(PACE_MS); /* a session may ask 20 times a second */
	}
	client_close(b->client);
}

static void finish(struct bed *b)
{
	rig_server_stop(&b->server);
	rig_station_release(&b->station);
	bare_modbus_close(b->modbus);
	bare_sqlite_close(b->sqlite);
	bare_slave_stop(&b->slave);
}

static void print(const char *name, double share, double *ours, double *bare, double goal)
{
	const struct bench_row row = { .name = name,
				       .unit = "ms",
				       .against = "bare commit + libmodbus write",
				       .goal = goal,
				       .at_most = true };
	double a[BENCH_PAIRS], b[BENCH_PAIRS];

	for (size_t i = 0; i < BENCH_PAIRS; i++) {
		a[i] = 1000 * bench_percentile(ours + i * GROUP, GROUP, share);
		b[i] = 1000 * bench_percentile(bare + i * GROUP, GROUP, share);
	}
	bench_compare(&row, a, b, BENCH_PAIRS);
}

int main(void)
{
	static struct bed b;

	begin(&b);
	ask(&b, b.station.socket, "w.sp");
	write_and_write(&b, 100, 1);
	print("write, select to sent, p50", 0.5, b.sent, b.bare, 3);
	print("write, select to sent, p99", 0.99, b.sent, b.bare, 3);
	print("write, select to the device's answer, p50", 0.5, b.answered, b.bare, 3);
	print("write, select to the device's answer, p99", 0.99, b.answered, b.bare, 3);
	demo_rig_start(&b.demo);
	ask(&b, b.demo.socket, "network.p403.speed_sp");
	write_and_write(&b, 40, 0.1);
	print("write in the demonstration, select to outcome, p50", 0.5, b.answered,
	      b.bare, 0);
	print("write in the demonstration, select to outcome, p99", 0.99, b.answered,
	      b.bare, 0);
	demo_rig_stop(&b.demo);
	finish(&b);
	return 0;
}
