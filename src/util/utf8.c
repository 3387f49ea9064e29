/* utf8.c - strict decoding and the sanitiser: what may stand on a terminal, and how the
 * rest shows. */
#include "util/utf8.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "util/strbuf.h"

enum { COMBINING_MAX = 2 };

size_t utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	size_t len;
	uint32_t c;

	if (n == 0)
		return 0;
	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (p[0] < 0xC2 || p[0] > 0xF4 || n < len)
		return 0;
	c = p[0] & (0xFFu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*cp = c;
	return len;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		if (cp >= 0xD800 && cp <= 0xDFFF)
			return 0;
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	if (cp > 0x10FFFF)
		return 0;
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

bool utf8_valid(const char *s, size_t n)
{
	uint32_t cp;

	for (size_t used; n; s += used, n -= used)
		if (!(used = utf8_decode(s, n, &cp)))
			return false;
	return true;
}

static bool is_inside(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

size_t utf8_cut(const char *s, size_t max)
{
	size_t n = strnlen(s, max + 1);

	if (n <= max)
		return n;
	for (n = max; n > 0 && is_inside(s[n]);)
		n--;
	return n;
}

void utf8_cut_end(char *out, size_t size)
{
	size_t n = strlen(out), at = n;
	uint32_t cp;

	if (n == 0 || n + 1 < size)
		return;
	while (at > 1 && is_inside(out[at - 1]))
		at--;
	if (!utf8_decode(out + at - 1, n - at + 1, &cp))
		out[at - 1] = '\0';
}

/* Ranges that never stand on a terminal, sorted: control, invisible, reordering,
 * private, tags, variation selectors. iswprint() says yes to most of them. */
static const struct {
	uint32_t lo, hi;
} unsafe[] = {
	{ 0x0000, 0x001F },    { 0x007F, 0x009F },   { 0x00AD, 0x00AD },
	{ 0x034F, 0x034F },    { 0x061C, 0x061C },   { 0x115F, 0x1160 },
	{ 0x17B4, 0x17B5 },    { 0x180B, 0x180F },   { 0x200B, 0x200F },
	{ 0x2028, 0x202F },    { 0x205F, 0x206F },   { 0x2800, 0x2800 },
	{ 0x3000, 0x3000 },    { 0x3164, 0x3164 },   { 0xE000, 0xF8FF },
	{ 0xFE00, 0xFE0F },    { 0xFEFF, 0xFEFF },   { 0xFFA0, 0xFFA0 },
	{ 0xFFF0, 0xFFFF },    { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A },
	{ 0xE0000, 0x10FFFF },
};

bool utf8_is_hidden(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++)
		if (cp >= unsafe[i].lo && cp <= unsafe[i].hi)
			return true;
	return false;
}

/* Box drawing to geometric shapes, and braille: one cell in every font we draw with. */
static bool is_hmi_glyph(uint32_t cp)
{
	return (cp >= 0x2190 && cp <= 0x21FF) || (cp >= 0x2500 && cp <= 0x25FF) ||
	       (cp >= 0x2801 && cp <= 0x28FF);
}

static locale_t widths; /* of characters, where the program's own locale knows none */

void utf8_know_widths(void)
{
	if (!widths)
		widths = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

int utf8_width(uint32_t cp)
{
	locale_t own;
	int width;

	if (cp < 0x7F || is_hmi_glyph(cp))
		return 1;
	if (!widths)
		return wcwidth((wchar_t)cp);
	own = uselocale(widths);
	width = wcwidth((wchar_t)cp);
	uselocale(own);
	return width;
}

bool utf8_is_safe(uint32_t cp)
{
	if ((cp >= ' ' && cp < 0x7F) || is_hmi_glyph(cp)) /* nearly all that is drawn */
		return true;
	return !utf8_is_hidden(cp) && utf8_width(cp) >= 0;
}

void utf8_clean(struct strbuf *out, const char *s, size_t max)
{
	size_t n = strnlen(s, max), used;
	int marks = 0;

	for (uint32_t cp; n; s += used, n -= used) {
		used = utf8_decode(s, n, &cp);
		if (!used) {
			used = 1;
			strbuf_addf(out, "<%02X>", (unsigned char)*s);
			continue;
		}
		if (!utf8_is_safe(cp)) {
			strbuf_addf(out, "<U+%04X>", cp);
			continue;
		}
		marks = utf8_width(cp) == 0 ? marks + 1 : 0;
		if (marks <= COMBINING_MAX)
			strbuf_add(out, s, used);
	}
}

/* Printable ASCII at the beginning of s: nearly all text is nothing else. */
static size_t ascii_bytes(const char *s)
{
	size_t n = 0;

	while (s[n] >= ' ' && s[n] < 0x7F)
		n++;
	return n;
}

bool utf8_is_clean(const char *s)
{
	size_t n = strlen(s += ascii_bytes(s)), used;
	uint32_t cp;

	for (; n; s += used, n -= used)
		if (!(used = utf8_decode(s, n, &cp)) || !utf8_is_safe(cp))
			return false;
	return true;
}

int utf8_cells(const char *s)
{
	size_t ascii = ascii_bytes(s), n = strlen(s + ascii), used;
	int cells = (int)ascii;
	uint32_t cp;

	for (s += ascii; n; s += used, n -= used) {
		if (!(used = utf8_decode(s, n, &cp)))
			used = 1;
		else if (utf8_width(cp) > 0)
			cells += utf8_width(cp);
	}
	return cells;
}
