/* starter_int.h - what both ends of the starter's socket say: a request is one packet of
 * NUL-ended texts with a letter in front, and descriptors beside it. */
#ifndef SG_SERVER_STARTER_INT_H
#define SG_SERVER_STARTER_INT_H

#include "server/starter.h"

enum { START_PACKET_MAX = 128 << 10, START_WORDS_MAX = 256, START_FDS_MAX = 4 };

/* What a packet is for: start_kind, or one of these. */
enum { START_LIST = 'L', START_SEALED = 'S' };

enum start_letter {
	START_L_KIND = 'k', /* a digit of start_kind, L or S */
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
_Noreturn void starter_child(int control, const char *config, enum wall_policy policy);
/* --- starter_exec.c: in the child of the child --- */
/* Becomes the program or writes to `failed` why not. path: of a driver's program. */
_Noreturn void starter_become(const struct start_packet *p, const char *path, int failed,
			      enum wall_policy policy);

#endif
