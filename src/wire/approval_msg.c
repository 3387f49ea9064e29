/* approval_msg.c - writes that wait for a second person, on the wire. */
#include "wire/approval.h"

#include <inttypes.h>
#include <stdio.h>

#include "util/bytes.h"
#include "wire/changes.h"

void wire_put_approval(struct strbuf *w, const struct wire_approval *m)
{
	size_t at = wire_begin(w, WIRE_APPROVAL);

	bytes_put_u64(w, m->approval);
	bytes_put_u8(w, m->state);
	bytes_put_u8(w, m->yours);
	bytes_put_u32(w, m->left_ms);
	bytes_put_str(w, m->tag);
	bytes_put_str(w, m->text);
	bytes_put_str(w, m->reason);
	bytes_put_str(w, m->asker);
	bytes_put_str(w, m->from);
	bytes_put_str(w, m->says);
	bytes_put_u16(w, m->lines);
	wire_end(w, at);
}

bool wire_get_approval(const uint8_t *p, size_t n, struct wire_approval *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->approval = bytes_u64(&r);
	m->state = bytes_u8(&r);
	m->yours = bytes_u8(&r);
	m->left_ms = bytes_u32(&r);
	bytes_str(&r, m->tag, sizeof(m->tag));
	bytes_str(&r, m->text, sizeof(m->text));
	bytes_str(&r, m->reason, sizeof(m->reason));
	bytes_str(&r, m->asker, sizeof(m->asker));
	bytes_str(&r, m->from, sizeof(m->from));
	bytes_str(&r, m->says, sizeof(m->says));
	m->lines = bytes_u16(&r);
	return bytes_done(&r) && m->state >= WIRE_APPROVAL_OPEN &&
	       m->state <= WIRE_APPROVAL_VOID && m->lines <= WIRE_CHANGES_MAX;
}

void wire_put_approval_line(struct strbuf *w, const struct wire_approval_line *m)
{
	size_t at = wire_begin(w, WIRE_APPROVAL_LINE);

	bytes_put_u64(w, m->approval);
	bytes_put_u16(w, m->at);
	bytes_put_str(w, m->text);
	wire_end(w, at);
}

bool wire_get_approval_line(const uint8_t *p, size_t n, struct wire_approval_line *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->approval = bytes_u64(&r);
	m->at = bytes_u16(&r);
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r) && m->at < WIRE_CHANGES_MAX;
}

/* FNV-1a; the end of each text counts, so that no line runs into the next. */
uint64_t wire_approval_seal(uint64_t seal, const char *text)
{
	static const uint64_t prime = UINT64_C(0x100000001b3);
	const unsigned char *c = (const unsigned char *)text;

	do {
		seal = (seal ^ *c) * prime;
	} while (*c++);
	return seal;
}

void wire_approval_seal_text(uint64_t seal, char out[WIRE_APPROVAL_SEAL_SIZE])
{
	snprintf(out, WIRE_APPROVAL_SEAL_SIZE, "%016" PRIx64, seal);
}
