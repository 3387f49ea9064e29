/* plant_rig.c - see plant_rig.h. */
#include "support/test.h"

#include "plant_rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/num.h"

long long rig_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void rig_pause(void)
{
	poll(NULL, 0, 5);
}

static const char *program_path(const char *name, char *out, size_t size)
{
	const char *bin = getenv("SIGHTGLASS_BIN");

	if (strchr(name, '/'))
		return name;
	snprintf(out, size, "%s/%s", bin ? bin : "build/bin", name);
	return out;
}

void rig_start(struct rig_proc *p, char *const *argv)
{
	char path[4096];
	const char *program = program_path(argv[0], path, sizeof(path));
	int in[2], out[2];
	pid_t self = getpid();

	memset(p, 0, sizeof(*p));
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		fail_msg("no pipe: %s", strerror(errno));
	p->pid = fork();
	if (p->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != self)
			_exit(1);
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(out[1], 2);
		execv(program, argv);
		dprintf(2, "cannot run %s: %s\n", program, strerror(errno));
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	if (p->pid < 0)
		fail_msg("cannot fork: %s", strerror(errno));
	p->in = in[1];
	p->out = out[0];
}

/* Reads more; false at its end, at the deadline, or when the buffer is full. */
static bool read_more(struct rig_proc *p, long long deadline)
{
	struct pollfd fd = { .fd = p->out, .events = POLLIN };
	long long left = deadline - rig_ms();

	if (left < 0 || poll(&fd, 1, (int)left) <= 0 || p->len >= sizeof(p->text) - 1)
		return false;
	ssize_t n = read(p->out, p->text + p->len, sizeof(p->text) - 1 - p->len);
	p->len += n > 0 ? (size_t)n : 0;
	p->text[p->len] = '\0';
	return n > 0;
}

const char *rig_line(struct rig_proc *p, int ms)
{
	static char line[4096];
	long long deadline = rig_ms() + ms;
	char *end;

	while ((end = strchr(p->text + p->taken, '\n')) == NULL)
		if (!read_more(p, deadline))
			return NULL;
	snprintf(line, sizeof(line), "%.*s", (int)(end - p->text - (long)p->taken),
		 p->text + p->taken);
	p->taken = (size_t)(end - p->text) + 1;
	return line;
}

const char *rig_expect(struct rig_proc *p, const char *text, int ms)
{
	long long deadline = rig_ms() + ms;
	const char *line;

	while ((line = rig_line(p, (int)(deadline - rig_ms()))) != NULL)
		if (strstr(line, text))
			return line;
	print_error("no line with \"%s\" came; it printed:\n%s\n", text, p->text);
	return NULL;
}

int rig_wait(struct rig_proc *p, int ms)
{
	long long deadline = rig_ms() + ms;
	int status;

	while (p->pid > 0 && waitpid(p->pid, &status, WNOHANG) != p->pid) {
		if (rig_ms() > deadline)
			return -1;
		rig_pause();
	}
	p->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int rig_end(struct rig_proc *p, int signal)
{
	int code = -1;

	if (p->pid > 0) {
		kill(p->pid, signal);
		code = rig_wait(p, RIG_WAIT_MS);
	}
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		rig_wait(p, RIG_WAIT_MS);
		code = -1;
	}
	if (p->in >= 0)
		close(p->in);
	if (p->out >= 0)
		close(p->out);
	p->in = p->out = -1;
	return code;
}

bool rig_alive(pid_t pid)
{
	char path[64], text[512];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	const char *after = strrchr(text, ')');
	return after && after[1] == ' ' && after[2] != 'Z' && after[2] != 'X';
}

