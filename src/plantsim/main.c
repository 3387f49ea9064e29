/* main.c - plantsim: a small water works behind Modbus TCP and MQTT, for the
 * demonstration and the tests. Never linked into the server. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "plantsim/command.h"
#include "plantsim/control.h"
#include "plantsim/works.h"
#include "util/log.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

#define TURN_MS        50
#define LONGEST_TURN_S 5.0 /* after a suspension the plant has stood still, too */

struct options {
	int64_t seed, port[WORKS_PLCS];
	double speed;
	char *mqtt_host;
	int mqtt_port;
	const char *control;
};

static const char usage[] =
	"usage: plantsim [--seed N] [--speed X] [--plc1-port P] [--plc2-port P]\n"
	"                [--mqtt HOST:PORT] [--control PATH] [--map] [--help] "
	"[--version]\n"
	"\n"
	"A small water works: two wells, two filters, chlorine, a reservoir, three "
	"boosters.\n"
	"Serves two Modbus TCP slaves on 127.0.0.1 (port 0: any free one) and publishes "
	"on\n"
	"an MQTT broker. Prints \"ready plc1=PORT plc2=PORT\" when it listens; ends "
	"with\n"
	"SIGTERM, SIGINT or its parent.\n"
	"\n"
	"  --seed N       the same seed makes the same plant (default 1)\n"
	"  --speed X      seconds of the plant in one second, 0 to 3600 (default 1)\n"
	"  --control PATH Unix socket for commands, one a line:\n";

static void print_help(void)
{
	fputs(usage, stdout);
	for (const struct plant_command *c = plant_commands; c->verb; c++)
		printf("                   %s %-22s %s\n", c->verb, c->args, c->help);
	puts("  --map          print tag, device, table and address or topic of every "
	     "value");
}

static void print_map(void)
{
	static const char *const tables[] = { "coil", "discrete", "input", "holding" };

	for (size_t i = 0; i < map_count; i++) {
		const struct map_row *r = &map_rows[i];
		const char *device = map_device_name(r->device);
		if (r->table == MAP_TOPIC)
			printf("%s\t%s\ttopic\t%s\n", r->tag, device, r->topic);
		else
			printf("%s\t%s\t%s\t%d\n", r->tag, device, tables[r->table],
			       r->address);
	}
}

static bool take_seed(struct options *o, char *text)
{
	return num_parse_int(text, 0, INT64_MAX, &o->seed);
}

static bool take_speed(struct options *o, char *text)
{
	return num_parse_double(text, &o->speed) && o->speed >= 0.0 && o->speed <= 3600.0;
}

static bool take_port1(struct options *o, char *text)
{
	return num_parse_int(text, 0, 65535, &o->port[0]);
}

static bool take_port2(struct options *o, char *text)
{
	return num_parse_int(text, 0, 65535, &o->port[1]);
}

static bool take_broker(struct options *o, char *text)
{
	char *colon = strrchr(text, ':');
	int64_t port;

	if (!colon || colon == text || !num_parse_int(colon + 1, 1, 65535, &port))
		return false;
	o->mqtt_host = xstrndup(text, (size_t)(colon - text));
	o->mqtt_port = (int)port;
	return true;
}

static bool take_control(struct options *o, char *text)
{
	o->control = text;
	return text[0] != '\0';
}

static void print_version(void)
{
	puts("plantsim " SIGHTGLASS_VERSION);
}

static const struct {
	const char *name;
	bool (*take)(struct options *o, char *text); /* an option with a value .. */
	void (*print)(void);                         /* .. or one that prints and ends */
} rows[] = {
	{ "seed", take_seed, NULL },        { "speed", take_speed, NULL },
	{ "plc1-port", take_port1, NULL },  { "plc2-port", take_port2, NULL },
	{ "mqtt", take_broker, NULL },      { "control", take_control, NULL },
	{ "map", NULL, print_map },         { "help", NULL, print_help },
	{ "version", NULL, print_version },
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]), GO_ON = -1, MISUSE = 2 };

