/*
 * test_sign_in.c - accounts and signing in against the real server: the first admin from
 * the command line, waits, floods, codes over a restart, who is taken off at once, and
 * that no password is found anywhere afterwards.
 */
#include "support/test.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "access/totp.h"
#include "own_station.h"
#include "script.h"
#include "support/memory_scan.h"
#include "support/preload.h"
#include "support/tty.h"
#include "util/clock.h"
#include "wire/accounts.h"
#include "wire/client.h"
#include "wire/who.h"

/* Words that are nowhere by accident. */
#define ADA   "quokka wears a fez"
#define MARIA "zebu drinks from it"
#define WRONG "wombat digs no hole"

static struct own_station own;
static const char *hashes; /* the server's option */

/* --- the station ----------------------------------------------------------------- */

/* Whoever runs this is a shared console that may only look: and the server's own user. */
static void make(const char *option)
{
	const struct passwd *me = getpwuid(getuid());
	char access[700];

	assert_non_null(me);
	own_station_make(&own);
	snprintf(access, sizeof(access),
		 "allow_root = true;\n"
		 "roles = ( { name = \"viewer\"; rights = ( \"view\" ); },\n"
		 "  { name = \"operator\"; rights = ( \"view\", \"operate\" ); },\n"
		 "  { name = \"admin\"; rights = ( \"view\", \"admin\", \"audit\" ); } "
		 ");\n"
		 "operators = ( { name = \"desk\"; unix_user = \"%.64s\"; roles = ( "
		 "\"viewer\" ); } );\n",
		 me->pw_name);
	own_station_put(&own, "access.cfg", access);
	hashes = option;
	own_station_start(&own, hashes);
	setenv("SIGHTGLASS_SOCKET", own.as.socket, 1);
	DEMO_UNTIL(&own.as, "recording", 10000, "status");
}

static int make_cheap(void **state)
{
	(void)state;
	make("--cheap-hashes");
	return 0;
}

