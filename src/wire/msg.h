/*
 * msg.h - what consoles and command lines say to the server, version 3.
 * docs/console-protocol.md is the same in words.
 *
 *   frame = u32 length of type..payload · u16 type · payload (little-endian)
 *   length is 2..WIRE_FRAME_MAX. A bad frame ends the connection with GOODBYE.
 *
 * The client speaks first: HELLO; the server answers WELCOME or GOODBYE. `req` is a
 * number the client chose; its answer carries it. A list is ROWs, then REPLY.
 * Values are state: newest wins, by server tag index. The alarm list is a log with
 * epoch and version. Pure bytes; any thread.
 */
#ifndef SG_WIRE_MSG_H
#define SG_WIRE_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/quality.h"
#include "tag/value.h"
#include "tag/words.h"
#include "util/strbuf.h"

enum {
	WIRE_VERSION = 3,
	WIRE_FRAME_MAX = 65536,
	WIRE_NAMES_MAX = 2000, /* in one SUBSCRIBE */
	WIRE_LIMITS_MAX = 16,  /* alarm limits of a tag that are told */
	WIRE_TEXT_MAX = 2047,
	WIRE_FIELDS_MAX = 32,
	WIRE_BEAT_MS = 500,
	WIRE_HELLO_LIMIT_MS = 2000,
	WIRE_SILENCE_MS = 3000, /* a server without a frame for this long is gone */
	WIRE_REPLY_MS = 60000   /* a request without its reply for this long has failed */
};

/* Blocks: 1-99 client to server, 100-199 server to client. Never reuse a number. */
enum wire_type {
	WIRE_HELLO = 1,
	WIRE_GET = 2,
	WIRE_SUBSCRIBE = 3,
	WIRE_UNSUBSCRIBE = 4,
	WIRE_SCREENS = 5,
	WIRE_SCREEN_GET = 6,
	WIRE_ALARMS = 7,
	WIRE_ALARM_ACT = 8,
	WIRE_SELECT = 9,
	WIRE_CONFIRM = 10,
	WIRE_CANCEL = 11,
	WIRE_SETTLE = 12,
	WIRE_SUBSTITUTE = 13,
	WIRE_STATUS = 20, /* req only: rows (name, value) */
	WIRE_RELOAD = 21,
	WIRE_AUDIT = 22,
	WIRE_WHERE = 23,
	WIRE_EXPLAIN = 24,
	WIRE_BACKUP = 25,
	WIRE_TAGS = 26,
	WIRE_IN_DOUBT = 27, /* req only: rows (request, tag, outcome, when, text) */
	WIRE_DEVICES = 28,
	WIRE_SUBSTITUTED = 29,  /* req only: rows (tag, value, unit, by, since, reason,
				   its source's value, its quality) */
	WIRE_JOURNAL = 30,      /* wire/journal.h */
	WIRE_REPORT = 31,       /* wire/report.h */
	WIRE_TREND = 32,        /* wire/trend.h */
	WIRE_PLACE = 33,        /* wire/people.h; no answer */
	WIRE_PEOPLE = 34,       /* wire/people.h */
	WIRE_OVERRIDES = 35,    /* rows: enum wire_override_field (wire/people.h) */
	WIRE_SILENCE = 36,      /* req only: the horns of the control room */
	WIRE_APPROVE = 37,      /* wire/approval.h */
	WIRE_APPROVALS = 38,    /* rows (wire/approval.h); num: of one, its lines too */
	WIRE_CHANGES = 39,      /* wire/changes.h */
	WIRE_CHANGE_SETS = 40,  /* num=a set's number, 0 = the last ones without lines */
	WIRE_RECIPES = 41,      /* text="": rows (name, file, lines, description, saved);
				   text=name: rows (tag, value, type, unit, file, line) */
	WIRE_CHANGES_LOOK = 42, /* as CHANGES: what would be said, and nothing is taken */
	WIRE_SIGN_IN = 43,      /* wire/accounts.h */
	WIRE_SIGN_OUT = 44,     /* req only */
	WIRE_USER = 45,         /* wire/accounts.h */
	WIRE_USERS = 46,        /* rows: enum wire_user_field (wire/accounts.h) */
	WIRE_LOCK = 47,         /* req only: this session, until its person is proven */
	WIRE_ACCEPT = 48,       /* req only: the notice of use */
	WIRE_TERMINATE = 49,    /* num: a session; text: why */
	WIRE_HANDOVER = 50,     /* wire/handover.h */
	WIRE_SEAL = 52,         /* num: enum wire_seal; text: why */
	WIRE_SIGN = 53,         /* text=what an export's statement says; it is recorded */
	WIRE_CONFIG = 54, /* req only: rows (path, size, hash) of the files that run */
	WIRE_AUDIT_SEARCH = 55, /* wire/audit.h */

