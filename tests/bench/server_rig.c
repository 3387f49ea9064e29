/* server_rig.c - writes a station of any size and runs the real server on it. */
#include "bench/server_rig.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "util/xalloc.h"

enum { START_LIMIT_S = 60 };

static const char *const levels[4] = { "lolo", "lo", "hi", "hihi" };

const char *rig_tag_name(unsigned i, char out[64])
{
	snprintf(out, 64, "area%02u.unit%04u.transmitter.pv", i / 5000, i % 5000);
	return out;
}

static FILE *begin(struct rig_station *s, const char *name, bool libconfig)
{
	char *path = xasprintf("%s/%s", s->dir, name);
	FILE *f = fopen(path, "we");

	if (!f)
		bench_die("cannot write %s", path);
	if (libconfig && s->n_files < RIG_FILES)
		s->files[s->n_files++] = path;
	else
		free(path);
	return f;
}

static void write_station(struct rig_station *s, const struct rig_plan *plan)
{
	const struct passwd *me = getpwuid(getuid());
	FILE *f = begin(s, "station.cfg", true);

	fprintf(f,
		"station = { name = \"bench\"; description = \"made to measure\"; };\n"
		"devices = \"devices.cfg\";\ntags = \"%s\";\n%s"
		"access = \"access.cfg\";\nscreens = \"screens\";\n%s",
		plan->csv ? "none.cfg" : "tags",
		plan->csv ? "tags_csv = \"tags.csv\";\n" : "",
		plan->limits || plan->comes_at ? "alarms = \"alarms\";\n" : "");
	fclose(f);
	f = begin(s, "access.cfg", true);
	fprintf(f,
		"unlisted = \"view\";\nallow_root = true;\n"
		"roles = ( { name = \"all\"; rights = ( \"view\", \"acknowledge\",\n"
		"\t\"operate\" ); } );\n"
		"operators = ( { name = \"bench\"; unix_user = \"%s\";\n"
		"\troles = ( \"all\" ); } );\n",
		me ? me->pw_name : "nobody");
	fclose(f);
}

static unsigned device_size(const struct rig_plan *plan)
{
	return plan->tags_a_device ? plan->tags_a_device : RIG_TAGS_A_DEVICE;
}

static unsigned device_count(const struct rig_plan *plan)
{
	return (plan->tags + device_size(plan) - 1) / device_size(plan);
}

static void write_devices(struct rig_station *s, const struct rig_plan *plan, int port)
{
	FILE *f = begin(s, "devices.cfg", true);
	char address[BARE_ADDRESS_SIZE];

	fprintf(f, "devices = (\n");
	for (unsigned i = 0; i < device_count(plan); i++)
		fprintf(f,
			"%s{ name = \"plc%u\"; driver = \"modbus\"; unit = %u;\n"
			"  endpoint = \"tcp://%s:%d\"; scan_ms = %u; }",
			i ? ",\n" : "", i, plan->apart ? 1 : i + 1,
			bare_address(plan->apart ? (int)i : 0, address), port,
			plan->scan_ms);
	fprintf(f, "\n);\n");
	fclose(f);
}

static void write_tags(struct rig_station *s, const struct rig_plan *plan,
		       unsigned device)
{
	unsigned first = device * device_size(plan), i;
	char name[64];

	snprintf(name, sizeof(name), "tags/plc%u.cfg", device);
	FILE *f = begin(s, name, true);
	fprintf(f, "tags = (\n");
	for (i = first; i < plan->tags && i < first + device_size(plan); i++)
		fprintf(f,
			"%s{ name = \"%s\"; device = \"plc%u\"; address = \"input:%u\";\n"
			"  scale = 0.1; unit = \"m3/h\"; }",
			i > first ? ",\n" : "", rig_tag_name(i, name), device, i - first);
	if (device == 0 && plan->writable)
		fprintf(f,
			",\n{ name = \"w.sp\"; device = \"plc0\"; "
			"address = \"holding:0\";\n  unit = \"%%\"; "
			"range = ( 0, 60000 ); write = { select_tolerance = 60000; }; }");
	fprintf(f, "\n);\n");
	fclose(f);
}

static void write_alarms(struct rig_station *s, const struct rig_plan *plan,
			 unsigned device)
{
	unsigned first = device * device_size(plan);
	char name[64];

	snprintf(name, sizeof(name), "alarms/plc%u.cfg", device);
	FILE *f = begin(s, name, true);
	fprintf(f, "alarms = (\n");
	for (unsigned i = first; i < plan->tags && i < first + device_size(plan); i++)
		for (unsigned k = 0; k < plan->limits; k++)
			fprintf(f,
				"%s{ name = \"%s.%s\"; type = \"%s\"; tag = \"%s\";\n"
				"  limit = %d; deadband = 0.1; priority = \"low\";\n"
				"  message = \"m\"; consequence = \"c\"; cause = \"c\";\n"
				"  action = \"a\"; }",
				i > first || k ? ",\n" : "", rig_tag_name(i, name),
				levels[k], k < 2 ? "low" : "high", name,
				k < 2 ? (int)k * 10 - 1000 : 10000 + (int)k * 10);
	for (unsigned i = first;
	     plan->comes_at && i < plan->tags && i < first + device_size(plan); i++)
		fprintf(f,
			"%s{ name = \"%s.high\"; type = \"high\"; tag = \"%s\";\n"
			"  limit = %u; priority = \"low\"; message = \"Too high\";\n"
			"  consequence = \"c\"; cause = \"c\"; action = \"a\";\n"
			"  screen = \"overview\"; }",
			i > first || plan->limits ? ",\n" : "", rig_tag_name(i, name),
			name, plan->comes_at);
	fprintf(f, "\n);\n");
	fclose(f);
}

