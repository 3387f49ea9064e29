/* test_disk.c - a disk that fails, and power that goes: what was acknowledged is there
 * (ST-03, ST-04, ST-05). SQLite runs over a file layer of ours that fails its n-th call,
 * or remembers what had been synchronised when, so that the disk after a power cut at any
 * call can be built: synchronised writes are there, later ones partly, torn or not. */
#include "support/test.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rig.h"

/* --- the file layer -------------------------------------------------------------- */

enum { FILES_MAX = 8, NAME_SIZE = 256 };

struct write_op {
	int64_t at;
	size_t n;
	uint8_t *data; /* NULL = truncated to at */
};

/* What the disk holds for sure, and what may or may not have arrived. */
struct image {
	char name[NAME_SIZE]; /* "" = free */
	uint8_t *data;
	size_t n;
	struct write_op *pending;
	size_t n_pending;
};

static struct {
	bool counting;
	long calls, fail_at; /* 0 = never */
	long fail_n;         /* so many calls, or until now */
	bool failed;
	bool remembering;
	long cut_at; /* power goes before this call: 0 = never */
	bool dark;
	struct image images[FILES_MAX];
} disk;

struct shim_file {
	sqlite3_file base;
	char name[NAME_SIZE];
	sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;
static sqlite3_vfs shim_vfs;
static sqlite3_io_methods shim_io[1];

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct shim_file *)(void *)f)->real;
}

/* One call to the disk: false when this one fails. */
static bool works(void)
{
	if (!disk.counting)
		return true;
	disk.calls++;
	if (disk.cut_at && disk.calls >= disk.cut_at)
		disk.dark = true;
	bool fails = disk.fail_at && disk.calls >= disk.fail_at &&
		     disk.calls - disk.fail_at < disk.fail_n;
	disk.failed = disk.failed || fails;
	return !fails;
}

static struct image *image_of(const char *name)
{
	struct image *empty = NULL;

	for (size_t i = 0; i < FILES_MAX; i++) {
		if (strcmp(disk.images[i].name, name) == 0)
			return &disk.images[i];
		if (!disk.images[i].name[0])
			empty = &disk.images[i];
	}
	assert_non_null(empty);
	snprintf(empty->name, NAME_SIZE, "%s", name);
	return empty;
}

static void remember(sqlite3_file *f, const void *data, size_t n, int64_t at)
{
	const struct shim_file *s = (const struct shim_file *)(const void *)f;

	if (!disk.remembering || disk.dark)
		return;
	struct image *image = image_of(s->name);
	struct write_op *op = GROW(&image->pending, &image->n_pending);
	op->at = at;
	op->n = n;
	if (data) {
		op->data = xmalloc(n);
		memcpy(op->data, data, n);
	}
}

static void image_write(struct image *image, const struct write_op *op, size_t n)
{
	size_t end = (size_t)op->at + n;

	if (!op->data) {
		if ((size_t)op->at < image->n)
			image->n = (size_t)op->at;
		return;
	}
	if (end > image->n) {
		image->data = xrealloc(image->data, end);
		memset(image->data + image->n, 0, end - image->n);
		image->n = end;
	}
	if (n)
		memcpy(image->data + op->at, op->data, n);
}

static void forget_pending(struct image *image)
{
	for (size_t i = 0; i < image->n_pending; i++)
		free(image->pending[i].data);
	free(image->pending);
	image->pending = NULL;
	image->n_pending = 0;
}

static void remember_sync(sqlite3_file *f)
{
	const struct shim_file *s = (const struct shim_file *)(const void *)f;

	if (!disk.remembering || disk.dark)
		return;
	struct image *image = image_of(s->name);
	for (size_t i = 0; i < image->n_pending; i++)
		image_write(image, &image->pending[i], image->pending[i].n);
	forget_pending(image);
}

static int shim_close(sqlite3_file *f)
{
	int rc = real_of(f)->pMethods->xClose(real_of(f));

	free(real_of(f));
	return rc;
}

