/* kill_rig.c - see kill_rig.h. */
#include "support/test.h"

#include "kill_rig.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/server.h"
#include "util/clock.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { SERVING_MS = 30000, JOBS_MS = 30000, STEP_MS = 15, FIRST_PUMP = 0, BUS_TAG = 5 };

/* Quarters, so that a 32-bit float holds each exactly; the chlorine in hundredths. */
struct kill_tag kill_tags[KILL_TAGS] = {
	{ "intake.p101.speed_sp", 1.0, 0.25, 0 },
	{ "network.p401.speed_sp", 1.0, 0.25, 0 },
	{ "intake.p102.speed_sp", 1.0, 0.25, 0 },
	{ "network.p402.speed_sp", 1.0, 0.25, 0 },
	{ "network.p403.speed_sp", 1.0, 0.25, 0 },
	{ "dosing.cl2_sp", 0.7, 0.01, 0 },
};

/* --- the station -------------------------------------------------------------------- */
static void run_program(char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("%s failed", argv[0]);
}

static void copy_station(const struct kill_rig *r)
{
	static const char *const parts[] = { "config", "alarms", "screens" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		char from[400];
		snprintf(from, sizeof(from), "%s/%s", r->demo->dir, parts[i]);
		run_program((char *[]){ (char[]){ "cp" }, (char[]){ "-R" }, from,
					(char *)(uintptr_t)r->dir, NULL });
	}
}

/* Each occurrence of old gives way to as many bytes of is and blanks. */
static void change_file(const struct kill_rig *r, const char *name, const char *old,
			const char *is)
{
	char path[400];
	size_t n = strlen(old), at_least = 0;

	snprintf(path, sizeof(path), "%s/config/%s", r->dir, name);
	char *text = test_read_file(path);
	for (char *at = text; (at = strstr(at, old)) != NULL; at += n, at_least++) {
		memset(at, ' ', n);
		memcpy(at, is, strlen(is));
	}
	assert_true(at_least > 0);
	test_write_file(path, text);
	free(text);
}

static void scan_faster(const struct kill_rig *r)
{
	change_file(r, "devices.cfg", "scan_ms = 500", "scan_ms = 100");
}

/* One person writes it here, hundreds of times. */
static void write_alone(const struct kill_rig *r)
{
	change_file(r, "tags/dosing.cfg", "max_change = 1.0; max_change_s = 600;", "");
	change_file(r, "tags/dosing.cfg", "reason = true; approve = true;", "");
}

/* An alarm a value: the k-th write of a pump raises the k-th alarm, once and for all. */
static void write_alarms(const struct kill_rig *r)
{
	struct strbuf text = STRBUF_INIT;
	char path[400];

	strbuf_addf(&text, "// kill.cfg - one alarm for each value a test writes\n"
			   "alarms = (");
	for (int t = FIRST_PUMP; t < BUS_TAG; t++)
		for (int k = 0; k < KILL_ALARMS; k++)
			strbuf_addf(&text,
				    "%s\n\t{ name = \"kill.%d.a%03d\"; type = \"high\"; "
				    "tag = \"%s\"; limit = %g;\n"
				    "\t  priority = \"critical\"; message = \"Value "
				    "%d\"; "
				    "consequence = \"None\"; cause = \"A test\";\n"
				    "\t  action = \"Acknowledge it\"; }",
				    t || k ? "," : "", t, k, kill_tags[t].name,
				    kill_tags[t].first + k * kill_tags[t].step - 0.1, k);
	strbuf_addf(&text, "\n);\n");
	snprintf(path, sizeof(path), "%s/alarms/kill.cfg", r->dir);
	test_write_file(path, text.buf);
	strbuf_release(&text);
}

/* The plant's own setpoints stand above every value we write: begin below. */
static void settle_plant(const struct kill_rig *r)
{
	static char out[4096];
	const struct demo *d = r->demo;

	for (int t = FIRST_PUMP; t < BUS_TAG; t++)
		if (DEMO_RUN(r->demo, out, "demo", "--dir", d->dir, "fault", "set",
			     kill_tags[t].name, "0.5") != 0)
			fail_msg("the plant keeps %s: %s", kill_tags[t].name, out);
	if (DEMO_RUN(r->demo, out, "demo", "--dir", d->dir, "fault", "speed", "1") != 0)
		fail_msg("%s", out);
}

/* --- the server --------------------------------------------------------------------- */
void kill_rig_start_server(struct kill_rig *r)
{
	char config[400], log[400];

	snprintf(config, sizeof(config), "%s/config/sightglass.cfg", r->dir);
	snprintf(log, sizeof(log), "%s/server.log", r->dir);
	r->starts++;
	r->own.pid = server_start(&(struct server_start){ .config = config,
							  .state = r->state,
							  .socket = r->own.socket,
							  .log = log });
}

void kill_rig_kill_server(struct kill_rig *r)
{
	kill(r->own.pid, SIGKILL);
	waitpid(r->own.pid, NULL, 0);
}

