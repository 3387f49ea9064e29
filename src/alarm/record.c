/* record.c - an alarm's state as bytes for the store, and as a hash for the consoles. */
#include "alarm/states.h"

#include <string.h>

#include "util/bytes.h"

enum { RECORD_VERSION = 1 };

void alarm_record_put(struct strbuf *w, const struct alarm_record *r)
{
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
}

bool alarm_record_get(const void *p, size_t n, struct alarm_record *r)
{
	struct bytes_reader in = bytes_reader(p, n);
	uint8_t version = bytes_u8(&in), state = bytes_u8(&in), bad = bytes_u8(&in);

	*r = (struct alarm_record){ 0 };
	r->quality = bytes_u16(&in);
	r->occurrence = bytes_u64(&in);
	r->raised.ms = bytes_i64(&in);
	r->changed.ms = bytes_i64(&in);
	r->acked.ms = bytes_i64(&in);
	r->value = bytes_f64(&in);
	bytes_str(&in, r->acked_by, sizeof(r->acked_by));
	r->source_bad = bad == 1;
	if (!bytes_done(&in) || version != RECORD_VERSION || state >= ALARM_S_COUNT ||
	    bad > 1 || !quality_is_valid(r->quality))
		return false;
	r->state = (enum alarm_state)state;
	return true;
}

static uint64_t fnv1a(uint64_t h, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 0x100000001b3u;
	return h;
}

uint64_t alarm_name_hash(const char *name)
{
	return fnv1a(0xcbf29ce484222325u, name, strlen(name));
}

uint64_t alarm_row_hash(const char *name, uint64_t occurrence, enum alarm_state state)
{
	return alarm_row_hash_of(alarm_name_hash(name), occurrence, state);
}

uint64_t alarm_row_hash_of(uint64_t h, uint64_t occurrence, enum alarm_state state)
{
	uint8_t tail[10] = { 0, (uint8_t)state }; /* a NUL ends the name */

	for (size_t i = 0; i < 8; i++)
		tail[2 + i] = (uint8_t)(occurrence >> 8 * i);
	h = fnv1a(h, tail, sizeof(tail));
	/* rows are added up: spread every bit first (the finish of MurmurHash3) */
	h = (h ^ h >> 33) * 0xff51afd7ed558ccdu;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 33;
}
