/*
 * app.h - the operator console: `sightglass` without a subcommand.
 *
 * Options: --socket PATH, --color mono|8|256, --glyphs TIER, --screen ID,
 * --log FILE. Returns an exit code of cli/command.h: 0 left, 1 refused or the terminal
 * is gone, 2 usage, 3 no server.
 */
#ifndef SG_CONSOLE_APP_APP_H
#define SG_CONSOLE_APP_APP_H

int console_main(int argc, char **argv);

#endif
