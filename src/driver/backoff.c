/* backoff.c - doubling waits with jitter; see the header. */
#include "driver/backoff.h"

void backoff_init(struct backoff *b, uint64_t seed)
{
	*b = (struct backoff){ .random = seed ^ 0x9E3779B97F4A7C15u };
	if (b->random == 0)
		b->random = 1;
}

/* xorshift64: enough to spread waits. */
static uint64_t next_random(struct backoff *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random;
}

int64_t backoff_next_ms(struct backoff *b)
{
	b->base_ms = b->base_ms ? b->base_ms * 2 : BACKOFF_FIRST_MS;
	if (b->base_ms > BACKOFF_LAST_MS)
		b->base_ms = BACKOFF_LAST_MS;
	uint64_t quarter = (uint64_t)b->base_ms / 4;
	return b->base_ms - (int64_t)(next_random(b) % (quarter + 1));
}

void backoff_reset(struct backoff *b)
{
	b->base_ms = 0;
}
