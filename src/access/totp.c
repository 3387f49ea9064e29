/* totp.c - liboath behind one small door: the only user of its header. */
#include "access/totp.h"

#include <ctype.h>
#include <liboath/oath.h>
#include <sodium.h>
#include <string.h>

#include "util/strbuf.h"

bool totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t step,
	       char out[TOTP_DIGITS + 1])
{
	static bool ready;

	if (!ready && oath_init() != OATH_OK)
		return false;
	ready = true;
	return step >= 0 &&
	       oath_hotp_generate((const char *)secret, TOTP_SECRET_SIZE, (uint64_t)step,
				  TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION,
				  out) == OATH_OK;
}

/* Spaces are what an app shows between two groups of three. */
static bool digits_of(const char *code, char out[TOTP_DIGITS + 1])
{
	size_t n = 0;

	for (; *code; code++) {
		if (*code == ' ')
			continue;
		if (!isdigit((unsigned char)*code) || n == TOTP_DIGITS)
			return false;
		out[n++] = *code;
	}
	out[n] = '\0';
	return n == TOTP_DIGITS;
}

/* All of them are compared, whichever fits: how long it takes says nothing. */
int64_t totp_accept(const uint8_t secret[TOTP_SECRET_SIZE], const char *code,
		    int64_t unix_s, int64_t last_step)
{
	int64_t now = unix_s / TOTP_STEP_S, found = -1;
	char given[TOTP_DIGITS + 1], want[TOTP_DIGITS + 1];

	if (unix_s < 0 || !digits_of(code, given))
		return -1;
	for (int64_t step = now - TOTP_SLACK; step <= now + TOTP_SLACK; step++)
		if (totp_code(secret, step, want) &&
		    sodium_memcmp(given, want, TOTP_DIGITS) == 0 && step > last_step)
			found = step;
	sodium_memzero(want, sizeof(want));
	return found;
}

void totp_new_secret(uint8_t secret[TOTP_SECRET_SIZE])
{
	randombytes_buf(secret, TOTP_SECRET_SIZE);
}

void totp_base32(const uint8_t secret[TOTP_SECRET_SIZE], char out[TOTP_BASE32_SIZE])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

	for (size_t i = 0; i < TOTP_BASE32_SIZE - 1; i++) {
		size_t bit = 5 * i, at = bit / 8;
		unsigned two = (unsigned)secret[at] << 8;

		if (at + 1 < TOTP_SECRET_SIZE)
			two |= secret[at + 1];
		out[i] = digits[two >> (11 - bit % 8) & 31];
	}
	out[TOTP_BASE32_SIZE - 1] = '\0';
}

static void add_escaped(struct strbuf *out, const char *s)
{
	for (; *s; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~", *s))
			strbuf_addch(out, *s);
		else
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)*s);
}

void totp_uri(struct strbuf *out, const char *station, const char *name,
	      const uint8_t secret[TOTP_SECRET_SIZE])
{
	char base32[TOTP_BASE32_SIZE];

	totp_base32(secret, base32);
	strbuf_setf(out, "otpauth://totp/");
	add_escaped(out, station);
	strbuf_addch(out, ':');
	add_escaped(out, name);
	strbuf_adds(out, "?secret=");
	strbuf_adds(out, base32); /* nothing that formats it and keeps a copy */
	strbuf_adds(out, "&issuer=");
	add_escaped(out, station);
	sodium_memzero(base32, sizeof(base32));
}
