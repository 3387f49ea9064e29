/*
 * target.h - what a fuzzer feeds: a function that takes any bytes and must come back, and
 * the valid inputs to begin with (SEC-06).
 *
 * The same targets run in two ways: under clang's libFuzzer with sanitizers (`make
 * fuzz`), and in `make test` through test_fuzz_targets.c, a bounded and repeatable number
 * of times. One file a target, one line in targets.c.
 */
#ifndef SG_TESTS_FUZZ_TARGET_H
#define SG_TESTS_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/strbuf.h"

struct fuzz_target {
	const char *name;
	const char *what; /* whose bytes these are */
	/* Must not crash, leak or hang; what it finds out is its own business. */
	void (*run)(const uint8_t *p, size_t n);
	/* The i-th valid input; false behind the last. */
	bool (*seed)(size_t i, struct strbuf *out);
	size_t max;    /* bytes that make sense */
	unsigned runs; /* in `make test`: as many as take about a second */
};

extern const struct fuzz_target fuzz_wire, fuzz_driver, fuzz_station, fuzz_screen,
	fuzz_expr, fuzz_config, fuzz_audit, fuzz_modbus, fuzz_keys, fuzz_payload;
/* NULL-terminated. */
extern const struct fuzz_target *const fuzz_targets[];
const struct fuzz_target *fuzz_find(const char *name);

/* A seed out of a table of texts. */
bool fuzz_text_seed(const char *const *texts, size_t n, size_t i, struct strbuf *out);

/* Takes the first byte or word off; 0 at the end. */
uint8_t fuzz_u8(const uint8_t **p, size_t *n);
uint16_t fuzz_u16(const uint8_t **p, size_t *n);

#endif
