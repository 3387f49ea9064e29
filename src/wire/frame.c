/* frame.c - finding and making frames: the envelope of every console message. */
#include "wire/msg.h"

#include "util/bytes.h"
#include "util/err.h"

enum { LENGTH_BYTES = 4, TYPE_BYTES = 2 };

int64_t wire_frame_next(const uint8_t *buf, size_t n, uint16_t *type,
			const uint8_t **payload, size_t *len)
{
	struct bytes_reader r = bytes_reader(buf, n);

	if (n < LENGTH_BYTES)
		return 0;
	uint32_t length = bytes_u32(&r);
	if (length < TYPE_BYTES || length > WIRE_FRAME_MAX)
		return SG_EPROTO;
	if (r.left < length)
		return 0;
	*type = bytes_u16(&r);
	*payload = r.p;
	*len = length - TYPE_BYTES;
	return (int64_t)LENGTH_BYTES + length;
}

size_t wire_begin(struct strbuf *w, enum wire_type type)
{
	size_t at = w->len;

	bytes_put_u32(w, 0);
	bytes_put_u16(w, (uint16_t)type);
	return at;
}

void wire_end(struct strbuf *w, size_t at)
{
	bytes_patch_u32(w, at, (uint32_t)(w->len - at - LENGTH_BYTES));
}
