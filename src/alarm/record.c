/* record.c - an alarm's state as bytes for the store, and as a hash for the consoles. */
#include "alarm/states.h"

#include <string.h>

#include "util/bytes.h"

/* 1 had A-D and no flags, 2 no place in a first-out group. */
enum { RECORD_VERSION = 3, STATES_OF_1 = ALARM_S_RTNUN + 1 };

/* Which parts of an extra follow. */
enum {
	PART_SHELF = 1,
	PART_SUPPRESSED = 2,
	PART_OUT = 4,
	PART_COMMENT = 8,
	PART_OLDER = 16
};
enum { PART_ALL = 31 };

/* Longer than any shelf; what is stored beyond it is damaged. */
#define SHELF_MAX_MS (INT64_C(100) * 366 * 86400 * 1000)

/* --- parts ------------------------------------------------------------------------- */

static void put_shelf(struct strbuf *w, const struct alarm_extra *x)
{
	bytes_put_u8(w, (uint8_t)x->shelf);
	bytes_put_i64(w, x->shelf_since.ms);
	bytes_put_i64(w, x->shelf_until.ms);
	bytes_put_str(w, x->shelf_by);
	bytes_put_str(w, x->shelf_reason);
}

static bool get_shelf(struct bytes_reader *in, struct alarm_extra *x)
{
	uint8_t kind = bytes_u8(in);

	x->shelf = (enum alarm_shelf)kind;
	x->shelf_since.ms = bytes_i64(in);
	x->shelf_until.ms = bytes_i64(in);
	bytes_str(in, x->shelf_by, sizeof(x->shelf_by));
	bytes_str(in, x->shelf_reason, sizeof(x->shelf_reason));
	return (kind == ALARM_SHELF_TIMED || kind == ALARM_SHELF_ONE_SHOT) &&
	       x->shelf_since.ms > -SHELF_MAX_MS && x->shelf_until.ms < SHELF_MAX_MS &&
	       x->shelf_until.ms > x->shelf_since.ms;
}

static void put_suppressed(struct strbuf *w, const struct alarm_extra *x)
{
	bytes_put_u8(w, x->suppressed);
	bytes_put_i64(w, x->suppressed_since.ms);
	bytes_put_str(w, x->suppressed_by);
	bytes_put_str(w, x->suppressed_reason);
}

static bool get_suppressed(struct bytes_reader *in, struct alarm_extra *x)
{
	x->suppressed = bytes_u8(in);
	x->suppressed_since.ms = bytes_i64(in);
	bytes_str(in, x->suppressed_by, sizeof(x->suppressed_by));
	bytes_str(in, x->suppressed_reason, sizeof(x->suppressed_reason));
	return x->suppressed && x->suppressed <= (ALARM_SUP_LOGIC | ALARM_SUP_MANUAL);
}

static void put_out(struct strbuf *w, const struct alarm_extra *x)
{
	bytes_put_i64(w, x->out_since.ms);
	bytes_put_str(w, x->out_by);
	bytes_put_str(w, x->out_reason);
}

static bool get_out(struct bytes_reader *in, struct alarm_extra *x)
{
	x->out_of_service = true;
	x->out_since.ms = bytes_i64(in);
	bytes_str(in, x->out_by, sizeof(x->out_by));
	bytes_str(in, x->out_reason, sizeof(x->out_reason));
	return true;
}

static void put_comment(struct strbuf *w, const struct alarm_extra *x)
{
	bytes_put_i64(w, x->commented.ms);
	bytes_put_str(w, x->comment_by);
	bytes_put_str(w, x->comment);
}

static bool get_comment(struct bytes_reader *in, struct alarm_extra *x)
{
	x->commented.ms = bytes_i64(in);
	bytes_str(in, x->comment_by, sizeof(x->comment_by));
	bytes_str(in, x->comment, sizeof(x->comment));
	return x->commented.ms != 0;
}

static void put_older(struct strbuf *w, const struct alarm_extra *x)
{
	bytes_put_u8(w, x->n_older);
	for (uint8_t i = 0; i < x->n_older; i++) {
		bytes_put_u64(w, x->older[i].occurrence);
		bytes_put_i64(w, x->older[i].raised.ms);
		bytes_put_i64(w, x->older[i].returned.ms);
	}
}

static bool get_older(struct bytes_reader *in, struct alarm_extra *x)
{
	uint8_t n = bytes_u8(in);
	uint64_t last = 0;

	for (uint8_t i = 0; i < n && i < ALARM_OLDER_MAX; i++) {
		struct alarm_older *o = &x->older[i];

		o->occurrence = bytes_u64(in);
		o->raised.ms = bytes_i64(in);
		o->returned.ms = bytes_i64(in);
		if (o->occurrence <= last)
			return false;
		last = o->occurrence;
	}
	x->n_older = n;
	return n > 0 && n <= ALARM_OLDER_MAX;
}

