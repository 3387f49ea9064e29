/* station_bed.c - carries what the station asks for. */
#include "bench/station_bed.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/xalloc.h"

void station_bed_say(struct station_bed *b, const struct strbuf *record)
{
	struct event ev = { .kind = EV_DRIVER_RECORD };

	ev.u.record.driver = b->driver;
	ev.u.record.instance = b->instance;
	ev.u.record.bytes = (const uint8_t *)record->buf;
	ev.u.record.len = record->len;
	station_bed_step(b, &ev);
}

static void start_driver(struct station_bed *b, const struct action *a)
{
	const struct driver_hello hello = { .version = DRIVER_PROTO_VERSION };
	struct event ev = { .kind = EV_DRIVER_STARTED };
	struct strbuf w = STRBUF_INIT;

	b->driver = ev.u.driver.driver = a->driver;
	b->instance = ev.u.driver.instance = a->instance;
	station_bed_step(b, &ev);
	driver_put_hello(&w, &hello);
	station_bed_say(b, &w);
	strbuf_release(&w);
}

static void take_tag(struct station_bed *b, const struct driver_record_view *r)
{
	struct arena *texts = arena_new();
	struct settings scratch = { 0 };
	struct driver_told t;

	if (!driver_get_config_tag(r, &t, texts, &scratch))
		bench_die("a tag of the configuration cannot be read");
	*GROW(&b->ids, &b->n_ids) = t.tag.id;
	settings_release(&scratch);
	arena_free(texts);
}

static void connected(struct station_bed *b, uint32_t device)
{
	const struct driver_device_state up = { .generation = b->generation,
						.device = device,
						.state = DEVICE_CONNECTED };
	struct strbuf w = STRBUF_INIT;

	driver_put_device_state(&w, &up);
	station_bed_say(b, &w);
	strbuf_release(&w);
}

/* The configuration, which comes in pieces that may end within a record. */
static void hear(struct station_bed *b, const struct action *a)
{
	struct driver_record_view r;
	struct driver_device d;
	uint32_t devices[RIG_FILES];
	size_t n_devices = 0;
	struct strbuf w = STRBUF_INIT;
	int64_t n;

	for (size_t at = 0; (n = driver_record_next((const uint8_t *)a->bytes.buf + at,
						    a->bytes.len - at, &r)) > 0;
	     at += (size_t)n) {
		if (r.type == DR_CONFIG_TAG)
			take_tag(b, &r);
		if (r.type == DR_CONFIG_DEVICE && n_devices < RIG_FILES &&
		    driver_get_config_device(&r, &d)) {
			devices[n_devices++] = d.id;
			driver_device_release(&d);
		}
		if (r.type != DR_CONFIG_END || !driver_get_u32(&r, &b->generation))
			continue;
		driver_put_config_ready(&w, b->generation);
		station_bed_say(b, &w);
		for (size_t i = 0; i < n_devices; i++)
			connected(b, devices[i]);
		b->configured = true;
	}
	strbuf_release(&w);
}

static void committed(struct station_bed *b, struct action *a)
{
	struct event ev = { .kind = EV_COMMITTED };

	ev.u.committed.ticket = a->txn->ticket;
	ev.u.committed.ok = true;
	txn_free(a->txn);
	a->txn = NULL;
	station_bed_step(b, &ev);
}

static void carry(struct station_bed *b, struct action *a)
{
	if (a->kind == ACT_SESSION_SEND && b->send)
		b->send(b->arg, a->session, &a->bytes);
	else if (a->kind == ACT_SESSIONS_SEND && b->send)
		for (size_t i = 0; i < a->n_sessions; i++)
			b->send(b->arg, a->sessions[i], &a->bytes);
	else if (a->kind == ACT_COMMIT)
		committed(b, a);
	else if (a->kind == ACT_DRIVER_SEND)
		hear(b, a);
	else if (a->kind == ACT_DRIVER_START)
		start_driver(b, a);
	else if (a->kind == ACT_LOG)
		fprintf(stderr, "station: %s\n", a->name);
	else if (a->kind == ACT_SESSION_CLOSE || a->kind == ACT_DRIVER_KILL)
		bench_die("the station cut %s",
			  a->kind == ACT_DRIVER_KILL ? "the driver" : "a console");
}

static void carry_all(struct station_bed *b, struct actions *list)
{
	for (size_t i = 0; i < list->n; i++)
		carry(b, &list->v[i]);
	actions_clear(list);
}

/* A step within a step has a list of its own; memory is kept, as the server keeps it. */
void station_bed_step(struct station_bed *b, const struct event *ev)
{
	struct actions *out = &b->lists[b->depth++];

	if (b->depth > STEPS_DEEP)
		bench_die("steps within steps");
	station_step(b->st, ev, b->now, out);
	carry_all(b, out);
	b->depth--;
}

void station_bed_wait(struct station_bed *b, int64_t ms)
{
	b->now.mono.ns += ms * 1000000;
	b->now.wall.ms += ms;
	station_bed_step(b, &(struct event){ .kind = EV_TIME });
}

void station_bed_open(struct station_bed *b, const struct rig_plan *plan)
{
	const struct station_options options = { .server = "bench" };
	const struct store_snapshot nothing = { .next_request = 1, .next_occurrence = 1 };
	struct diag_list diags = { 0 };
	struct rig_station files;
	struct actions out = { 0 };
	struct station_def *def;

	rig_station_write(&files, plan, 1502);
	def = station_load(files.config, &diags);
	if (!def)
		bench_die("the bench's own station has mistakes: %s",
			  diags.n ? diags.v[0].text : "?");
	b->now = (struct now){ { 5000000000 }, { 1700000000000 } };
	b->st = station_new(def, &nothing, &options, b->now, &out);
	carry_all(b, &out);
	actions_release(&out);
	rig_station_release(&files);
	diag_list_release(&diags);
	if (!b->configured || b->n_ids != plan->tags)
		bench_die("the station did not configure its driver");
}

void station_bed_close(struct station_bed *b)
{
	station_free(b->st);
	for (size_t i = 0; i < STEPS_DEEP; i++)
		actions_release(&b->lists[i]);
	free(b->ids);
}
