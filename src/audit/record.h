/*
 * record.h - one audit record: who did what to which thing, from where, with what
 * outcome. The body is a length-prefixed field list in fixed order (hazards 5.1);
 * the bytes stored are the bytes hashed. Pure.
 */
#ifndef SG_AUDIT_RECORD_H
#define SG_AUDIT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

/* Texts longer than this are cut when a record is made (those from person on earlier); a
 * body of the longest texts still fits AUDIT_BODY_MAX, and a body of that size one row of
 * the console protocol. */
enum {
	AUDIT_TEXT_MAX = 1000,
	AUDIT_PERSON_MAX = 200,  /* person, approver */
	AUDIT_RAW_MAX = 100,     /* old_raw, new_raw */
	AUDIT_MANIFEST_MAX = 64, /* manifest */
	AUDIT_BODY_MAX = 14000,
	AUDIT_BOOT_ID_SIZE = 16
};

/* Never reuse a number: they are in stored records. */
enum audit_kind {
	AUDIT_START = 1, /* server started */
	AUDIT_STOP = 2,
	AUDIT_SIGN_IN = 3, /* session opened */
	AUDIT_SIGN_OUT = 4,
	AUDIT_REFUSED = 5, /* anything refused: detail says what and why */
	AUDIT_SELECT = 10,
	AUDIT_CANCEL = 11, /* select given up, expired or voided */
	AUDIT_INTENT = 12,
	AUDIT_OUTCOME = 13,    /* accepted / refused / not sent / unknown */
	AUDIT_READBACK = 14,   /* match / mismatch / unreadable / none */
	AUDIT_SETTLED = 15,    /* an in-doubt write, by a person */
	AUDIT_SUBSTITUTE = 16, /* a person's value in the place of a measured one */
	AUDIT_SUBSTITUTE_END = 17,
	AUDIT_ALARM_LIMIT =
		18,     /* a limit that is a tag was moved: subject is the alarm */
	AUDIT_ACK = 20, /* alarm acknowledged */
	AUDIT_ALARM_CONFIRM = 21,
	AUDIT_ALARM_COMMENT = 22,
	AUDIT_ALARM_RESET = 23, /* a latched one */
	AUDIT_SHELVE = 24,
	AUDIT_UNSHELVE = 25,
	AUDIT_SUPPRESS = 26, /* by hand */
	AUDIT_UNSUPPRESS = 27,
	AUDIT_OUT_OF_SERVICE = 28,
	AUDIT_IN_SERVICE = 29,
	AUDIT_RELOAD = 30,
	AUDIT_SCREENS = 31,
	AUDIT_BACKUP = 32,
	AUDIT_CLOCK = 33, /* clock step or synchronisation change */
	AUDIT_GAP = 34,   /* the store failed for a while: what was stored late or lost */
	AUDIT_SILENCE = 35,    /* the horns of the control room, by a person */
	AUDIT_DEVICE = 40,     /* its program stopped, went on or started again */
	AUDIT_PERSON_ON = 50,  /* a person signed in on a session */
	AUDIT_PERSON_OFF = 51, /* and off: by hand, or taken off */
	AUDIT_PROOF = 52,      /* a password was right, or not: subject is the account */
	AUDIT_USER_ADD = 53,
	AUDIT_USER_PASSWORD = 54,
	AUDIT_USER_TOTP = 55,
	AUDIT_USER_ROLES = 56,
	AUDIT_USER_DISABLE = 57,
	AUDIT_USER_ENABLE = 58,
	AUDIT_USER_REMOVE = 59,
	AUDIT_IDLE = 60, /* a session fell back to looking */
	AUDIT_LOCK = 61,
	AUDIT_RESUME = 62,         /* its person is proven again: it acts */
	AUDIT_NOTICE = 63,         /* the notice of use was accepted */
	AUDIT_TERMINATE = 64,      /* somebody's session, by an administrator */
	AUDIT_HANDOVER = 65,       /* a shift: both have signed; subject is its name */
	AUDIT_HANDOVER_PART = 66,  /* a part of its summary */
	AUDIT_HANDOVER_OFFER = 67, /* who goes has signed, or takes it back */
	AUDIT_APPROVAL_ASKED = 70, /* a write waits for a second person */
	AUDIT_DECLINED = 71,       /* he said no */
	AUDIT_APPROVAL_END = 72,   /* expired, withdrawn or void */
	AUDIT_EMERGENCY = 73,      /* done without the second person */
	AUDIT_OUTSIDE = 80,        /* a setpoint was changed, and not from here (WR-31) */
	AUDIT_CHANGES = 81,        /* a change set was signed: request is its number */
	AUDIT_CHANGES_END = 82,
	/* 90-99: statements about the record itself, signed by the store: audit/seal.h */
	AUDIT_CHECKPOINT = 90,
	AUDIT_KEYS = 91,     /* the first keys, or a hand-over to new ones */
	AUDIT_ACCEPTED = 92, /* what was found wrong with the record, by a person */
	AUDIT_EXPORT = 93,   /* a signed bundle was made of it */
	AUDIT_SEAL_KEY = 94, /* the seal's first key left the machine; not signed */
	AUDIT_DISTRUST = 95, /* something is wrong with the record; not signed */
	AUDIT_RESERVE = 120  /* the reserve journal took over, or was merged */
};

/* Strings are borrowed; NULL counts as "". Text is UTF-8 as it was, cleaned when shown.
 */
struct audit_record {
	enum audit_kind kind;
	int64_t wall_ms;
	int64_t mono_ns;
	uint8_t boot_id[AUDIT_BOOT_ID_SIZE];
	bool clock_synced;
	uint32_t uid;      /* UINT32_MAX = the system itself */
	const char *actor; /* passwd name as it then was; "system" */
	const char *roles;
	uint64_t session; /* 0 = none */
	const char *from; /* tty, ssh peer, pid; claimed sudo caller marked as claimed */
	uint64_t request; /* write request id, 0 = none */
	const char *subject; /* tag, alarm or file */
	const char *area;
	const char *config;    /* station hash, hex, first 16 digits */
	const char *old_value; /* with full precision, engineering units */
	const char *new_value;
	const char *unit;
	const char *quality; /* of the old value */
	const char *reason;
	const char *result; /* "accepted", "unknown (restart)", "mismatch" ... */
	const char *detail; /* the sentence shown to the operator */
	/* since layout 2; "" in bodies that are older */
	const char *person;   /* the operator as signed in; actor is the Unix account */
	const char *approver; /* the second person */
	const char *old_raw;  /* as the device has it */
	const char *new_raw;
	const char *manifest; /* hash of all files of the station, hex */
};

void audit_record_put(struct strbuf *body, const struct audit_record *r);
/* Strings of r point into text, which must live as long as r (owned by the caller). */
bool audit_record_get(const void *body, size_t n, struct audit_record *r,
		      struct strbuf *text);
/* True exactly when audit_record_get() would be; nothing is copied: only the numbers of r
 * (may be NULL) are filled, its texts are NULL. */
bool audit_record_is_sound(const void *body, size_t n, struct audit_record *r);
/* The write request a body speaks of, without reading the rest; 0 = none or malformed. */
uint64_t audit_record_request(const void *body, size_t n);
/* "select", "intent" ...; "?" if unknown */
const char *audit_kind_name(enum audit_kind kind);

#endif