	WIRE_WELCOME = 100,
	WIRE_GOODBYE = 101,
	WIRE_REPLY = 102,
	WIRE_ROW = 103,
	WIRE_TAG_STATE = 104,
	WIRE_TAG_INFO = 105,
	WIRE_VALUES = 106,
	WIRE_BEAT = 107,
	WIRE_ALARM_RESET = 108,
	WIRE_ALARM_ROW = 109,
	WIRE_ALARM_SYNC = 110,
	WIRE_SELECTED = 111,
	WIRE_WRITE_STEP = 112,
	WIRE_WRITE_DONE = 113,
	WIRE_SCREEN_FILE = 114,
	WIRE_SCREENS_CHANGED = 115,
	WIRE_STATION_CHANGED = 116,
	WIRE_DEVICE = 117, /* wire/device.h */
	WIRE_NOTICE = 118,
	WIRE_JOURNAL_ROW = 119,
	WIRE_FLOOD = 120,      /* wire/flood.h */
	WIRE_TREND_DATA = 121, /* wire/trend.h */
	WIRE_APPROVAL = 122,   /* wire/approval.h */
	WIRE_CHANGE_SET = 123, /* wire/changes.h */
	WIRE_CHANGE_LINE = 124,
	WIRE_WHO = 125,          /* wire/who.h */
	WIRE_USE_NOTICE = 126,   /* wire/who.h */
	WIRE_APPROVAL_LINE = 127 /* wire/approval.h */
};

enum wire_seal {
	WIRE_SEAL_SHOW_KEY, /* REPLY: the seal's first key, once it was asked for */
	WIRE_SEAL_WIPE_KEY, /* it was taken away: this machine forgets it */
	WIRE_SEAL_NEW_KEY,  /* the record is signed by a new key from now on */
	WIRE_SEAL_ACCEPT    /* the record is believed again, as it is */
};

struct wire_hello {
	uint32_t version;
	char program[32]; /* "console", "cli get" */
	char place[128];  /* tty and, as claimed, ssh peer and sudo user */
};

/* One message shape for requests that carry a number, up to two texts and a number:
 * GET(text=tag) SCREENS SCREEN_GET(text=path, ""=all) STATUS RELOAD(num=dry run)
 * AUDIT(num=only records before this seq, 0 = newest; num2=count) WHERE EXPLAIN(text=tag)
 * BACKUP(text=absolute path) TAGS(text=prefix; num=1: text=device, more fields; num=2:
 * text=words to find, num2=so many at most, the best first)
 * IN_DOUBT DEVICES(text=device, ""=all) SUBSTITUTED OVERRIDES
 * PEOPLE(text=tag: who edits it; ""=all)
 * UNSUBSCRIBE(num=view) CANCEL(num=token)
 * CONFIRM(num=token, text=what SELECTED's challenge asks for; num2=1: alone, in an
 * emergency, where a second person is asked for and the site allows it)
 * APPROVE(num=approval, num2=1 yes, 0 no, text=why not; of a yes: the seal of its lines)
 * SETTLE(num=write request, text=note) ALARMS(num = 1 start, 0 stop). */
struct wire_request {
	uint32_t req;
	uint64_t num, num2;
	char text[WIRE_TEXT_MAX + 1];
};

struct wire_subscribe {
	uint32_t view; /* chosen by the client; a second one with the number replaces */
	char **names;  /* owned: wire_subscribe_release */
	size_t n;
};