static int shim_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}

static int shim_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (!works())
		return SQLITE_IOERR_WRITE;
	remember(f, p, (size_t)n, at);
	return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}

static int shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (!works())
		return SQLITE_IOERR_TRUNCATE;
	remember(f, NULL, 0, size);
	return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int shim_sync(sqlite3_file *f, int flags)
{
	if (!works())
		return SQLITE_IOERR_FSYNC;
	remember_sync(f);
	return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int shim_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int shim_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int shim_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int shim_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int shim_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int shim_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

/* No promise of power-safe overwrite: the strictest reading of the disk. */
static int shim_device(sqlite3_file *f)
{
	(void)f;
	return 0;
}

static int shim_shm_map(sqlite3_file *f, int page, int size, int extend,
			void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int shim_shm_unmap(sqlite3_file *f, int delete)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), delete);
}

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
		     int *out)
{
	struct shim_file *s = (struct shim_file *)(void *)f;

	(void)vfs;
	memset(s, 0, sizeof(*s));
	s->real = xcalloc(1, (size_t)real_vfs->szOsFile);
	snprintf(s->name, NAME_SIZE, "%s", name ? strrchr(name, '/') + 1 : "temporary");
	int rc = real_vfs->xOpen(real_vfs, name, s->real, flags, out);
	if (rc == SQLITE_OK)
		s->base.pMethods = shim_io;
	else
		free(s->real);
	return rc;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	if (!works())
		return SQLITE_IOERR_DELETE;
	if (disk.remembering && !disk.dark) {
		struct image *image = image_of(strrchr(name, '/') + 1);
		forget_pending(image);
		free(image->data);
		*image = (struct image){ 0 };
	}
	return real_vfs->xDelete(real_vfs, name, sync);
}

static void install(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	shim_vfs = *real_vfs;
	shim_vfs.zName = "shim";
	shim_vfs.szOsFile = (int)sizeof(struct shim_file);
	shim_vfs.xOpen = shim_open;
	shim_vfs.xDelete = shim_delete;
	shim_io[0] = (sqlite3_io_methods){
		.iVersion = 2,
		.xClose = shim_close,
		.xRead = shim_read,
		.xWrite = shim_write,
		.xTruncate = shim_truncate,
		.xSync = shim_sync,
		.xFileSize = shim_size,
		.xLock = shim_lock,
		.xUnlock = shim_unlock,
		.xCheckReservedLock = shim_reserved,
		.xFileControl = shim_control,
		.xSectorSize = shim_sector,
		.xDeviceCharacteristics = shim_device,
		.xShmMap = shim_shm_map,
		.xShmLock = shim_shm_lock,
		.xShmBarrier = shim_shm_barrier,
		.xShmUnmap = shim_shm_unmap,
	};
	assert_int_equal(sqlite3_vfs_register(&shim_vfs, 1), SQLITE_OK);
}

static void disk_reset(void)
{
	for (size_t i = 0; i < FILES_MAX; i++) {
		forget_pending(&disk.images[i]);
		free(disk.images[i].data);
	}
	memset(&disk, 0, sizeof(disk));
}

/* --- the load: an acknowledgement, its alarm's state and its record together ----- */

static enum sg_err commit_step(struct store *s, unsigned n, struct strbuf *why)
{
	struct txn *t = txn_new(n, true);
	char text[32], *big = xmalloc(3000);

	snprintf(text, sizeof(text), "number %u", n);
	rig_audit(t, 0, text);
	strbuf_adds(&txn_add(t, TXN_ALARM, 0, "a.high")->body, text);
	strbuf_adds(&txn_add(t, TXN_JOURNAL, n, "a.high")->body, text);
	memset(big, 'x',
	       3000); /* now and then enough pages for a checkpoint of its own */
	if (n % 3 == 0)
		strbuf_add(&txn_add(t, TXN_ALARM, 0, "b.high")->body, big, 3000);
	free(big);
	return rig_commit(s, t, why);
}

