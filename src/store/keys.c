/* keys.c - key files: made for one reader, replaced in one piece, wiped in place. */
#include "store/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/hash.h"
#include "store/folder.h"
#include "util/file.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

#define SIGN_PREFIX "sg-sign-key-1:"
#define SEAL_PREFIX "sg-seal-state-1:"

enum {
	TEXT_MAX = 1024,
	SIGN_HEX = 2 * SIGN_SECRET_SIZE,
	CHECK_SIZE = 8,
	SEAL_TEXT_SIZE =
		sizeof(SEAL_PREFIX) - 1 + 32 + 1 + 20 + 1 + 20 + 1 + 64 + 1 + 16 + 1
};

/* --- text files -------------------------------------------------------------------- */

enum sg_err keys_write_text(const char *dir, const char *name, const char *text,
			    struct strbuf *why)
{
	char *path = xasprintf("%s/%s", dir, name);
	enum sg_err err = SG_OK;

	if (!file_replace(path, 0400, text, strlen(text)))
		err = folder_fail(why, "write", path);
	free(path);
	return err;
}

bool keys_read_text(const char *dir, const char *name, char *out, size_t size)
{
	char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n = fd >= 0 ? pread(fd, out, size - 1, 0) : -1;

	out[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
	free(path);
	return n >= 0;
}

enum sg_err keys_wipe(const char *dir, const char *name, struct strbuf *why)
{
	static const char zeros[TEXT_MAX];
	char *path = xasprintf("%s/%s", dir, name);
	struct stat st;
	enum sg_err err = SG_OK;

	if (chmod(path, 0600) < 0 && errno == ENOENT) {
		free(path);
		return SG_OK;
	}
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0 ||
	    !file_write_at(fd, zeros,
			   st.st_size < TEXT_MAX ? (size_t)st.st_size : TEXT_MAX, 0) ||
	    fdatasync(fd) < 0 || unlink(path) < 0)
		err = folder_fail(why, "wipe", path);
	if (fd >= 0)
		close(fd);
	if (err == SG_OK)
		err = folder_sync(path, why);
	free(path);
	return err;
}

/* --- the pair that signs ----------------------------------------------------------- */

enum keys_found keys_read_sign(const char *dir, const char *name, struct sign_keys *k)
{
	char text[TEXT_MAX];
	uint8_t secret[SIGN_SECRET_SIZE];
	enum keys_found found = KEYS_BAD;

	if (!keys_read_text(dir, name, text, sizeof(text)))
		return KEYS_NONE;
	if (strncmp(text, SIGN_PREFIX, sizeof(SIGN_PREFIX) - 1) == 0) {
		text[sizeof(SIGN_PREFIX) - 1 + SIGN_HEX] = '\0'; /* without its newline */
		if (hash_unhex(text + sizeof(SIGN_PREFIX) - 1, secret, sizeof(secret)) ==
			    0 &&
		    sign_keys_of(secret, k))
			found = KEYS_GOOD;
	}
	explicit_bzero(text, sizeof(text));
	explicit_bzero(secret, sizeof(secret));
	return found;
}

enum sg_err keys_write_sign(const char *dir, const char *name, const struct sign_keys *k,
			    struct strbuf *why)
{
	char hex[SIGN_HEX + 1], text[TEXT_MAX];

	hash_hex(k->secret, SIGN_SECRET_SIZE, hex);
	snprintf(text, sizeof(text), SIGN_PREFIX "%s\n", hex);
	enum sg_err err = keys_write_text(dir, name, text, why);
	explicit_bzero(hex, sizeof(hex));
	explicit_bzero(text, sizeof(text));
	return err;
}

/* --- the seal's key ---------------------------------------------------------------- */

static void check_of(const char *text, size_t n, char out[2 * CHECK_SIZE + 1])
{
	struct hash_state h;
	uint8_t hash[HASH_SIZE];

	hash_init(&h);
	hash_update(&h, text, n);
	hash_final(&h, hash);
	hash_hex(hash, CHECK_SIZE, out);
}

