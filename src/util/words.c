/* words.c - a small open table that only grows: looking needs no lock. */
#include "util/words.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "util/xalloc.h"

enum { PLACES = 512, NUMBERS = 256 };

const char *word_texts[NUMBERS];      /* written before their number is shown */
static _Atomic uint8_t place[PLACES]; /* by hash: a number; 0 = empty */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned last; /* number given; under the lock */

static size_t hash_of(const char *text, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return (h ^ h >> 15) & (PLACES - 1);
}

static bool is(uint8_t number, const char *text, size_t n)
{
	const char *known = word_texts[number];

	return strncmp(known, text, n) == 0 && known[n] == '\0';
}

/* Its place, or the empty one where the search ended: less than half are ever taken. */
static size_t find(const char *text, size_t n)
{
	size_t at = hash_of(text, n);
	uint8_t number;

	while ((number = atomic_load_explicit(&place[at], memory_order_acquire)) != 0 &&
	       !is(number, text, n))
		at = (at + 1) & (PLACES - 1);
	return at;
}

static uint8_t add(const char *text, size_t n)
{
	uint8_t number = 0;

	pthread_mutex_lock(&lock);
	size_t at = find(text, n); /* somebody may have been quicker */
	number = atomic_load(&place[at]);
	if (!number && last < NUMBERS - 1) {
		number = (uint8_t)++last;
		word_texts[number] = xstrndup(text, n);
		atomic_store_explicit(&place[at], number, memory_order_release);
	}
	pthread_mutex_unlock(&lock);
	return number;
}

uint8_t word_number(const char *text, size_t n)
{
	if (n > WORD_BYTES_MAX)
		return 0;
	uint8_t number =
		atomic_load_explicit(&place[find(text, n)], memory_order_acquire);

	return number ? number : add(text, n);
}
