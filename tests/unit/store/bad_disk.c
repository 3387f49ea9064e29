/* bad_disk.c - see bad_disk.h. */
#include "support/test.h"

#include "bad_disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/xalloc.h"

enum { FILES = 4, SECTOR = 512 };

/* --- what the disk has ------------------------------------------------------------- */

struct change { /* not synchronised yet */
	int64_t at;
	size_t n;
	uint8_t *data; /* NULL = cut to `at` */
};

struct platter {
	char path[600];
	uint8_t *data; /* for sure */
	size_t n;
	struct change *changes;
	size_t n_changes;
};

static struct {
	struct bad_plan plan;
	unsigned seen;
	bool recording, dark, asleep;
	unsigned cut_at, ops;
	struct platter files[FILES];
} disk;

uint64_t bad_disk_random(uint64_t *seed, uint64_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed % below;
}

static struct platter *find(const char *path)
{
	for (size_t i = 0; i < FILES && disk.recording; i++)
		if (strcmp(disk.files[i].path, path) == 0)
			return &disk.files[i];
	return NULL;
}

static void grow(uint8_t **data, size_t *n, size_t to)
{
	if (to <= *n)
		return;
	*data = xreallocarray(*data, to, 1);
	memset(*data + *n, 0, to - *n);
	*n = to;
}

static void put(uint8_t **data, size_t *n, const void *p, size_t len, size_t at)
{
	grow(data, n, at + len);
	if (len) /* an empty file has no data */
		memcpy(*data + at, p, len);
}

static void drop_changes(struct platter *f)
{
	for (size_t i = 0; i < f->n_changes; i++)
		free(f->changes[i].data);
	free(f->changes);
	f->changes = NULL;
	f->n_changes = 0;
}

static void apply(uint8_t **data, size_t *n, const struct change *c)
{
	if (c->data)
		put(data, n, c->data, c->n, (size_t)c->at);
	else if ((size_t)c->at < *n)
		*n = (size_t)c->at;
}

static void synchronise(struct platter *f)
{
	for (size_t i = 0; i < f->n_changes; i++)
		apply(&f->data, &f->n, &f->changes[i]);
	drop_changes(f);
}

static void note(const char *path, const void *p, size_t n, int64_t at)
{
	struct platter *f = find(path);
	struct change *c;

	if (!f || disk.dark || disk.asleep)
		return;
	c = GROW(&f->changes, &f->n_changes);
	c->at = at;
	c->n = n;
	c->data = NULL;
	if (p) {
		c->data = xmalloc(n ? n : 1);
		memcpy(c->data, p, n);
	}
}

/* Torn: of its sectors some are there. */
static void tear(uint8_t **data, size_t *n, const struct change *c, uint64_t *seed)
{
	for (size_t at = 0; at < c->n; at += SECTOR) {
		size_t left = c->n - at < SECTOR ? c->n - at : SECTOR;
		if (bad_disk_random(seed, 2))
			put(data, n, c->data + at, left, (size_t)c->at + at);
	}
}

static void after_the_cut(const struct platter *f, uint8_t **data, size_t *n,
			  enum bad_image what, uint64_t *seed)
{
	size_t order[4096], many = f->n_changes < 4096 ? f->n_changes : 4096;
	bool shuffled = what == BAD_IMAGE_ANY && bad_disk_random(seed, 2);

	*data = NULL;
	*n = 0;
	put(data, n, f->data ? f->data : (uint8_t *)"", f->n, 0);
	for (size_t i = 0; i < many; i++)
		order[i] = i;
	for (size_t i = many; shuffled && i > 1; i--) {
		size_t k = bad_disk_random(seed, i), was = order[i - 1];
		order[i - 1] = order[k];
		order[k] = was;
	}
	for (size_t i = 0; i < many && what != BAD_IMAGE_SURE; i++) {
		const struct change *c = &f->changes[order[i]];
		switch (what == BAD_IMAGE_ALL ? 1 : bad_disk_random(seed, 3)) {
		case 0:
			break; /* lost */
		case 1:
			apply(data, n, c);
			break;
		default:
			if (c->data)
				tear(data, n, c, seed);
			break;
		}
	}
}

/* --- what fails -------------------------------------------------------------------- */