struct found {
	uint64_t highest;
	char last[32];
};

static bool look(void *arg, uint64_t seq, const void *body, size_t n,
		 const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal)
{
	struct found *f = arg;
	struct strbuf text = STRBUF_INIT;
	struct audit_record r;

	(void)hash;
	(void)seal;
	assert_true(audit_record_get(body, n, &r, &text));
	f->highest = seq;
	snprintf(f->last, sizeof(f->last), "%s", r.detail);
	strbuf_release(&text);
	return false;
}

/* The chain is good, holds at least what was acknowledged, and the alarm's state is the
 * one of its last record: never a half transaction. */
static void check_state(const char *dir, uint64_t acknowledged, const char *when)
{
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;
	struct store_snapshot snap;
	struct found f = { 0 };

	if (store_open(dir, &s, &why) != SG_OK)
		fail_msg("%s: %s", when, why.buf);
	assert_int_equal(store_load(s, &snap, &why), SG_OK);
	assert_int_equal(store_audit_list(s, 0, 1, look, &f, &why), SG_OK);
	if (f.highest < acknowledged)
		fail_msg("%s: record %u was acknowledged, the file ends at %u", when,
			 (unsigned)acknowledged, (unsigned)f.highest);
	if (f.highest) {
		assert_string_equal(snap.alarms[0].record.buf, f.last);
		assert_int_equal(snap.next_occurrence > f.highest, 1);
	}
	store_snapshot_release(&snap);
	store_close(s);
	char *path = rig_path(dir);
	struct audit_verdict v = rig_verify(path);
	if (!v.good || v.records < acknowledged)
		fail_msg("%s: %s", when, v.text);
	free(path);
	strbuf_release(&why);
}

/* --- ST-03 ----------------------------------------------------------------------- */

static uint64_t run_load(struct store *s, unsigned steps, unsigned *refused)
{
	uint64_t acknowledged = 0;
	struct strbuf why = STRBUF_INIT;

	for (unsigned i = 1; i <= steps; i++) {
		if (commit_step(s, i, &why) == SG_OK)
			acknowledged = store_head(s)->seq;
		else
			(*refused)++;
	}
	strbuf_release(&why);
	return acknowledged;
}

static void fail_each_call(long fail_n)
{
	char when[64];
	unsigned hit = 0, refused = 0;

	for (long n = 1; n < 200; n++) {
		const char *dir = test_tmpdir();
		struct store *s = rig_open(dir);
		disk_reset();
		disk.counting = true;
		disk.fail_at = n;
		disk.fail_n = fail_n;
		uint64_t acknowledged = run_load(s, 8, &refused);
		bool failed = disk.failed;
		store_close(s);
		disk_reset();
		snprintf(when, sizeof(when), "%ld calls from %ld on failed", fail_n, n);
		check_state(dir, acknowledged, when);
		if (!failed)
			break;
		hit++;
	}
	assert_true(hit > 10);
	assert_true(refused > 0);
	print_message("# %u failing calls, %u transactions refused\n", hit, refused);
}

static void ST_03_one_failing_call_loses_nothing_acknowledged(void **state)
{
	(void)state;
	fail_each_call(1);
}

static void ST_03_a_disk_that_stays_dead_loses_nothing_acknowledged(void **state)
{
	(void)state;
	fail_each_call(LONG_MAX);
}

/* The log cannot be synchronised and the file not be closed properly either: when it is
 * opened again the commit is in the log after all. It counts once it was checkpointed. */
static void ST_03_a_commit_found_in_the_log_is_synchronised_or_not_told(void **state)
{
	(void)state;
	for (long n = 2; n <= 3; n++)
		fail_each_call(n);
}

