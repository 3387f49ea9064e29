/*
 * pointer.h - JSON pointers (RFC 6901): "/sensors/0/value", "~1" for "/", "~0" for "~".
 *
 * "" is the whole document. Pure.
 */
#ifndef SG_DRIVERS_MQTT_POINTER_H
#define SG_DRIVERS_MQTT_POINTER_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

enum { POINTER_TOKEN_MAX = 255, POINTER_DEPTH_MAX = 32 };

/* False with a sentence. */
bool pointer_valid(const char *pointer, struct strbuf *why);
/* The next token of a valid pointer, unescaped; returns the rest, or NULL when there is
 * none. *p is at its "/". */
const char *pointer_next(const char *p, char token[POINTER_TOKEN_MAX + 1]);
/* "0", "17", not "01": an index into an array. */
bool pointer_index(const char *token, size_t *index);

#endif
