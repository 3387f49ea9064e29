/* fuzz_wire.c - every decoder of the console's protocol, of both ends: first byte says
 * which, the rest is the payload; and the framing. */
#include "fuzz/target.h"

#include <stdlib.h>
#include <string.h>

#include "wire/accounts.h"
#include "wire/approval.h"
#include "wire/audit.h"
#include "wire/changes.h"
#include "wire/device.h"
#include "wire/flood.h"
#include "wire/journal.h"
#include "wire/msg.h"
#include "wire/people.h"
#include "wire/report.h"
#include "wire/trend.h"
#include "wire/who.h"

#define DECODER(name)                                                                    \
	static void get_##name(const uint8_t *p, size_t n)                               \
	{                                                                                \
		static struct wire_##name m;                                             \
                                                                                         \
		memset(&m, 0xa5, sizeof(m)); /* nothing may be taken for granted */      \
		wire_get_##name(p, n, &m);                                               \
	}
#define DECODER_WITH(name, release)                                                      \
	static void get_##name(const uint8_t *p, size_t n)                               \
	{                                                                                \
		static struct wire_##name m;                                             \
                                                                                         \
		memset(&m, 0xa5, sizeof(m));                                             \
		if (wire_get_##name(p, n, &m))                                           \
			release(&m);                                                     \
	}

DECODER(sign_in)
DECODER(user)
DECODER(approval)
DECODER(audit_search)
DECODER_WITH(changes, wire_changes_release)
DECODER(change_line)
DECODER(change_set)
DECODER(device)
DECODER(flood)
DECODER(journal)
DECODER(journal_row)
DECODER(hello)
DECODER(request)
DECODER_WITH(subscribe, wire_subscribe_release)
DECODER(alarm_act)
DECODER(select)
DECODER(substitute)
DECODER(welcome)
DECODER(goodbye)
DECODER(notice)
DECODER(reply)
DECODER_WITH(row, wire_row_release)
DECODER(tag_info)
DECODER(tag_state)
DECODER(beat)
DECODER(alarm_reset)
DECODER(alarm_row)
DECODER(alarm_sync)
DECODER(selected)
DECODER(write_step)
DECODER(write_done)
DECODER(screen_file)
DECODER(place)
DECODER(report)
DECODER(trend)
DECODER(trend_data)
DECODER(who)

static void get_revision(const uint8_t *p, size_t n)
{
	uint64_t revision;

	wire_get_revision(p, n, &revision);
}

static void get_use_notice(const uint8_t *p, size_t n)
{
	char text[WIRE_TEXT_MAX + 1];

	wire_get_use_notice(p, n, text, sizeof(text));
}

static void get_frames(const uint8_t *p, size_t n)
{
	const uint8_t *payload;
	uint16_t type;
	size_t len, at = 0;
	int64_t used;

	while ((used = wire_frame_next(p + at, n - at, &type, &payload, &len)) > 0)
		at += (size_t)used;
}

static void (*const decoders[])(const uint8_t *p, size_t n) = {
	get_frames,       get_sign_in,    get_user,        get_approval,
	get_audit_search, get_changes,    get_change_line, get_change_set,
	get_device,       get_flood,      get_journal,     get_journal_row,
	get_hello,        get_request,    get_subscribe,   get_alarm_act,
	get_select,       get_substitute, get_welcome,     get_goodbye,
	get_notice,       get_reply,      get_row,         get_tag_info,
	get_tag_state,    get_beat,       get_alarm_reset, get_alarm_row,
	get_alarm_sync,   get_selected,   get_write_step,  get_write_done,
	get_screen_file,  get_place,      get_report,      get_trend,
	get_trend_data,   get_who,        get_revision,    get_use_notice,
};
enum { DECODERS = sizeof(decoders) / sizeof(decoders[0]) };

/* A copy of exactly that size, so that one byte too far is found. */
static void run(const uint8_t *p, size_t n)
{
	size_t which = fuzz_u8(&p, &n) % DECODERS;
	uint8_t *copy = malloc(n ? n : 1);

	memcpy(copy, p, n);
	decoders[which](copy, n);
	free(copy);
}

/* A valid message of some kinds; of the others, zeros of a fitting length. */
static void put_valid(size_t which, struct strbuf *w)
{
	static const char *const names[] = { "a.b", "c.d" };
	struct wire_hello hello = { .version = WIRE_VERSION };
	struct wire_reply reply = { .req = 7 };

	if (decoders[which] == get_hello)
		wire_put_hello(w, &hello);
	else if (decoders[which] == get_subscribe)
		wire_put_subscribe(w, 3, names, 2);
	else if (decoders[which] == get_row)
		wire_put_row(w, 9, names, 2);
	else if (decoders[which] == get_reply)
		wire_put_reply(w, reply.req, WIRE_OK, "done");
	else if (decoders[which] == get_goodbye)
		wire_put_goodbye(w, true, "bye");
	else if (decoders[which] == get_request)
		wire_put_request(w, WIRE_GET, &(struct wire_request){ .req = 3 });
}

static bool seed(size_t i, struct strbuf *out)
{
	struct strbuf w = STRBUF_INIT;
	const uint8_t *payload;
	uint16_t type;
	size_t len;

	if (i >= DECODERS)
		return false;
	strbuf_addch(out, (char)i);
	put_valid(i, &w);
	if (w.len &&
	    wire_frame_next((const uint8_t *)w.buf, w.len, &type, &payload, &len) > 0)
		strbuf_add(out, payload, len);
	else
		for (int k = 0; k < 40; k++)
			strbuf_addch(out, '\0');
	strbuf_release(&w);
	return true;
}

const struct fuzz_target fuzz_wire = {
	.name = "wire",
	.what = "the console's protocol, payloads of both ends and the framing",
	.run = run,
	.seed = seed,
	.max = 4096,
	.runs = 600000,
};
