/* fault.c - the kinds of faults, a row each; see the header. */
#include "peers/chaos/fault.h"

#include <string.h>

enum { AT_LENGTH = 4, AT_UNIT = 6, AT_FUNCTION = 7, AT_DATA = 8, AT_VALUES = 9 };
enum { UNITS = 64, NOISE_MAX = 8 };

unsigned chaos_u16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

void chaos_put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

uint16_t chaos_crc(const uint8_t *p, size_t n)
{
	unsigned crc = 0xFFFF;

	while (n--) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++)
			crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
	}
	return (uint16_t)crc;
}

/* splitmix64 */
unsigned chaos_random(struct chaos_transaction *t, unsigned below)
{
	uint64_t z = t->random += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return (unsigned)((z ^ z >> 31) >> 11) % below;
}

static void resize(struct chaos_frame *f, size_t n)
{
	f->n = n;
	chaos_put16(f->b + AT_LENGTH, (unsigned)(n - CHAOS_HEAD));
}

/* --- what the slave is asked instead --- */

static void ask_other_unit(struct chaos_transaction *t)
{
	unsigned unit = t->request.b[AT_UNIT];

	/* 1 to 63 again, and never the same */
	t->ask.b[AT_UNIT] =
		(uint8_t)((unit - 1 + 1 + chaos_random(t, UNITS - 2)) % (UNITS - 1) + 1);
}

/* Coils for discrete inputs, holding for input registers, and the other way round. */
static void ask_other_area(struct chaos_transaction *t)
{
	t->ask.b[AT_FUNCTION] = (uint8_t)(((t->request.b[AT_FUNCTION] - 1) ^ 1) + 1);
}

/* Not by a multiple of what looks alike (addressed.h). */
static void ask_other_address(struct chaos_transaction *t)
{
	chaos_put16(t->ask.b + AT_DATA,
		    chaos_u16(t->request.b + AT_DATA) + 1 + 2 * chaos_random(t, 8));
}

/* --- what its reply becomes --- */

static void alter_transaction(struct chaos_transaction *t)
{
	chaos_put16(t->reply.b, chaos_u16(t->reply.b) + 1 + chaos_random(t, 65535));
}

static void alter_to_exception(struct chaos_transaction *t)
{
	/* not 2 or 3: those would be about the address */
	static const uint8_t codes[] = { 4, 6, 10, 11 };

	t->reply.b[AT_FUNCTION] |= 0x80;
	t->reply.b[AT_DATA] = codes[chaos_random(t, sizeof(codes))];
	resize(&t->reply, AT_DATA + 1);
}

static void alter_to_foreign_exception(struct chaos_transaction *t)
{
	alter_to_exception(t);
	t->reply.b[AT_FUNCTION] ^= 1 + (uint8_t)chaos_random(t, 7);
}

/* The byte count lies. On a line it claims more than comes: less would only be another
 * wrong check sum. */
static void alter_byte_count(struct chaos_transaction *t)
{
	unsigned was = t->reply.b[AT_DATA];
	unsigned is = was + 1 + chaos_random(t, t->serial ? 12 : 254);

	t->reply.b[AT_DATA] = (uint8_t)is;
}

/* A good reply to a smaller question; all its lengths agree. */
static void alter_to_short(struct chaos_transaction *t)
{
	bool bits = t->request.b[AT_FUNCTION] <= 2;
	unsigned less = bits ? 1 : 2 * (1 + chaos_random(t, 8));

	t->reply.b[AT_DATA] = (uint8_t)(t->reply.b[AT_DATA] - less);
	resize(&t->reply, t->reply.n - less);
}

static void alter_length(struct chaos_transaction *t)
{
	static const uint16_t lengths[] = { 0, 1, 2, 255, 4096, 65535 };

	chaos_put16(t->reply.b + AT_LENGTH,
		    lengths[chaos_random(t, sizeof(lengths) / sizeof(lengths[0]))]);
}

static void alter_protocol(struct chaos_transaction *t)
{
	chaos_put16(t->reply.b + 2, 1 + chaos_random(t, 65535));
}

/* --- how it travels --- */

static void deliver_nothing(struct chaos_transaction *t)
{
	t->out.bytes.n = 0;
}

/* On a line no later than a client which then listens for a while can wait for: beyond
 * that nothing there tells it from the reply to come. */
static void deliver_late(struct chaos_transaction *t)
{
	t->out.delay_ms =
		(int)t->timeout_ms + 10 + (int)chaos_random(t, t->serial ? 70 : 200);
}

static void deliver_next_time_first(struct chaos_transaction *t)
{
	t->out.hold = t->out.hold_first = true;
}

static void deliver_next_time_after(struct chaos_transaction *t)
{
	t->out.hold = true;
}

static void deliver_twice(struct chaos_transaction *t)
{
	struct chaos_frame *f = &t->out.bytes;

	memcpy(f->b + f->n, f->b, f->n);
	f->n *= 2;
}

static void deliver_cut(struct chaos_transaction *t)
{
	t->out.bytes.n = 1 + chaos_random(t, (unsigned)t->out.bytes.n - 1);
}

