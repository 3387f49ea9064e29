/* cmd_demo.c - `sightglass demo`: a living plant, a broker and a server of one's own, and
 * the console on them; `sightglass demo fault` upsets it. */
#include "cli/args.h"
#include "cli/demo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console/term/env.h"
#include "console/term/facts.h"
#include "util/num.h"
#include "wire/client.h"

enum { DEVICES_MS = 60000, STOP_MS = 5000, CONSOLE_STOP_MS = 2000 };

/* The plant's time runs a little faster than ours: a level that creeps bores visitors. */
#define DEFAULT_SPEED "4"
#define DEFAULT_SEED  "1"

static const struct cli_option options[] = {
	{ "headless", NULL,
	  "no console: print `ready SOCKET` and run until stdin closes" },
	{ "dir", "DIR", "keep everything under DIR (default: a temporary folder)" },
	{ "keep", NULL, "do not remove the temporary folder" },
	{ "speed", "X",
	  "seconds of the plant in one second (default " DEFAULT_SPEED ")" },
	{ "seed", "N", "another seed makes another day (default " DEFAULT_SEED ")" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_demo;

static int fail(const struct demo *d, const struct strbuf *why)
{
	if (!d->stopping)
		fprintf(stderr, "sightglass: %s\n", why->buf);
	return CLI_FAILED;
}

/* --- running ------------------------------------------------------------------- */
static bool start_all(struct demo *d, struct strbuf *why)
{
	bool ok = demo_start_broker(d, why) && demo_start_plant(d, why) &&
		  demo_start_server(d, why);

	d->running = ok;
	if (ok)
		demo_people_add(d);
	return ok;
}

static void disconnect(struct demo *d)
{
	client_close(d->client);
	d->client = NULL;
}

static int run_headless(struct demo *d, struct strbuf *why)
{
	if (!demo_wait(d, demo_devices_connected, DEVICES_MS)) {
		strbuf_setf(why, "not every device connected within %d s; see %s/log",
			    DEVICES_MS / 1000, d->dir);
		return d->stopping ? CLI_OK : fail(d, why);
	}
	disconnect(d);
	printf("ready %s/run/station.sock\n", d->dir);
	fflush(stdout);
	while (demo_turn(d, 1000))
		;
	return CLI_OK;
}

static bool console_gone(struct demo *d)
{
	return d->child[DEMO_CONSOLE].pid == 0;
}

static int run_console(struct demo *d, struct strbuf *why)
{
	static char path[PATH_MAX];
	char *argv[] = { d->program, (char[]){ "--socket" }, path, NULL };
	struct demo_child *console = &d->child[DEMO_CONSOLE];

	disconnect(d);
	if (!demo_path(d, "run/station.sock", path, sizeof(path)) ||
	    !demo_spawn(d, DEMO_CONSOLE, argv, -1)) {
		strbuf_setf(why, "cannot start the console: %s", strerror(errno));
		return fail(d, why);
	}
	while (!console_gone(d) && demo_turn(d, 1000))
		;
	if (console_gone(d) && WIFEXITED(console->status))
		return WEXITSTATUS(console->status);
	return CLI_OK;
}

static void stop_all(struct demo *d)
{
	d->stopping = true;
	disconnect(d);
	demo_stop(d, DEMO_CONSOLE, CONSOLE_STOP_MS);
	demo_stop(d, DEMO_SERVER, STOP_MS);
	demo_stop(d, DEMO_PLANT, STOP_MS);
	demo_stop(d, DEMO_BROKER, STOP_MS);
}

static bool find_self(struct demo *d, struct strbuf *why)
{
	ssize_t n = readlink("/proc/self/exe", d->program, sizeof(d->program) - 1);

	d->program[n > 0 ? n : 0] = '\0';
	if (n <= 0)
		strbuf_setf(why, "cannot tell where this program lies: %s",
			    strerror(errno));
	return n > 0;
}

static int run_demo(struct demo *d, const char *dir, bool keep)
{
	struct strbuf why = STRBUF_INIT;
	int code = CLI_FAILED;
	bool ok = find_self(d, &why) && demo_files_prepare(d, dir, &why) &&
		  demo_loop_open(d, &why);

	if (ok) {
		demo_say(d, "everything is under %s", d->dir);
		demo_record(d);
		ok = start_all(d, &why);
	}
	if (!ok)
		code = d->stopping ? CLI_OK : fail(d, &why);
	else
		code = d->headless ? run_headless(d, &why) : run_console(d, &why);
	stop_all(d);
	bool kept = !d->temporary || keep || code != CLI_OK;
	if (d->lock >= 0 && kept)
		demo_say(d, "stopped; everything is kept in %s", d->dir);
	demo_loop_close(d);
	demo_files_release(d, kept);
	strbuf_release(&why);
	return code;
}

/* Can the console draw here? Asked before a plant is started for it, and in a process of
 * its own: asking changes the environment, which the console reads. */
static bool terminal_is_known(void)
{
	struct strbuf why = STRBUF_INIT;
	struct term_facts facts;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		bool ok = term_env_scrub(&why) && facts_read(&facts, &why);
		if (!ok)
			fprintf(stderr, "sightglass: %s\n", why.buf);
		fflush(stderr);
		_exit(ok ? CLI_OK : CLI_USAGE);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == CLI_OK);
}

static int check_numbers(const struct demo *d)
{
	double speed;
	int64_t seed;

	if (!num_parse_double(d->speed, &speed) || speed < 0.0 || speed > 3600.0)
		fprintf(stderr,
			"sightglass: --speed is a number from 0 to 3600, not \"%s\"\n",
			d->speed);
	else if (!num_parse_int(d->seed, 0, INT64_MAX, &seed))
		fprintf(stderr,
			"sightglass: --seed is a whole number from 0, not \"%s\"\n",
			d->seed);
	else
		return CLI_OK;
	return CLI_USAGE;
}

/* For a second terminal: export SIGHTGLASS_SOCKET=$(sightglass demo socket) */
static int print_socket(const char *dir)
{
	printf("%s/run/station.sock\n", dir);
	return CLI_OK;
}

/* Of one that runs. */
static int show(const char *dir, int (*what)(const char *dir))
{
	char found[PATH_MAX];

	if (dir || demo_find(found, sizeof(found)))
		return what(dir ? dir : found);
	return CLI_NO_SERVER;
}

/* Something of a demonstration that runs already; dir NULL: the newest. */
static int run_other(const struct cli_args *a, const char *dir)
{
	if (a->n > 1 && strcmp(a->arg[0], "fault") == 0)
		return demo_fault(dir, a->arg + 1, a->n - 1);
	if (a->n == 1 && strcmp(a->arg[0], "socket") == 0)
		return show(dir, print_socket);
	if (a->n == 1 && strcmp(a->arg[0], "people") == 0)
		return show(dir, demo_people_show);
	return cli_usage(&cmd_demo);
}

static int run(int argc, char **argv)
{
	static struct demo d = { .child = { { .name = "broker" },
					    { .name = "plant" },
					    { .name = "server" },
					    { .name = "console" } },
				 .signals = -1,
				 .listener = -1,
				 .lock = -1 };
	struct cli_args a;
	int code = cli_args_parse(&cmd_demo, argc, argv, 0, CLI_ARGS_MAX, &a);

	if (code >= 0)
		return code;
	const char *speed = cli_arg(&cmd_demo, &a, "speed");
	const char *seed = cli_arg(&cmd_demo, &a, "seed");
	const char *dir = cli_arg(&cmd_demo, &a, "dir");
	if (a.n > 0)
		return run_other(&a, dir);
	d.speed = speed ? speed : DEFAULT_SPEED;
	d.seed = seed ? seed : DEFAULT_SEED;
	d.headless = cli_arg(&cmd_demo, &a, "headless") != NULL;
	if (!d.headless && (!isatty(0) || !isatty(1))) {
		fputs("sightglass: the console needs a terminal; without one use "
		      "--headless\n",
		      stderr);
		return CLI_USAGE;
	}
	if (!d.headless && !terminal_is_known())
		return CLI_USAGE;
	code = check_numbers(&d);
	return code != CLI_OK ? code
			      : run_demo(&d, dir, cli_arg(&cmd_demo, &a, "keep") != NULL);
}

const struct cli_command cmd_demo = {
	.name = "demo",
	.runs_programs = true,
	.args = "[--headless] [--dir DIR] [--keep] [--speed X] [--seed N]\n"
		"       sightglass demo [--dir DIR] fault plc1|plc2 "
		"silent|restart|off|on\n"
		"       sightglass demo [--dir DIR] fault frozen|thaw TAG\n"
		"       sightglass demo [--dir DIR] fault trip|reset P101|..|F1|LEAK|..\n"
		"       sightglass demo [--dir DIR] fault broker stop|start\n"
		"       sightglass demo [--dir DIR] fault clear\n"
		"       sightglass demo [--dir DIR] people\n"
		"       sightglass demo [--dir DIR] socket",
	.help = "start a plant, a broker and a server of your own, and the console",
	.options = options,
	.run = run,
};
