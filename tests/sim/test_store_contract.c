/* test_store_contract.c - the real store and the scheduler's one keep the same promises.
 */
#include "support/test.h"

#include <stdio.h>

#include "sim/fake_store.h"
#include "sim/store_contract.h"
#include "store/store.h"
#include "util/log.h"

static bool commit(void *arg, struct txn *const *txns, size_t n)
{
	return fake_store_commit(arg, txns, n);
}

static void load(void *arg, struct store_snapshot *out)
{
	fake_store_load(arg, out);
}

static void reopen(void *arg)
{
	(void)arg; /* only what was committed is in it anyway */
}

static void the_fake_store_keeps_the_contract(void **state)
{
	struct fake_store store = { 0 };
	struct store_under_test s = { &store, commit, load, reopen };

	(void)state;
	store_contract(&s);
	fake_store_release(&store);
}

/* --- station.db ------------------------------------------------------------------ */

static char real_dir[4096];

static void real_open(struct store **store)
{
	struct strbuf why = STRBUF_INIT;

	if (store_open(real_dir, store, &why) != SG_OK)
		print_message("# %s\n", why.buf);
	assert_non_null(*store);
	strbuf_release(&why);
}

static bool real_commit(void *arg, struct txn *const *txns, size_t n)
{
	struct strbuf why = STRBUF_INIT;
	bool ok = store_commit(*(struct store **)arg, txns, n, &why) == SG_OK;

	assert_true(ok || why.len > 0); /* a refusal has its sentence */
	strbuf_release(&why);
	return ok;
}

static void real_load(void *arg, struct store_snapshot *out)
{
	struct strbuf why = STRBUF_INIT;

	assert_int_equal(store_load(*(struct store **)arg, out, &why), SG_OK);
	strbuf_release(&why);
}

static void real_reopen(void *arg)
{
	struct store **store = arg;

	store_close(*store);
	*store = NULL;
	real_open(store);
}

static void the_real_store_keeps_the_contract(void **state)
{
	struct store *store = NULL;
	struct store_under_test s = { &store, real_commit, real_load, real_reopen };

	(void)state;
	log_open("test", LOG_L_ERROR);
	snprintf(real_dir, sizeof(real_dir), "%s", test_tmpdir());
	real_open(&store);
	store_contract(&s);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fake_store_keeps_the_contract),
		cmocka_unit_test(the_real_store_keeps_the_contract),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
