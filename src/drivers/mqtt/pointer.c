/* pointer.c - reads JSON pointers a token at a time. */
#include "drivers/mqtt/pointer.h"

#include <stdint.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"

const char *pointer_next(const char *p, char token[POINTER_TOKEN_MAX + 1])
{
	size_t n = 0;

	if (*p != '/')
		return NULL;
	for (p++; *p && *p != '/'; p++) {
		char c = *p;
		if (c == '~' && (p[1] == '0' || p[1] == '1'))
			c = *++p == '0' ? '~' : '/';
		if (n < POINTER_TOKEN_MAX)
			token[n++] = c;
	}
	token[n] = '\0';
	return p;
}

bool pointer_index(const char *token, size_t *index)
{
	int64_t i;

	if ((token[0] == '0' && token[1]) || token[strspn(token, "0123456789")] ||
	    !num_parse_int(token, 0, INT32_MAX, &i))
		return false;
	*index = (size_t)i;
	return true;
}

static const char *fault(const char *p)
{
	size_t depth = 0, token = 0;

	if (*p && *p != '/')
		return "must begin with \"/\"";
	for (; *p; p++) {
		if (*p == '~' && p[1] != '0' && p[1] != '1')
			return "has a \"~\" that is not \"~0\" or \"~1\"";
		token = *p == '/' ? 0 : token + 1;
		depth += *p == '/';
		if (token > POINTER_TOKEN_MAX || depth > POINTER_DEPTH_MAX)
			return "is too long";
	}
	return NULL;
}

bool pointer_valid(const char *pointer, struct strbuf *why)
{
	const char *what =
		utf8_valid(pointer, strlen(pointer)) ? fault(pointer) : "is not UTF-8";

	if (what)
		strbuf_setf(why, "the JSON pointer \"%.80s\" %s", pointer, what);
	return !what;
}
