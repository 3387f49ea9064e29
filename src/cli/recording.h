/*
 * recording.h - recorded values of tags as a CSV file: the first column the time (ISO
 * 8601, without a zone in this machine's, or seconds or milliseconds since 1970), the
 * others tags. An empty cell says nothing; "bad", "nan" or "?" that the value was not
 * good then. Read in pieces: the file may be larger than the memory.
 */
#ifndef SG_CLI_RECORDING_H
#define SG_CLI_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/value.h"
#include "util/clock.h"

struct diag_list;
struct recording;

/* NULL with a diagnostic when the file cannot be read or its header makes no sense. */
struct recording *recording_open(const char *path, struct diag_list *diags);
void recording_close(struct recording *r); /* NULL is allowed */

/* The columns behind the time. Names live as long as the recording. */
size_t recording_columns(const struct recording *r);
const char *recording_name(const struct recording *r, size_t column);
/* Cells of the column are values of that type; those of one without are not looked at. */
void recording_expect(struct recording *r, size_t column, enum value_type type);

/* The next row; false at the end. Rows with a mistake are reported and left out, among
 * them those whose time lies before that of the row before. */
bool recording_next(struct recording *r, struct wall *at);
/* A cell of the row: false when it says nothing. VALUE_NONE: not good. Text is borrowed
 * until the next row. */
bool recording_value(struct recording *r, size_t column, struct value *out);
/* Cells of the rows handed out that said something. */
uint64_t recording_samples(const struct recording *r);

#endif