/* Is each of its threads traced? */
static bool all_traced(pid_t pid)
{
	char path[320];
	bool all = true;
	struct dirent *e;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *tasks = opendir(path);
	if (!tasks)
		return false;
	while (all && (e = readdir(tasks)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%.20s/status", (int)pid,
			 e->d_name);
		if (access(path, R_OK) < 0)
			continue;
		char *text = test_read_file(path);
		all = strstr(text, "TracerPid:\t0\n") == NULL;
		free(text);
	}
	closedir(tasks);
	return all;
}

bool kill_rig_trap(struct kill_rig *r, const char *what, pid_t *tracer)
{
	struct mono deadline = mono_add_ms(clock_mono(), JOBS_MS);
	char inject[96], pid[16];
	int status;

	snprintf(inject, sizeof(inject), "inject=%s", what);
	snprintf(pid, sizeof(pid), "%d", (int)r->own.pid);
	*tracer = fork();
	if (*tracer == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		execlp("strace", "strace", "-qq", "-f", "-o", "/dev/null", "-e", inject,
		       "-p", pid, (char *)NULL);
		_exit(127);
	}
	while (!all_traced(r->own.pid)) {
		if (waitpid(*tracer, &status, WNOHANG) == *tracer)
			return false;
		if (mono_reached(clock_mono(), deadline))
			fail_msg("strace does not attach");
		poll(NULL, 0, 1);
	}
	return true;
}

void kill_rig_untrap(pid_t tracer)
{
	kill(tracer, SIGTERM);
	waitpid(tracer, NULL, 0);
}

bool kill_rig_wait_trap(struct kill_rig *r, pid_t tracer, int ms)
{
	struct mono deadline = mono_add_ms(clock_mono(), ms);
	int status;
	bool struck;

	while (!(struck = waitpid(r->own.pid, &status, WNOHANG) == r->own.pid) &&
	       !mono_reached(clock_mono(), deadline))
		poll(NULL, 0, 1);
	if (!struck)
		kill_rig_kill_server(r);
	waitpid(tracer, NULL, 0);
	return struck;
}

static void show_log(const struct kill_rig *r)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/server.log", r->dir);
	char *text = test_read_file(path);
	size_t n = strlen(text);
	print_error("--- the server's log ends\n%s\n", n > 6000 ? text + n - 6000 : text);
	free(text);
}

static int count(const char *text, const char *needle)
{
	int n = 0;

	for (; (text = strstr(text, needle)) != NULL; text++)
		n++;
	return n;
}

void kill_rig_wait_serving(struct kill_rig *r)
{
	static char out[16384];
	struct mono deadline = mono_add_ms(clock_mono(), SERVING_MS);
	int status;

	while (!mono_reached(clock_mono(), deadline)) {
		if (DEMO_RUN(&r->own, out, "get", "--json", kill_tags[0].name,
			     kill_tags[1].name, kill_tags[2].name, kill_tags[3].name,
			     kill_tags[4].name) == 0 &&
		    count(out, "\"quality\":\"good\"") == 5)
			return;
		if (waitpid(r->own.pid, &status, WNOHANG) == r->own.pid) {
			show_log(r);
			fail_msg("the server ended by itself with wait status %d",
				 status);
		}
		poll(NULL, 0, STEP_MS); /* between two looks at a condition */
	}
	show_log(r);
	fail_msg("the server does not serve again: %s", out);
}

struct kill_rig *kill_rig_up(void)
{
	return kill_rig_up_on(NULL);
}

struct kill_rig *kill_rig_up_on(const char *state)
{
	struct kill_rig *r = xcalloc(1, sizeof(*r));
	char keep[400];

	for (int t = FIRST_PUMP; t < KILL_TAGS; t++)
		kill_tags[t].written = 0; /* a plant of its own */
	r->demo = demo_up();
	snprintf(r->dir, sizeof(r->dir), "%s/K", r->demo->dir);
	snprintf(r->state, sizeof(r->state), "%s%s", state ? state : r->dir,
		 state ? "" : "/state");
	snprintf(keep, sizeof(keep), "%s/jobs/.keep", r->dir);
	test_write_file(keep, "");
	snprintf(r->own.socket, sizeof(r->own.socket), "%s/run/station.sock", r->dir);
	snprintf(r->own.dir, sizeof(r->own.dir), "%.255s", r->demo->dir);
	copy_station(r);
	scan_faster(r);
	write_alone(r);
	write_alarms(r);
	settle_plant(r);
	kill_rig_start_server(r);
	return r;
}

