/*
 * file.h - reading what an engineer wrote, and nothing else that happens to lie there.
 *
 * A path is walked part by part below its folder: no "..", no absolute path, no
 * symbolic link, no FIFO, device, socket or folder, at most CFG_FILE_MAX bytes, from one
 * open handle (hazards CF-02, CF-03, CF-14). The folder itself is trusted.
 */
#ifndef SG_CONFIG_FILE_H
#define SG_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct diag_list;
struct strbuf;

enum { CFG_FILE_MAX = 16 << 20, CFG_DIR_FILES_MAX = 10000, CFG_DIR_DEPTH_MAX = 4 };

/* Sets *text (owned, NUL-terminated) and *len. false with a sentence in why that names
 * the path. */
bool cfg_file_read(const char *dir, const char *path, char **text, size_t *len,
		   struct strbuf *why);

/* The same for a path that a person typed: the folder before its last part is trusted. */
bool cfg_file_read_path(const char *path, char **text, size_t *len, struct strbuf *why);

/* A file of the station, which diagnostics call shown: the same with a limit of its own,
 * and a warning CFG_OPEN_ID (others.h) when others may change the file. */
struct cfg_wanted {
	const char *dir, *path, *shown;
	size_t max;
};
bool cfg_file_take(const struct cfg_wanted *w, char **text, size_t *len,
		   struct diag_list *diags, struct strbuf *why);

/* The *.cfg files of a folder and its sub-folders, sorted, relative to it; names that
 * begin with a dot are skipped. */
struct cfg_names {
	char **v;
	size_t n;
};
bool cfg_dir_list(const char *dir, struct cfg_names *out, struct strbuf *why);
void cfg_names_release(struct cfg_names *names);

#endif
