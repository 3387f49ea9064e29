/*
 * csv_out.h - a line of CSV as RFC 4180 has it: fields in quotes where they need them,
 * lines that end with CR LF. Text from outside that a spreadsheet would take for a
 * formula gets an apostrophe before it.
 */
#ifndef SG_CLI_CSV_OUT_H
#define SG_CLI_CSV_OUT_H

#include <stdbool.h>
#include <stdint.h>

struct strbuf;

/* Each appends a field; the first of a line follows csv_end(), or nothing. */
void csv_text(struct strbuf *line, const char *text);
void csv_int(struct strbuf *line, int64_t v);
void csv_number(struct strbuf *line, double v); /* empty unless finite */
void csv_end(struct strbuf *line);

#endif
