/*
 * app.h - the operator console: `sightglass` without a subcommand.
 *
 * Its options are the rows of options.c. Returns an exit code of cli/command.h: 0 left, 1
 * refused or the terminal is gone, 2 usage, 3 no server.
 */
#ifndef SG_CONSOLE_APP_APP_H
#define SG_CONSOLE_APP_APP_H

int console_main(int argc, char **argv);

#endif