/* How this operation goes; the power may go in the middle of it. */
static enum bad_how judge(unsigned op)
{
	if (disk.asleep)
		return BAD_NOT;
	if (disk.dark)
		return BAD_EIO;
	if (disk.recording && ++disk.ops == disk.cut_at) {
		disk.dark = true;
		return BAD_EIO;
	}
	if (disk.plan.how == BAD_NOT || !(disk.plan.ops & op))
		return BAD_NOT;
	disk.seen++;
	if (disk.seen < disk.plan.from || disk.seen - disk.plan.from >= disk.plan.count)
		return BAD_NOT;
	return disk.plan.how;
}

static int code(enum bad_how how, int io)
{
	return how == BAD_FULL ? SQLITE_FULL : how == BAD_RO ? SQLITE_READONLY : io;
}

void bad_disk_plan(struct bad_plan plan)
{
	disk.plan = plan;
	disk.seen = 0;
}

void bad_disk_heal(void)
{
	bad_disk_plan((struct bad_plan){ 0 });
}

unsigned bad_disk_ops(void)
{
	return disk.seen;
}

/* --- the VFS ----------------------------------------------------------------------- */

struct file {
	sqlite3_file base;
	const char *path; /* SQLite's; lives as long as the file */
	bool counts;      /* the database or its log */
	sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;

#define REAL(f)          (((struct file *)(f))->real)
#define METHODS(f)       (REAL(f)->pMethods)
#define PASS(f, fn, ...) REAL(f)->pMethods->fn(REAL(f), __VA_ARGS__)

static int on_close(sqlite3_file *f)
{
	return METHODS(f)->xClose(REAL(f));
}

static int on_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return PASS(f, xRead, p, n, at);
}

static int on_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct file *me = (struct file *)f;
	bool was_lit = !disk.dark;
	enum bad_how how = me->counts ? judge(BAD_WRITE) : BAD_NOT;

	if (how == BAD_SHORT) {
		note(me->path, p, (size_t)n / 2, at);
		PASS(f, xWrite, p, n / 2, at);
		return SQLITE_IOERR_WRITE;
	}
	if (how != BAD_NOT && how != BAD_LIE) {
		if (was_lit && disk.dark) { /* it was on its way */
			disk.dark = false;
			note(me->path, p, (size_t)n, at);
			disk.dark = true;
		}
		return code(how, SQLITE_IOERR_WRITE);
	}
	note(me->path, p, (size_t)n, at);
	return PASS(f, xWrite, p, n, at);
}

static int on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct file *me = (struct file *)f;
	enum bad_how how = me->counts ? judge(BAD_TRUNCATE) : BAD_NOT;

	if (how != BAD_NOT && how != BAD_LIE)
		return code(how, SQLITE_IOERR_TRUNCATE);
	note(me->path, NULL, 0, size);
	return PASS(f, xTruncate, size);
}

static int on_sync(sqlite3_file *f, int flags)
{
	struct file *me = (struct file *)f;
	enum bad_how how = me->counts ? judge(BAD_SYNC) : BAD_NOT;
	struct platter *on = find(me->path);

	if (how == BAD_LIE)
		return SQLITE_OK;
	if (how != BAD_NOT)
		return code(how, SQLITE_IOERR_FSYNC);
	if (on)
		synchronise(on);
	(void)flags; /* the model is the disk: ours has nothing to fear */
	return SQLITE_OK;
}

static int on_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return PASS(f, xFileSize, size);
}

static int on_lock(sqlite3_file *f, int how)
{
	return PASS(f, xLock, how);
}

static int on_unlock(sqlite3_file *f, int how)
{
	return PASS(f, xUnlock, how);
}

static int on_check(sqlite3_file *f, int *out)
{
	return PASS(f, xCheckReservedLock, out);
}

static int on_control(sqlite3_file *f, int op, void *arg)
{
	return PASS(f, xFileControl, op, arg);
}

static int on_sector(sqlite3_file *f)
{
	return METHODS(f)->xSectorSize(REAL(f));
}

static int on_traits(sqlite3_file *f)
{
	return METHODS(f)->xDeviceCharacteristics(REAL(f));
}

static int on_shm_map(sqlite3_file *f, int page, int size, int extend,
		      void volatile **out)
{
	return PASS(f, xShmMap, page, size, extend, out);
}

static int on_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return PASS(f, xShmLock, offset, n, flags);
}

static void on_shm_barrier(sqlite3_file *f)
{
	METHODS(f)->xShmBarrier(REAL(f));
}