/* GO_ON, or the exit code. */
static int parse_options(struct options *o, int argc, char **argv)
{
	struct option table[ROWS + 1] = { 0 };
	int i;

	for (i = 0; i < ROWS; i++)
		table[i] =
			(struct option){ rows[i].name,
					 rows[i].take ? required_argument : no_argument,
					 NULL, i };
	while ((i = getopt_long(argc, argv, "", table, NULL)) != -1) {
		if (i < 0 || i >= ROWS)
			return MISUSE;
		if (rows[i].print) {
			rows[i].print();
			return 0;
		}
		if (!rows[i].take(o, optarg)) {
			fprintf(stderr, "plantsim: bad value \"%s\" for --%s\n", optarg,
				rows[i].name);
			return MISUSE;
		}
	}
	if (optind == argc)
		return GO_ON;
	fprintf(stderr, "plantsim: unexpected \"%s\"\n", argv[optind]);
	return MISUSE;
}

/* SIGTERM and SIGINT as a descriptor; SIGTERM also when the parent dies. */
static int watch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static bool open_works(struct works *w, const struct options *o, struct strbuf *why)
{
	plant_init(&w->plant, (uint64_t)o->seed);
	w->speed = o->speed;
	for (int i = 0; i < WORKS_PLCS; i++)
		if (!slave_open(&w->plc[i], &w->plant, i == 0 ? MAP_PLC1 : MAP_PLC2,
				i + 1, (int)o->port[i], why))
			return false;
	if (!o->mqtt_host)
		return true;
	w->bus = bus_open(&w->plant, o->mqtt_host, o->mqtt_port, why);
	return w->bus != NULL;
}

static double seconds_since(struct mono *last)
{
	struct mono now = clock_mono();
	double s = (double)(now.ns - last->ns) * 1e-9;

	*last = now;
	return s < LONGEST_TURN_S ? s : LONGEST_TURN_S;
}

static void run(struct works *w, struct control *control, int signals)
{
	struct mono last = clock_mono();

	for (;;) {
		struct poller p = { .n = 0 };
		poller_add(&p, signals, POLLIN);
		for (int i = 0; i < WORKS_PLCS; i++)
			slave_watch(&w->plc[i], &p);
		bus_watch(w->bus, &p);
		control_watch(control, &p);
		if (poll(p.v, p.n, TURN_MS) < 0 && errno != EINTR)
			return;
		if (poller_got(&p, signals))
			return;
		struct now now = clock_now();
		plant_advance(&w->plant, seconds_since(&last) * w->speed);
		for (int i = 0; i < WORKS_PLCS; i++)
			slave_handle(&w->plc[i], &p);
		bus_handle(w->bus, &p);
		bus_tick(w->bus, now);
		control_handle(control, w, &p, now.mono);
		for (int i = 0; i < WORKS_PLCS; i++)
			slave_tick(&w->plc[i], now.mono);
	}
}

int main(int argc, char **argv)
{
	static struct works w;
	static struct control control;
	struct options o = { .seed = 1, .speed = 1.0 };
	struct strbuf why = STRBUF_INIT;
	int code = parse_options(&o, argc, argv);

	if (code != GO_ON)
		return code;
	log_open("plantsim", LOG_L_INFO);
	int signals = watch_signals();
	if (!open_works(&w, &o, &why) || !control_open(&control, o.control, &why)) {
		log_error("%s", why.buf);
		strbuf_release(&why);
		return 1;
	}
	printf("ready plc1=%d plc2=%d\n", w.plc[0].port, w.plc[1].port);
	fflush(stdout);
	run(&w, &control, signals);
	control_close(&control);
	bus_close(w.bus);
	for (int i = 0; i < WORKS_PLCS; i++)
		slave_close(&w.plc[i]);
	free(o.mqtt_host);
	close(signals);
	return 0;
}