static void ST_03_recording_goes_on_when_the_disk_is_back(void **state)
{
	const char *dir = test_tmpdir();
	struct store *s = rig_open(dir);
	struct strbuf why = STRBUF_INIT;

	(void)state;
	disk_reset();
	assert_int_equal(commit_step(s, 1, &why), SG_OK);
	disk.counting = true;
	disk.fail_at = 1;
	disk.fail_n = LONG_MAX;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(commit_step(s, 2, &why), SG_EIO);
		assert_has(why.buf, "station.db: disk I/O error");
	}
	disk_reset();
	assert_int_equal(commit_step(s, 3, &why), SG_OK);
	uint64_t head = store_head(s)->seq;
	store_close(s);
	check_state(dir, head, "back again");
	strbuf_release(&why);
}

/* --- ST-04, ST-05: power --------------------------------------------------------- */

/* The disk as it may be after the cut: each later write there, missing or torn. */
static void build_disk(const char *dir, unsigned seed)
{
	char path[512];

	srand(seed);
	for (size_t i = 0; i < FILES_MAX; i++) {
		struct image *image = &disk.images[i];
		if (!image->name[0])
			continue;
		for (size_t k = 0; k < image->n_pending; k++) {
			struct write_op *op = &image->pending[k];
			int luck = seed == 0 ? 0 : seed == 1 ? 1 : rand() % 3;
			if (luck == 1)
				image_write(image, op, op->n);
			else if (luck == 2 && op->n) /* torn at a sector */
				image_write(image, op,
					    (size_t)rand() % op->n / 512 * 512);
		}
		snprintf(path, sizeof(path), "%s/%s", dir, image->name);
		FILE *f = fopen(path, "we");
		assert_non_null(f);
		if (image->n) /* an empty file has no data to point at */
			assert_int_equal(fwrite(image->data, 1, image->n, f), image->n);
		fclose(f);
		chmod(path, 0600);
	}
}

/* Runs the load until the power goes before call `cut`; returns what was acknowledged. */
static uint64_t run_until_dark(long cut)
{
	uint64_t acknowledged = 0;
	struct store *s = NULL;
	struct strbuf why = STRBUF_INIT;

	disk_reset();
	disk.counting = disk.remembering = true;
	disk.cut_at = cut;
	assert_int_equal(store_open(test_tmpdir(), &s, &why), SG_OK);
	for (unsigned i = 1; i <= 8 && !disk.dark; i++)
		if (commit_step(s, i, &why) == SG_OK && !disk.dark)
			acknowledged = store_head(s)->seq;
	bool dark = disk.dark;
	disk.dark = true; /* nothing after this counts */
	store_close(s);
	disk.dark = dark;
	strbuf_release(&why);
	return acknowledged;
}

static void ST_04_ST_05_a_power_cut_at_any_call_loses_nothing_acknowledged(void **state)
{
	char when[64];
	bool dark = true;
	long cuts = 0, states = 0;

	(void)state;
	for (long cut = 1; dark; cut++) {
		for (unsigned seed = 0; seed < 4; seed++) {
			const char *after;
			uint64_t acknowledged = run_until_dark(cut);
			dark = disk.dark;
			after = test_tmpdir();
			build_disk(after, seed);
			disk_reset();
			snprintf(when, sizeof(when), "power cut before call %ld, seed %u",
				 cut, seed);
			check_state(after, acknowledged, when);
			states++;
		}
		cuts++;
	}
	assert_true(cuts > 20);
	print_message("# power cut at %ld calls, %ld disks\n", cuts, states);
}

static int disk_teardown(void **state)
{
	(void)state;
	disk_reset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ST_03_one_failing_call_loses_nothing_acknowledged),
		cmocka_unit_test(ST_03_a_disk_that_stays_dead_loses_nothing_acknowledged),
		cmocka_unit_test(
			ST_03_a_commit_found_in_the_log_is_synchronised_or_not_told),
		cmocka_unit_test(ST_03_recording_goes_on_when_the_disk_is_back),
		cmocka_unit_test(
			ST_04_ST_05_a_power_cut_at_any_call_loses_nothing_acknowledged),
	};

	rig_begin();
	install();
	return cmocka_run_group_tests(tests, NULL, disk_teardown);
}