static int on_shm_unmap(sqlite3_file *f, int delete)
{
	return PASS(f, xShmUnmap, delete);
}

static const sqlite3_io_methods methods = {
	2,         on_close,   on_read,     on_write,       on_truncate,  on_sync,
	on_size,   on_lock,    on_unlock,   on_check,       on_control,   on_sector,
	on_traits, on_shm_map, on_shm_lock, on_shm_barrier, on_shm_unmap, NULL,
	NULL,
};

static int on_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *f, int flags,
		   int *out)
{
	struct file *me = (struct file *)f;

	(void)vfs;
	memset(me, 0, sizeof(*me));
	me->path = path ? path : "";
	me->counts = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0;
	me->real = (sqlite3_file *)(me + 1);
	enum bad_how how = me->counts && !disk.recording             ? judge(BAD_OPEN)
			   : me->counts && disk.dark && !disk.asleep ? BAD_EIO
								     : BAD_NOT;
	if (how != BAD_NOT)
		return SQLITE_CANTOPEN;
	int rc = real_vfs->xOpen(real_vfs, path, me->real, flags, out);
	if (me->real->pMethods)
		me->base.pMethods = &methods;
	return rc;
}

void bad_disk_install(void)
{
	static sqlite3_vfs vfs;

	if (real_vfs)
		return;
	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.zName = "bad-disk";
	vfs.pNext = NULL;
	vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
	vfs.xOpen = on_open;
	assert_int_equal(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}

/* --- the reserve journal's writes -------------------------------------------------- */

ssize_t pwrite(int fd, const void *p, size_t n, off_t at);

/* In the place of libc's in this program. */
ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	char link[64], path[600] = "";
	bool durable = (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
	bool was_lit = !disk.dark;
	enum bad_how how = durable ? judge(BAD_RESERVE) : BAD_NOT;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = durable ? readlink(link, path, sizeof(path) - 1) : -1;
	struct platter *on = len > 0 ? find(path) : NULL;
	if (how != BAD_NOT && how != BAD_LIE) {
		if (was_lit && disk.dark && on) {
			disk.dark = false;
			note(path, p, n, at);
			disk.dark = true;
		}
		if (how == BAD_SHORT)
			syscall(SYS_pwrite64, fd, p, n / 2, at);
		errno = how == BAD_FULL ? ENOSPC : how == BAD_RO ? EROFS : EIO;
		return -1;
	}
	if (on) {
		note(path, p, n, at);
		synchronise(on);
	}
	return syscall(SYS_pwrite64, fd, p, n, at);
}

/* --- power ------------------------------------------------------------------------- */

void bad_disk_sleep(bool asleep)
{
	disk.asleep = asleep;
}

void bad_disk_forget(void)
{
	for (size_t i = 0; i < FILES; i++) {
		drop_changes(&disk.files[i]);
		free(disk.files[i].data);
		disk.files[i] = (struct platter){ 0 };
	}
	disk.recording = disk.dark = false;
	disk.cut_at = disk.ops = 0;
}

void bad_disk_record(const char *dir)
{
	static const char *const names[FILES] = { "station.db", "station.db-wal",
						  "reserve.journal", "unused" };

	bad_disk_forget();
	for (size_t i = 0; i < FILES; i++) {
		struct platter *f = &disk.files[i];
		struct stat st;
		snprintf(f->path, sizeof(f->path), "%.500s/%s", dir, names[i]);
		int fd = open(f->path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		assert_int_equal(fstat(fd, &st), 0);
		f->n = (size_t)st.st_size;
		f->data = xmalloc(f->n ? f->n : 1);
		assert_int_equal(read(fd, f->data, f->n), (ssize_t)f->n);
		close(fd);
	}
	disk.recording = true;
}

void bad_disk_cut_power_at(unsigned n)
{
	disk.ops = 0;
	disk.cut_at = n;
}

bool bad_disk_is_dark(void)
{
	return disk.dark;
}

void bad_disk_image(const char *to, enum bad_image what, uint64_t *seed)
{
	for (size_t i = 0; i < FILES; i++) {
		const struct platter *f = &disk.files[i];
		char path[700];
		uint8_t *data;
		size_t n;

		if (!f->data && !f->n_changes)
			continue;
		after_the_cut(f, &data, &n, what, seed);
		snprintf(path, sizeof(path), "%.500s%s", to, strrchr(f->path, '/'));
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, data, n), (ssize_t)n);
		close(fd);
		free(data);
	}
}
