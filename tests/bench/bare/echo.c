/*
 * echo.c - the least a curses program can do with a key: show it. What a console's answer
 * to a key is held against.
 */
#include "bench/bare/bare.h"

#include <curses.h>
#include <stdlib.h>
#include <unistd.h>

void bare_echo(void)
{
	int at = 0, key;

	initscr();
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	while ((key = getch()) != ERR && key != 'q') {
		mvaddch(at / COLS % LINES, at % COLS, (chtype)('a' + at % 26));
		refresh();
		at++;
	}
	endwin();
	_exit(0);
}
