/* reserve.c - the reserve journal's file: headers, entries, and what is believed. */
#include "store/reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/hash.h"
#include "store/folder.h"
#include "util/bytes.h"
#include "util/file.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	HEADER_BLOCKS = 2,
	HEADER_BYTES = 8 + 8 + 8,    /* magic, size, epoch; then its hash */
	ENTRY_BYTES = 4 + 4 + 8 + 8, /* magic, length, epoch, number; then its hash */
	ENTRY_HEAD = ENTRY_BYTES + HASH_SIZE,
	ENTRY_MAGIC = 0x65524753, /* "SGRe" */
	PIECE = 1 << 20,          /* written at a time when it is made */
	LOOK = 64 << 10           /* read at a time when it is looked through */
};
static const uint64_t header_magic = UINT64_C(0x3156524553524753); /* "SGRSERV1" */

struct reserve {
	char *path;
	int fd;
	uint64_t size, epoch;
	uint64_t entries; /* acknowledged */
	uint64_t at;      /* where the next one goes */
	uint8_t last[HASH_SIZE];
	uint8_t *block; /* of what is read and written; grows */
	size_t cap;
	bool doubted;   /* a write failed: look again before the next */
	bool resetting; /* and it was that of the next epoch's header */
	bool gap;
};

static uint64_t in_blocks(uint64_t bytes)
{
	return (bytes + RESERVE_BLOCK - 1) / RESERVE_BLOCK * RESERVE_BLOCK;
}

/* --- headers --------------------------------------------------------------------- */

static void hash_header(const uint8_t *block, uint8_t out[HASH_SIZE])
{
	static const char label[] = "sg-reserve-header-1";
	struct hash_state h;

	hash_init(&h);
	hash_update(&h, label, sizeof(label) - 1);
	hash_update(&h, block, HEADER_BYTES);
	hash_final(&h, out);
}

static void make_header(uint8_t block[RESERVE_BLOCK], uint64_t size, uint64_t epoch)
{
	uint8_t *p = block;

	memset(block, 0, RESERVE_BLOCK);
	p = bytes_le(p, header_magic, 8);
	p = bytes_le(p, size, 8);
	p = bytes_le(p, epoch, 8);
	hash_header(block, p);
}

static bool is_header(const uint8_t *block, uint64_t *size, uint64_t *epoch)
{
	uint8_t hash[HASH_SIZE];

	hash_header(block, hash);
	*size = bytes_from_le(block + 8, 8);
	*epoch = bytes_from_le(block + 16, 8);
	return bytes_from_le(block, 8) == header_magic &&
	       memcmp(hash, block + HEADER_BYTES, HASH_SIZE) == 0;
}

static enum sg_err read_header(struct reserve *r, struct strbuf *why)
{
	uint8_t block[HEADER_BLOCKS * RESERVE_BLOCK];
	struct stat st;
	bool found = false;

	if (fstat(r->fd, &st) < 0 || (st.st_size >= (off_t)sizeof(block) &&
				      !file_read_at(r->fd, block, sizeof(block), 0)))
		return folder_fail(why, "read", r->path);
	for (int i = 0; i < HEADER_BLOCKS && st.st_size >= (off_t)sizeof(block); i++) {
		uint64_t size, epoch;
		if (!is_header(block + i * RESERVE_BLOCK, &size, &epoch) ||
		    size != (uint64_t)st.st_size || (found && epoch < r->epoch))
			continue;
		found = true;
		r->size = size;
		r->epoch = epoch;
	}
	if (found)
		return SG_OK;
	strbuf_setf(why, "%s is not a reserve journal, or damaged in its first blocks",
		    r->path);
	return SG_EREFUSED;
}

/* --- entries --------------------------------------------------------------------- */

/* Room for n bytes in blocks, the rest of the last one zero. */
static void need(struct reserve *r, size_t n)
{
	size_t cap = in_blocks(n);

	if (cap > r->cap) {
		r->block = xreallocarray(r->block, cap, 1);
		r->cap = cap;
	}
}