/* What a person does to an alarm: acknowledge, confirm, comment, shelve and the rest. */
struct wire_alarm_act {
	uint32_t req;
	uint64_t epoch, version; /* of the list that was drawn */
	uint8_t event;           /* enum alarm_event (alarm/engine.h) */
	uint8_t older;           /* ACK: the older occurrences that wait, too */
	uint8_t shelf;           /* SHELVE: enum alarm_shelf */
	uint64_t occurrence;     /* ACK, CONFIRM: the one that was drawn */
	int64_t duration_ms;     /* SHELVE: so long at most, from now */
	char alarm[128];
	char text[256]; /* reason or comment */
};

struct wire_select {
	uint32_t req;
	char tag[128];
	char reason[256];
	struct value value; /* string values borrow text */
	char text[VALUE_STRING_MAX + 1];
};

struct wire_substitute {
	uint32_t req;
	uint8_t end; /* 1: the source shows again; value is then nothing */
	char tag[128];
	char reason[256];
	struct value value; /* string values borrow text */
	char text[VALUE_STRING_MAX + 1];
};

/* Of a welcome's rights, for who has no use for access/: enum right. */
enum { WIRE_RIGHT_ENGINEER = 5 };

struct wire_welcome {
	uint32_t version;
	uint64_t session;
	char station[64];
	char station_text[256]; /* description */
	char operator_name[64];
	char roles[128];
	uint32_t rights;  /* bit per enum right; some of them are WIRE_RIGHT_... */
	char notice[256]; /* lasting: "root may act here: demo only"; "" = none */
	char server[64];  /* "sightglassd 0.1.0" */
};

enum wire_status { WIRE_OK = 0, WIRE_REFUSED = 1, WIRE_FAILED = 2, WIRE_UNKNOWN = 3 };

struct wire_reply {
	uint32_t req;
	uint8_t status; /* enum wire_status */
	char text[WIRE_TEXT_MAX + 1];
};

struct wire_row {
	uint32_t req;
	uint16_t n;
	char *field[WIRE_FIELDS_MAX]; /* owned: wire_row_release */
};

struct wire_goodbye {
	uint8_t stay_away; /* 1: not to come back by itself, but when somebody asks */
	char text[WIRE_TEXT_MAX + 1];
};

/* What somebody has to know who did not ask: a reload that was refused, to engineers. */
struct wire_notice {
	uint8_t refused; /* 0 = for information */
	char text[WIRE_TEXT_MAX + 1];
};

struct wire_limit { /* an alarm limit on the tag, for gauges and tanks */
	double value;
	uint8_t high;     /* 1 = alarm at or above */
	uint8_t priority; /* 1..5 */
};

/* What a write asks for beyond a confirmation. */
enum wire_wants {
	WIRE_WANTS_CHALLENGE = 1, /* something is typed to confirm */
	WIRE_WANTS_REASON = 2,
	WIRE_WANTS_APPROVAL = 4, /* a second person */
	WIRE_WANTS_BLIND = 8,    /* a reason, while its own value is not good */
	/* and what it is */
	WIRE_IS_PULSE = 16,
	WIRE_IS_CRITICAL = 32,
	WIRE_ALONE_ALLOWED = 64 /* in an emergency, without the second person */
};

/* How far somebody is with writing a tag; who: PEOPLE. */
enum wire_lease {
	WIRE_LEASE_NONE,
	WIRE_LEASE_SELECTED,
	WIRE_LEASE_APPROVAL, /* waits for a second person */
	WIRE_LEASE_COMMAND   /* the command is in progress */
};

struct wire_tag_info {
	uint32_t tag; /* server index; TAG_NONE (UINT32_MAX) = no such tag */
	char name[128];
	char area[64];
	char description[256];
	char unit[32];
	uint8_t type; /* enum value_type */
	uint8_t decimals;
	uint8_t has_range;
	uint8_t writable; /* by anyone */
	uint16_t wants;   /* bits of enum wire_wants: what a write of it asks for */
	char words[TAG_WORDS_TEXT_MAX + 1]; /* tag/words.h; "" = none */
	double lo, hi;
	uint8_t n_limits;
	struct wire_limit limits[WIRE_LIMITS_MAX];
};

