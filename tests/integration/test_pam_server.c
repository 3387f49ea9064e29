/*
 * test_pam_server.c - a whole server that may ask PAM (make PAM=1), under libpam-wrapper
 * with a service and passwords of the test's own: who is right, who is wrong, whose
 * account has expired, and a PAM that cannot tell. Skipped where the server could not be
 * built so (libpam0g-dev) or there is no wrapper.
 */
#include "support/test.h"

#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "own_station.h"
#include "script.h"
#include "support/memory_scan.h"
#include "util/clock.h"
#include "wire/accounts.h"
#include "wire/client.h"

#define ADA   "quokka wears a fez"
#define MARIA "zebu drinks from it"
#define WRONG "wombat digs no hole"

static struct own_station own;
static char bin[4096], services[300], wrapper[400], modules[400];

/* Where Debian puts it for this machine. */
static bool find_wrapper(void)
{
	static const char *const places[] = { "/usr/lib/x86_64-linux-gnu",
					      "/usr/lib/aarch64-linux-gnu", "/usr/lib" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(wrapper, sizeof(wrapper), "%s/libpam_wrapper.so", places[i]);
		snprintf(modules, sizeof(modules), "%s", places[i]);
		if (access(wrapper, R_OK) == 0)
			return true;
	}
	return false;
}

static void under_the_wrapper(void *arg)
{
	(void)arg;
	setenv("PAM_WRAPPER", "1", 1);
	setenv("PAM_WRAPPER_SERVICE_DIR", services, 1);
	setenv("LD_PRELOAD", wrapper, 1);
}

/* What the service says of an account whose password is right; "" = it is fine. */
static void write_service(const char *account)
{
	char path[400], passwd[400], text[2400];

	snprintf(passwd, sizeof(passwd), "%s/passwd", own.dir);
	test_write_file(passwd, "maria:" MARIA ":sightglass\n");
	snprintf(path, sizeof(path), "%s/sightglass", services);
	if (account[0])
		snprintf(text, sizeof(text),
			 "auth required %s/pam_wrapper/pam_matrix.so passdb=%s\n"
			 "account required %s/security/pam_debug.so acct=%s\n",
			 modules, passwd, modules, account);
	else
		snprintf(text, sizeof(text),
			 "auth required %s/pam_wrapper/pam_matrix.so passdb=%s\n"
			 "account required %s/pam_wrapper/pam_matrix.so passdb=%s\n",
			 modules, passwd, modules, passwd);
	test_write_file(path, text);
}

/* The wrapper makes a folder of its own in /tmp: no wall. */
static void start(const char *account)
{
	write_service(account);
	own_station_start(&own, "--walls=off");
	DEMO_UNTIL(&own.as, "recording", 20000, "status");
}

static bool can_be_run(void)
{
	char program[4200];

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return false; /* the wrapper loads libraries in a way that they do not stand */
#endif

	snprintf(bin, sizeof(bin), "%s/../test/pam", getenv("SIGHTGLASS_BIN"));
	snprintf(program, sizeof(program), "%s/sightglassd", bin);
	return access(program, X_OK) == 0 && find_wrapper();
}

static int make(void **state)
{
	const struct passwd *me = getpwuid(getuid());
	char access_cfg[600];

	(void)state;
	own = (struct own_station){ 0 };
	if (!can_be_run())
		return 0;
	own_station_make(&own);
	snprintf(access_cfg, sizeof(access_cfg),
		 "allow_root = true;\n"
		 "roles = ( { name = \"viewer\"; rights = ( \"view\" ); },\n"
		 "  { name = \"operator\"; rights = ( \"view\", \"operate\" ); },\n"
		 "  { name = \"admin\"; rights = ( \"view\", \"admin\" ); } );\n"
		 "operators = ( { name = \"desk\"; unix_user = \"%.64s\"; roles = ( "
		 "\"viewer\" ); } );\n",
		 me->pw_name);
	own_station_put(&own, "access.cfg", access_cfg);
	snprintf(services, sizeof(services), "%s/pam.d", own.dir);
	assert_int_equal(mkdir(services, 0700), 0);
	own.bin = bin;
	own.prepare = under_the_wrapper;
	setenv("SIGHTGLASS_SOCKET", own.as.socket, 1);
	return 0;
}

static int leave(void **state)
{
	(void)state;
	if (own.pid)
		own_station_stop(&own);
	return 0;
}

static void says(const char *line, const char *words)
{
	char *out = script_run(line);

	assert_has(out, words);
	free(out);
}

