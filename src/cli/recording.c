/* recording.c - rows of a recording, a piece of the file at a time. */
#include "cli/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/csv.h"
#include "util/diag.h"
#include "util/intern.h"
#include "util/num.h"
#include "util/when.h"
#include "util/xalloc.h"

/* A line fits into a piece, or the file is no recording. */
enum { PIECE = 4 << 20, MISTAKES_MAX = 1000 };

struct recording {
	int fd;
	const char *path;
	struct diag_list *diags;
	struct csv csv;
	char **names;
	enum value_type *types; /* by column; NONE = not looked at */
	size_t columns;
	char *piece;
	size_t used; /* bytes in piece */
	size_t kept; /* of them the last, an unfinished line */
	bool at_end;
	struct wall last;
	uint64_t samples;
};

/* --- pieces ------------------------------------------------------------------------ */

static bool fill(struct recording *r)
{
	while (r->used < PIECE) {
		ssize_t n = read(r->fd, r->piece + r->used, PIECE - r->used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			diag_add(r->diags, DIAG_ERROR, r->path, r->csv.line, 0,
				 "unreadable", "%s", strerror(errno));
			return false;
		}
		if (n == 0) {
			r->at_end = true;
			return true;
		}
		r->used += (size_t)n;
	}
	return true;
}

/* The whole lines of the next piece; 0 at the end of the file. */
static size_t next_lines(struct recording *r)
{
	size_t whole;

	memmove(r->piece, r->piece + r->used - r->kept, r->kept);
	r->used = r->kept;
	r->kept = 0;
	if (r->at_end || !fill(r))
		return 0;
	for (whole = r->used; !r->at_end && whole > 0; whole--)
		if (r->piece[whole - 1] == '\n')
			break;
	if (whole == 0 && r->used)
		diag_add(r->diags, DIAG_ERROR, r->path, r->csv.line + 1, 0, "csv",
			 "a line of more than %d bytes: this is no recording", PIECE);
	r->kept = r->used - whole;
	return whole;
}

/* What csv_open() and csv_feed() are given ends with a newline or, at the end of the
 * file, has room for a NUL behind it. */
static bool open_first(struct recording *r)
{
	size_t n = next_lines(r);

	return csv_open(&r->csv, r->piece, n, r->path, r->diags);
}

static bool feed_next(struct recording *r)
{
	size_t n = next_lines(r);

	csv_feed(&r->csv, r->piece, n);
	return n > 0;
}

/* --- header ------------------------------------------------------------------------ */

static bool take_header(struct recording *r)
{
	r->columns = r->csv.n_header - 1;
	r->names = xcalloc(r->columns + 1, sizeof(*r->names));
	r->types = xcalloc(r->columns + 1, sizeof(*r->types));
	for (size_t i = 0; i < r->columns; i++) {
		r->names[i] = xstrdup(r->csv.cell[i + 1]);
		for (size_t k = 0; k < i; k++)
			if (*r->names[i] && strcmp(r->names[i], r->names[k]) == 0) {
				csv_error(&r->csv, i + 1, "csv",
					  "the column \"%s\" is there twice",
					  r->names[i]);
				return false;
			}
	}
	if (r->columns)
		return true;
	csv_error(&r->csv, 0, "csv",
		  "a recording has the time in its first column and tags in the others");
	return false;
}

struct recording *recording_open(const char *path, struct diag_list *diags)
{
	struct recording *r = xcalloc(1, sizeof(*r));

	r->path = intern(path);
	r->diags = diags;
	r->last.ms = INT64_MIN;
	r->piece = xmalloc(PIECE + 1);
	r->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0)
		diag_add(diags, DIAG_ERROR, path, 0, 0, "unreadable", "%s",
			 strerror(errno));
	else if (open_first(r) && take_header(r))
		return r;
	recording_close(r);
	return NULL;
}

void recording_close(struct recording *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	for (size_t i = 0; r->names && i < r->columns; i++)
		free(r->names[i]);
	free(r->names);
	free(r->types);
	free(r->piece);
	free(r);
}

size_t recording_columns(const struct recording *r)
{
	return r->columns;
}

const char *recording_name(const struct recording *r, size_t column)
{
	return r->names[column];
}

void recording_expect(struct recording *r, size_t column, enum value_type type)
{
	r->types[column] = type;
}

/* --- rows -------------------------------------------------------------------------- */

static bool take_time(struct recording *r, struct wall *at)
{
	if (!when_from_local(r->csv.cell[0], &at->ms)) {
		csv_error(&r->csv, 0, "time",
			  "\"%.40s\" is no time; write 2026-11-22T09:05:03Z or seconds "
			  "since 1970",
			  r->csv.cell[0]);
		return false;
	}
	if (at->ms < r->last.ms) {
		csv_error(&r->csv, 0, "time",
			  "\"%.40s\" lies before the time of the row before; sort the "
			  "rows by time",
			  r->csv.cell[0]);
		return false;
	}
	r->last = *at;
	return true;
}

bool recording_next(struct recording *r, struct wall *at)
{
	while (r->diags->errors < MISTAKES_MAX) {
		if (!csv_next(&r->csv)) {
			if (!feed_next(r))
				return false;
			continue;
		}
		if (take_time(r, at))
			return true;
	}
	return false;
}

static bool is_bad(const char *cell)
{
	return strcmp(cell, "bad") == 0 || strcmp(cell, "nan") == 0 ||
	       strcmp(cell, "NaN") == 0 || strcmp(cell, "?") == 0;
}

static bool parse_bool(const char *cell, struct value *out)
{
	double number;

	out->u.b = strcmp(cell, "true") == 0 || strcmp(cell, "TRUE") == 0;
	if (out->u.b || strcmp(cell, "false") == 0 || strcmp(cell, "FALSE") == 0)
		return true;
	if (!num_parse_double(cell, &number))
		return false;
	out->u.b = number != 0;
	return true;
}

static bool parse_whole(const char *cell, struct value *out)
{
	double number;

	if (num_parse_int(cell, INT64_MIN, INT64_MAX, &out->u.i))
		return true;
	if (!num_parse_double(cell, &number) || number != (double)(int64_t)number)
		return false;
	out->u.i = (int64_t)number;
	return true;
}

static bool parse(const char *cell, struct value *out)
{
	switch (out->type) {
	case VALUE_DOUBLE:
		return num_parse_double(cell, &out->u.d);
	case VALUE_INT:
		return parse_whole(cell, out);
	case VALUE_BOOL:
		return parse_bool(cell, out);
	case VALUE_STRING:
		out->u.s = cell;
		return true;
	case VALUE_NONE:
		break;
	}
	return false;
}

bool recording_value(struct recording *r, size_t column, struct value *out)
{
	const char *cell = r->csv.cell[column + 1];

	*out = (struct value){ .type = r->types[column] };
	if (!*cell || out->type == VALUE_NONE)
		return false;
	if (!parse(cell, out) && !is_bad(cell)) {
		csv_error(&r->csv, column + 1, "value",
			  "\"%.40s\" is no value of %s, which is of type %s", cell,
			  r->names[column], value_type_name(r->types[column]));
		return false;
	}
	if (out->type != VALUE_STRING && is_bad(cell))
		*out = (struct value){ 0 };
	r->samples++;
	return true;
}

uint64_t recording_samples(const struct recording *r)
{
	return r->samples;
}
