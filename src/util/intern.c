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

/* Its place. Under the lock. */
static size_t keep(const char *text)
{
	int64_t at;

	if (!places)
		places = strmap_new();
	if (strmap_get(places, text, &at))
		return (size_t)at;
	char **one = GROW(&texts, &n_texts);
	*one = xstrdup(text);
	strmap_put(places, text, (int64_t)n_texts - 1);
	return n_texts - 1;
}

const char *intern(const char *text)
{
	pthread_mutex_lock(&lock);
	size_t at = keep(text); /* it may move texts */
	const char *kept = texts[at];
	pthread_mutex_unlock(&lock);
	return kept;
}

uint16_t intern_number(const char *text)
{
	pthread_mutex_lock(&lock);
	size_t at = keep(text);
	pthread_mutex_unlock(&lock);
	return at < UINT16_MAX ? (uint16_t)(at + 1) : 0;
}

const char *intern_text(uint16_t number)
{
	const char *text = NULL;

	pthread_mutex_lock(&lock);
	if (number && number <= n_texts)
		text = texts[number - 1];
	pthread_mutex_unlock(&lock);
	return text;
}
