/*
 * role_words.h - what is said to an author who names a role that screens do not have.
 * Only for src/screen. Pure.
 */
#ifndef SG_SCREEN_ROLE_WORDS_H
#define SG_SCREEN_ROLE_WORDS_H

struct strbuf;

/* Writes the sentence and returns its id: "colour" for the word of one, which no role
 * ever is (HM-02), else "unknown-role". */
const char *role_refusal(const char *text, struct strbuf *out);

#endif
