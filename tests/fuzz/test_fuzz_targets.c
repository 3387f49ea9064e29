/*
 * test_fuzz_targets.c - each target of the fuzzers, a bounded number of times and always
 * the same: its seeds, what the fuzzers once found (tests/fuzz/found), and mutations of
 * them. SIGHTGLASS_SEED=n makes others; SIGHTGLASS_FUZZ_SEEDS=DIR writes the seeds there
 * and runs nothing.
 */
#include "support/test.h"

#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/target.h"
#include "util/xalloc.h"

enum { SEEDS_MAX = 200 };

static struct strbuf seeds[SEEDS_MAX];
static size_t n_seeds;
static unsigned random_state;

static unsigned any(unsigned n)
{
	random_state = random_state * 1664525u + 1013904223u;
	return n ? (random_state >> 8) % n : 0;
}

static void read_found(const char *name)
{
	char path[4096 + 600];
	const char *top = getenv("SIGHTGLASS_TOP");
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "%s/tests/fuzz/found/%s", top ? top : ".", name);
	d = opendir(path);
	while (d && (e = readdir(d)) && n_seeds < SEEDS_MAX) {
		struct stat st;
		char file[sizeof(path) + 256];

		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		if (stat(file, &st) < 0 || !S_ISREG(st.st_mode))
			continue;
		FILE *f = fopen(file, "re");
		char *bytes = xmalloc((size_t)st.st_size + 1);
		size_t n = f ? fread(bytes, 1, (size_t)st.st_size, f) : 0;
		strbuf_add(&seeds[n_seeds++], bytes, n);
		free(bytes);
		if (f)
			fclose(f);
	}
	if (d)
		closedir(d);
}

static void take_seeds(const struct fuzz_target *t)
{
	for (n_seeds = 0; n_seeds < SEEDS_MAX; n_seeds++) {
		strbuf_init(&seeds[n_seeds], 1 << 20);
		if (!t->seed(n_seeds, &seeds[n_seeds]))
			break;
	}
	for (size_t i = n_seeds; i < SEEDS_MAX; i++)
		strbuf_init(&seeds[i], 1 << 20);
	assert_true(n_seeds > 0);
	read_found(t->name);
}

static void leave_seeds(void)
{
	for (size_t i = 0; i < SEEDS_MAX; i++)
		strbuf_release(&seeds[i]);
}

/* One to four small changes, as a fuzzer makes them. */
static size_t mutate(uint8_t *p, size_t n, size_t max)
{
	static const uint8_t odd[] = { 0, 1, 0x7f, 0x80, 0xff, '{', '"', '\033' };

	for (unsigned k = 1 + any(4); k; k--) {
		size_t at = any((unsigned)n + 1), len = 1 + any(8);
		const struct strbuf *other = &seeds[any((unsigned)n_seeds)];

		switch (any(6)) {
		case 0: /* a bit */
			if (at < n)
				p[at] ^= (uint8_t)(1u << any(8));
			break;
		case 1: /* a byte that has meant trouble before */
			if (at < n)
				p[at] = odd[any(sizeof(odd))];
			break;
		case 2: /* cut out */
			len = at + len > n ? n - at : len;
			memmove(p + at, p + at + len, n - at - len);
			n -= len;
			break;
		case 3: /* twice */
			if (n + len > max || at + len > n)
				break;
			memmove(p + at + len, p + at, n - at);
			n += len;
			break;
		case 4: /* a piece of another */
			for (size_t i = 0; i < len * 4 && at + i < n && i < other->len;
			     i++)
				p[at + i] = (uint8_t)other->buf[i];
			break;
		default: /* the end is missing */
			n = at;
			break;
		}
	}
	return n;
}

static void run_target(const struct fuzz_target *t)
{
	uint8_t *bytes = xmalloc(t->max + 64);

	size_t fed = 0;

	take_seeds(t);
	for (size_t i = 0; i < n_seeds; i++)
		t->run((const uint8_t *)seeds[i].buf, seeds[i].len);
	t->run((const uint8_t *)"", 0);
	for (unsigned run = 0; run < t->runs; run++) {
		const struct strbuf *from = &seeds[any((unsigned)n_seeds)];
		size_t n = from->len < t->max ? from->len : t->max;

		memcpy(bytes, from->buf, n);
		n = mutate(bytes, n, t->max);
		fed += n;
		t->run(bytes, n);
	}
	print_message("%s: %zu seeds, %u mutations, %zu bytes\n", t->name, n_seeds,
		      t->runs, fed);
	assert_true(fed > t->runs); /* most of them say something */
	leave_seeds();
	free(bytes);
}

static void write_seeds(const char *dir)
{
	for (size_t k = 0; fuzz_targets[k]; k++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", dir, fuzz_targets[k]->name);
		mkdir(path, 0755);
		take_seeds(fuzz_targets[k]);
		for (size_t i = 0; i < n_seeds; i++) {
			snprintf(path, sizeof(path), "%s/%s/seed-%zu", dir,
				 fuzz_targets[k]->name, i);
			FILE *f = fopen(path, "we");
			if (f && fwrite(seeds[i].buf, 1, seeds[i].len, f) != seeds[i].len)
				perror(path);
			if (f)
				fclose(f);
		}
		leave_seeds();
	}
}

#define TARGET(name)                                                                     \
	static void SEC_06_##name(void **state)                                          \
	{                                                                                \
		(void)state;                                                             \
		run_target(&fuzz_##name);                                                \
	}
TARGET(audit)
TARGET(config)
TARGET(driver)
TARGET(expr)
TARGET(keys)
TARGET(modbus)
TARGET(payload)
TARGET(screen)
TARGET(station)
TARGET(wire)

/* None is forgotten above. */
static void each_target_has_a_name_a_text_and_seeds(void **state)
{
	size_t n = 0;

	(void)state;
	for (; fuzz_targets[n]; n++) {
		assert_true(fuzz_targets[n]->name[0] && fuzz_targets[n]->what[0]);
		assert_ptr_equal(fuzz_find(fuzz_targets[n]->name), fuzz_targets[n]);
	}
	assert_int_equal(n, 10);
}

int main(void)
{
	const char *given = getenv("SIGHTGLASS_SEED");
	const char *dir = getenv("SIGHTGLASS_FUZZ_SEEDS");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_target_has_a_name_a_text_and_seeds),
		cmocka_unit_test(SEC_06_audit),
		cmocka_unit_test(SEC_06_config),
		cmocka_unit_test(SEC_06_driver),
		cmocka_unit_test(SEC_06_expr),
		cmocka_unit_test(SEC_06_keys),
		cmocka_unit_test(SEC_06_modbus),
		cmocka_unit_test(SEC_06_payload),
		cmocka_unit_test(SEC_06_screen),
		cmocka_unit_test(SEC_06_station),
		cmocka_unit_test(SEC_06_wire),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	random_state = given ? (unsigned)strtoul(given, NULL, 10) : 20261122;
	if (dir) {
		write_seeds(dir);
		return 0;
	}
	return cmocka_run_group_tests_name("fuzz targets", tests, NULL, NULL);
}
