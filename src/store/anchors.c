/* anchors.c - what others have of the record: given out, and held against it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/rows.h"
#include "store/seal_int.h"
#include "store/store.h"
#include "store/store_int.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

#define FOLDER_FILE "sightglass.anchors"

enum { TAIL_READ = 4096, FOLDER_MODE = 0640 };

/* --- given out --------------------------------------------------------------------- */

static void line_of(const struct store_seal *seal, struct strbuf *out)
{
	char time[CLOCK_ISO_SIZE], code[ANCHOR_CODE_SIZE];

	clock_iso_utc((struct wall){ seal->anchor_ms }, time);
	audit_anchor_code(seal->anchor_head.hash, code);
	strbuf_addf(out, "%s record %" PRIu64 " code %s %s\n", time,
		    seal->anchor_head.seq, code, seal->anchor);
}

/* A line a checkpoint, only ever added to: its folder may belong to somebody else, and
 * the file may be append-only (chattr +a). */
static void add_to_folder(struct store_seal *seal)
{
	char *path = xasprintf("%s/%s", seal->folder, FOLDER_FILE);
	struct strbuf line = STRBUF_INIT;
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		      FOLDER_MODE);

	line_of(seal, &line);
	bool ok = fd >= 0 && file_write(fd, line.buf, line.len) && fdatasync(fd) == 0;
	if (!ok && !seal->folder_failed)
		log_warn("no anchor can be added to %s: %s", path, strerror(errno));
	else if (ok && seal->folder_failed)
		log_info("anchors are added to %s again", path);
	seal->folder_failed = !ok;
	if (fd >= 0)
		close(fd);
	strbuf_release(&line);
	free(path);
}

void seal_anchor(struct store *s)
{
	struct store_seal *seal = s->seal;
	struct strbuf why = STRBUF_INIT;
	struct audit_anchor a = { .head = s->tail.seal.last,
				  .wall_ms = s->tail.seal.last_ms };

	audit_anchor_put(&a, &seal->sign, seal->anchor);
	seal->anchor_head = a.head;
	seal->anchor_ms = a.wall_ms;
	if (keys_write_text(seal->dir, KEYS_ANCHOR, seal->anchor, &why) != SG_OK)
		log_warn("%s", why.buf);
	if (seal->folder)
		add_to_folder(seal);
	strbuf_release(&why);
}

void store_record_state(const struct store *s, struct record_state *out)
{
	const struct store_seal *seal = s->seal;

	memset(out, 0, sizeof(*out)); /* also between its parts: it is compared whole */
	snprintf(out->distrust, sizeof(out->distrust), "%s", s->distrust);
	if (!seal)
		return;
	out->key_here = seal->first_is_here;
	out->has_folder = seal->folder != NULL;
	out->folder_failed = seal->folder_failed;
	if (!seal->anchor[0] || s->distrust[0])
		return;
	out->anchor_seq = seal->anchor_head.seq;
	snprintf(out->anchor, sizeof(out->anchor), "%s", seal->anchor);
	audit_anchor_code(seal->anchor_head.hash, out->code);
}

/* --- held against it --------------------------------------------------------------- */

static enum store_fit contradicts(struct store *s, const struct audit_anchor *a,
				  struct strbuf *why)
{
	const struct audit_head *head = &s->tail.head;
	uint8_t hash[AUDIT_HASH_SIZE];
	char time[CLOCK_ISO_SIZE];

	clock_iso_utc((struct wall){ a->wall_ms }, time);
	if (memcmp(a->head.chain_id, head->chain_id, AUDIT_CHAIN_ID_SIZE) != 0)
		strbuf_setf(why,
			    "record %" PRIu64 " of another chain was anchored on %s: the "
			    "file was deleted or replaced, and this record began anew",
			    a->head.seq, time);
	else if (a->head.seq > head->seq)
		strbuf_setf(why,
			    "the record ends at %" PRIu64 ", but record %" PRIu64
			    " was anchored on %s: its end was cut off, or an older copy "
			    "was put in its place",
			    head->seq, a->head.seq, time);
	else if (rows_hash(s->db, a->head.seq, hash, NULL) != SG_OK ||
		 memcmp(hash, a->head.hash, sizeof(hash)) != 0)
		strbuf_setf(why,
			    "record %" PRIu64
			    " is not the one that was anchored on %s: it or one before "
			    "it was replaced",
			    a->head.seq, time);
	else
		return STORE_FITS;
	return STORE_CONTRADICTS;
}

enum store_fit store_check_anchor(struct store *s, const char *text, struct strbuf *why)
{
	struct audit_anchor a;
	enum store_fit fit;

	if (!s->db || !s->seal || !audit_anchor_get(text, &a, NULL)) {
		strbuf_setf(why, "it holds no anchor");
		return STORE_NO_ANCHOR;
	}
	fit = contradicts(s, &a, why);
	if (fit == STORE_CONTRADICTS &&
	    memcmp(a.key, s->seal->sign.public, SIGN_PUBLIC_SIZE) != 0 &&
	    memcmp(a.head.chain_id, s->tail.head.chain_id, AUDIT_CHAIN_ID_SIZE) == 0)
		return STORE_FOREIGN; /* of our chain, and not by our key: anybody's */
	return fit;
}

/* The last line of the file that has an anchor. */
static bool last_of_folder(const char *folder, char *out, size_t size)
{
	char *path = xasprintf("%s/%s", folder, FOLDER_FILE);
	char text[TAIL_READ + 1];
	struct audit_anchor a;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	off_t end = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;
	ssize_t n = end >= 0 ? pread(fd, text, TAIL_READ,
				     end > TAIL_READ ? end - TAIL_READ : 0)
			     : -1;
	const char *at = text, *last = NULL;

	text[n > 0 ? n : 0] = '\0';
	while (audit_anchor_get(at, &a, &at))
		last = at;
	if (last) /* it ends there, and is of one length */
		snprintf(out, size, "%.*s", ANCHOR_LENGTH, last - ANCHOR_LENGTH);
	if (fd >= 0)
		close(fd);
	free(path);
	return last != NULL;
}

static void check_one(struct store *s, const char *where, const char *name,
		      const char *text)
{
	struct strbuf why = STRBUF_INIT, all = STRBUF_INIT;
	enum store_fit fit = store_check_anchor(s, text, &why);

	if (fit == STORE_NO_ANCHOR) {
		log_warn("%s/%s holds no anchor", where, name);
	} else if (fit != STORE_FITS) {
		strbuf_setf(&all, "%s (as %s/%s says)", why.buf, where, name);
		seal_distrust(s, all.buf);
	}
	strbuf_release(&why);
	strbuf_release(&all);
}

/* It is told until there is a newer one. */
static void take_last(struct store *s, const char *text)
{
	struct audit_anchor a;

	if (s->distrust[0] || !audit_anchor_get(text, &a, NULL))
		return;
	snprintf(s->seal->anchor, sizeof(s->seal->anchor), "%.*s", ANCHOR_LENGTH,
		 strstr(text, "sg-anchor-1:"));
	s->seal->anchor_head = a.head;
	s->seal->anchor_ms = a.wall_ms;
}

void seal_check_anchors(struct store *s)
{
	char text[TAIL_READ];

	if (keys_read_text(s->seal->dir, KEYS_ANCHOR, text, sizeof(text))) {
		check_one(s, s->seal->dir, KEYS_ANCHOR, text);
		take_last(s, text);
	}
	if (s->seal->folder && last_of_folder(s->seal->folder, text, sizeof(text)))
		check_one(s, s->seal->folder, FOLDER_FILE, text);
}
