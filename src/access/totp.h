/*
 * totp.h - codes of six digits that change every 30 seconds (RFC 6238, HMAC-SHA-1), from
 * liboath.
 *
 * A code is taken once: who accepts one stores its step and asks with it the next time,
 * so that neither the same code, nor an older one, nor one after the clock was set back
 * is ever taken again (SEC-11). Pure but for totp_new_secret().
 */
#ifndef SG_ACCESS_TOTP_H
#define SG_ACCESS_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum {
	TOTP_SECRET_SIZE = 20,
	TOTP_STEP_S = 30,
	TOTP_DIGITS = 6,
	TOTP_BASE32_SIZE = 33, /* with its NUL */
	TOTP_SLACK = 1         /* steps that a clock may be off, or a person slow */
};

/* The step of that code, which is above last_step and near unix_s; -1: not taken. */
int64_t totp_accept(const uint8_t secret[TOTP_SECRET_SIZE], const char *code,
		    int64_t unix_s, int64_t last_step);
/* The code of a step: for tests and for who draws one. */
bool totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t step,
	       char out[TOTP_DIGITS + 1]);
/* From the system's random numbers. */
void totp_new_secret(uint8_t secret[TOTP_SECRET_SIZE]);
void totp_base32(const uint8_t secret[TOTP_SECRET_SIZE], char out[TOTP_BASE32_SIZE]);
/* "otpauth://totp/STATION:NAME?secret=...&issuer=STATION": what the QR code holds. */
void totp_uri(struct strbuf *out, const char *station, const char *name,
	      const uint8_t secret[TOTP_SECRET_SIZE]);

#endif
