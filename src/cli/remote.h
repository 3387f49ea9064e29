/*
 * remote.h - what subcommands that talk to the server share: opening, asking for rows,
 * printing them as a table or as JSON lines, and telling failures.
 */
#ifndef SG_CLI_REMOTE_H
#define SG_CLI_REMOTE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/diag.h"
#include "wire/client.h"

/* Connects; on failure prints why to stderr and returns NULL (exit code CLI_NO_SERVER,
 * or CLI_FAILED when a server answered and refused us). */
struct client *remote_open(const char *program, int *exit_code);
/* Prints a sentence, cleaned, to stderr and returns code. */
int remote_fail(int code, const char *text);
/* The same of each mistake. */
int remote_fail_diags(int code, const struct diag_list *diags);

/* Waits for the reply to req; on_frame (may be NULL) is given what comes before it. An
 * exit code: a server that is gone, or a reply that is not WIRE_OK, is told. */
int remote_wait(struct client *c, uint32_t req, struct wire_reply *reply,
		void (*on_frame)(void *arg, const struct client_frame *f), void *arg);

/* The columns of rows a request answers with, NULL-terminated. */
struct remote_table {
	enum wire_type type;
	const char *const *columns;
	bool headings;
};
/* Sends the request and prints its rows (aligned text, or a JSON object a line with
 * columns as keys) and the reply's text. Returns the exit code. */
int remote_rows(const char *program, const struct remote_table *t, uint64_t num,
		uint64_t num2, const char *text, bool json);

/* A live value as get and watch print it; state may lack last_good (watch). */
json_t *remote_value_json(const struct wire_tag_state *s);
void remote_value_text(const struct wire_tag_state *s, struct strbuf *out);
/* Text from outside; what is not UTF-8 is made visible. */
json_t *remote_json_text(const char *s);
/* Bytes as hexadecimal digits. */
void remote_set_hex(json_t *object, const char *key, const void *p, size_t n);
/* Prints one JSON object as a line and releases it. */
void remote_print_json(json_t *object);
/* Prints cleaned text to stdout. */
void remote_print(const char *text);

/* Waits for the reply to a request that is recorded before it takes effect, and prints
 * it. Returns an exit code: CLI_IN_DOUBT when no reply came; see_also, behind the
 * sentence then, may be "". */
int remote_recorded(struct client *c, uint32_t req, const char *see_also);

/* Behind a list of records: how many wait in the reserve journal and are not in it. */
void remote_tell_reserve(struct client *c);

/* GET one tag. Returns an exit code; on CLI_OK *out is filled. */
int remote_get(struct client *c, const char *tag, struct wire_tag_state *out);

#endif
