/* targets.c - the table of the targets, and small things they share. */
#include "fuzz/target.h"

#include <string.h>

const struct fuzz_target *const fuzz_targets[] = {
	&fuzz_audit,   &fuzz_config, &fuzz_driver,  &fuzz_expr, &fuzz_keys, &fuzz_modbus,
	&fuzz_payload, &fuzz_screen, &fuzz_station, &fuzz_wire, NULL
};

const struct fuzz_target *fuzz_find(const char *name)
{
	for (size_t i = 0; fuzz_targets[i]; i++)
		if (strcmp(fuzz_targets[i]->name, name) == 0)
			return fuzz_targets[i];
	return NULL;
}

bool fuzz_text_seed(const char *const *texts, size_t n, size_t i, struct strbuf *out)
{
	if (i >= n)
		return false;
	strbuf_adds(out, texts[i]);
	return true;
}

uint8_t fuzz_u8(const uint8_t **p, size_t *n)
{
	if (!*n)
		return 0;
	--*n;
	return *(*p)++;
}

uint16_t fuzz_u16(const uint8_t **p, size_t *n)
{
	uint8_t low = fuzz_u8(p, n);

	return (uint16_t)(low | fuzz_u8(p, n) << 8);
}
