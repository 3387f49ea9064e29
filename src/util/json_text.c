/* json_text.c - texts and numbers as JSON has them. */
#include "util/json_text.h"

#include <math.h>
#include <stdint.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"

void json_text_put(struct strbuf *out, const char *s)
{
	struct strbuf clean = STRBUF_INIT;

	utf8_clean(&clean, s, SIZE_MAX); /* no control character is left */
	strbuf_addch(out, '"');
	for (size_t i = 0; i < clean.len; i++) {
		if (clean.buf[i] == '"' || clean.buf[i] == '\\')
			strbuf_addch(out, '\\');
		strbuf_addch(out, clean.buf[i]);
	}
	strbuf_addch(out, '"');
	strbuf_release(&clean);
}

void json_text_put_number(struct strbuf *out, double v)
{
	char text[40];

	if (isfinite(v))
		num_format_exact(v, text, sizeof(text));
	strbuf_adds(out, isfinite(v) ? text : "null");
}
