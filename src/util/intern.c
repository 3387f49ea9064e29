/* intern.c - texts that are kept for ever, each once. */
#include "util/intern.h"

#include <pthread.h>
#include <stddef.h>

#include "util/strmap.h"
#include "util/xalloc.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct strmap *places; /* text -> its place in texts */
static char **texts;
static size_t n_texts;

const char *intern(const char *text)
{
	int64_t at;

	pthread_mutex_lock(&lock);
	if (!places)
		places = strmap_new();
	if (!strmap_get(places, text, &at)) {
		char **one = GROW(&texts, &n_texts);
		*one = xstrdup(text);
		at = (int64_t)n_texts - 1;
		strmap_put(places, text, at);
	}
	const char *kept = texts[at];
	pthread_mutex_unlock(&lock);
	return kept;
}
