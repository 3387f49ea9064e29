/*
 * edit_run.h - the programs that `sightglass edit` starts: the editor, and tmux around
 * it. No shell is ever asked: words are cut at blanks, names are handed over as they are.
 */
#ifndef SG_CLI_EDIT_RUN_H
#define SG_CLI_EDIT_RUN_H

#include <stdbool.h>
#include <stddef.h>

enum { EDIT_WORDS_MAX = 16 };

/* The words of VISUAL, else of EDITOR, else the first of sensible-editor, nano, vim, vi,
 * ed that is there; owned (edit_words_free), NULL-terminated with room for one more.
 * NULL: none was found. */
char **edit_editor(void);
void edit_words_free(char **words);
/* Is there such a program on the PATH? */
bool edit_program(const char *name);
/* Runs it in the foreground; its exit code, 128 + signal, or -1 when it could not start.
 */
int edit_run(char *const argv[]);
/* Runs it and keeps the first line it writes in line; its exit code likewise. */
int edit_ask(char *const argv[], char *line, size_t size);

#endif