/* --- broker ---------------------------------------------------------------------- */
static int free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static bool broker_runs(struct rig_broker *b)
{
	char conf[128];
	char text[256];

	snprintf(conf, sizeof(conf), "%s/mosquitto.conf", test_tmpdir());
	snprintf(text, sizeof(text),
		 "listener %d 127.0.0.1\nallow_anonymous true\npersistence false\n"
		 "user root\nlog_dest stderr\n",
		 b->port);
	test_write_file(conf, text);
	char *argv[] = { (char[]){ "/usr/sbin/mosquitto" }, (char[]){ "-c" }, conf,
			 NULL };
	rig_start(&b->proc, argv);
	const char *line;
	while ((line = rig_line(&b->proc, RIG_WAIT_MS)) != NULL)
		if (strstr(line, " running"))
			return true;
	rig_end(&b->proc, SIGKILL);
	return false;
}

void rig_broker_start(struct rig_broker *b)
{
	for (int i = 0; i < 10; i++) {
		b->port = free_port();
		if (broker_runs(b))
			return;
	}
	fail_msg("mosquitto does not start: %s", b->proc.text);
}

void rig_broker_again(struct rig_broker *b)
{
	if (!broker_runs(b))
		fail_msg("mosquitto does not start again on port %d: %s", b->port,
			 b->proc.text);
}

/* --- plant ----------------------------------------------------------------------- */
void rig_plant_start(struct rig_plant *r, const char *seed, const char *speed,
		     int mqtt_port)
{
	char mqtt[32], seed_text[32], speed_text[32];
	char mqtt_option[] = "--mqtt";
	char *argv[] = { (char[]){ "plantsim" },
			 (char[]){ "--seed" },
			 seed_text,
			 (char[]){ "--speed" },
			 speed_text,
			 (char[]){ "--control" },
			 r->control,
			 NULL,
			 mqtt,
			 NULL };

	if (mqtt_port)
		argv[7] = mqtt_option;
	snprintf(seed_text, sizeof(seed_text), "%s", seed);
	snprintf(speed_text, sizeof(speed_text), "%s", speed);
	snprintf(mqtt, sizeof(mqtt), "127.0.0.1:%d", mqtt_port);
	snprintf(r->control, sizeof(r->control), "%s/plant.sock", test_tmpdir());
	rig_start(&r->proc, argv);
	const char *line = rig_expect(&r->proc, "ready ", RIG_WAIT_MS);
	if (!line || sscanf(line, "ready plc1=%d plc2=%d", &r->port[0], &r->port[1]) != 2)
		fail_msg("plantsim does not start: %s", r->proc.text);
}

void rig_plant_stop(struct rig_plant *r)
{
	assert_int_equal(rig_end(&r->proc, SIGTERM), 0);
	assert_int_equal(access(r->control, F_OK), -1);
}

const char *rig_plant_ask(struct rig_plant *r, const char *line)
{
	static char answer[2048];
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = RIG_WAIT_MS / 1000 };
	size_t have = 0;
	ssize_t n = 1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%.100s", r->control);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		fail_msg("plantsim's control socket: %s; it printed %s", strerror(errno),
			 r->proc.text);
	dprintf(fd, "%s\n", line);
	while (n > 0 && have < sizeof(answer) - 1 && !memchr(answer, '\n', have)) {
		n = read(fd, answer + have, sizeof(answer) - 1 - have);
		have += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	answer[have] = '\0';
	answer[strcspn(answer, "\n")] = '\0';
	return answer;
}

void rig_plant_do(struct rig_plant *r, const char *line)
{
	const char *answer = rig_plant_ask(r, line);

	if (strncmp(answer, "ok: ", 4) != 0)
		fail_msg("plantsim: %s: %s", line, answer);
}

double rig_plant_get(struct rig_plant *r, const char *tag)
{
	char line[160];
	double v = 0.0;

	snprintf(line, sizeof(line), "get %s", tag);
	const char *answer = rig_plant_ask(r, line);
	if (strncmp(answer, "ok: ", 4) != 0 || !num_parse_double(answer + 4, &v))
		fail_msg("plantsim: %s: %s", line, answer);
	return v;
}