static void hash_entry(const uint8_t before[HASH_SIZE], const uint8_t *entry, size_t n,
		       uint8_t out[HASH_SIZE])
{
	static const char label[] = "sg-reserve-1";
	struct hash_state h;

	hash_init(&h);
	hash_update(&h, label, sizeof(label) - 1);
	hash_update(&h, before, HASH_SIZE);
	hash_update(&h, entry, ENTRY_BYTES);
	hash_update(&h, entry + ENTRY_HEAD, n);
	hash_final(&h, out);
}

/* The entry with this number, read into r->block, when it is there and whole. */
static bool read_entry(struct reserve *r, uint64_t at, uint64_t number,
		       const uint8_t before[HASH_SIZE], size_t *n,
		       uint8_t hash[HASH_SIZE])
{
	need(r, RESERVE_BLOCK);
	if (at + RESERVE_BLOCK > r->size ||
	    !file_read_at(r->fd, r->block, RESERVE_BLOCK, at) ||
	    bytes_from_le(r->block, 4) != ENTRY_MAGIC ||
	    bytes_from_le(r->block + 8, 8) != r->epoch ||
	    bytes_from_le(r->block + 16, 8) != number)
		return false;
	*n = (size_t)bytes_from_le(r->block + 4, 4);
	size_t whole = in_blocks(ENTRY_HEAD + *n);
	if (whole > r->size - at)
		return false;
	need(r, whole);
	if (!file_read_at(r->fd, r->block, whole, at))
		return false;
	hash_entry(before, r->block, *n, hash);
	return memcmp(hash, r->block + ENTRY_BYTES, HASH_SIZE) == 0;
}

static bool comes_later(const struct reserve *r, const uint8_t *entry)
{
	return bytes_from_le(entry, 4) == ENTRY_MAGIC &&
	       bytes_from_le(entry + 8, 8) == r->epoch &&
	       bytes_from_le(entry + 16, 8) > r->entries;
}

/* Is there an entry of this epoch behind the end? Only then was something damaged; the
 * one at the end itself may be what a crash has torn. */
static bool look_behind(struct reserve *r)
{
	uint64_t at = r->at + RESERVE_BLOCK;

	need(r, LOOK);
	while (at + RESERVE_BLOCK <= r->size) {
		size_t n = r->size - at < LOOK ? (size_t)(r->size - at) : LOOK;

		if (!file_read_at(r->fd, r->block, n, at))
			return false;
		for (size_t i = 0; i + RESERVE_BLOCK <= n; i += RESERVE_BLOCK)
			if (comes_later(r, r->block + i))
				return true;
		at += n;
	}
	return false;
}

static void find_end(struct reserve *r)
{
	size_t n;
	uint8_t hash[HASH_SIZE];

	r->entries = 0;
	r->at = HEADER_BLOCKS * RESERVE_BLOCK;
	memset(r->last, 0, HASH_SIZE);
	while (read_entry(r, r->at, r->entries, r->last, &n, hash)) {
		memcpy(r->last, hash, HASH_SIZE);
		r->at += in_blocks(ENTRY_HEAD + n);
		r->entries++;
	}
	r->gap = look_behind(r);
}

enum sg_err reserve_walk(struct reserve *r, reserve_fn fn, void *arg, struct strbuf *why)
{
	uint64_t at = HEADER_BLOCKS * RESERVE_BLOCK;
	uint8_t before[HASH_SIZE] = { 0 }, hash[HASH_SIZE];
	size_t n;

	for (uint64_t i = 0; i < r->entries; i++) {
		if (!read_entry(r, at, i, before, &n, hash)) {
			strbuf_setf(why, "%s: entry %" PRIu64 " cannot be read", r->path,
				    i);
			return SG_EIO;
		}
		memcpy(before, hash, HASH_SIZE);
		at += in_blocks(ENTRY_HEAD + n);
		enum sg_err err = fn(arg, i, r->block + ENTRY_HEAD, n, why);
		if (err != SG_OK)
			return err;
	}
	return SG_OK;
}

