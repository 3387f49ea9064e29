/*
 * tty.h - a program on a pseudo-terminal read by libvterm: what an operator would see,
 * cell by cell, and what they would type.
 *
 * Waiting is always for a condition with a deadline; tty_expect() prints the glass when
 * it gives up. One terminal emulator a tty; the program gets TERM as asked.
 */
#ifndef SG_TESTS_SUPPORT_TTY_H
#define SG_TESTS_SUPPORT_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

struct tty;

struct tty_cell {
	uint32_t cp; /* ' ' for an empty cell */
	bool bold, reverse, underline;
	uint8_t fg[3], bg[3];
	bool default_fg, default_bg;
};

/* Starts argv[0] in cols x rows. env: "NAME=value" entries added to a clean
 * environment, NULL-terminated; may be NULL. */
struct tty *tty_start(char *const argv[], const char *const env[], int cols, int rows);
/* The same on a line of baud (9600): the terminal's modes say so, and its output is read
 * no faster. */
struct tty *tty_start_slow(char *const argv[], const char *const env[], int cols,
			   int rows, int baud);
/* Ends the program if it still runs, and frees everything; NULL is allowed. */
void tty_free(struct tty *t);
pid_t tty_pid(const struct tty *t);

/* Types bytes as they are ("\x1b", "3", "\r"). */
void tty_type(struct tty *t, const char *bytes);
/* The same for much: takes output meanwhile. */
void tty_type_all(struct tty *t, const char *bytes, size_t n);
/* Waits until the program has read all that was typed; fails the test when it does not.
 */
void tty_expect_read(struct tty *t);
/* The line takes nothing (somebody pressed XOFF at the other end), or goes on. Waiting
 * for something on a held one waits in vain. */
void tty_hold(struct tty *t, bool held);
/* Takes output for up to ms, feeding the emulator; true while the program's side is open.
 */
bool tty_pump(struct tty *t, int ms);
/* Waits (10 s) until some row contains text; fails the test with a picture otherwise. */
#define tty_expect(t, text) tty_expect_at((t), (text), __FILE__, __LINE__)
void tty_expect_at(struct tty *t, const char *text, const char *file, int line);
/* Waits until no row contains text. */
#define tty_expect_gone(t, text) tty_expect_gone_at((t), (text), __FILE__, __LINE__)
void tty_expect_gone_at(struct tty *t, const char *text, const char *file, int line);
/* Waits until done(arg) holds. */
bool tty_wait(struct tty *t, bool (*done)(struct tty *t, void *arg), void *arg, int ms);
bool tty_shows(struct tty *t, const char *text);
/* The row (UTF-8, trailing blanks cut); static storage. -1 when no row has text. */
const char *tty_row(struct tty *t, int row);
int tty_find_row(struct tty *t, const char *text);
struct tty_cell tty_cell(struct tty *t, int col, int row);
/* Bytes onto the glass that the program knows nothing of (wall, a modem). */
void tty_overwrite(struct tty *t, const char *bytes);
/* Where the cursor rests; false when it is hidden. */
bool tty_cursor(const struct tty *t, int *col, int *row);
void tty_resize(struct tty *t, int cols, int rows);
/* All bytes the program wrote so far; borrowed. */
const char *tty_bytes(const struct tty *t, size_t *n);
size_t tty_bells(struct tty *t); /* rung so far */
/* write()s that arrived as separate reads are not counted; bytes are. */
struct termios tty_modes(const struct tty *t); /* of the slave side, now */
/* How a pseudo-terminal is before any program changes it. */
struct termios tty_fresh_modes(void);
/* Closes the master: the line is cut. */
void tty_hang_up(struct tty *t);
/* Waits up to ms for the program's end; returns its wait status, -1 when it runs on. */
int tty_wait_exit(struct tty *t, int ms);
/* Prints the glass to stderr. */
void tty_dump(struct tty *t);

#endif
