/*
 * secret.h - passwords and keys: never in a station's files, always alone in a file that
 * only the one who reads it can read (hazard CF-15).
 *
 * Such a file is regular, belongs to root or to the reader, and gives all others no right
 * at all and its group none but reading: modes 0400, 0600, 0440, 0640. Sentences name the
 * file and never what is in it. Blocking; any thread.
 */
#ifndef SG_UTIL_SECRET_H
#define SG_UTIL_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/* The first line of the file, without its end, into out; false with a sentence in why:
 * it begins with what and the path. Wipe out with explicit_bzero() after use. */
bool secret_read(const char *path, const char *what, char *out, size_t size,
		 struct strbuf *why);
/* For checks on a machine that may not have the file: true with that sentence only when
 * it is there and others may read or change it. */
bool secret_is_open(const char *path, const char *what, struct strbuf *why);

/* A setting of this name would hold a secret itself: "password", "api_token". */
bool secret_name(const char *setting);
/* An address with a password in it: "mqtt://user:password@host". */
bool secret_in_address(const char *text);

#endif
