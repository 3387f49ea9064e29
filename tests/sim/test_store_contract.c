/* test_store_contract.c - the scheduler's store keeps the promises of the real one. */
#include "support/test.h"

#include "sim/fake_store.h"
#include "sim/store_contract.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fake_store_keeps_the_contract),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
