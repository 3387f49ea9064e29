/* starter_int.h - what both ends of the starter's socket say: a request is one packet of
 * NUL-ended texts with a letter in front, and descriptors beside it. */
#ifndef SG_SERVER_STARTER_INT_H
#define SG_SERVER_STARTER_INT_H

#include "audit/hash.h"
#include "server/signed.h"
#include "server/starter.h"
#include "util/clock.h"

enum { START_PACKET_MAX = 128 << 10, START_WORDS_MAX = 256, START_FDS_MAX = 4 };

/* What a packet is for: start_kind, or one of these. */
enum {
	START_LIST = 'L',   /* words: a command of notify; until sealed */
	START_SEALED = 'S', /* words: policy of walls, state folder, version, hash */
	START_LOOK = 'F',   /* words: hash of the station's files; descriptor: channel */
	START_ACCEPT = 'A'  /* words: the hash that runs now */
};

enum start_letter {
	START_L_KIND = 'k', /* a digit of start_kind, or another of the above */
	START_L_WORD = 'w',
	START_L_PORT = 'p',
	START_L_ANY_PORT = '*',
	START_L_PLACE = 'a' /* "a17 /path": access, a blank, the path */
};

struct start_packet {
	int kind;
	const char *words[START_WORDS_MAX + 1]; /* borrowed, NULL-terminated */
	int n_words;
	struct wall_needs needs;
	int fds[START_FDS_MAX]; /* the channel first */
	int n_fds;
};

void start_put(struct strbuf *out, char letter, const char *text);
/* False when it is none; text is NUL-ended. */
bool start_get(struct start_packet *p, char *text, size_t n);

/* The child's life; never returns. */
_Noreturn void starter_child(int control, const char *config,
			     const struct signed_policy *signers,
			     enum wall_policy policy);

/* --- starter_look.c: the commands of notify, as files say that may be trusted --------
 */

struct start_commands {
	char **v; /* words joined by '\1' */
	size_t n;
	char hash[HASH_HEX_SIZE]; /* of the files; "" = of none */
	uint64_t version;         /* of what was signed; 0 = nothing was */
};

void start_commands_learn(struct start_commands *c, const char *const *words);
bool start_commands_know(const struct start_commands *c, const char *const *words);
void start_commands_clear(struct start_commands *c);

/* A process that reads the files; one at a time. */
struct start_look {
	pid_t pid;   /* 0 = none */
	bool reaped; /* it has ended and was waited for */
	int from;    /* what it found */
	int channel; /* who asked */
	struct mono until;
	char wanted[HASH_HEX_SIZE];
	struct strbuf found;
};

struct start_files {
	const char *config;
	struct signed_policy signers;
	enum wall_policy walls;
};

/* Takes channel when it returns NULL, else why not. */
const char *start_look_begin(struct start_look *l, const struct start_files *files,
			     const char *wanted, int channel);
/* Something can be read, or its time is up. False: not yet. True: it has ended; why is ""
 * and *out has what it found, or it is a sentence. The channel is the caller's again. */
bool start_look_turn(struct start_look *l, struct start_commands *out,
		     struct strbuf *why);
/* Nobody wants it any more. */
void start_look_stop(struct start_look *l);
/* --- starter_exec.c: in the child of the child --- */
/* Becomes the program or writes to `failed` why not. path: of a driver's program. */
_Noreturn void starter_become(const struct start_packet *p, const char *path, int failed,
			      enum wall_policy policy);

#endif