/* Fifteen lines of four values. */
static void write_screen(struct rig_station *s)
{
	FILE *f = begin(s, "screens/overview.cfg", false);
	char name[64];

	fprintf(f, "screen = {\n\tid = \"overview\"; title = \"Bench\"; level = 1;\n"
		   "\tsize = [ 80, 15 ];\n\tpicture = \"\n");
	for (int i = 0; i < RIG_FIELDS; i++)
		fprintf(f, "%sP%02d {f%d%*s}%s", i % 4 ? " " : "", i, i, i < 10 ? 8 : 7,
			"", i % 4 == 3 ? "\n" : "");
	fprintf(f, "\";\n\tfields = {\n");
	for (unsigned i = 0; i < RIG_FIELDS; i++)
		fprintf(f, "\t\tf%u = { tag = \"%s\"; };\n", i, rig_tag_name(i, name));
	fprintf(f, "\t};\n};\n");
	fclose(f);
}

/* The same tags as write_tags() writes, and a file of tags without any. */
static void write_csv(struct rig_station *s, const struct rig_plan *plan)
{
	unsigned each = device_size(plan);
	FILE *f = begin(s, "tags.csv", false);
	char name[64];

	fprintf(f, "name,device,address,scale,unit\n");
	for (unsigned i = 0; i < plan->tags; i++)
		fprintf(f, "%s,plc%u,input:%u,0.1,m3/h\n", rig_tag_name(i, name),
			i / each, i % each);
	fclose(f);
	f = begin(s, "none.cfg", false);
	fprintf(f, "tags = ( );\n");
	fclose(f);
}

void rig_station_write(struct rig_station *s, const struct rig_plan *plan, int port)
{
	static const char *const folders[] = { "tags", "alarms", "screens", "state" };

	*s = (struct rig_station){ 0 };
	snprintf(s->dir, sizeof(s->dir), "%s", bench_tmpdir());
	snprintf(s->config, sizeof(s->config), "%s/station.cfg", s->dir);
	snprintf(s->socket, sizeof(s->socket), "%s/socket", s->dir);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		char *path = xasprintf("%s/%s", s->dir, folders[i]);

		if (mkdir(path, 0700) < 0)
			bench_die("cannot make %s", path);
		free(path);
	}
	write_station(s, plan);
	if (plan->csv)
		write_csv(s, plan);
	write_devices(s, plan, port);
	for (unsigned i = 0; i < device_count(plan); i++) {
		write_tags(s, plan, i);
		if (plan->limits || plan->comes_at)
			write_alarms(s, plan, i);
	}
	write_screen(s);
}

void rig_station_release(struct rig_station *s)
{
	for (size_t i = 0; i < s->n_files; i++)
		free(s->files[i]);
	s->n_files = 0;
}

/* --- the server --- */

static const char *program(char *path, size_t size, const char *name)
{
	const char *bin = getenv("SIGHTGLASS_BIN");

	snprintf(path, size, "%s/%s", bin ? bin : "build/bin", name);
	return path;
}

void rig_server_start(struct rig_server *r, const struct rig_station *s)
{
	char path[4200], state[4300];

	program(path, sizeof(path), "sightglassd");
	snprintf(state, sizeof(state), "%s/state", s->dir);
	*r = (struct rig_server){ .started = bench_seconds() };
	r->pid = fork();
	if (r->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(path, path, "--config", s->config, "--state", state, "--socket",
		      s->socket, "--socket-mode", "0600", (char *)NULL);
		_exit(127);
	}
}

static void expect_alive(struct rig_server *r, const char *waiting_for)
{
	if (waitpid(r->pid, NULL, WNOHANG) == r->pid)
		bench_die("sightglassd ended before %s", waiting_for);
	if (bench_seconds() - r->started > START_LIMIT_S)
		bench_die("waited %d s for %s", START_LIMIT_S, waiting_for);
}

double rig_server_wait_poll(struct rig_server *r, const struct bare_slave *slave,
			    uint64_t before)
{
	while (slave->shared->requests == before) {
		expect_alive(r, "the first poll");
		bench_pause(1);
	}
	return bench_seconds() - r->started;
}

void rig_server_find_driver(struct rig_server *r)
{
	char path[64], line[64] = "";

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", r->pid, r->pid);
	while (r->driver <= 0) {
		FILE *f = fopen(path, "re");

		expect_alive(r, "its driver");
		if (f && fgets(line, sizeof(line), f))
			r->driver = (pid_t)strtol(line, NULL, 10);
		if (f)
			fclose(f);
		bench_pause(1);
	}
}

void rig_server_stop(struct rig_server *r)
{
	kill(r->pid, SIGTERM);
	for (int i = 0; i < 500 && waitpid(r->pid, NULL, WNOHANG) == 0; i++)
		bench_pause(10);
	kill(r->pid, SIGKILL);
	r->pid = 0;
}