static const struct part {
	void (*put)(struct strbuf *w, const struct alarm_extra *x);
	bool (*get)(struct bytes_reader *in, struct alarm_extra *x);
	unsigned bit;
} parts[] = {
	{ put_shelf, get_shelf, PART_SHELF },
	{ put_suppressed, get_suppressed, PART_SUPPRESSED },
	{ put_out, get_out, PART_OUT },
	{ put_comment, get_comment, PART_COMMENT },
	{ put_older, get_older, PART_OLDER },
};
enum { N_PARTS = sizeof(parts) / sizeof(parts[0]) };

static unsigned parts_of(const struct alarm_extra *x)
{
	if (!x)
		return 0;
	return (x->shelf ? PART_SHELF : 0u) | (x->suppressed ? PART_SUPPRESSED : 0u) |
	       (x->out_of_service ? PART_OUT : 0u) |
	       (x->commented.ms ? PART_COMMENT : 0u) | (x->n_older ? PART_OLDER : 0u);
}

/* --- the record -------------------------------------------------------------------- */

void alarm_record_put(struct strbuf *w, const struct alarm_record *r)
{
	unsigned follow = parts_of(r->extra);

	bytes_put_u8(w, RECORD_VERSION);
	bytes_put_u8(w, (uint8_t)r->state);
	bytes_put_u8(w, r->source_bad);
	bytes_put_u16(w, r->quality);
	bytes_put_u64(w, r->occurrence);
	bytes_put_i64(w, r->raised.ms);
	bytes_put_i64(w, r->changed.ms);
	bytes_put_i64(w, r->acked.ms);
	bytes_put_f64(w, r->value);
	bytes_put_str(w, r->acked_by);
	bytes_put_u64(w, r->unconfirmed);
	bytes_put_u16(w, r->realarms);
	bytes_put_u8(w, r->first_out);
	bytes_put_u8(w, (uint8_t)follow);
	for (size_t i = 0; i < N_PARTS; i++)
		if (follow & parts[i].bit)
			parts[i].put(w, r->extra);
}

/* What all versions have, after the version. */
static bool get_core(struct bytes_reader *in, struct alarm_stored *out, uint8_t states)
{
	struct alarm_record *r = &out->record;
	uint8_t state = bytes_u8(in), bad = bytes_u8(in);

	r->quality = bytes_u16(in);
	r->occurrence = bytes_u64(in);
	r->raised.ms = bytes_i64(in);
	r->changed.ms = bytes_i64(in);
	r->acked.ms = bytes_i64(in);
	r->value = bytes_f64(in);
	bytes_str(in, out->acked_by, sizeof(out->acked_by));
	r->acked_by = out->acked_by;
	r->state = (enum alarm_state)state;
	r->source_bad = bad == 1;
	return state < states && bad <= 1 && quality_is_valid(r->quality);
}

static bool get_extra(struct bytes_reader *in, struct alarm_stored *out)
{
	uint8_t follow = bytes_u8(in);
	bool fine = follow <= PART_ALL;

	if (follow)
		out->record.extra = &out->extra;
	for (size_t i = 0; i < N_PARTS && fine; i++)
		if (follow & parts[i].bit)
			fine = parts[i].get(in, &out->extra);
	return fine;
}

bool alarm_record_get(const void *p, size_t n, struct alarm_stored *out)
{
	struct bytes_reader in = bytes_reader(p, n);
	uint8_t version = bytes_u8(&in);
	struct alarm_record *r = &out->record;

	memset(out, 0, sizeof(*out));
	if (version == 1)
		return get_core(&in, out, STATES_OF_1) && bytes_done(&in);
	if (version < 2 || version > RECORD_VERSION || !get_core(&in, out, ALARM_S_COUNT))
		return false;
	r->unconfirmed = bytes_u64(&in);
	r->realarms = bytes_u16(&in);
	r->first_out = version > 2 ? bytes_u8(&in) : ALARM_NOT_FIRST_OUT;
	if (!get_extra(&in, out) || !bytes_done(&in) || r->unconfirmed > r->occurrence ||
	    r->first_out > ALARM_FOLLOWER)
		return false;
	return !out->extra.n_older ||
	       out->extra.older[out->extra.n_older - 1].occurrence < r->occurrence;
}

/* --- hash -------------------------------------------------------------------------- */

uint64_t alarm_name_hash(const char *name)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *name; name++) /* FNV-1a */
		h = (h ^ (uint8_t)*name) * 0x100000001b3u;
	return h;
}

uint64_t alarm_row_hash(const char *name, uint64_t occurrence, enum alarm_state state,
			uint8_t flags, uint8_t n_older)
{
	return alarm_row_hash_of(alarm_name_hash(name), occurrence, state, flags,
				 n_older);
}

uint64_t alarm_row_hash_of(uint64_t h, uint64_t occurrence, enum alarm_state state,
			   uint8_t flags, uint8_t n_older)
{
	uint64_t rest = (uint64_t)state | (uint64_t)flags << 8 | (uint64_t)n_older << 16;

	/* rows are added up: every bit is spread first (the finish of MurmurHash3) */
	h = (h ^ occurrence) * 0x9e3779b97f4a7c15u;
	h = (h ^ h >> 32 ^ rest) * 0xff51afd7ed558ccdu;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 33;
}