static int make_dear(void **state)
{
	(void)state;
	make(NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	if (own.pid)
		own_station_stop(&own);
	return 0;
}

static void restart(void)
{
	assert_int_equal(own_station_stop(&own), 0);
	own_station_start(&own, hashes);
	DEMO_UNTIL(&own.as, "recording", 10000, "status");
}

/* What a line of shell printed must have these words in it. */
static void says(const char *line, const char *words)
{
	char *out = script_run(line);

	assert_has(out, words);
	free(out);
}

static void add_ada_and_maria(void)
{
	says("printf '%s\\n' '" ADA "' | sightglass user add ada admin", "ada is added");
	says("printf '%s\\n' '" ADA "' '' '" MARIA "' | "
	     "sightglass --as ada user add maria operator --lasting",
	     "maria is added");
}

/* --- a console of our own -------------------------------------------------------- */

static struct client *join(void)
{
	struct strbuf why = STRBUF_INIT;
	struct client *c = client_open(own.as.socket, "test", &why);

	if (!c)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return c;
}

struct seen { /* what came before the reply */
	char secret[64];
	char name[64];
};

static void look(void *arg, const struct client_frame *f)
{
	struct seen *seen = arg;
	struct wire_row row;
	struct wire_who who;

	if (f->type == WIRE_ROW && wire_get_row(f->payload, f->len, &row)) {
		snprintf(seen->secret, sizeof(seen->secret), "%s", row.field[0]);
		wire_row_release(&row);
	}
	if (f->type == WIRE_WHO && wire_get_who(f->payload, f->len, &who))
		snprintf(seen->name, sizeof(seen->name), "%s", who.name);
}

/* The reply's text; static. */
static const char *reply_to(struct client *c, uint32_t req, struct seen *seen)
{
	static struct wire_reply reply;
	struct strbuf why = STRBUF_INIT;
	struct seen none;

	if (client_wait_reply(c, req, &reply, look, seen ? seen : &none, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return reply.text;
}

static uint32_t ask_in(struct client *c, const char *name, const char *password,
		       const char *code)
{
	struct wire_sign_in m = { .req = client_next_req(c) };
	struct strbuf why = STRBUF_INIT;

	snprintf(m.name, sizeof(m.name), "%s", name);
	snprintf(m.password, sizeof(m.password), "%s", password);
	snprintf(m.code, sizeof(m.code), "%s", code);
	wire_put_sign_in(client_out(c), &m);
	assert_int_equal(client_flush(c, &why), SG_OK);
	strbuf_release(&why);
	return m.req;
}

static const char *sign_in(struct client *c, const char *name, const char *password,
			   const char *code)
{
	return reply_to(c, ask_in(c, name, password, code), NULL);
}

static const char *act(struct client *c, struct wire_user *m, struct seen *seen)
{
	m->req = client_next_req(c);
	wire_put_user(client_out(c), m);
	return reply_to(c, m->req, seen);
}

static double seconds_of(struct client *c, const char *name, const char *password)
{
	struct mono from = clock_mono();

	sign_in(c, name, password, "");
	return (double)(clock_mono().ns - from.ns) / 1e9;
}

/* --- the command line ------------------------------------------------------------ */

static void the_first_admin_comes_from_the_command_line(void **state)
{
	(void)state;
	says("printf '%s\\n' '" MARIA "' | sightglass user add maria operator; echo $?",
	     "the first account needs a role with the right admin");
	says("printf 'short\\n' | sightglass user add ada admin", "at least 10");
	says("printf '%s\\n' '" ADA "' | sightglass user add ada admin", "ada is added");
	/* there is one now: our uid counts no more */
	says("printf '%s\\n' '" MARIA "' | sightglass user add eve admin",
	     "the right \"admin\" for the whole station");
	says("printf '%s\\n' '" ADA "' '' '" MARIA "' | "
	     "sightglass --as ada user add maria operator@intake",
	     "maria is added");
	says("printf '%s\\n' '" ADA "' '' | sightglass --as ada user list --json",
	     "\"name\":\"maria\",\"full_name\":\"\",\"roles\":\"operator@intake\","
	     "\"state\":\"enabled\",\"password\":\"to be changed\"");
	says("printf '%s\\n' '" MARIA "' '' '" MARIA "' | sightglass user passwd maria",
	     "that is the password you have");
	says("printf '%s\\n' '" MARIA "' '' 'new " MARIA "' | "
	     "sightglass user passwd maria",
	     "maria has a new password");
	/* the end of the pipe is the end of the code, too */
	says("printf '%s\\n' '" ADA "' | sightglass --as ada user list --json",
	     "\"name\":\"maria\"");
	says("printf '%s' '" ADA "' | sightglass --as ada user list --json",
	     "\"name\":\"maria\"");
	says("sightglass --as ada user list </dev/null; echo \"code $?\"", "code 2");
	says("printf '%s\\n' '" ADA "' '' | sightglass --as ada user remove ada",
	     "nobody changes their own rights");
	says("printf '%s\\n' '" ADA "' '' | sightglass --as ada user role maria operator",
	     "maria has other roles");
	says("printf '%s\\n' '" ADA "' '' | sightglass --as ada user remove maria",
	     "maria is removed");
	says("printf 'x\\n' | sightglass user passwd; echo \"code $?\"", "code 2");
	says("printf '' | sightglass user passwd ada; echo \"code $?\"", "code 1");
}

/* What is typed is not on the glass, and the terminal is as it was afterwards. */
static void SEC_13_no_password_is_echoed(void **state)
{
	char program[4200];
	char *argv[] = { program,           (char[]){ "user" },  (char[]){ "add" },
			 (char[]){ "ada" }, (char[]){ "admin" }, NULL };
	char socket[600];
	const char *env[] = { socket, NULL };
	const char *bytes;
	struct tty *t;
	size_t n;

	(void)state;
	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	snprintf(socket, sizeof(socket), "SIGHTGLASS_SOCKET=%s", own.as.socket);
	t = tty_start(argv, env, 80, 24);
	tty_expect(t, "new password:");
	/* mistyped, taken back, typed again */
	tty_type(t, "quokkz\x7f"
		    "a wears\x15" ADA "\r");
	tty_expect(t, "the same again:");
	tty_type(t, ADA "\r");
	tty_expect(t, "ada is added");
	assert_int_equal(tty_wait_exit(t, 5000), 0);
	bytes = tty_bytes(t, &n);
	assert_null(memmem(bytes, n, "quokk", 5));
	assert_true(tty_modes(t).c_lflag & ECHO);
	tty_free(t);
	/* Ctrl-C gives up, and gives the terminal back */
	argv[2] = (char[]){ "passwd" };
	argv[4] = NULL;
	t = tty_start(argv, env, 80, 24);
	tty_expect(t, "your password:");
	tty_type(t, "quokka\x03");
	tty_expect(t, "nothing was typed");
	assert_int_equal(WEXITSTATUS(tty_wait_exit(t, 5000)), 1);
	bytes = tty_bytes(t, &n);
	assert_null(memmem(bytes, n, "quokk", 5));
	tty_free(t);
}

static bool is_as_before(const struct tty *t)
{
	const tcflag_t all = ECHO | ICANON | ISIG;

	return (tty_modes(t).c_lflag & all) == all;
}

static bool is_quiet(struct tty *t, void *arg)
{
	(void)arg;
	return !(tty_modes(t).c_lflag & ECHO);
}

/* Whatever ends it while a password is typed: the next command is seen again. */
static void SEC_13_a_signal_leaves_no_silent_terminal(void **state)
{
	static const int ends[] = { SIGTERM, SIGHUP,  SIGINT,  SIGQUIT, SIGABRT,
				    SIGALRM, SIGUSR1, SIGPIPE, SIGBUS };
	char program[4200], socket[600];
	char *argv[] = { program, (char[]){ "user" }, (char[]){ "passwd" },
			 (char[]){ "ada" }, NULL };
	const char *env[] = { socket, NULL };
	struct tty *t;

	(void)state;
	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	snprintf(socket, sizeof(socket), "SIGHTGLASS_SOCKET=%s", own.as.socket);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		int status;

		t = tty_start(argv, env, 80, 24);
		tty_expect(t, "your password:");
		assert_false(is_as_before(t));
		assert_int_equal(kill(tty_pid(t), ends[i]), 0);
		status = tty_wait_exit(t, 5000);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), ends[i]);
		assert_true(is_as_before(t));
		tty_free(t);
	}
}

