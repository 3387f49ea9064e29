/*
 * num.h - numbers as people type them and as we print them; the locale is never asked.
 *
 * Operator grammar: [+-] digits [. digits]. No exponent, no comma, no hex, no
 * blanks, no surplus leading zeros: what cannot be read in one way is refused
 * (WR-11).
 */
#ifndef SG_UTIL_NUM_H
#define SG_UTIL_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

/* An operator's number. On refusal writes a sentence to why and returns false. */
bool num_parse_operator(const char *s, double *out, struct strbuf *why);
/* A machine's number (JSON, CSV, files): decimal with optional exponent, whole
 * string, finite. */
bool num_parse_double(const char *s, double *out);
bool num_parse_int(const char *s, int64_t lo, int64_t hi, int64_t *out);
/* Fixed decimals 0..9, '.' always, no "-0.00"; NaN and infinities print as such. */
void num_format(double v, int decimals, char *out, size_t size);
/* Shortest text that reads back as the same double. */
void num_format_exact(double v, char *out, size_t size);
/* Levenshtein distance with a cap: for "did you mean". */
size_t num_edit_distance(const char *a, const char *b, size_t cap);

#endif
