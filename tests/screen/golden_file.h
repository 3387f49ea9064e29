/*
 * golden_file.h - a grid held against a file of tests/golden: its text, and a letter a
 * cell for the roles. SIGHTGLASS_GOLDEN=write writes the file anew; look at the
 * difference before you commit it.
 */
#ifndef SG_TESTS_SCREEN_GOLDEN_FILE_H
#define SG_TESTS_SCREEN_GOLDEN_FILE_H

struct diag_list;
struct grid;

/* Fails the test with the grid as it is now. */
void golden(const char *name, const struct grid *g);
/* The same with any text. */
void golden_text(const char *name, const char *text);
/* Fails the test with what was found; nothing may have been. */
void golden_fail_on(const struct diag_list *diags);
#endif