static void skip_without(void)
{
	if (can_be_run())
		return;
	print_message("no server with PAM here: libpam0g-dev, libpam-wrapper\n");
	skip();
}

static void add_people(void)
{
	says("printf '%s\\n' '" ADA "' | sightglass user add ada admin", "ada is added");
	says("printf '%s\\n' '" ADA "' '' | "
	     "sightglass --as ada user add maria operator --pam",
	     "maria is added");
	says("printf '%s\\n' '" ADA "' '' | "
	     "sightglass --as ada user add olga operator --pam",
	     "olga is added");
}

static const char *sign_in(const char *name, const char *password)
{
	static struct wire_reply reply;
	struct wire_sign_in m = { 0 };
	struct strbuf why = STRBUF_INIT;
	struct client *c = client_open(own.as.socket, "test", &why);

	if (!c)
		fail_msg("%s", why.buf);
	m.req = client_next_req(c);
	snprintf(m.name, sizeof(m.name), "%s", name);
	snprintf(m.password, sizeof(m.password), "%s", password);
	wire_put_sign_in(client_out(c), &m);
	if (client_wait_reply(c, m.req, &reply, NULL, NULL, &why) != SG_OK)
		fail_msg("%s", why.buf);
	client_close(c);
	strbuf_release(&why);
	return reply.text;
}

static void in_no_memory(const char *secret)
{
	enum memory_found found = memory_holds(own.pid, secret, strlen(secret));

	assert_true(found == MEMORY_CLEAN ||
		    (found == MEMORY_UNREADABLE && geteuid() != 0));
}

/* PAM says of the password, we of everything else. */
static void SEC_08_pam_says_who_is_right_in_a_whole_server(void **state)
{
	(void)state;
	skip_without();
	start("");
	add_people();
	assert_has(sign_in("maria", MARIA), "signed in as maria");
	assert_string_equal(sign_in("maria", WRONG), "name, password or code is wrong");
	assert_string_equal(sign_in("olga", MARIA), "name, password or code is wrong");
	assert_has(sign_in("ada", ADA), "signed in as ada"); /* ours, not PAM's */
	assert_string_equal(sign_in("nobody", MARIA), "name, password or code is wrong");
}

/* Three in a row make the next one wait, as with passwords of ours. */
static void SEC_08_failures_of_pam_are_slowed_down_too(void **state)
{
	(void)state;
	skip_without();
	start("");
	add_people();
	for (int i = 0; i < 3; i++)
		sign_in("maria", WRONG);
	assert_has(sign_in("maria", WRONG), "the next try is taken in");
	assert_has(sign_in("maria", MARIA), "too many failures");
}

static void an_account_that_pam_has_expired_does_not_come_in(void **state)
{
	static const char *const verdicts[] = { "acct_expired", "new_authtok_reqd",
						"perm_denied" };

	(void)state;
	skip_without();
	start("");
	add_people();
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		assert_int_equal(own_station_stop(&own), 0);
		start(verdicts[i]);
		assert_string_equal(sign_in("maria", MARIA),
				    "name, password or code is wrong");
		assert_has(sign_in("ada", ADA), "signed in as ada");
	}
}

/* A directory that is down is no failure of the person's, and is said. */
static void a_pam_that_cannot_tell_says_so_and_counts_nothing(void **state)
{
	(void)state;
	skip_without();
	start("");
	add_people();
	assert_int_equal(own_station_stop(&own), 0);
	start("authinfo_unavail");
	for (int i = 0; i < 6; i++)
		assert_has(sign_in("maria", MARIA), "PAM cannot tell");
	assert_int_equal(own_station_stop(&own), 0);
	start("");
	assert_has(sign_in("maria", MARIA), "signed in as maria");
}

/* What the modules of others leave is theirs: pam_matrix forgets it as it ends. */
static void SEC_13_no_password_of_pams_is_left_with_us(void **state)
{
	(void)state;
	skip_without();
	start("");
	add_people();
	sign_in("maria", WRONG);
	sign_in("maria", MARIA);
	says("sightglass status", "recording");
	in_no_memory(WRONG);
	in_no_memory(ADA);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, leave)
	const struct CMUnitTest tests[] = {
		TEST(SEC_08_pam_says_who_is_right_in_a_whole_server),
		TEST(SEC_08_failures_of_pam_are_slowed_down_too),
		TEST(an_account_that_pam_has_expired_does_not_come_in),
		TEST(a_pam_that_cannot_tell_says_so_and_counts_nothing),
		TEST(SEC_13_no_password_of_pams_is_left_with_us),
	};

	return cmocka_run_group_tests_name("pam in a server", tests, NULL, NULL);
}