/* Always of the same length, so that no byte of the one before is left. */
static void seal_text(const struct seal_state *s, char out[SEAL_TEXT_SIZE + 1])
{
	char chain[2 * AUDIT_CHAIN_ID_SIZE + 1], key[2 * SEAL_KEY_SIZE + 1];
	char check[2 * CHECK_SIZE + 1];

	hash_hex(s->chain_id, sizeof(s->chain_id), chain);
	hash_hex(s->key.k, sizeof(s->key.k), key);
	int n = snprintf(out, SEAL_TEXT_SIZE + 1,
			 SEAL_PREFIX "%s:%020" PRIu64 ":%020" PRIu64 ":%s", chain,
			 s->since, s->key.epoch, key);
	check_of(out, (size_t)n, check);
	snprintf(out + n, (size_t)(SEAL_TEXT_SIZE + 1 - n), ":%s\n", check);
	explicit_bzero(key, sizeof(key));
}

static bool parse_seal(const char *text, struct seal_state *s)
{
	char chain[33], since[21], epoch[21], key[65], check[17], want[17];
	int64_t a = 0, b = 0;
	int n = 0;

	if (sscanf(text,
		   SEAL_PREFIX "%32[0-9a-f]:%20[0-9]:%20[0-9]:%64[0-9a-f]%n:"
			       "%16[0-9a-f]",
		   chain, since, epoch, key, &n, check) != 5)
		return false;
	check_of(text, (size_t)n, want);
	bool ok = strcmp(check, want) == 0 &&
		  hash_unhex(chain, s->chain_id, sizeof(s->chain_id)) == 0 &&
		  hash_unhex(key, s->key.k, sizeof(s->key.k)) == 0 &&
		  num_parse_int(since, 0, INT64_MAX, &a) &&
		  num_parse_int(epoch, 0, INT64_MAX, &b);
	s->since = (uint64_t)a;
	s->key.epoch = (uint64_t)b;
	explicit_bzero(key, sizeof(key));
	return ok;
}

bool keys_put_seal(int fd, const struct seal_state *s)
{
	char text[SEAL_TEXT_SIZE + 1];

	seal_text(s, text);
	bool ok = file_write_at(fd, text, SEAL_TEXT_SIZE, 0) && fdatasync(fd) == 0;
	explicit_bzero(text, sizeof(text));
	return ok;
}

/* Its mode says read-only also to us: it is opened for writing once a start. */
static int open_seal(const char *dir, struct strbuf *why)
{
	char *path = xasprintf("%s/%s", dir, KEYS_SEAL);
	int fd = -1;

	if (chmod(path, 0600) == 0)
		fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		folder_fail(why, "open", path);
	else
		fchmod(fd, 0400);
	free(path);
	return fd;
}

enum keys_found keys_open_seal(const char *dir, int *fd, struct seal_state *s)
{
	char text[TEXT_MAX];
	enum keys_found found;

	*fd = -1;
	if (!keys_read_text(dir, KEYS_SEAL, text, sizeof(text)))
		return KEYS_NONE;
	found = parse_seal(text, s) ? KEYS_GOOD : KEYS_BAD;
	explicit_bzero(text, sizeof(text));
	if (found == KEYS_GOOD)
		*fd = open_seal(dir, NULL);
	return found == KEYS_GOOD && *fd < 0 ? KEYS_BAD : found;
}

enum sg_err keys_make_seal(const char *dir, int *fd, const struct seal_state *s,
			   struct strbuf *why)
{
	char text[SEAL_TEXT_SIZE + 1];

	seal_text(s, text);
	enum sg_err err = keys_wipe(dir, KEYS_SEAL, why);
	if (err == SG_OK)
		err = keys_write_text(dir, KEYS_SEAL, text, why);
	explicit_bzero(text, sizeof(text));
	*fd = err == SG_OK ? open_seal(dir, why) : -1;
	return *fd < 0 && err == SG_OK ? SG_EIO : err;
}