/* A value as it is on the glass. server_ms: when the server took it (UTC). */
struct wire_value {
	uint32_t tag;
	quality quality;
	uint8_t alarm_priority; /* worst active or unacknowledged alarm on it; 0 = none */
	uint8_t alarm_unacked;
	uint8_t alarm_hidden; /* one on it is shelved, suppressed or out of service */
	uint8_t leased;       /* enum wire_lease */
	int64_t source_ms, server_ms;
	struct value
		value; /* a bad value still carries the last one for "last good" use */
};

struct wire_tag_state { /* answer to GET */
	uint32_t req;
	struct wire_tag_info info;
	struct wire_value now;
	uint8_t has_last_good;
	int64_t last_good_ms;
	struct value last_good;
	char text[VALUE_STRING_MAX + 1], last_text[VALUE_STRING_MAX + 1];
};

enum wire_recording {
	WIRE_RECORDING_NO, /* writes and acknowledgements are refused */
	WIRE_RECORDING_YES,
	WIRE_RECORDING_RESERVE, /* for the time being, in the reserve journal */
};

struct wire_beat {
	int64_t server_ms; /* the server's clock, UTC */
	uint8_t recording; /* enum wire_recording */
	uint16_t sessions;
	uint16_t in_doubt;
	uint16_t devices, devices_down;
	uint16_t alarm_rate; /* annunciated in the last 10 minutes, all areas */
	uint16_t substituted, simulated; /* tags that somebody's value or a test drives */
	uint8_t distrusted; /* 1: the record is not believed; what acts is refused */
	char anchor[32];    /* the newest, "4711 K7QM2X"; "" = none */
};

/* The alarm list. RESET empties it and starts an epoch; each ROW has a version one
 * higher; a row with nothing left to see (wire_alarm_listed) leaves the list. SYNC comes
 * after a snapshot and each 10 s: a console whose own hash differs asks again (ALARMS)
 * and says so. */
struct wire_alarm_reset {
	uint64_t epoch;
};

enum { WIRE_OLDER_MAX = 8 };

/* An earlier time the alarm came that nobody has acknowledged yet. */
struct wire_alarm_older {
	uint64_t occurrence;
	int64_t raised_ms;
};

enum wire_life { /* of the alarm's definition */
		 WIRE_LIFE_LATCHING = 1,
		 WIRE_LIFE_CONFIRM = 2,
		 WIRE_LIFE_SILENT = 4,
		 WIRE_LIFE_NO_ACK = 8,
		 WIRE_LIFE_MANAGED = 16
};

enum wire_habit { /* what the alarm tends to do, for who should mend it */
		  WIRE_HABIT_CHATTERING = 1,
		  WIRE_HABIT_FLEETING = 2,
		  WIRE_HABIT_STALE = 4
};

enum wire_first_out { WIRE_NOT_FIRST_OUT, WIRE_FIRST, WIRE_FOLLOWER };

struct wire_alarm_row {
	uint64_t epoch, version;
	uint64_t occurrence;
	char name[128];
	char tag[128];
	char area[64];
	char unit[32];
	char type[32];
	uint8_t state; /* enum alarm_state */
	uint8_t flags; /* enum alarm_flag: shelved 1, suppressed 2, out of service 4,
			  unconfirmed 8 */
	uint8_t priority;
	uint8_t source_bad;
	uint8_t recording; /* what somebody did to it is being stored */
	int64_t raised_ms, changed_ms, acked_ms;
	double value, limit; /* NaN = none */
	char acked_by[64];
	char message[256];
	char cause[256], consequence[256], action[256];
	char screen[64];
	int64_t respond_within_s;

