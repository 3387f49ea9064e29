/* anchor.c - anchors as text. */
#include "audit/anchor.h"

#include <string.h>

#include "audit/hash.h"
#include "util/bytes.h"

#define PREFIX "sg-anchor-1:"
#define DOMAIN "sightglass-anchor-1 "

enum {
	DOMAIN_SIZE = sizeof(DOMAIN) - 1,
	SIGNED_SIZE = ANCHOR_BYTES - SIGN_SIZE,
	BASE64_LEN = HASH_BASE64_SIZE(ANCHOR_BYTES) - 1
};

_Static_assert((int)ANCHOR_LENGTH == (int)(sizeof(PREFIX) - 1 + BASE64_LEN), "as told");
_Static_assert(sizeof(PREFIX) + BASE64_LEN <= ANCHOR_TEXT_SIZE, "an anchor fits");

void audit_anchor_put(const struct audit_anchor *a, const struct sign_keys *k,
		      char out[ANCHOR_TEXT_SIZE])
{
	uint8_t bytes[DOMAIN_SIZE + ANCHOR_BYTES], *p = bytes + DOMAIN_SIZE;

	memcpy(bytes, DOMAIN, DOMAIN_SIZE);
	memcpy(p, a->head.chain_id, AUDIT_CHAIN_ID_SIZE);
	p = bytes_le(p + AUDIT_CHAIN_ID_SIZE, a->head.seq, 8);
	memcpy(p, a->head.hash, AUDIT_HASH_SIZE);
	p = bytes_le(p + AUDIT_HASH_SIZE, (uint64_t)a->wall_ms, 8);
	memcpy(p, k->public, SIGN_PUBLIC_SIZE);
	sign_bytes(k, bytes, DOMAIN_SIZE + SIGNED_SIZE, p + SIGN_PUBLIC_SIZE);
	memcpy(out, PREFIX, sizeof(PREFIX));
	hash_base64(bytes + DOMAIN_SIZE, ANCHOR_BYTES, out + sizeof(PREFIX) - 1,
		    ANCHOR_TEXT_SIZE - sizeof(PREFIX) + 1);
}

static bool read_one(const char *text, struct audit_anchor *a)
{
	uint8_t bytes[DOMAIN_SIZE + ANCHOR_BYTES];

	if (hash_unbase64(text, BASE64_LEN, bytes + DOMAIN_SIZE, ANCHOR_BYTES) != 0)
		return false;
	memcpy(bytes, DOMAIN, DOMAIN_SIZE);
	struct bytes_reader r = bytes_reader(bytes + DOMAIN_SIZE, ANCHOR_BYTES);
	memcpy(a->head.chain_id, bytes_raw(&r, AUDIT_CHAIN_ID_SIZE), AUDIT_CHAIN_ID_SIZE);
	a->head.seq = bytes_u64(&r);
	memcpy(a->head.hash, bytes_raw(&r, AUDIT_HASH_SIZE), AUDIT_HASH_SIZE);
	a->wall_ms = bytes_i64(&r);
	memcpy(a->key, bytes_raw(&r, SIGN_PUBLIC_SIZE), SIGN_PUBLIC_SIZE);
	return sign_is_good(a->key, bytes, DOMAIN_SIZE + SIGNED_SIZE,
			    bytes + DOMAIN_SIZE + SIGNED_SIZE);
}

bool audit_anchor_get(const char *text, struct audit_anchor *a, const char **end)
{
	for (text = strstr(text, PREFIX); text; text = strstr(text, PREFIX)) {
		text += sizeof(PREFIX) - 1;
		if (strnlen(text, BASE64_LEN) == BASE64_LEN && read_one(text, a)) {
			if (end)
				*end = text + BASE64_LEN;
			return true;
		}
	}
	return false;
}

void audit_anchor_code(const uint8_t hash[AUDIT_HASH_SIZE], char out[ANCHOR_CODE_SIZE])
{
	/* Crockford's: no I, L, O or U, which people read as something else */
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint32_t v = (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 |
		     (uint32_t)hash[2] << 8 | hash[3];

	for (size_t i = 0; i < ANCHOR_CODE_SIZE - 1; i++, v <<= 5)
		out[i] = letters[v >> 27];
	out[ANCHOR_CODE_SIZE - 1] = '\0';
}
