/*
 * ssh_rig.h - a machine set up as docs/ssh.md says, with real accounts and a real sshd on
 * loopback, in a mount namespace of its own (ssh_world.sh): for tests that come in over
 * SSH as somebody. Needs root; without it ssh_need_world() skips.
 */
#ifndef SG_TESTS_SSH_RIG_H
#define SG_TESTS_SSH_RIG_H

#include "support/test.h"

#include <stddef.h>
#include <sys/types.h>

#include "support/tty.h"

enum { SSH_COLS = 80, SSH_ROWS = 24, SSH_SAID = 16384, SSH_ARGS_MAX = 48 };

struct ssh_world {
	pid_t pid; /* 0 = there can be none here */
	int to, from;
	char dir[256], port[8];
};
extern struct ssh_world ssh_world;

/* For a group: write_station puts the station's files; ivan, maria and walter then have
 * accounts and keys. */
int ssh_world_open(void (*write_station)(void));
int ssh_world_close(void **state);
void ssh_need_world(void);
/* A file of the station, below its folder. */
void ssh_put(const char *name, const char *text);
/* A command to the world, as root would type it there; its output replaces said. */
int ssh_at_home(const char *command, char said[SSH_SAID]);

struct ssh_call {
	char key[300], port_option[24];
	char *argv[SSH_ARGS_MAX];
	size_t n;
};
/* program: of the ssh family; all take the same options by -o. */
void ssh_begin_call(struct ssh_call *c, const char *program, const char *who);
void ssh_add(struct ssh_call *c, const char *arg);
void ssh_add_all(struct ssh_call *c, const char *const args[]);
/* Runs to its end without a terminal; the exit code, output in said. */
int ssh_run(struct ssh_call *c, char said[SSH_SAID]);
/* ssh OPTIONS WHO@here WORDS on a terminal. env: of the client. */
struct tty *ssh_tty(const char *who, const char *const options[],
		    const char *const words[], const char *const env[]);

#endif