/* The first child of the shell; 0 = it has none. */
static pid_t job_of(pid_t shell)
{
	char path[64];
	int pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)shell, (int)shell);
	f = fopen(path, "r");
	if (f && fscanf(f, "%d", &pid) != 1)
		pid = 0;
	if (f)
		fclose(f);
	return pid;
}

/* Stopped, the shell can be typed at; gone on with, the password is silent again. */
static void SEC_13_a_stop_gives_the_terminal_to_the_shell(void **state)
{
	char sh[] = "/bin/sh", mc[] = "-mc", script[4400], socket[600];
	char *argv[] = { sh, mc, script, NULL };
	const char *env[] = { socket, NULL };
	struct tty *t;

	(void)state;
	snprintf(script, sizeof(script),
		 "%s/sightglass user passwd ada; echo shell; read line; fg",
		 getenv("SIGHTGLASS_BIN"));
	snprintf(socket, sizeof(socket), "SIGHTGLASS_SOCKET=%s", own.as.socket);
	t = tty_start(argv, env, 80, 24);
	tty_expect(t, "your password:");
	assert_true(tty_wait(t, is_quiet, NULL, 5000));
	assert_int_equal(kill(job_of(tty_pid(t)), SIGTSTP), 0);
	tty_expect(t, "shell");
	assert_true(is_as_before(t));
	tty_type(t, "\r");
	assert_true(tty_wait(t, is_quiet, NULL, 5000));
	tty_type(t, "quokka\x03");
	tty_expect(t, "nothing was typed");
	assert_false(tty_shows(t, "quokka"));
	tty_wait_exit(t, 5000);
	assert_true(is_as_before(t));
	tty_free(t);
}

