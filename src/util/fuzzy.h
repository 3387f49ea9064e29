/*
 * fuzzy.h - finding things by a few typed letters: how well does this one fit?
 *
 * The typed text is words; each has to be found, whatever its case: in the name (whole,
 * at its beginning, at the beginning of a part, anywhere, or its letters one after the
 * other), or in the description. Server and console order by the same number. Pure.
 */
#ifndef SG_UTIL_FUZZY_H
#define SG_UTIL_FUZZY_H

#include <stdbool.h>
#include <stddef.h>

/* 0 = it does not fit; a greater number fits better. An empty text fits all equally. */
int fuzzy_score(const char *typed, const char *name, const char *text);
/* Each word of typed stands somewhere in one of the texts, whatever its case: what a
 * filter of a list shows. NULL texts are passed over. */
bool fuzzy_filter(const char *typed, const char *const *texts, size_t n);

#endif