	char class_name[64], owner[64], reviewed[16];
	uint8_t life; /* bits of enum wire_life */
	uint16_t realarms;
	uint64_t unconfirmed;   /* the occurrence that waits for its confirmation */
	int64_t shelve_max_s;   /* 0 = may not be shelved */
	uint8_t shelf;          /* enum alarm_shelf; 0 = not shelved */
	int64_t shelf_until_ms; /* by the server's clock */
	uint8_t suppressed;     /* bits: expression 1, first-out 2, parent 4, by hand 8 */
	char hidden_by[64];     /* of what shows first: out of service, suppressed, */
	char hidden_reason[128]; /* shelved (AM-01) */
	int64_t hidden_since_ms; /* 0 = not hidden */
	int64_t comment_ms;      /* 0 = none */
	char comment_by[64], comment[256];
	uint8_t first_out;  /* enum wire_first_out */
	char group[64];     /* first-out group; "" = none */
	uint8_t superseded; /* a worse limit of its exclusive group stands (AM-09) */
	uint8_t habits;     /* bits of enum wire_habit */
	uint8_t n_older;
	struct wire_alarm_older older[WIRE_OLDER_MAX]; /* oldest first */
};

/* It belongs into the list: something of it stands, waits or hides it. */
static inline bool wire_alarm_listed(const struct wire_alarm_row *r)
{
	return r->state != 0 || r->flags != 0 || r->n_older != 0;
}

struct wire_alarm_sync {
	uint64_t epoch, version;
	uint64_t hash; /* sum of alarm_row_hash of the list's rows (alarm/engine.h) */
};

struct wire_selected {
	uint32_t req;
	uint64_t token;
	uint32_t expires_ms; /* from now */
	char tag[128];
	char unit[32];
	char old_value[300], new_value[300]; /* printed with the tag's decimals */
	uint8_t has_range;
	double lo, hi;
	char device[64];
	uint16_t wants;      /* bits of enum wire_wants */
	char challenge[304]; /* exactly this is typed to confirm; "" = nothing */
};

enum write_stage { /* of WRITE_STEP, in order */
		   WRITE_STAGE_RECORDING = 1,
		   WRITE_STAGE_SENT = 2,
		   WRITE_STAGE_OUTCOME = 3, /* 4 was never sent */
		   WRITE_STAGE_APPROVAL = 5 /* before the others: it waits for a second
					       person */
};

enum write_verdict {
	VERDICT_NONE = 0, /* nothing to read back */
	VERDICT_MATCH = 1,
	VERDICT_MISMATCH = 2,
	VERDICT_UNREADABLE = 3
};

struct wire_write_step {
	uint32_t req;
	uint8_t stage;
	char text[WIRE_TEXT_MAX + 1];
};

struct wire_write_done {
	uint32_t req;
	uint64_t request; /* the write's lasting number, as in the audit */
	uint8_t outcome;  /* enum write_outcome (driver/proto.h) */
	uint8_t verdict;  /* enum write_verdict */
	uint8_t in_doubt;
	char text[WIRE_TEXT_MAX + 1];
};

enum { WIRE_SCREEN_MAX = WIRE_FRAME_MAX - 512 }; /* bytes of a screen file */

struct wire_screen_file { /* a file of the bundle; the REPLY to the req ends it */
	uint32_t req;
	uint64_t revision;
	char path[256];   /* as in messages: "screens/intake.cfg" */
	const char *text; /* borrowed from the frame; not NUL-terminated */
	uint32_t len;
};

/* --- frames --- */
/* As driver_record_next: bytes of the first whole frame, 0 = more needed, SG_EPROTO. */
int64_t wire_frame_next(const uint8_t *buf, size_t n, uint16_t *type,
			const uint8_t **payload, size_t *len);
/* Starts a frame and returns its offset; wire_end patches the length. For new kinds. */
size_t wire_begin(struct strbuf *w, enum wire_type type);
void wire_end(struct strbuf *w, size_t at);

/* Each put appends one frame; each get is false unless the payload is exactly one
 * well-formed message. */
void wire_put_hello(struct strbuf *w, const struct wire_hello *m);
bool wire_get_hello(const uint8_t *p, size_t n, struct wire_hello *m);
void wire_put_request(struct strbuf *w, enum wire_type type,
		      const struct wire_request *m);
bool wire_get_request(const uint8_t *p, size_t n, struct wire_request *m);
void wire_put_subscribe(struct strbuf *w, uint32_t view, const char *const *names,
			size_t n);