/* --- SEC-08, SEC-09 -------------------------------------------------------------- */

static void SEC_08_guessing_is_slowed_down_and_looking_is_not(void **state)
{
	struct client *c;

	(void)state;
	add_ada_and_maria();
	c = join();
	for (int i = 0; i < 3; i++)
		assert_string_equal(sign_in(c, "maria", WRONG, ""),
				    "name, password or code is wrong");
	assert_has(sign_in(c, "maria", WRONG, ""), "the next try is taken in 1 s");
	assert_has(sign_in(c, "maria", MARIA, ""), "too many failures");
	says("sightglass status", "recording");
	says("sleep 1.1; printf '%s\\n' '" ADA "' '' | sightglass --as ada user list",
	     "maria");
	assert_has(sign_in(c, "maria", MARIA, ""), "signed in as maria");
	says("printf '%s\\n' '" ADA "' '' | sightglass --as ada user list --json",
	     "\"failures\":\"0\"");
	client_close(c);
}

static void SEC_09_nobody_learns_from_the_time_whether_a_name_exists(void **state)
{
	double known = 1e9, unknown = 1e9, t;
	struct client *c;

	(void)state;
	add_ada_and_maria();
	c = join();
	for (int i = 0; i < 3; i++) {
		t = seconds_of(c, "maria", WRONG);
		known = t < known ? t : known;
		t = seconds_of(c, "nobody", WRONG);
		unknown = t < unknown ? t : unknown;
	}
	print_message("# known %.3f s, unknown %.3f s\n", known, unknown);
	assert_true(known > 0.02); /* it is work */
	/* the machine is others', too; without the work it would be a hundredth */
	assert_true(unknown > known / 3 && unknown < known * 3);
	client_close(c);
}

/* --- SEC-10 ---------------------------------------------------------------------- */

static long kib_of(const char *key)
{
	char path[64], line[256];
	long kib = -1;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)own.pid);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, key, strlen(key)) == 0)
			kib = strtol(line + strlen(key) + 1, NULL, 10);
	fclose(f);
	return kib;
}

static void SEC_10_a_flood_of_sign_ins_costs_the_memory_of_one(void **state)
{
	enum { MANY = 40 };
	struct client *c[MANY];
	uint32_t req[MANY];
	size_t full = 0, wrong = 0;
	long before;
	struct mono from;

	(void)state;
	add_ada_and_maria();
	before = kib_of("VmRSS:");
	for (size_t i = 0; i < MANY; i++)
		c[i] = join();
	for (size_t i = 0; i < MANY; i++) {
		char name[32];

		snprintf(name, sizeof(name), "guess%zu", i);
		req[i] = ask_in(c[i], name, WRONG, "");
	}
	from = clock_mono();
	says("sightglass status", "recording");
	assert_true(mono_ms_between(from, clock_mono()) < 2000);
	for (size_t i = 0; i < MANY; i++) {
		const char *said = reply_to(c[i], req[i], NULL);

		full += strstr(said, "too many") != NULL;
		wrong += strstr(said, "is wrong") != NULL;
		client_close(c[i]);
	}
	print_message("# %zu looked at, %zu sent away, peak %ld MiB above %ld MiB\n",
		      wrong, full, (kib_of("VmHWM:") - before) / 1024, before / 1024);
	assert_int_equal(full + wrong, MANY);
	assert_true(full >= MANY - 17); /* one may have been done meanwhile */
	assert_true(kib_of("VmHWM:") - before < 2 * 128 * 1024);
}

/* --- SEC-11 ---------------------------------------------------------------------- */

