/*
 * source.h - the text libconfig will see: includes pasted in, and for each of its lines
 * the file and line it came from. Inside config/ only.
 */
#ifndef SG_CONFIG_SOURCE_H
#define SG_CONFIG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/cfg.h"
#include "util/strbuf.h"

struct diag_list;

enum { CFG_INCLUDE_DEPTH_MAX = 8, CFG_INCLUDES_MAX = 256 };

struct source_segment {
	int first;        /* line of the whole text, from 1 */
	const char *file; /* interned, as shown */
	int line;         /* its line there */
};

struct source {
	struct strbuf text;
	struct source_segment *seg;
	size_t n_seg;
	int lines;    /* in text so far */
	size_t files; /* read so far */
};

struct source_place {
	const char *file;
	int line;
};

/* Where an @include looks: in a folder, or among texts that are in memory. */
struct source_files {
	const char *dir, *shown_dir; /* dir NULL: no folder */
	cfg_find find;               /* NULL: no texts */
	void *arg;
};

/* text is one file's contents, path its name for what it includes; files NULL forbids
 * includes. Returns false when nothing useful can be parsed (errors were added). */
bool source_build(struct source *s, const char *text, size_t len, const char *file,
		  const char *path, const struct source_files *files,
		  struct diag_list *diags);
void source_release(struct source *s);
struct source_place source_at(const struct source *s, int line);

#endif