bool wire_get_subscribe(const uint8_t *p, size_t n, struct wire_subscribe *m);
void wire_subscribe_release(struct wire_subscribe *m);
void wire_put_alarm_act(struct strbuf *w, const struct wire_alarm_act *m);
bool wire_get_alarm_act(const uint8_t *p, size_t n, struct wire_alarm_act *m);
void wire_put_select(struct strbuf *w, const struct wire_select *m);
bool wire_get_select(const uint8_t *p, size_t n, struct wire_select *m);
void wire_put_substitute(struct strbuf *w, const struct wire_substitute *m);
bool wire_get_substitute(const uint8_t *p, size_t n, struct wire_substitute *m);
void wire_put_welcome(struct strbuf *w, const struct wire_welcome *m);
bool wire_get_welcome(const uint8_t *p, size_t n, struct wire_welcome *m);
void wire_put_goodbye(struct strbuf *w, bool stay_away, const char *text);
bool wire_get_goodbye(const uint8_t *p, size_t n, struct wire_goodbye *m);
void wire_put_notice(struct strbuf *w, bool refused, const char *text);
bool wire_get_notice(const uint8_t *p, size_t n, struct wire_notice *m);
void wire_put_reply(struct strbuf *w, uint32_t req, enum wire_status status,
		    const char *text);
bool wire_get_reply(const uint8_t *p, size_t n, struct wire_reply *m);
void wire_put_row(struct strbuf *w, uint32_t req, const char *const *fields, size_t n);
bool wire_get_row(const uint8_t *p, size_t n, struct wire_row *m);
void wire_row_release(struct wire_row *m);
void wire_put_tag_info(struct strbuf *w, const struct wire_tag_info *m);
bool wire_get_tag_info(const uint8_t *p, size_t n, struct wire_tag_info *m);
void wire_put_tag_state(struct strbuf *w, const struct wire_tag_state *m);
bool wire_get_tag_state(const uint8_t *p, size_t n, struct wire_tag_state *m);
/* VALUES is built value by value: wire_begin(VALUES), wire_put_value*, wire_end; keep a
 * frame below WIRE_VALUES_BYTES. */
enum { WIRE_VALUES_BYTES = 60000 };
void wire_put_value(struct strbuf *w, const struct wire_value *v);
struct bytes_reader;
/* Next value of a VALUES payload; false at its end or when it is broken (r->failed). */
bool wire_next_value(struct bytes_reader *r, struct wire_value *v,
		     char text[VALUE_STRING_MAX + 1]);
void wire_put_beat(struct strbuf *w, const struct wire_beat *m);
bool wire_get_beat(const uint8_t *p, size_t n, struct wire_beat *m);
void wire_put_alarm_reset(struct strbuf *w, uint64_t epoch);
bool wire_get_alarm_reset(const uint8_t *p, size_t n, struct wire_alarm_reset *m);
void wire_put_alarm_row(struct strbuf *w, const struct wire_alarm_row *m);
bool wire_get_alarm_row(const uint8_t *p, size_t n, struct wire_alarm_row *m);
void wire_put_alarm_sync(struct strbuf *w, const struct wire_alarm_sync *m);
bool wire_get_alarm_sync(const uint8_t *p, size_t n, struct wire_alarm_sync *m);
void wire_put_selected(struct strbuf *w, const struct wire_selected *m);
bool wire_get_selected(const uint8_t *p, size_t n, struct wire_selected *m);
void wire_put_write_step(struct strbuf *w, const struct wire_write_step *m);
bool wire_get_write_step(const uint8_t *p, size_t n, struct wire_write_step *m);
void wire_put_write_done(struct strbuf *w, const struct wire_write_done *m);
bool wire_get_write_done(const uint8_t *p, size_t n, struct wire_write_done *m);
void wire_put_screen_file(struct strbuf *w, const struct wire_screen_file *m);
bool wire_get_screen_file(const uint8_t *p, size_t n, struct wire_screen_file *m);
/* SCREENS_CHANGED and STATION_CHANGED carry a revision. */
void wire_put_revision(struct strbuf *w, enum wire_type type, uint64_t revision);
bool wire_get_revision(const uint8_t *p, size_t n, uint64_t *revision);

const char *write_verdict_name(enum write_verdict v);

#endif
