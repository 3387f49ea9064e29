/* fuzz_bytes.c - bytes of PLCs, brokers, terminals, and of files of the record. */
#include "fuzz/target.h"

#include <stdlib.h>
#include <string.h>

#include "audit/anchor.h"
#include "audit/record.h"
#include "audit/statement.h"
#include "console/term/input.h"
#include "drivers/modbus/frame.h"
#include "drivers/mqtt/payload.h"
#include "util/xalloc.h"

/* --- Modbus ------------------------------------------------------------------------ */

/* A request of our own, then the reply that a slave gives to it. */
static void run_modbus(const uint8_t *p, size_t n)
{
	static const uint8_t requests[][12] = {
		{ 0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10 },
		{ 0, 1, 0, 0, 0, 6, 1, 1, 0, 0, 0, 10 },
		{ 0, 1, 0, 0, 0, 6, 1, 6, 0, 1, 0, 2 },
		{ 0, 1, 0, 0, 0, 6, 1, 5, 0, 1, 255, 0 },
		{ 0, 1, 0, 0, 0, 6, 1, 16, 0, 1, 0, 2 },
	};
	size_t which = fuzz_u8(&p, &n) % (sizeof(requests) / sizeof(requests[0]));
	uint8_t *copy = malloc(n ? n : 1), exception = 0;
	struct strbuf why = STRBUF_INIT;
	struct frame_fault fault = { .why = &why };

	memcpy(copy, p, n);
	if (n >= MB_HEAD_SIZE) {
		size_t size = frame_size(copy, &why);
		if (size && size <= n)
			frame_judge(requests[which], sizeof(requests[0]), copy, size,
				    &exception, &fault);
	}
	strbuf_release(&why);
	free(copy);
}

static bool seed_modbus(size_t i, struct strbuf *out)
{
	static const struct {
		uint8_t n, bytes[40];
	} replies[] = {
		{ 30, { 0, 0, 1, 0, 0, 0, 23, 1, 3, 20 } },
		{ 12, { 1, 0, 1, 0, 0, 0, 5, 1, 1, 2, 3, 3 } },
		{ 13, { 2, 0, 1, 0, 0, 0, 6, 1, 6, 0, 1, 0, 2 } },
		{ 10, { 0, 0, 1, 0, 0, 0, 3, 1, 0x83, 2 } },
	};

	if (i >= sizeof(replies) / sizeof(replies[0]))
		return false;
	strbuf_add(out, replies[i].bytes, replies[i].n);
	return true;
}

const struct fuzz_target fuzz_modbus = {
	.name = "modbus",
	.what = "replies of slaves",
	.run = run_modbus,
	.seed = seed_modbus,
	.max = MB_ADU_MAX + 1,
	.runs = 900000,
};

/* --- MQTT -------------------------------------------------------------------------- */

static void read_payload(const char *spec, const char *bytes, size_t n)
{
	const struct payload_format *format;
	struct payload_value v;
	struct strbuf why = STRBUF_INIT;
	const char *path;
	int64_t ms;

	if (n && payload_find(spec, &format, &path, &why)) {
		void *parsed = format->parse(bytes, n, &why);

		for (int type = 0; parsed && type <= VALUE_STRING; type++)
			format->read(parsed, path, (enum value_type)type, &v, &why);
		if (parsed && format->read_time)
			format->read_time(parsed, path, &ms, &why);
		if (parsed)
			format->release(parsed);
	}
	strbuf_release(&why);
}

static void run_payload(const uint8_t *p, size_t n)
{
	char *copy = malloc(n + 1);

	memcpy(copy, p, n);
	copy[n] = '\0';
	read_payload("plain", copy, n);
	read_payload("json:", copy, n);
	read_payload("json:/value", copy, n);
	read_payload("json:/a/0/b~1c", copy, n);
	free(copy);
}

static bool seed_payload(size_t i, struct strbuf *out)
{
	static const char *const texts[] = {
		"1.5",
		"true",
		"-9223372036854775808",
		"{\"value\": 1.25, \"ts\": 1795359164}",
		"{\"a\": [ { \"b/c\": \"2026-11-22T10:00:00Z\" } ]}",
		"\"text \\u202e\"",
	};

	return fuzz_text_seed(texts, sizeof(texts) / sizeof(texts[0]), i, out);
}

const struct fuzz_target fuzz_payload = {
	.name = "payload",
	.what = "messages of a broker",
	.run = run_payload,
	.seed = seed_payload,
	.max = 1024,
	.runs = 90000,
};

/* --- the terminal ------------------------------------------------------------------ */

static void run_keys(const uint8_t *p, size_t n)
{
	static struct input in;
	struct mono now = { 1 };

	input_init(&in, fuzz_u8(&p, &n) % 2, 25);
	input_define(&in, "\033[15~", 500);
	while (n) {
		size_t some = fuzz_u8(&p, &n);

		if (some > n)
			some = n;
		if (some > input_room(&in))
			some = input_room(&in);
		input_feed(&in, (const char *)p, some, now);
		p += some;
		n -= some;
		for (int i = 0; i < 4096 && input_key(&in, now) != 0; i++)
			continue;
		now.ns += 30000000;
		if (!some && input_room(&in) == 0)
			input_flush(&in);
	}
}

static bool seed_keys(size_t i, struct strbuf *out)
{
	static const char *const texts[] = {
		"\001\006abc\033[A",
		"\001\014\033[<0;10;20M\033[<0;10;20m",
		"\001\020\033[200~paste\033[201~",
		"\001\012\033]11;rgb:\007\033[?1;2c",
		"\001\006\342\224\200\303\251",
	};

	return fuzz_text_seed(texts, sizeof(texts) / sizeof(texts[0]), i, out);
}

const struct fuzz_target fuzz_keys = {
	.name = "keys",
	.what = "what a terminal sends",
	.run = run_keys,
	.seed = seed_keys,
	.max = 2048,
	.runs = 180000,
};

/* --- the record -------------------------------------------------------------------- */

static void run_audit(const uint8_t *p, size_t n)
{
	struct audit_record r;
	struct strbuf text = STRBUF_INIT;
	struct audit_statement s;
	struct audit_anchor a;
	const char *end;
	char *copy = malloc(n + 1);

	memcpy(copy, p, n);
	copy[n] = '\0';
	if (audit_record_get(copy, n, &r, &text)) {
		audit_kind_name(r.kind);
		audit_statement_get(r.detail, &s);
	}
	audit_record_request(copy, n);
	audit_statement_get(copy, &s);
	for (const char *at = copy; audit_anchor_get(at, &a, &end); at = end)
		continue;
	strbuf_release(&text);
	free(copy);
}

static bool seed_audit(size_t i, struct strbuf *out)
{
	struct audit_record r = { .kind = AUDIT_INTENT,
				  .actor = "ivan",
				  .subject = "intake.p101.speed_sp",
				  .old_value = "40",
				  .new_value = "45",
				  .detail = "sent" };

	if (i == 1)
		strbuf_adds(out, "sg-anchor-1:AAAA");
	else if (i == 0)
		audit_record_put(out, &r);
	return i < 2;
}

const struct fuzz_target fuzz_audit = {
	.name = "audit",
	.what = "bodies, statements and anchors of the record",
	.run = run_audit,
	.seed = seed_audit,
	.max = 2048,
	.runs = 180000,
};
