/* demo_start.c - starting broker, plant and server, each until a condition says that it
 * is ready: no pause here is a guess. */
#include "cli/demo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "tag/quality.h"
#include "util/program.h"
#include "wire/client.h"

enum {
	BROKER_TRIES = 10,
	BROKER_MS = 10000,
	PLANT_MS = 10000,
	SERVER_MS = 30000,
	ANSWER_MS = 1000
};

static const char *const devices[] = { "plc1", "plc2", "bus" };

/* --- broker -------------------------------------------------------------------- */
/* A port nobody has at this moment; another program may be faster, hence the tries. */
static int free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int port = -1;

	if (fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	    getsockname(fd, (struct sockaddr *)&a, &len) == 0)
		port = ntohs(a.sin_port);
	if (fd >= 0)
		close(fd);
	return port;
}

static bool port_answers(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Has the broker of this start said that it runs? It says so after it has its port, so
 * that a stranger on the port cannot be taken for it. */
static bool broker_says_running(const struct demo *d)
{
	char path[PATH_MAX], text[4096];
	FILE *f = demo_path(d, "log/broker.log", path, sizeof(path)) ? fopen(path, "re")
								     : NULL;

	if (!f)
		return false;
	if (fseek(f, d->child[DEMO_BROKER].log_from, SEEK_SET) < 0)
		rewind(f);
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	return strstr(text, " running") != NULL;
}

bool demo_broker_ready(const struct demo *d)
{
	return d->child[DEMO_BROKER].pid > 0 && broker_says_running(d) &&
	       port_answers(d->broker_port);
}

static bool broker_ready_or_dead(struct demo *d)
{
	return d->child[DEMO_BROKER].pid == 0 || demo_broker_ready(d);
}

static bool find_mosquitto(char *out, size_t size)
{
	static const char *const places[] = { "/usr/sbin", "/usr/local/sbin", "/usr/bin",
					      "/usr/local/bin", "/sbin" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(out, size, "%s/mosquitto", places[i]);
		if (access(out, X_OK) == 0)
			return true;
	}
	return false;
}

static bool spawn_broker(struct demo *d)
{
	static char program[64];
	char conf[PATH_MAX];
	char *argv[] = { program, (char[]){ "-c" }, conf, NULL };

	return find_mosquitto(program, sizeof(program)) &&
	       demo_path(d, "run/mosquitto.conf", conf, sizeof(conf)) &&
	       demo_spawn(d, DEMO_BROKER, argv, -1);
}

bool demo_start_broker(struct demo *d, struct strbuf *why)
{
	char program[64];

	if (!find_mosquitto(program, sizeof(program))) {
		strbuf_setf(why, "mosquitto is not installed: apt-get install mosquitto");
		return false;
	}
	for (int i = 0; i < BROKER_TRIES && !d->stopping; i++) {
		d->broker_port = free_port();
		if (d->broker_port < 0 || !demo_files_broker(d, why) || !spawn_broker(d))
			return false;
		if (demo_wait(d, broker_ready_or_dead, BROKER_MS) &&
		    d->child[DEMO_BROKER].pid)
			return true;
		demo_stop(d, DEMO_BROKER, 1000); /* the port was taken: another one */
	}
	demo_explain_end(d, DEMO_BROKER, why);
	return false;
}

/* --- plant --------------------------------------------------------------------- */
static bool spawn_plant(struct demo *d, int out)
{
	static char program[PATH_MAX];
	char port[2][16], mqtt[32], seed[32], speed[32];
	char *argv[] = {
		program,
		(char[]){ "--plc1-port" },
		port[0],
		(char[]){ "--plc2-port" },
		port[1],
		(char[]){ "--mqtt" },
		mqtt,
		(char[]){ "--control" },
		(char[]){ "run/plant.sock" }, /* it runs in D: any length of D does */
		(char[]){ "--seed" },
		seed,
		(char[]){ "--speed" },
		speed,
		NULL
	};

	for (int i = 0; i < 2; i++)
		snprintf(port[i], sizeof(port[i]), "%d", d->plc_port[i]);
	snprintf(mqtt, sizeof(mqtt), "127.0.0.1:%d", d->broker_port);
	snprintf(seed, sizeof(seed), "%s", d->seed);
	snprintf(speed, sizeof(speed), "%s", d->speed);
	return program_find("plantsim", program, sizeof(program)) &&
	       demo_spawn(d, DEMO_PLANT, argv, out);
}

static bool parse_ready(const char *line, int port[2])
{
	return sscanf(line, "ready plc1=%5d plc2=%5d", &port[0], &port[1]) == 2;
}

/* Reads the plant's ready line from fd while the loop goes round. */
static bool wait_ready_line(struct demo *d, int fd)
{
	struct mono deadline = mono_add_ms(clock_mono(), PLANT_MS);
	char line[128] = "";
	size_t have = 0;

	while (demo_turn(d, 10) && !mono_reached(clock_mono(), deadline)) {
		ssize_t n = read(fd, line + have, sizeof(line) - 1 - have);
		have += n > 0 ? (size_t)n : 0;
		line[have] = '\0';
		if (strchr(line, '\n'))
			return parse_ready(line, d->plc_port);
		if (n == 0 || d->child[DEMO_PLANT].pid == 0)
			return false;
	}
	return false;
}

bool demo_start_plant(struct demo *d, struct strbuf *why)
{
	int pipe_fd[2];
	char program[PATH_MAX];

	if (!program_find("plantsim", program, sizeof(program))) {
		strbuf_setf(why, "cannot find plantsim beside this program");
		return false;
	}
	if (pipe2(pipe_fd, O_CLOEXEC | O_NONBLOCK) < 0) {
		strbuf_setf(why, "cannot make a pipe: %s", strerror(errno));
		return false;
	}
	bool ok = spawn_plant(d, pipe_fd[1]);
	close(pipe_fd[1]);
	ok = ok && wait_ready_line(d, pipe_fd[0]);
	close(pipe_fd[0]);
	if (!ok && !d->stopping)
		demo_explain_end(d, DEMO_PLANT, why);
	return ok && demo_files_devices(d, why);
}

/* --- server -------------------------------------------------------------------- */
static bool spawn_server(struct demo *d)
{
	static char program[PATH_MAX];
	static char config[PATH_MAX], state[PATH_MAX], sock[PATH_MAX];
	char *argv[] = { program,
			 (char[]){ "--config" },
			 config,
			 (char[]){ "--state" },
			 state,
			 (char[]){ "--socket" },
			 sock,
			 (char[]){ "--socket-mode" },
			 (char[]){ "0600" },
			 NULL };

	return program_find("sightglassd", program, sizeof(program)) &&
	       demo_path(d, "config/sightglass.cfg", config, sizeof(config)) &&
	       demo_path(d, "state", state, sizeof(state)) &&
	       demo_path(d, "run/station.sock", sock, sizeof(sock)) &&
	       demo_spawn(d, DEMO_SERVER, argv, -1);
}

/* The server answers; opens d->client. */
static bool server_answers(struct demo *d)
{
	char path[PATH_MAX];
	struct strbuf why = STRBUF_INIT;

	if (!d->client && demo_path(d, "run/station.sock", path, sizeof(path)) &&
	    access(path, F_OK) == 0)
		d->client = client_open(path, "demo", &why);
	strbuf_release(&why);
	return d->client != NULL;
}

static bool server_ready_or_dead(struct demo *d)
{
	return d->child[DEMO_SERVER].pid == 0 || server_answers(d);
}

bool demo_start_server(struct demo *d, struct strbuf *why)
{
	char program[PATH_MAX];

	if (!program_find("sightglassd", program, sizeof(program))) {
		strbuf_setf(why, "cannot find sightglassd beside this program");
		return false;
	}
	if (!spawn_server(d)) {
		strbuf_setf(why, "cannot start sightglassd: %s", strerror(errno));
		return false;
	}
	if (demo_wait(d, server_ready_or_dead, SERVER_MS) && d->child[DEMO_SERVER].pid)
		return true;
	if (d->child[DEMO_SERVER].pid == 0)
		demo_explain_end(d, DEMO_SERVER, why);
	else if (!d->stopping)
		strbuf_setf(why, "sightglassd does not answer at %s/run/station.sock",
			    d->dir);
	return false;
}

/* What a frame says of the request req: -1 nothing, 0 no, 1 yes. */
static int judge_frame(const struct client_frame *f, uint32_t req)
{
	static struct wire_tag_state s; /* large */
	static struct wire_reply reply;

	if (f->type == WIRE_TAG_STATE && wire_get_tag_state(f->payload, f->len, &s) &&
	    s.req == req)
		return quality_is_good(s.now.quality) && s.now.value.type == VALUE_BOOL &&
		       s.now.value.u.b;
	if (f->type == WIRE_REPLY && wire_get_reply(f->payload, f->len, &reply) &&
	    reply.req == req)
		return 0; /* refused: it came without a state */
	return -1;
}

/* A server that does not answer in time is asked again over a new connection: we have
 * signals to heed and cannot wait for it. */
static bool is_connected(struct demo *d, const char *device)
{
	struct mono deadline = mono_add_ms(clock_mono(), ANSWER_MS);
	struct strbuf why = STRBUF_INIT;
	struct client_frame f;
	enum sg_err rc = SG_OK;
	int verdict = -1;
	char tag[64];

	snprintf(tag, sizeof(tag), "system.%s.connected", device);
	uint32_t req = client_request(d->client, WIRE_GET, 0, 0, tag);
	if (client_flush(d->client, &why) < 0)
		rc = SG_EIO;
	while (rc == SG_OK && verdict < 0 && !mono_reached(clock_mono(), deadline)) {
		rc = client_next(d->client, 100, &f, &why);
		if (rc == SG_OK)
			verdict = judge_frame(&f, req);
		else if (rc == SG_ENOENT)
			rc = SG_OK; /* nothing yet */
	}
	if (verdict < 0) {
		client_close(d->client);
		d->client = NULL;
	}
	strbuf_release(&why);
	return verdict == 1;
}

bool demo_devices_connected(struct demo *d)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (!server_answers(d) || !is_connected(d, devices[i]))
			return false;
	return true;
}

bool demo_restart(struct demo *d, enum demo_child_id id)
{
	switch (id) {
	case DEMO_BROKER:
		return spawn_broker(d);
	case DEMO_PLANT:
		return spawn_plant(d, -1);
	case DEMO_SERVER:
		return spawn_server(d);
	default:
		return false;
	}
}
