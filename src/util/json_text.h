/*
 * json_text.h - a text as a JSON string (RFC 8259), for modules that only ever write one
 * small object. Programs that read JSON, or write much of it, use jansson.
 */
#ifndef SG_UTIL_JSON_TEXT_H
#define SG_UTIL_JSON_TEXT_H

struct strbuf;

/* Appends s in quotes, made safe first (util/utf8.h): always valid UTF-8. */
void json_text_put(struct strbuf *out, const char *s);
/* Appends "null" for NaN and infinities, else the shortest number that reads back. */
void json_text_put_number(struct strbuf *out, double v);

#endif
