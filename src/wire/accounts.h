/*
 * accounts.h - the messages of signing in and of the accounts. docs/console-protocol.md
 * is the same in words.
 *
 * They carry passwords: whoever made or read one wipes it (wire_wipe), also the bytes it
 * came in, and none of it is ever logged. Pure bytes; any thread.
 */
#ifndef SG_WIRE_ACCOUNTS_H
#define SG_WIRE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum {
	WIRE_PERSON_MAX = 63,
	WIRE_PASSWORD_MAX = 255,
	WIRE_CODE_MAX = 15,
	WIRE_ROLES_MAX = 511
};

/* SIGN_IN: a person on top of the connection's own user. */
struct wire_sign_in {
	uint32_t req;
	char name[WIRE_PERSON_MAX + 1];
	char password[WIRE_PASSWORD_MAX + 1];
	char code[WIRE_CODE_MAX + 1];             /* "" = none */
	char new_password[WIRE_PASSWORD_MAX + 1]; /* "" = it stays */
};

/* Never reuse a number. */
enum wire_user_act {
	WIRE_USER_ADD = 1,
	WIRE_USER_PASSWORD = 2,     /* password (one's own) or nobody's, new_password */
	WIRE_USER_TOTP = 3,         /* one's own password: rows (secret, address) */
	WIRE_USER_TOTP_CONFIRM = 4, /* code: now it is switched on */
	WIRE_USER_TOTP_OFF = 5,
	WIRE_USER_ROLES = 6,
	WIRE_USER_DISABLE = 7,
	WIRE_USER_ENABLE = 8,
	WIRE_USER_REMOVE = 9,
	WIRE_USER_ACTS
};

enum wire_user_flag {
	WIRE_USER_PAM = 1,    /* ADD: its password is asked of PAM */
	WIRE_USER_LASTING = 2 /* its person has typed it: it need not be changed */
};

/* USER: what an admin does to an account, or a person to their own one. */
struct wire_user {
	uint32_t req;
	uint8_t act;   /* enum wire_user_act */
	uint8_t flags; /* bits of enum wire_user_flag */
	char name[WIRE_PERSON_MAX + 1];
	char full_name[128];
	char roles[WIRE_ROLES_MAX + 1]; /* "operator@intake, auditor" */
	char password[WIRE_PASSWORD_MAX + 1];
	char code[WIRE_CODE_MAX + 1];
	char new_password[WIRE_PASSWORD_MAX + 1];
};

/* Rows of USERS. */
enum wire_user_field {
	USER_NAME,
	USER_FULL_NAME,
	USER_ROLES,
	USER_STATE,    /* "enabled" or "disabled" */
	USER_PASSWORD, /* "set", "to be changed", "pam" or "none" */
	USER_CODES,    /* "on" or "off" */
	USER_FAILURES,
	USER_SINCE,     /* ms UTC */
	USER_SIGNED_IN, /* ms UTC; "" = never */
	USER_ORIGIN,    /* "account", "access.cfg" or both: "access.cfg, account" */
	USER_FIELDS
};

void wire_put_sign_in(struct strbuf *w, const struct wire_sign_in *m);
bool wire_get_sign_in(const uint8_t *p, size_t n, struct wire_sign_in *m);
void wire_put_user(struct strbuf *w, const struct wire_user *m);
bool wire_get_user(const uint8_t *p, size_t n, struct wire_user *m);
void wire_wipe(void *p, size_t n);

#endif
