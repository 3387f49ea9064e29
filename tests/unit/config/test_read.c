/* test_read.c - a station's file while an editor saves it. */
#include "support/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/file.h"
#include "util/strbuf.h"

enum { READS = 2000, SHORT = 20000, LONG = 90000 };

static char dir[256];
static _Atomic bool done;
static _Atomic unsigned saves;

/* As editors do: a new file beside it, then its name. */
static void save(char c, size_t n)
{
	char fresh[300], name[300], text[LONG + 1];

	memset(text, c, n);
	text[n] = '\0';
	snprintf(fresh, sizeof(fresh), "%s/.fresh", dir);
	snprintf(name, sizeof(name), "%s/tags.cfg", dir);
	FILE *f = fopen(fresh, "we");
	if (f && fwrite(text, 1, n, f) == n && fclose(f) == 0 && rename(fresh, name) == 0)
		saves++;
}

static void *editor(void *arg)
{
	(void)arg;
	while (!done) {
		save('a', SHORT);
		save('b', LONG);
	}
	return NULL;
}

static void CF_14_a_file_that_is_being_replaced_is_read_whole(void **state)
{
	struct strbuf why = STRBUF_INIT;
	unsigned seen[2] = { 0, 0 };
	pthread_t thread;

	(void)state;
	snprintf(dir, sizeof(dir), "%s", test_tmpdir());
	save('a', SHORT);
	assert_int_equal(pthread_create(&thread, NULL, editor, NULL), 0);
	for (int i = 0; i < READS || !seen[0] || !seen[1] || saves < 100; i++) {
		char *text;
		size_t len;

		if (!cfg_file_read(dir, "tags.cfg", &text, &len, &why))
			fail_msg("%s", why.buf);
		seen[text[0] == 'b']++;
		assert_int_equal(len, text[0] == 'b' ? LONG : SHORT);
		assert_int_equal(strspn(text, text[0] == 'b' ? "b" : "a"), len);
		free(text);
	}
	done = true;
	pthread_join(thread, NULL);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(CF_14_a_file_that_is_being_replaced_is_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
