/* libfuzzer.c - clang's entry, for one target: FUZZ_NAME is set by the Makefile. */
#include "fuzz/target.h"

#include <locale.h>
#include <stdlib.h>

#include "util/log.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	setlocale(LC_CTYPE, "C.UTF-8");
	log_open("fuzz", LOG_L_ERROR);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct fuzz_target *target;

	if (!target)
		target = fuzz_find(FUZZ_NAME);
	if (!target)
		abort();
	if (n <= target->max)
		target->run(p, n);
	return 0;
}
