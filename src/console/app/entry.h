/*
 * entry.h - one line of text while it is typed: in the dialogs, in a search, in the
 * palette. What cannot be seen is not typed, and what is pasted is refused (SEC-17,
 * SEC-29). Pure; struct entry is view/ui.h's, view/entry.c paints it.
 */
#ifndef SG_CONSOLE_APP_ENTRY_H
#define SG_CONSOLE_APP_ENTRY_H

#include "console/view/ui.h"

/* Text to begin with (cut at ENTRY_MAX), the cursor behind it; NULL: empty. */
void entry_set(struct entry *e, const char *text);
/* A key, with at most limit bytes of text (<= ENTRY_MAX). True when the key was one of
 * typing: Enter, Esc, up and down are the owner's. e->note then says why nothing was
 * typed, or is NULL. */
bool entry_key(struct entry *e, uint32_t key, size_t limit);
/* Nothing was typed but blanks. */
bool entry_is_blank(const struct entry *e);

#endif