static void unbase32(const char *text, uint8_t out[TOTP_SECRET_SIZE])
{
	unsigned bits = 0, have = 0;
	size_t n = 0;

	for (; *text && n < TOTP_SECRET_SIZE; text++) {
		bits = bits << 5 |
		       (unsigned)(*text >= 'A' ? *text - 'A' : *text - '2' + 26);
		have += 5;
		if (have < 8)
			continue;
		have -= 8;
		out[n++] = (uint8_t)(bits >> have);
	}
}

static const char *code_of(const uint8_t *secret, int64_t step)
{
	static char code[TOTP_DIGITS + 1];

	assert_true(totp_code(secret, step, code));
	return code;
}

static bool asked_so_often(struct tty *t, void *times)
{
	int n = 0;

	for (int row = 0; row < 24; row++)
		n += strstr(tty_row(t, row), "the code that is drawn now:") != NULL;
	return n == *(const int *)times;
}

/* What is typed before the question stands is thrown away, as secrets should be. */
static void until_asked(struct tty *t, int times)
{
	if (!tty_wait(t, asked_so_often, &times, 30000))
		fail_msg("the code is not asked for %d times", times);
}

/* As a person does it: the picture on the glass, a finger that slips, the code. */
static void SEC_11_a_mistyped_code_can_be_typed_again(void **state)
{
	char program[4200], socket[600];
	char *argv[] = { program, (char[]){ "user" }, (char[]){ "totp" },
			 (char[]){ "maria" }, NULL };
	const char *env[] = { socket, NULL };
	uint8_t secret[TOTP_SECRET_SIZE];
	char typed[TOTP_DIGITS + 2];
	struct tty *t;

	(void)state;
	add_ada_and_maria();
	snprintf(program, sizeof(program), "%s/sightglass", getenv("SIGHTGLASS_BIN"));
	snprintf(socket, sizeof(socket), "SIGHTGLASS_SOCKET=%s", own.as.socket);
	t = tty_start(argv, env, 80, 24);
	tty_expect(t, "your password:");
	tty_type(t, MARIA "\r");
	tty_expect(t, "your code");
	tty_type(t, "\r");
	until_asked(t, 1);
	for (int row = 0; row < 24; row++)
		if (strncmp(tty_row(t, row), "secret ", 7) == 0)
			unbase32(tty_row(t, row) + 7, secret);
	for (int i = 0; i < 2; i++) {
		tty_type(t, "12345\r");
		until_asked(t, i + 2);
		tty_expect(t, "that code does not fit");
	}
	snprintf(typed, sizeof(typed), "%s\r", code_of(secret, time(NULL) / TOTP_STEP_S));
	tty_type(t, typed);
	tty_expect(t, "maria is asked for codes from now on");
	assert_int_equal(tty_wait_exit(t, 5000), 0);
	tty_free(t);
}

static void SEC_11_a_code_that_was_used_is_used_also_after_a_restart(void **state)
{
	struct wire_user m = { .act = WIRE_USER_TOTP, .name = "maria" };
	uint8_t secret[TOTP_SECRET_SIZE];
	struct seen seen = { "", "" };
	struct client *c;
	int64_t step;

	(void)state;
	add_ada_and_maria();
	c = join();
	snprintf(m.password, sizeof(m.password), "%s", MARIA);
	assert_has(act(c, &m, &seen), "draws new codes");
	unbase32(seen.secret, secret);
	/* the rest within one step */
	while (time(NULL) % TOTP_STEP_S > 20)
		poll(NULL, 0, 100);
	step = time(NULL) / TOTP_STEP_S;
	m.act = WIRE_USER_TOTP_CONFIRM;
	m.password[0] = '\0';
	snprintf(m.code, sizeof(m.code), "%s", code_of(secret, step - 1));
	assert_has(act(c, &m, NULL), "is asked for codes");
	assert_has(sign_in(c, "maria", MARIA, ""), "is wrong");
	assert_has(sign_in(c, "maria", MARIA, code_of(secret, step - 1)), "is wrong");
	assert_has(sign_in(c, "maria", MARIA, code_of(secret, step)), "signed in");
	client_close(c);
	restart();
	c = join();
	assert_has(sign_in(c, "maria", MARIA, code_of(secret, step)), "is wrong");
	assert_has(sign_in(c, "maria", MARIA, code_of(secret, step + 1)), "signed in");
	client_close(c);
}

