/*
 * demo_people.c - two accounts of the demonstration, so that one person can be two: sign
 * in as one in a second terminal, and the write that needs a second person has one.
 *
 * Their passwords are drawn anew for each folder and lie in D/people, readable by its
 * owner alone; `sightglass demo people` shows them. There is no password that is the same
 * everywhere.
 */
#include "cli/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli/command.h"
#include "wire/accounts.h"
#include "wire/client.h"

enum { PEOPLE = 2, PASSWORD_SIZE = 20 };

/* The first two that are not the Unix user who started us. */
static const char *const names[] = { "maria", "ivan", "vera" };
#define DEMO_ROLE "operator" /* the demonstration's has the right approve, too */

struct person {
	const char *name;
	char password[PASSWORD_SIZE];
};

static bool is_myself(const char *name)
{
	const struct passwd *pw = getpwuid(getuid());

	return pw && strcmp(pw->pw_name, name) == 0;
}

/* "k3vq-8x2m-7hdp-tn4z": nothing that is easily taken for something else. */
static bool draw(char out[PASSWORD_SIZE])
{
	static const char signs[] = "abcdefghijkmnpqrstuvwxyz23456789";
	unsigned char random[PASSWORD_SIZE];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return false;
	for (size_t i = 0; i < PASSWORD_SIZE - 1; i++)
		out[i] = i % 5 == 4 ? '-' : signs[random[i] % (sizeof(signs) - 1)];
	out[PASSWORD_SIZE - 1] = '\0';
	explicit_bzero(random, sizeof(random));
	return true;
}

static bool keep(const char *path, const struct person *p, struct strbuf *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (!f) {
		strbuf_setf(why, "cannot write %s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	for (size_t i = 0; i < PEOPLE; i++)
		fprintf(f, "%s %s\n", p[i].name, p[i].password);
	return fclose(f) == 0;
}

static bool add(struct client *c, const struct person *p, struct strbuf *why)
{
	struct wire_user m = { .req = client_next_req(c),
			       .act = WIRE_USER_ADD,
			       .flags = WIRE_USER_LASTING };
	struct strbuf *out = client_out(c);
	struct wire_reply reply = { .status = WIRE_FAILED };
	bool ok;

	snprintf(m.name, sizeof(m.name), "%s", p->name);
	snprintf(m.roles, sizeof(m.roles), DEMO_ROLE);
	snprintf(m.new_password, sizeof(m.new_password), "%s", p->password);
	wire_put_user(out, &m);
	wire_wipe(m.new_password, sizeof(m.new_password));
	ok = client_flush(c, why) == SG_OK;
	explicit_bzero(out->buf, out->cap);
	ok = ok && client_wait_reply(c, m.req, &reply, NULL, NULL, why) == SG_OK;
	if (ok && reply.status != WIRE_OK)
		strbuf_setf(why, "%s: %s", p->name, reply.text);
	return ok && reply.status == WIRE_OK;
}

static bool make(struct demo *d, const char *path, struct strbuf *why)
{
	struct person people[PEOPLE];
	size_t n = 0;
	bool ok = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && n < PEOPLE; i++)
		if (!is_myself(names[i]))
			people[n++].name = names[i];
	for (size_t i = 0; i < PEOPLE; i++)
		ok = ok && draw(people[i].password);
	for (size_t i = 0; i < PEOPLE && ok; i++)
		ok = add(d->client, &people[i], why);
	ok = ok && keep(path, people, why);
	explicit_bzero(people, sizeof(people));
	return ok;
}

void demo_people_add(struct demo *d)
{
	char path[PATH_MAX];
	struct strbuf why = STRBUF_INIT;

	if (demo_path(d, "people", path, sizeof(path)) && access(path, F_OK) < 0) {
		if (make(d, path, &why))
			demo_say(d, "two people to sign in as with the key i: "
				    "`sightglass demo people`");
		else
			demo_say(d, "no accounts to try: %s", why.buf);
	}
	strbuf_release(&why);
}

int demo_people_show(const char *dir)
{
	char path[PATH_MAX], line[128], name[64], password[64];
	FILE *f = (size_t)snprintf(path, sizeof(path), "%s/people", dir) < sizeof(path)
			  ? fopen(path, "re")
			  : NULL;

	if (!f) {
		fprintf(stderr, "sightglass: cannot read %s: %s\n", path,
			strerror(errno));
		return CLI_FAILED;
	}
	printf("NAME      PASSWORD             ROLE\n");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %63s", name, password) == 2)
			printf("%-8s  %-19s  %s\n", name, password, DEMO_ROLE);
	printf("Sign in as one of them with the key i, in a console of its own.\n");
	fclose(f);
	return CLI_OK;
}
