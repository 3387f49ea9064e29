/*
 * script.h - runs lines of shell as a reader of the documentation would type them.
 *
 * The programs under test come first in PATH. Every run has a limit of time; what it
 * printed (both streams) is returned, owned by the caller.
 */
#ifndef SG_TESTS_INTEGRATION_SCRIPT_H
#define SG_TESTS_INTEGRATION_SCRIPT_H

/* Fails the test only when the shell could not be run to its end. */
char *script_run(const char *text);

/* The nth (from 0) fenced `sh` block of README.md behind "<!-- check: kind -->", with the
 * programs' folder taken off its commands, since they are in PATH. Owned; NULL when there
 * is none. */
char *script_of_readme(const char *kind, int nth);
/* The same of another page: "docs/commissioning.md". */
char *script_of_page(const char *page, const char *kind, int nth);

#endif
