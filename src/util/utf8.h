/*
 * utf8.h - strict UTF-8, cell widths, and the one sanitiser for foreign text.
 *
 * Everything that came from outside (names, payloads, units, user names, log
 * lines) passes utf8_clean() where it is drawn or logged: control characters, C1,
 * bidirectional and zero-width characters, invalid bytes become visible "<U+202E>"
 * or "<9B>" (hazards 2.5, 5.5; SEC-15, SEC-24).
 */
#ifndef SG_UTIL_UTF8_H
#define SG_UTIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

/* Decodes one code point from s[0..n). Returns its bytes, or 0 when they are not
 * strict UTF-8 (overlong, surrogate, cut, > U+10FFFF) or n is 0. */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);
/* Writes at most 4 bytes, no NUL; returns how many (0 for an invalid cp). */
size_t utf8_encode(uint32_t cp, char out[4]);
bool utf8_valid(const char *s, size_t n);
/* How many bytes of s (to the NUL), max at most, can stay so that no character is split:
 * for snprintf(.., "%.*s") and memcpy. */
size_t utf8_cut(const char *s, size_t max);
/* After snprintf() into out of that size: takes the piece of a character off that it may
 * have left at the end of a full one. */
void utf8_cut_end(char *out, size_t size);
/* A code point that may stand on a terminal as it is: assigned, printable, one or
 * two cells wide, and none of the invisible or reordering ones. */
bool utf8_is_safe(uint32_t cp);
/* Control, invisible, reordering or private: refused in files whatever the locale. */
bool utf8_is_hidden(uint32_t cp);
/* Cells of a safe code point: 1 or 2; combining marks 0. Own table for HMI glyphs,
 * wcwidth() otherwise (ncursesw uses it too). */
int utf8_width(uint32_t cp);
/* From now on the widths are those of C.UTF-8, whatever the program's locale: in "C" no
 * character beyond ASCII has one, and a degree sign would count as hostile. Reads a file,
 * so before a wall goes up; while there is one thread. */
void utf8_know_widths(void);
/* Appends s (to the NUL or max bytes) with everything unsafe made visible; at most
 * two combining marks a base character survive. */
void utf8_clean(struct strbuf *out, const char *s, size_t max);
/* True when nothing in s would have to be made visible. */
bool utf8_is_clean(const char *s);
/* Cells that s takes, s being clean. */
int utf8_cells(const char *s);

#endif
