/*
 * app.h - the operator's console as a program: what `sightglass` does without a
 * subcommand.
 */
#ifndef SG_CONSOLE_APP_APP_H
#define SG_CONSOLE_APP_APP_H

/* argv is the whole command line, argv[0] and --socket included. Returns the exit code
 * (cli/command.h). The terminal is as it was on every way out. */
int console_main(int argc, char **argv);

#endif
