/* copy.c - the terminal's clipboard by OSC 52, on its way with the next frame. */
#include "console/term/term_int.h"

#include <string.h>

enum { COPY_MAX = 2048 }; /* bytes of text; some terminals take no more */

static void put_base64(struct strbuf *out, const unsigned char *s, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		uint32_t three = (uint32_t)s[i] << 16;

		three |= i + 1 < n ? (uint32_t)s[i + 1] << 8 : 0;
		three |= i + 2 < n ? s[i + 2] : 0;
		strbuf_addch(out, digits[three >> 18]);
		strbuf_addch(out, digits[three >> 12 & 63]);
		strbuf_addch(out, i + 1 < n ? digits[three >> 6 & 63] : '=');
		strbuf_addch(out, i + 2 < n ? digits[three & 63] : '=');
	}
}

bool term_copy(struct term *t, const char *text)
{
	size_t n = strlen(text);

	if (n > COPY_MAX || out_has_unsent(&t->out))
		return false;
	strbuf_adds(&t->frame, "\033]52;c;");
	put_base64(&t->frame, (const unsigned char *)text, n);
	strbuf_addch(&t->frame, '\a');
	return true;
}
