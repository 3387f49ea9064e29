/* hostile_text.c - see the header. */
#include "screen/hostile_text.h"

#include <string.h>

static const char *const pieces[] = {
	"\033[31m",
	"\033[2J",
	"\033[?1049l",
	"\033[?1000h",
	"\033[?1003h",
	"\033c",
	"\033[!p",
	"\033[6n",
	"\033[c",
	"\033[>c",
	"\033[5i",
	"\033[18t",
	"\033[21t",
	"\033]0;title\a",
	"\033]52;c;eHh4\a",
	"\033]11;?\a",
	"\033]8;;http://x\033\\",
	"\033P$qm\033\\",
	"\033P+q544e\033\\",
	"\033_G\033\\",
	"\033^x\033\\",
	"\033Xx\033\\",
	"\033(0",
	"\033)0",
	"\033#8",
	"\033[999;999H",
	"\033[1;1r",
	"\033[?25l",
	"\033[?5h",
	"\033[20h",
	"\033[4h",
	"\033%@",
	"\033 F",
	"\033n",
	"\033Z",
	"\033[",
	"\033]",
	"\033P",
	"\033",
	"\033[1;2;3;4",
	"\x9B"
	"31m",
	"\x9D"
	"0;x\x9C",
	"\x90q\x9C",
	"\x85",
	"\xC2\x9B"
	"31m",
	"\xC2\x9D"
	"0;x\xC2\x9C",
	"\xC2\x90",
	"\xC2\x85",
	"\a",
	"\b\b\b",
	"\r",
	"\n",
	"\t",
	"\v\f",
	"\016",
	"\017",
	"\021\023",
	"\030\032",
	"\005",
	"\177",
	"\xC0\x80",
	"\xFF\xFE",
	"\xED\xA0\x80",
	"\xF4\x90\x80\x80",
	"\xE2\x82",
	"\xF0\x9F",
	"\xC3",
	"\x80\xBF",
	"\xE2\x80\xAE",
	"\xE2\x80\xAD",
	"\xE2\x81\xA6",
	"\xE2\x81\xA9",
	"\xE2\x80\x8B",
	"\xE2\x80\x8D",
	"\xEF\xBB\xBF",
	"\xE2\x80\xA8",
	"\xF3\xA0\x81\x81",
	"\xEF\xB8\x8F",
	"\xE2\x80\x8F",
	"\xD9\x85",
	"\xE5\xAD\x97",
	"\xEF\xBC\xA1",
	"\xF0\x9F\x9A\xB0",
	"\xEA\xB0\x80",
	"e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81",
	"\xCC\x88",
	"\xE0\xB8\xB3",
	"\xE2\x83\x9D",
	"\xEE\x80\x80",
	"\xC2\xAD",
	"\xEF\xBF\xBC",
	"\xF4\x8F\xBF\xBD",
	"%s%n%x",
	"%99999d",
	"\\033[31m",
	"^[[31m",
	"text",
	"  ",
	"\xE2\x94\x80",
	"\xE2\x96\xB2"
	"2*",
};

uint64_t hostile_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

void hostile_fill(uint64_t *seed, char *out, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint64_t r = hostile_random(seed);
		const char *piece = pieces[r % (sizeof(pieces) / sizeof(pieces[0]))];
		size_t len = strlen(piece);

		if (r >> 32 & 1) { /* one byte of any kind */
			out[i++] = (char)(1 + (r >> 40) % 255);
			continue;
		}
		len = len < n - i ? len : n - i;
		memcpy(out + i, piece, len);
		i += len;
	}
}
