/*
 * walls.h - the server behind its wall: which user it is, what of its files is kept
 * tight, and what it may touch from then on.
 */
#ifndef SG_SERVER_WALLS_H
#define SG_SERVER_WALLS_H

#include "server/options.h"
#include "util/strbuf.h"
#include "wall/wall.h"

struct shell;
struct station_def;

/* --user: makes the usual folders for it, then becomes it with its groups and nothing
 * else. False with a sentence. */
bool walls_become(const struct server_options *o, struct strbuf *why);
/* --walls, the station file's, or the default. */
enum wall_policy walls_policy(const struct server_options *o,
			      const struct station_def *def);
/* The modes of what is secret or decides: state folder and all in it, the socket's
 * folder, the log (SEC-14). Repairs what is ours, refuses what is not. */
bool walls_tight(const struct shell *sh, struct strbuf *why);
/* Puts the server's wall up. Text of what stands, kept for ever, or NULL with a sentence:
 * walls = "require" and not all of it can stand. */
const char *walls_up(const struct shell *sh, const struct station_def *def,
		     enum wall_policy policy, struct strbuf *why);

#endif
