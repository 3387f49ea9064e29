/*
 * fuzz_station.c - frames of consoles and records of drivers through the whole station:
 * each step is a byte that says whose, a length, and the bytes.
 *
 * The station lives for a thousand inputs: what one leaves behind, the next one meets.
 */
#include "support/test.h"

#include "fuzz/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/station/rig.h"
#include "wire/msg.h"

enum { LIVES = 1000, STEPS_MAX = 40 };

static struct rig rig;
static int lived;
static uint64_t session[2];

static void be_born(void)
{
	if (lived++ % LIVES != 0)
		return;
	if (lived > 1)
		rig_release(&rig);
	memset(&rig, 0, sizeof(rig));
	rig_init(&rig);
	rig_plant(&rig);
	session[0] = rig_open(&rig, 1000);
	session[1] = rig_open_only(&rig, 1001);
}

static void console_says(uint64_t who, const uint8_t *p, size_t n)
{
	struct event ev = { .kind = EV_SESSION_FRAME };

	ev.u.frame.session = who;
	ev.u.frame.type = fuzz_u16(&p, &n);
	ev.u.frame.payload = p;
	ev.u.frame.len = n;
	rig_step(&rig, &ev);
}

/* With a whole record's head: what is not one, the shell has turned away. */
static void driver_says(uint32_t driver, const uint8_t *p, size_t n)
{
	struct event ev = { .kind = EV_DRIVER_RECORD };
	struct driver_record_view view;
	int64_t used = driver_record_next(p, n, &view);

	if (used <= 0)
		return;
	ev.u.record.driver = driver;
	ev.u.record.instance = rig.instance[driver];
	ev.u.record.bytes = p;
	ev.u.record.len = (size_t)used;
	rig_step(&rig, &ev);
}

static void one_step(uint8_t whose, const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	memcpy(copy, p, n);
	if (whose < 100)
		console_says(session[0], copy, n);
	else if (whose < 150)
		console_says(session[1], copy, n);
	else if (whose < 230)
		driver_says(whose % 2, copy, n);
	else
		rig_wait(&rig, (int64_t)n);
	free(copy);
}

/* Who was sent away comes back. */
static void come_back(void)
{
	for (size_t i = 0; i < 2; i++)
		if (rig.closed[session[i]] && rig.last_session < 60)
			session[i] = i ? rig_open_only(&rig, 1001) : rig_open(&rig, 1000);
	if (rig.last_session >= 60)
		lived = (lived + LIVES - 1) / LIVES * LIVES;
	for (size_t i = 0; i < 64; i++)
		strbuf_clear(&rig.frames[i]);
}

static void run(const uint8_t *p, size_t n)
{
	be_born();
	for (int step = 0; n && step < STEPS_MAX; step++) {
		uint8_t whose = fuzz_u8(&p, &n);
		size_t len = fuzz_u16(&p, &n);

		if (len > n)
			len = n;
		one_step(whose, p, len);
		p += len;
		n -= len;
	}
	come_back();
}

static void put_step(struct strbuf *out, uint8_t whose, const struct strbuf *frame)
{
	const uint8_t *payload;
	uint16_t type;
	size_t len;

	if (wire_frame_next((const uint8_t *)frame->buf, frame->len, &type, &payload,
			    &len) <= 0)
		return;
	strbuf_addch(out, (char)whose);
	strbuf_addch(out, (char)((len + 2) & 0xff));
	strbuf_addch(out, (char)((len + 2) >> 8));
	strbuf_addch(out, (char)(type & 0xff));
	strbuf_addch(out, (char)(type >> 8));
	strbuf_add(out, payload, len);
}

static void put_request(struct strbuf *out, size_t type, bool named)
{
	struct strbuf w = STRBUF_INIT;
	struct wire_request rq = { .req = 1 };

	snprintf(rq.text, sizeof(rq.text), "%s", named ? "a.sp" : "");
	wire_put_request(&w, (enum wire_type)type, &rq);
	put_step(out, 1, &w);
	strbuf_release(&w);
}

static void put_select(struct strbuf *out)
{
	struct strbuf w = STRBUF_INIT;
	struct wire_select m = { .req = 2, .value = value_double(41) };

	snprintf(m.tag, sizeof(m.tag), "a.sp");
	wire_put_select(&w, &m);
	put_step(out, 1, &w);
	strbuf_release(&w);
}

/* A simple request of each type that a client sends; then several, one after another. */
static bool seed(size_t i, struct strbuf *out)
{
	enum { TYPES = 60, ROWS = 20 };

	if (i < TYPES) {
		put_request(out, i + 1, i % 2);
		return true;
	}
	if (i >= TYPES + ROWS)
		return false;
	put_select(out);
	for (size_t k = 0; k < 4; k++)
		put_request(out, (i * 7 + k * 13) % TYPES + 1, k % 2);
	return true;
}

const struct fuzz_target fuzz_station = {
	.name = "station",
	.what = "frames of consoles and records of drivers, through station_step()",
	.run = run,
	.seed = seed,
	.max = 2048,
	.runs = 24000,
};
