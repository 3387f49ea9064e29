/*
 * bench_access.c - what it costs to know who somebody is and what that person may do:
 * one permission check; the argon2id of one sign-in beside bare libsodium; and a whole
 * sign-in through the real server, from the message to the durable record and the reply.
 */
#include "bench/bench.h"

#include <pwd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access/access.h"
#include "access/password.h"
#include "bench/server_rig.h"
#include "util/strbuf.h"
#include "util/xalloc.h"
#include "wire/accounts.h"
#include "wire/client.h"

enum { CHECKS = 1 << 22, POSTS = 8, AREAS = 64 };

#define PASSWORD "seven oars on a roof"

struct bed {
	char hash[PASSWORD_HASH_SIZE];
	struct password_cost cost;
	struct rig_station station;
	struct rig_server server;
	struct client *client;
	uint64_t yes;
};

/* --- a check --------------------------------------------------------------------- */

/* Someone with a role in each of eight areas, asked of 64 tags' areas in turn. */
static double check_ns(struct bed *b)
{
	struct access_role roles[1] = { { .name = (char[]){ "operator" },
					  .rights = 1u << RIGHT_VIEW |
						    1u << RIGHT_OPERATE } };
	struct access_def d = { .roles = roles, .n_roles = 1 };
	struct access_operator op = { .name = (char[]){ "maria" } };
	char areas[AREAS][32];

	for (size_t i = 0; i < POSTS; i++)
		*GROW(&op.roles, &op.n_roles) = xasprintf("operator@area%zu", i);
	for (size_t i = 0; i < AREAS; i++)
		snprintf(areas[i], sizeof(areas[i]), "area%zu.part%zu", i % 16, i);
	struct access_grant g = access_resolve_operator(&d, &op, 1000);
	double start = bench_cpu();
	for (size_t i = 0; i < CHECKS; i++)
		b->yes += access_allows(&g, RIGHT_OPERATE, areas[i & (AREAS - 1)]);
	double ns = (bench_cpu() - start) / CHECKS * 1e9;
	for (size_t i = 0; i < op.n_roles; i++)
		free(op.roles[i]);
	free(op.roles);
	return ns;
}

/* --- a hash ---------------------------------------------------------------------- */

static double ours(void *arg)
{
	struct bed *b = arg;
	double start = bench_seconds();

	if (password_verify(b->hash, PASSWORD, &b->cost) != PASSWORD_RIGHT)
		bench_die("the password is not right");
	return bench_seconds() - start;
}

static double bare(void *arg)
{
	struct bed *b = arg;
	double start = bench_seconds();

	if (crypto_pwhash_str_verify(b->hash, PASSWORD, strlen(PASSWORD)) != 0)
		bench_die("libsodium: the password is not right");
	return bench_seconds() - start;
}

/* --- a sign-in ------------------------------------------------------------------- */

static void put_file(const struct bed *b, const char *name, const char *text)
{
	FILE *f = bench_file(b->station.dir, name);

	fputs(text, f);
	fclose(f);
}

static void write_station(struct bed *b)
{
	const struct passwd *me = getpwuid(getuid());
	char access[512];

	snprintf(b->station.dir, sizeof(b->station.dir), "%s", bench_tmpdir());
	snprintf(b->station.config, sizeof(b->station.config), "%s/sightglass.cfg",
		 b->station.dir);
	snprintf(b->station.socket, sizeof(b->station.socket), "%s/s.sock",
		 b->station.dir);
	put_file(b, "sightglass.cfg",
		 "station = { name = \"bench\"; }; devices = \"devices.cfg\"; tags = "
		 "\"tags.cfg\"; access = \"access.cfg\"; alarms = \"alarms.cfg\";\n");
	put_file(b, "devices.cfg", "devices = ();\n");
	put_file(b, "tags.cfg", "tags = ();\n");
	put_file(b, "alarms.cfg", "alarms = ();\n");
	snprintf(access, sizeof(access),
		 "allow_root = true;\n"
		 "roles = ( { name = \"admin\"; rights = ( \"view\", \"admin\" ); } );\n"
		 "operators = ( { name = \"me\"; unix_user = \"%.64s\"; roles = ( "
		 "\"admin\" ); } );\n",
		 me ? me->pw_name : "");
	put_file(b, "access.cfg", access);
}

static void expect_ok(struct bed *b, uint32_t req)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;

	if (client_wait_reply(b->client, req, &reply, NULL, NULL, &why) != SG_OK)
		bench_die("the server: %s", why.buf);
	if (reply.status != WIRE_OK)
		bench_die("the server: %s", reply.text);
	strbuf_release(&why);
}

static void join(struct bed *b)
{
	struct wire_user m = { .act = WIRE_USER_ADD,
			       .flags = WIRE_USER_LASTING,
			       .name = "maria",
			       .roles = "admin",
			       .new_password = PASSWORD };
	struct strbuf why = STRBUF_INIT;

	for (int i = 0; i < 500 && !b->client; i++) {
		b->client = client_open(b->station.socket, "bench", &why);
		bench_pause(20);
	}
	if (!b->client)
		bench_die("%s", why.buf);
	m.req = client_next_req(b->client);
	wire_put_user(client_out(b->client), &m);
	expect_ok(b, m.req);
	strbuf_release(&why);
}

static double sign_in(void *arg)
{
	struct bed *b = arg;
	struct wire_sign_in m = { .name = "maria", .password = PASSWORD };
	double start = bench_seconds();

	m.req = client_next_req(b->client);
	wire_put_sign_in(client_out(b->client), &m);
	expect_ok(b, m.req);
	return bench_seconds() - start;
}

int main(void)
{
	static struct bed b;
	struct password_policy none = { 0 };

	if (sodium_init() < 0)
		bench_die("libsodium does not start");
	bench_known(&(struct bench_row){ .name = "permission check, 8 areas held",
					 .unit = "ns",
					 .against = "200 ns",
					 .goal = 1,
					 .at_most = true },
		    check_ns(&b), 200);
	b.cost = password_cost(&none);
	if (!password_hash(PASSWORD, &b.cost, b.hash))
		bench_die("no memory for a hash");
	bench_pair(&(struct bench_row){ .name = "a password's hash, 128 MiB",
					.unit = "s",
					.against = "bare libsodium",
					.goal = 1.05,
					.at_most = true },
		   ours, bare, &b);
	write_station(&b);
	rig_server_start(&b.server, &b.station);
	join(&b);
	bench_pair(&(struct bench_row){ .name = "sign-in, until its record is durable",
					.unit = "s",
					.against = "bare libsodium",
					.goal = 1.25,
					.at_most = true },
		   sign_in, bare, &b);
	client_close(b.client);
	rig_server_stop(&b.server);
	return 0;
}