/* --- SEC-28 ---------------------------------------------------------------------- */

static void SEC_28_who_is_removed_is_off_within_a_second(void **state)
{
	struct strbuf why = STRBUF_INIT;
	struct seen seen = { "", "" };
	struct client_frame f;
	struct client *c;
	struct mono from;

	(void)state;
	add_ada_and_maria();
	c = join();
	reply_to(c, ask_in(c, "maria", MARIA, ""), &seen);
	assert_string_equal(seen.name, "maria");
	says("printf '%s\\n' '" ADA "' '' | sightglass --as ada user remove maria",
	     "maria is removed");
	from = clock_mono();
	while (strcmp(seen.name, "desk") != 0) {
		assert_true(mono_ms_between(from, clock_mono()) < 1000);
		if (client_next(c, 100, &f, &why) == SG_OK)
			look(&seen, &f);
	}
	assert_has(sign_in(c, "maria", MARIA, ""), "is wrong");
	client_close(c);
	strbuf_release(&why);
}

/* --- a pool that takes no work ----------------------------------------------------- */

static void preload_fail_queue(void *arg)
{
	preload_shim("fail_queue");
	setenv("FAIL_QUEUE", arg, 1);
}

static void log_until(const char *text)
{
	struct mono deadline = mono_add_ms(clock_mono(), 10000);

	for (;;) {
		char *log = own_station_log(&own);
		bool there = strstr(log, text) != NULL;

		free(log);
		if (there)
			return;
		if (mono_reached(clock_mono(), deadline))
			fail_msg("the log never said %s", text);
		poll(NULL, 0, 20); /* between two looks */
	}
}

/* Nobody may wait for ever for what was never begun. */
static void what_cannot_be_queued_is_answered(void **state)
{
	char flag[300];
	struct client *c;

	(void)state;
	add_ada_and_maria();
	snprintf(flag, sizeof(flag), "%s/no-work", own.dir);
	own.prepare = preload_fail_queue;
	own.arg = flag;
	restart();
	c = join();
	test_write_file(flag, "");
	for (int i = 0; i < 20; i++) /* more than are allowed to wait */
		assert_has(sign_in(c, "maria", MARIA, ""), "cannot check passwords now");
	assert_int_equal(unlink(flag), 0);
	assert_has(sign_in(c, "maria", MARIA, ""), "signed in as maria"); /* no failure */
	test_write_file(flag, "");
	for (int i = 0; i < 10; i++)
		kill(own.pid, SIGHUP);
	log_until("reading the station's files cannot begin");
	assert_int_equal(unlink(flag), 0);
	client_close(c);
}

/* --- SEC-13 ---------------------------------------------------------------------- */

static bool file_has(const char *path, const char *words)
{
	FILE *f = fopen(path, "r");
	static char text[8 << 20];
	size_t n;

	if (!f)
		return false;
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	return memmem(text, n, words, strlen(words)) != NULL;
}

/* Root could look. */
static void is_in_no_memory(const char *secret)
{
	enum memory_found found = memory_holds(own.pid, secret, strlen(secret));

	if (found == MEMORY_OPEN || found == MEMORY_LOCKED)
		fail_msg("%s is in the server's memory", secret);
	assert_true(found == MEMORY_CLEAN || geteuid() != 0);
}