void kill_rig_down(struct kill_rig *r)
{
	int status;

	kill(r->own.pid, SIGTERM);
	waitpid(r->own.pid, &status, 0);
	demo_down(r->demo);
	free(r);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* --- commands ----------------------------------------------------------------------- */
static struct kill_job *new_job(struct kill_rig *r, enum kill_what what)
{
	struct kill_job *j = &r->job[r->n_jobs];

	if (r->n_jobs == KILL_JOBS_MAX)
		return NULL;
	*j = (struct kill_job){ .what = what, .tag = -1 };
	snprintf(j->path, sizeof(j->path), "%.250s/jobs/%zu", r->dir, r->n_jobs++);
	return j;
}

static bool busy(const struct kill_rig *r, int tag)
{
	for (size_t i = 0; i < r->n_jobs; i++)
		if (r->job[i].pid > 0 && r->job[i].tag == tag)
			return true;
	return false;
}

struct kill_job *kill_rig_set(struct kill_rig *r, uint64_t pick)
{
	char value[40];

	kill_rig_reap(r);
	for (uint64_t i = 0; i < KILL_TAGS; i++) {
		int t = (int)((pick + i) % KILL_TAGS);
		struct kill_job *j;
		if (busy(r, t) || kill_tags[t].written == KILL_ALARMS)
			continue;
		if ((j = new_job(r, KILL_SET)) == NULL)
			return NULL;
		j->tag = t;
		j->value =
			kill_tags[t].first + kill_tags[t].step * kill_tags[t].written++;
		snprintf(value, sizeof(value), "%.2f", j->value);
		j->pid = demo_launch(&r->own, j->path,
				     (const char *const[]){ "set", kill_tags[t].name,
							    value, "--yes", NULL });
		return j;
	}
	return NULL;
}

static bool acked_before(const struct kill_rig *r, const char *alarm)
{
	for (size_t i = 0; i < r->n_jobs; i++)
		if (r->job[i].pid > 0 && strcmp(r->job[i].alarm, alarm) == 0)
			return true;
	return false;
}

struct kill_job *kill_rig_ack(struct kill_rig *r)
{
	static const char key[] = "{\"alarm\":\"";
	struct kill_job *j = NULL;
	char *list = KILL_ASK(r, NULL, "alarms", "--json"), *rest = list, *line;

	while (!j && (line = strsep(&rest, "\n")) != NULL) {
		char alarm[64];
		if (strncmp(line, key, sizeof(key) - 1) != 0 ||
		    !strstr(line, "\"unacknowledged\""))
			continue;
		snprintf(alarm, sizeof(alarm), "%.*s",
			 (int)strcspn(line + sizeof(key) - 1, "\""),
			 line + sizeof(key) - 1);
		if (strncmp(alarm, "kill.", 5) != 0 || acked_before(r, alarm) ||
		    (j = new_job(r, KILL_ACK)) == NULL)
			continue;
		snprintf(j->alarm, sizeof(j->alarm), "%s", alarm);
		j->pid = demo_launch(&r->own, j->path,
				     (const char *const[]){ "ack", j->alarm, NULL });
	}
	free(list);
	return j;
}

struct kill_job *kill_rig_act(struct kill_rig *r, const char *command, const char *alarm)
{
	struct kill_job *j = new_job(r, KILL_ACT);
	bool shelve = strcmp(command, "shelve") == 0;

	if (!j)
		return NULL;
	snprintf(j->alarm, sizeof(j->alarm), "%s", alarm);
	snprintf(j->text, sizeof(j->text), "job %zu of the test", r->n_jobs);
	if (strcmp(command, "comment") == 0)
		j->pid = demo_launch(
			&r->own, j->path,
			(const char *const[]){ command, j->alarm, j->text, NULL });
	else
		j->pid = demo_launch(
			&r->own, j->path,
			(const char *const[]){ command, j->alarm, "--reason", j->text,
					       shelve ? "--for" : NULL, "8h", NULL });
	return j;
}

void kill_rig_reap(struct kill_rig *r)
{
	for (size_t i = 0; i < r->n_jobs; i++) {
		struct kill_job *j = &r->job[i];
		int status;
		if (j->pid <= 0 || waitpid(j->pid, &status, WNOHANG) != j->pid)
			continue;
		j->pid = 0;
		j->code =
			WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
}

void kill_rig_wait_jobs(struct kill_rig *r)
{
	struct mono deadline = mono_add_ms(clock_mono(), JOBS_MS);

	for (;;) {
		size_t running = 0;
		kill_rig_reap(r);
		for (size_t i = 0; i < r->n_jobs; i++)
			running += r->job[i].pid > 0;
		if (!running)
			return;
		if (mono_reached(clock_mono(), deadline))
			fail_msg("%zu commands hang", running);
		poll(NULL, 0, 1); /* tests measure with it */
	}
}

char *kill_rig_said(const struct kill_job *j)
{
	/* one that was killed before it began has no file */
	return access(j->path, R_OK) == 0 ? test_read_file(j->path) : xstrdup("");
}

char *kill_rig_ask(struct kill_rig *r, int *code, const char *const args[])
{
	char path[400];
	int status;

	snprintf(path, sizeof(path), "%s/answer", r->dir);
	pid_t pid = demo_launch(&r->own, path, args);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (code)
		*code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return test_read_file(path);
}