/* --- opening ---------------------------------------------------------------------- */

static enum sg_err open_file(struct reserve *r, struct strbuf *why)
{
	struct stat st;

	r->fd = open(r->path, O_RDWR | O_DSYNC | O_CLOEXEC | O_NOFOLLOW);
	if (r->fd < 0 && errno == ENOENT)
		return SG_ENOENT;
	if (r->fd < 0 || fstat(r->fd, &st) < 0)
		return folder_fail(why, "open", r->path);
	if (S_ISREG(st.st_mode) && st.st_uid == geteuid())
		return read_header(r, why);
	strbuf_setf(why, "%s is not a plain file of the server's user", r->path);
	return SG_EREFUSED;
}

enum sg_err reserve_open(const char *path, struct reserve **out, struct strbuf *why)
{
	struct reserve *r = xcalloc(1, sizeof(*r));

	r->path = xstrdup(path);
	enum sg_err err = open_file(r, why);
	if (err != SG_OK) {
		reserve_close(r);
		return err;
	}
	find_end(r);
	*out = r;
	return SG_OK;
}

void reserve_close(struct reserve *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	free(r->path);
	free(r->block);
	free(r);
}

/* Zeros everywhere: a file system then has nothing left to find room for. */
static bool fill(int fd, size_t bytes)
{
	uint8_t *zeros = xcalloc(1, PIECE), header[RESERVE_BLOCK];
	uint64_t epoch = 0;
	bool ok = posix_fallocate(fd, 0, (off_t)bytes) == 0;

	for (size_t at = 0; ok && at < bytes; at += PIECE)
		ok = file_write_at(fd, zeros, bytes - at < PIECE ? bytes - at : PIECE,
				   at);
	free(zeros);
	/* its epochs are nobody else's: a mark of another file's never fits */
	if (getrandom(&epoch, sizeof(epoch), 0) != sizeof(epoch))
		ok = false;
	make_header(header, bytes, (epoch >> 3 << 1) + 2); /* even: in slot 0 */
	return ok && file_write_at(fd, header, sizeof(header), 0) && fsync(fd) == 0;
}

enum sg_err reserve_make(const char *path, size_t bytes, struct strbuf *why)
{
	char *unfinished = xasprintf("%s.new", path);
	enum sg_err err = SG_OK;

	if (access(path, F_OK) == 0) {
		free(unfinished);
		return SG_OK;
	}
	unlink(unfinished);
	int fd = open(unfinished, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	errno = fd >= 0 ? ENOSPC : errno;
	if (fd < 0 || !fill(fd, bytes) || rename(unfinished, path) < 0)
		err = folder_fail(why, "make the reserve journal", path);
	if (fd >= 0)
		close(fd);
	if (err != SG_OK)
		unlink(unfinished);
	free(unfinished);
	return err == SG_OK ? folder_sync(path, why) : err;
}

/* --- writing ----------------------------------------------------------------------- */

/* Does the file hold what was acknowledged? What lies behind it, of a write that failed,
 * goes away. */
static enum sg_err compare(struct reserve *r, struct reserve *found, struct strbuf *why)
{
	uint8_t zeros[RESERVE_BLOCK] = { 0 };

	find_end(found);
	if (r->resetting && found->epoch == r->epoch + 1) {
		r->epoch = found->epoch; /* the reset has come to the disk after all */
		r->entries = 0;
		r->at = HEADER_BLOCKS * RESERVE_BLOCK;
		memset(r->last, 0, HASH_SIZE);
	} else if (found->epoch != r->epoch || found->entries < r->entries) {
		strbuf_setf(why,
			    "%s does not hold the %" PRIu64
			    " entries that were acknowledged",
			    r->path, r->entries);
		return SG_EIO;
	}
	if (found->entries > r->entries &&
	    !file_write_at(found->fd, zeros, sizeof(zeros), r->at))
		return folder_fail(why, "write", r->path);
	return SG_OK;
}

/* A write had failed: nothing is believed. */
static enum sg_err look_again(struct reserve *r, struct strbuf *why)
{
	struct reserve found = { .path = r->path, .fd = -1 };
	enum sg_err err = open_file(&found, why);

