/*
 * fake_rows.h - what the fake server tells of overrides (p.a, z.high) and people (ivan,
 * who asks, and olga). hostile: put into every field instead; "" = not.
 */
#ifndef SG_TESTS_SCREEN_FAKE_ROWS_H
#define SG_TESTS_SCREEN_FAKE_ROWS_H

#include <stdint.h>

struct strbuf;

void fake_tell_overrides(struct strbuf *out, uint32_t req, const char *hostile);
void fake_tell_people(struct strbuf *out, uint32_t req, const char *hostile);

#endif
