/* record.c - the stored form of an intent; version first, so that it can grow. */
#include "write/record.h"

#include "util/bytes.h"
#include "util/strbuf.h"

enum { RECORD_BEFORE = 1, RECORD_VERSION = 2 };

void write_record_put(struct strbuf *w, const struct write_record *r)
{
	bytes_put_u8(w, RECORD_VERSION);
	bytes_put_str(w, r->tag);
	bytes_put_str(w, r->area);
	bytes_put_str(w, r->unit);
	bytes_put_str(w, r->actor);
	bytes_put_str(w, r->from);
	bytes_put_u32(w, r->uid);
	bytes_put_i64(w, r->wall_ms);
	bytes_put_u32(w, (uint32_t)r->decimals);
	bytes_put_f64(w, r->tolerance);
	value_put(w, &r->old_value);
	value_put(w, &r->new_value);
	bytes_put_u16(w, r->old_quality);
}

bool write_record_get(const void *p, size_t n, struct write_record *r)
{
	struct bytes_reader b = bytes_reader(p, n);
	uint8_t version = bytes_u8(&b);

	bytes_str(&b, r->tag, sizeof(r->tag));
	bytes_str(&b, r->area, sizeof(r->area));
	bytes_str(&b, r->unit, sizeof(r->unit));
	bytes_str(&b, r->actor, sizeof(r->actor));
	bytes_str(&b, r->from, sizeof(r->from));
	r->uid = bytes_u32(&b);
	r->wall_ms = bytes_i64(&b);
	r->decimals = (int32_t)bytes_u32(&b);
	r->tolerance = bytes_f64(&b);
	r->old_value = value_get(&b, r->old_text);
	r->new_value = value_get(&b, r->new_text);
	r->old_quality = version == RECORD_VERSION ? bytes_u16(&b) : 0;
	return (version == RECORD_VERSION || version == RECORD_BEFORE) && bytes_done(&b);
}