	if (err == SG_ENOENT)
		strbuf_setf(why, "%s is gone", r->path);
	if (err == SG_OK)
		err = compare(r, &found, why);
	if (err == SG_OK) {
		close(r->fd);
		r->fd = found.fd;
		found.fd = -1;
		r->doubted = r->resetting = false;
	}
	if (found.fd >= 0)
		close(found.fd);
	free(found.block);
	return err;
}

enum sg_err reserve_put(struct reserve *r, const void *payload, size_t n,
			struct strbuf *why)
{
	uint64_t whole = in_blocks(ENTRY_HEAD + (uint64_t)n);
	uint8_t hash[HASH_SIZE], *p;

	if (r->doubted && look_again(r, why) != SG_OK)
		return SG_EIO;
	if (r->at > r->size || whole > r->size - r->at) {
		strbuf_setf(why, "%s is full", r->path);
		return SG_ELIMIT;
	}
	need(r, (size_t)whole);
	memset(r->block, 0, (size_t)whole);
	p = bytes_le(r->block, ENTRY_MAGIC, 4);
	p = bytes_le(p, n, 4);
	p = bytes_le(p, r->epoch, 8);
	bytes_le(p, r->entries, 8);
	memcpy(r->block + ENTRY_HEAD, payload, n);
	hash_entry(r->last, r->block, n, hash);
	memcpy(r->block + ENTRY_BYTES, hash, HASH_SIZE);
	if (!file_write_at(r->fd, r->block, (size_t)whole, r->at)) {
		r->doubted = true;
		return folder_fail(why, "write", r->path);
	}
	explicit_bzero(r->block, (size_t)whole); /* an account may be in it */
	memcpy(r->last, hash, HASH_SIZE);
	r->at += whole;
	r->entries++;
	return SG_OK;
}

/* What it held is in the file now; accounts with their secrets may be among it. */
static void wipe(struct reserve *r)
{
	uint8_t *zeros = xcalloc(1, PIECE);

	for (uint64_t at = HEADER_BLOCKS * RESERVE_BLOCK; at < r->at; at += PIECE) {
		uint64_t left = r->at - at;
		if (!file_write_at(r->fd, zeros, left < PIECE ? (size_t)left : PIECE, at))
			break;
	}
	free(zeros);
}

enum sg_err reserve_reset(struct reserve *r, struct strbuf *why)
{
	uint8_t header[RESERVE_BLOCK];
	uint64_t next = r->epoch + 1;

	if (r->doubted && look_again(r, why) != SG_OK)
		return SG_EIO;
	make_header(header, r->size, next);
	if (!file_write_at(r->fd, header, sizeof(header),
			   next % HEADER_BLOCKS * RESERVE_BLOCK)) {
		r->doubted = r->resetting = true;
		return folder_fail(why, "write", r->path);
	}
	wipe(r);
	r->epoch = next;
	r->entries = 0;
	r->at = HEADER_BLOCKS * RESERVE_BLOCK;
	r->gap = false;
	memset(r->last, 0, HASH_SIZE);
	return SG_OK;
}

uint64_t reserve_entries(const struct reserve *r)
{
	return r->entries;
}

uint64_t reserve_epoch(const struct reserve *r)
{
	return r->epoch;
}

unsigned reserve_used_percent(const struct reserve *r)
{
	uint64_t all = r->size - HEADER_BLOCKS * RESERVE_BLOCK;

	return (unsigned)((r->at - HEADER_BLOCKS * RESERVE_BLOCK) * 100 / all);
}

bool reserve_has_gap(const struct reserve *r)
{
	return r->gap;
}