static void deliver_cut_and_end(struct chaos_transaction *t)
{
	deliver_cut(t);
	t->out.end = 'f';
}

static void deliver_cut_and_reset(struct chaos_transaction *t)
{
	deliver_cut(t);
	t->out.end = 'r';
}

static void deliver_nothing_but_reset(struct chaos_transaction *t)
{
	t->out.bytes.n = 0;
	t->out.end = 'r';
}

static void deliver_in_drops(struct chaos_transaction *t)
{
	t->out.step_us = 50;
}

static void deliver_in_slow_drops(struct chaos_transaction *t)
{
	t->out.step_us = (int)(t->timeout_ms * 1400 / ((int64_t)t->out.bytes.n - 1));
}

/* Never like the beginning of the reply before it: that would be a doubled one. */
static void deliver_with_tail(struct chaos_transaction *t)
{
	struct chaos_frame *f = &t->out.bytes;
	unsigned n = 1 + chaos_random(t, NOISE_MAX);

	for (unsigned i = 0; i < n; i++)
		f->b[f->n + i] = (uint8_t)~f->b[i];
	f->n += n;
}

/* On a line the noise looks like an exception, whose check sum is then wrong. */
static void deliver_after_noise(struct chaos_transaction *t)
{
	struct chaos_frame *f = &t->out.bytes;
	unsigned n = 2 + chaos_random(t, NOISE_MAX - 1);

	memmove(f->b + n, f->b, f->n);
	for (unsigned i = 0; i < n; i++)
		f->b[i] = (uint8_t)(0x80 | chaos_random(t, 128));
	f->n += n;
}

/* One to three bits: a check sum of 16 bits betrays each such flip. Function and byte
 * count stay, they would change how much is waited for; those are kinds of their own. */
static void deliver_flipped(struct chaos_transaction *t)
{
	struct chaos_frame *f = &t->out.bytes;
	unsigned head = 3, bits = ((unsigned)f->n - head) * 8;
	unsigned first = chaos_random(t, bits), more = chaos_random(t, 3);

	for (unsigned i = 0; i <= more; i++) {
		unsigned at = (first + i * (1 + bits / 3)) % bits;

		f->b[head + at / 8] = (uint8_t)(f->b[head + at / 8] ^ 1 << at % 8);
	}
}

const struct chaos_fault chaos_faults[] = {
	{ "silent", true, true, NULL, NULL, deliver_nothing },
	{ "late", true, true, NULL, NULL, deliver_late },
	{ "stale", true, true, NULL, NULL, deliver_next_time_first },
	{ "reordered", true, true, NULL, NULL, deliver_next_time_after },
	{ "doubled", true, true, NULL, NULL, deliver_twice },
	{ "cut", true, true, NULL, NULL, deliver_cut },
	{ "cut-fin", true, false, NULL, NULL, deliver_cut_and_end },
	{ "cut-reset", true, false, NULL, NULL, deliver_cut_and_reset },
	{ "reset", true, false, NULL, NULL, deliver_nothing_but_reset },
	{ "trickled", true, true, NULL, NULL, deliver_in_drops },
	{ "crawling", true, true, NULL, NULL, deliver_in_slow_drops },
	{ "transaction", true, false, ask_other_address, alter_transaction, NULL },
	{ "unit", true, true, ask_other_unit, NULL, NULL },
	{ "function", true, true, ask_other_area, NULL, NULL },
	{ "exception", true, true, NULL, alter_to_exception, NULL },
	{ "foreign-exception", true, true, NULL, alter_to_foreign_exception, NULL },
	{ "byte-count", true, true, ask_other_address, alter_byte_count, NULL },
	{ "short", true, true, ask_other_address, alter_to_short, NULL },
	{ "length", true, false, ask_other_address, alter_length, NULL },
	{ "protocol", true, false, ask_other_address, alter_protocol, NULL },
	{ "tail", true, true, NULL, NULL, deliver_with_tail },
	{ "noise", true, true, ask_other_address, NULL, deliver_after_noise },
	{ "flipped", false, true, NULL, NULL, deliver_flipped },
	{ NULL, false, false, NULL, NULL, NULL },
};

/* --- the rest --- */

const struct chaos_fault *chaos_choose(struct chaos_transaction *t, unsigned percent)
{
	const struct chaos_fault *can[CHAOS_KINDS_MAX];
	unsigned n = 0;

	for (const struct chaos_fault *f = chaos_faults; f->name; f++)
		if (t->serial ? f->serial : f->tcp)
			can[n++] = f;
	return chaos_random(t, 100) < percent ? can[chaos_random(t, n)] : NULL;
}

void chaos_seal(const struct chaos_transaction *t, struct chaos_frame *out)
{
	if (!t->serial) {
		*out = t->reply;
		return;
	}
	out->n = t->reply.n - CHAOS_HEAD;
	memcpy(out->b, t->reply.b + CHAOS_HEAD, out->n);
	unsigned crc = chaos_crc(out->b, out->n);
	out->b[out->n++] = (uint8_t)crc;
	out->b[out->n++] = (uint8_t)(crc >> 8);
}