/* It was shown once, as text and as a picture's words. */
static void SEC_13_a_secret_of_codes_is_left_nowhere(void **state)
{
	struct wire_user m = { .act = WIRE_USER_TOTP, .name = "maria" };
	uint8_t secret[TOTP_SECRET_SIZE];
	struct seen seen = { "", "" };
	struct client *c;

	(void)state;
	add_ada_and_maria();
	c = join();
	snprintf(m.password, sizeof(m.password), "%s", MARIA);
	assert_has(act(c, &m, &seen), "draws new codes");
	assert_true(strlen(seen.secret) > 20);
	says("sightglass status", "recording"); /* what carried it is done with */
	is_in_no_memory(seen.secret);
	/* the bytes wait for the first code, where nothing is swapped out */
	unbase32(seen.secret, secret);
	enum memory_found found = memory_holds(own.pid, secret, sizeof(secret));
	if (memory_is_locked_here())
		assert_int_equal(found, MEMORY_LOCKED);
	client_close(c);
}

static void SEC_13_no_password_is_left_anywhere(void **state)
{
	static const char *const secrets[] = { ADA, MARIA, WRONG };
	static const char *const files[] = { "log", "state/station.db",
					     "state/station.db-wal", "state/search.db" };
	struct client *c;
	char path[600];

	(void)state;
	add_ada_and_maria();
	c = join();
	sign_in(c, "maria", WRONG, "");
	sign_in(c, WRONG, WRONG, "");
	sign_in(c, "maria", MARIA, "");
	/* one that stays, and says nothing more; one that is cut off in its message */
	struct client *stays = join();
	sign_in(stays, "maria", MARIA, "");
	struct strbuf half = STRBUF_INIT;
	struct wire_sign_in m = { .req = 9, .name = "maria", .password = WRONG };
	wire_put_sign_in(&half, &m);
	strbuf_add(client_out(c), half.buf, half.len - 4);
	client_push(c, NULL);
	client_close(c);
	strbuf_release(&half);
	says("sightglass status", "recording");
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		char *audit = script_run("printf '%s\\n' '" ADA "' '' | "
					 "sightglass --as ada user list");
		assert_null(strstr(audit, secrets[i]));
		free(audit);
		for (size_t k = 0; k < sizeof(files) / sizeof(files[0]); k++) {
			snprintf(path, sizeof(path), "%s/%s", own.dir, files[k]);
			if (file_has(path, secrets[i]))
				fail_msg("%s is in %s", secrets[i], path);
		}
		is_in_no_memory(secrets[i]);
	}
	client_close(stays);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_first_admin_comes_from_the_command_line, make_cheap, stop),
		cmocka_unit_test_setup_teardown(SEC_13_a_signal_leaves_no_silent_terminal,
						make_cheap, stop),
		cmocka_unit_test_setup_teardown(
			SEC_13_a_stop_gives_the_terminal_to_the_shell, make_cheap, stop),
		cmocka_unit_test_setup_teardown(SEC_13_no_password_is_echoed, make_cheap,
						stop),
		cmocka_unit_test_setup_teardown(
			SEC_08_guessing_is_slowed_down_and_looking_is_not, make_cheap,
			stop),
		cmocka_unit_test_setup_teardown(
			SEC_09_nobody_learns_from_the_time_whether_a_name_exists,
			make_dear, stop),
		cmocka_unit_test_setup_teardown(
			SEC_10_a_flood_of_sign_ins_costs_the_memory_of_one, make_dear,
			stop),
		cmocka_unit_test_setup_teardown(SEC_11_a_mistyped_code_can_be_typed_again,
						make_cheap, stop),
		cmocka_unit_test_setup_teardown(
			SEC_11_a_code_that_was_used_is_used_also_after_a_restart,
			make_cheap, stop),
		cmocka_unit_test_setup_teardown(
			SEC_28_who_is_removed_is_off_within_a_second, make_cheap, stop),
		cmocka_unit_test_setup_teardown(what_cannot_be_queued_is_answered,
						make_cheap, stop),
		cmocka_unit_test_setup_teardown(SEC_13_a_secret_of_codes_is_left_nowhere,
						make_cheap, stop),
		cmocka_unit_test_setup_teardown(SEC_13_no_password_is_left_anywhere,
						make_dear, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
