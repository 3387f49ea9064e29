/*
 * client.h - one connection to the server as a command line or a console sees it.
 *
 * Commands read and send with a deadline; a console polls client_fd() and uses only what
 * never waits: client_begin(), client_greeted(0), client_next(0), client_push().
 * One thread.
 */
#ifndef SG_WIRE_CLIENT_H
#define SG_WIRE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/clock.h"
#include "util/err.h"
#include "util/strbuf.h"
#include "wire/msg.h"

struct client;

/* A frame as it arrived; payload is borrowed until the next call. */
struct client_frame {
	uint16_t type;
	const uint8_t *payload;
	size_t len;
};

/* Connects to socket (NULL = found as socket.h says), says HELLO and waits for WELCOME.
 * On failure returns NULL, with a sentence in why. program: "cli get". */
struct client *client_open(const char *socket, const char *program, struct strbuf *why);
/* The same for who must tell why: SG_EREFUSED when the server itself sent us away, any
 * other failure when there is none to talk to; *out is NULL then. */
enum sg_err client_join(const char *socket, const char *program, struct client **out,
			struct strbuf *why);
/* The same in two steps, for a console that must not wait: client_begin() connects and
 * says HELLO; client_greeted() takes WELCOME when it is there: SG_OK, SG_ENOENT (not
 * yet: poll client_fd), or a failure with a sentence. */
struct client *client_begin(const char *socket, const char *program, struct strbuf *why);
enum sg_err client_greeted(struct client *c, int timeout_ms, struct strbuf *why);
void client_close(struct client *c); /* NULL is allowed */
const struct wire_welcome *client_welcome(const struct client *c);
int client_fd(const struct client *c);
/* The goodbye it got asks it not to come back by itself. */
bool client_stays_away(const struct client *c);

enum { CLIENT_UNSENT_MAX = 64 * 1024 }; /* bytes; requests are small */

/* Where a frame may be put with wire_put_*(); client_flush() and client_push() send. */
struct strbuf *client_out(struct client *c);
/* Sends all (waits up to WIRE_SILENCE_MS); < 0 when the server is gone. */
enum sg_err client_flush(struct client *c, struct strbuf *why);
/* Sends what the server takes now and keeps the rest, in order, for the next call. < 0
 * with a sentence when the server is gone or leaves more than CLIENT_UNSENT_MAX. */
enum sg_err client_push(struct client *c, struct strbuf *why);
bool client_has_unsent(const struct client *c); /* wait for POLLOUT, then push */
uint32_t client_next_req(struct client *c);

/* The next frame, waiting up to timeout_ms (0 = only what is there). SG_OK with a frame,
 * SG_ENOENT at the deadline, SG_EREFUSED when the server said goodbye (why says what it
 * said), SG_EIO when it is gone, SG_EPROTO. */
enum sg_err client_next(struct client *c, int timeout_ms, struct client_frame *f,
			struct strbuf *why);
/* Sends a simple request and returns its req number. */
uint32_t client_request(struct client *c, enum wire_type type, uint64_t num,
			uint64_t num2, const char *text);
/* Waits for the REPLY to req; frames before it go to on_frame (may be NULL). A server
 * silent for WIRE_SILENCE_MS counts as gone (beats keep it alive). */
enum sg_err client_wait_reply(struct client *c, uint32_t req, struct wire_reply *reply,
			      void (*on_frame)(void *arg, const struct client_frame *f),
			      void *arg, struct strbuf *why);

#endif
