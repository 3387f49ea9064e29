/* test.c - helpers of every test: doubles, text search, files and folders. */
#include "support/test.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/num.h"
#include "util/xalloc.h"

void assert_double_at(double actual, double expected, double within, const char *file,
		      int line)
{
	if (fabs(actual - expected) <= within || (isnan(actual) && isnan(expected)))
		return;
	print_error("%.17g is not within %g of %.17g\n", actual, within, expected);
	_fail(file, line);
}

void assert_has_at(const char *text, const char *needle, const char *file, int line)
{
	if (text && strstr(text, needle))
		return;
	print_error("\"%s\"\ndoes not contain\n\"%s\"\n", text ? text : "(null)", needle);
	_fail(file, line);
}

const char *test_top(const char *path)
{
	static char full[4096];
	const char *top = getenv("SIGHTGLASS_TOP");

	snprintf(full, sizeof(full), "%s/%s", top ? top : ".", path);
	return full;
}

static char tmpdir[64];
static pid_t tmpdir_owner;

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static void remove_tmpdir(void)
{
	if (getpid() == tmpdir_owner) /* a forked child leaves it alone */
		nftw(tmpdir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_tmpdir(void)
{
	static char sub[96];
	static int n;

	if (!tmpdir[0]) {
		snprintf(tmpdir, sizeof(tmpdir), "/tmp/sgtest.XXXXXX");
		if (!mkdtemp(tmpdir))
			fail_msg("cannot make a folder under /tmp");
		tmpdir_owner = getpid();
		atexit(remove_tmpdir);
	}
	snprintf(sub, sizeof(sub), "%s/%d", tmpdir, n++);
	if (mkdir(sub, 0700) < 0)
		fail_msg("cannot make %s", sub);
	return sub;
}

void test_write_file(const char *path, const char *text)
{
	char dir[4096];

	snprintf(dir, sizeof(dir), "%s", path);
	for (char *p = dir + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(dir, 0700);
		*p = '/';
	}
	FILE *f = fopen(path, "we");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		fail_msg("cannot write %s", path);
}

char *test_read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	size_t n = 0, got;
	char *text = xmalloc(1);

	if (!f)
		fail_msg("cannot read %s", path);
	do {
		text = xrealloc(text, n + 65537);
		got = fread(text + n, 1, 65536, f);
		n += got;
	} while (got > 0);
	text[n] = '\0';
	fclose(f);
	return text;
}

int64_t test_number(const char *name, int64_t otherwise)
{
	const char *text = getenv(name);
	int64_t v;

	return text && num_parse_int(text, 1, INT64_MAX, &v) ? v : otherwise;
}

const char *test_program(const char *name)
{
	static char path[4][4096];
	static unsigned turn;
	const char *bin = getenv("SIGHTGLASS_BIN");
	char *out = path[turn++ % 4];

	snprintf(out, sizeof(path[0]), "%s/%s", bin ? bin : "build/bin", name);
	return out;
}
