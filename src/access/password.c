/*
 * password.c - argon2id by libsodium, and the rules for new passwords.
 *
 * The list of the commonest is short by intention: the length and the delay after a
 * failure do the work, the list keeps out what is tried first.
 */
#include "access/password.h"

#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"

_Static_assert((int)PASSWORD_HASH_SIZE >= (int)crypto_pwhash_STRBYTES, "room for a hash");

/* Without what people add to them: digits and signs at the end. */
static const char *const commonest[] = {
	"abc",       "access",     "admin",      "administrator", "adminadmin",
	"asdfghjkl", "baseball",   "changeme",   "control",       "dragon",
	"default",   "engineer",   "football",   "guest",         "hello",
	"iloveyou",  "industrial", "letmein",    "login",         "master",
	"monkey",    "operator",   "pass",       "passw0rd",      "password",
	"princess",  "qwerty",     "qwertyuiop", "root",          "scada",
	"secret",    "shadow",     "sightglass", "summer",        "sunshine",
	"superman",  "supervisor", "system",     "test",          "user",
	"wasser",    "water",      "waterworks", "welcome",       "winter",
	"zxcvbnm",
};

static const char *const rows[] = {
	"abcdefghijklmnopqrstuvwxyz",
	"qwertyuiopasdfghjklzxcvbnm",
	"1234567890123456789012345678901234567890",
	"0987654321098765432109876543210987654321",
};

enum { HASHED_AT_MOST = 4096 }; /* of the stack, by a hash of few bytes */

static _Atomic uint64_t works;

uint32_t password_min_length(const struct password_policy *p)
{
	uint32_t n = p->min_length ? p->min_length : PASSWORD_LENGTH;

	return n > PASSWORD_LENGTH_LEAST ? n : PASSWORD_LENGTH_LEAST;
}

struct password_cost password_cost(const struct password_policy *p)
{
	return (struct password_cost){
		.kib = p->hash_mib ? p->hash_mib * 1024 : PASSWORD_KIB,
		.passes = PASSWORD_PASSES,
	};
}

/* --- rules ----------------------------------------------------------------------- */

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static bool has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7F)
			return true;
	return false;
}

/* As it is compared: ASCII letters small; cut to what fits. */
static void lower(const char *s, char *out, size_t size)
{
	size_t n = 0;

	for (; *s && n + 1 < size; s++)
		out[n++] = (char)tolower((unsigned char)*s);
	out[n] = '\0';
}

static bool holds(const char *password, const char *word)
{
	char small[PASSWORD_MAX + 1];
	bool is_in;

	lower(word, small, sizeof(small));
	is_in = strlen(small) >= 3 && strstr(password, small);
	return is_in;
}

static bool one_character(const char *s)
{
	return strspn(s, (char[]){ s[0], '\0' }) == strlen(s);
}

static bool is_row(const char *s)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strstr(rows[i], s))
			return true;
	return false;
}

static bool is_common(const char *s)
{
	size_t n = strlen(s);

	while (n > 0 && !isalpha((unsigned char)s[n - 1]))
		n--;
	for (size_t i = 0; i < sizeof(commonest) / sizeof(commonest[0]); i++)
		if (strlen(commonest[i]) == n && strncmp(commonest[i], s, n) == 0)
			return true;
	return n == 0; /* digits and signs only */
}

static bool is_guessed(const char *small, const char *name, const char *station,
		       struct strbuf *why)
{
	if (holds(small, name))
		strbuf_setf(why, "the name must not be part of the password");
	else if (holds(small, station))
		strbuf_setf(why, "the station's name must not be part of the password");
	else if (one_character(small) || is_row(small) || is_common(small))
		strbuf_setf(why, "that is one of the passwords that are tried first: "
				 "take a few words that do not belong together");
	else
		return false;
	return true;
}

bool password_fits(const struct password_policy *p, const char *name, const char *station,
		   const char *password, struct strbuf *why)
{
	char small[PASSWORD_MAX + 1];
	bool fits = false;

	if (strlen(password) > PASSWORD_MAX) {
		strbuf_setf(why, "a password has at most %d bytes", PASSWORD_MAX);
	} else if (characters(password) < password_min_length(p)) {
		strbuf_setf(why, "a password has at least %u characters here",
			    password_min_length(p));
	} else if (has_control(password) || !utf8_valid(password, strlen(password))) {
		strbuf_setf(why, "a password has no control characters");
	} else {
		lower(password, small, sizeof(small));
		fits = !is_guessed(small, name, station, why);
		sodium_memzero(small, sizeof(small));
	}
	return fits;
}

/* --- hashes ---------------------------------------------------------------------- */

bool password_hash(const char *password, const struct password_cost *c,
		   char out[PASSWORD_HASH_SIZE])
{
	if (sodium_init() < 0)
		return false;
	atomic_fetch_add(&works, 1);
	return crypto_pwhash_str_alg(out, password, strlen(password), c->passes,
				     (size_t)c->kib * 1024,
				     crypto_pwhash_ALG_ARGON2ID13) == 0;
}

static enum password_verdict work_for_nothing(const char *password,
					      const struct password_cost *c)
{
	char hash[PASSWORD_HASH_SIZE];

	return password_hash(password, c, hash) ? PASSWORD_WRONG : PASSWORD_NO_MEMORY;
}

enum password_verdict password_verify(const char *hash, const char *password,
				      const struct password_cost *c)
{
	if (!hash[0])
		return work_for_nothing(password, c);
	if (sodium_init() < 0)
		return PASSWORD_NO_MEMORY;
	atomic_fetch_add(&works, 1);
	errno = 0;
	if (crypto_pwhash_str_verify(hash, password, strlen(password)) == 0)
		return PASSWORD_RIGHT;
	return errno == ENOMEM ? PASSWORD_NO_MEMORY : PASSWORD_WRONG;
}

bool password_is_of_other_cost(const char *hash, const struct password_cost *c)
{
	return crypto_pwhash_str_needs_rehash(hash, c->passes, (size_t)c->kib * 1024) !=
	       0;
}

uint64_t password_works(void)
{
	return atomic_load(&works);
}

void typed_fingerprint(const char *typed, uint8_t out[TYPED_SIZE])
{
	static uint8_t key[crypto_generichash_KEYBYTES];
	static const uint8_t none[sizeof(key)];

	if (sodium_init() >= 0 && memcmp(key, none, sizeof(key)) == 0)
		randombytes_buf(key, sizeof(key));
	crypto_generichash(out, TYPED_SIZE, (const unsigned char *)typed, strlen(typed),
			   key, sizeof(key));
	sodium_stackzero(HASHED_AT_MOST);
}
