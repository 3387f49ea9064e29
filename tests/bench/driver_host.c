/* driver_host.c - the other end of the driver protocol, as fast as it goes. */
#include "bench/driver_host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bare/bare.h"
#include "bench/bench.h"
#include "util/xalloc.h"

enum {
	BLOCK = 125,
	WINDOW = 16384 /* samples granted ahead: as much as the real server grants */
};

static void send_all(struct driver_host *h, const struct strbuf *w)
{
	for (size_t at = 0; at < w->len;) {
		ssize_t n = send(h->fd, w->buf + at, w->len - at, MSG_NOSIGNAL);

		if (n <= 0)
			bench_die("the driver does not listen");
		at += (size_t)n;
	}
}

static void give_credit(struct driver_host *h, uint32_t samples)
{
	struct strbuf w = STRBUF_INIT;

	driver_put_credit(&w, samples);
	send_all(h, &w);
	strbuf_release(&w);
}

static void take(struct driver_host *h, const struct driver_record_view *r)
{
	static struct driver_sample_batch batch = { .text = STRBUF_INIT };
	struct driver_config_result refused;

	if (r->type == DR_SAMPLES && driver_get_samples(r, &batch)) {
		h->samples += batch.n;
		h->used += (uint32_t)batch.n;
		if (h->used >= WINDOW / 2) {
			give_credit(h, h->used);
			h->used = 0;
		}
	} else if (r->type == DR_BEAT) {
		driver_get_beat(r, &h->beat);
	} else if (r->type == DR_CONFIG_READY) {
		h->ready = true;
	} else if (r->type == DR_CONFIG_RESULT && driver_get_config_result(r, &refused)) {
		bench_die("the driver refuses: %s", refused.text);
	}
}

static void take_all(struct driver_host *h)
{
	struct driver_record_view r;
	size_t at = 0;
	int64_t n;

	while ((n = driver_record_next((const uint8_t *)h->in.buf + at, h->in.len - at,
				       &r)) > 0) {
		take(h, &r);
		at += (size_t)n;
	}
	memmove(h->in.buf, h->in.buf + at, h->in.len - at);
	h->in.len -= at;
}

static void pump(struct driver_host *h, int ms)
{
	struct pollfd p = { .fd = h->fd, .events = POLLIN };
	static char chunk[1 << 18];

	if (poll(&p, 1, ms) <= 0)
		return;
	ssize_t n = recv(h->fd, chunk, sizeof(chunk), 0);
	if (n <= 0)
		bench_die("the driver ended");
	strbuf_add(&h->in, chunk, (size_t)n);
	take_all(h);
}

void driver_host_run(struct driver_host *h, double seconds)
{
	double end = bench_seconds() + seconds, left;

	while ((left = end - bench_seconds()) > 0)
		pump(h, (int)(left * 1000) + 1);
}

static void put_device(struct strbuf *w, const struct driver_host_plan *plan, uint32_t id)
{
	struct driver_device d = { .id = id, .name = xasprintf("plc%u", id) };
	char text[64], address[BARE_ADDRESS_SIZE];

	snprintf(text, sizeof(text), "tcp://%s:%d", bare_address((int)id, address),
		 plan->port);
	settings_add(&d.settings, "endpoint", text);
	snprintf(text, sizeof(text), "%u", plan->scan_ms);
	settings_add(&d.settings, "scan_ms", text);
	settings_add(&d.settings, "max_gap", "125");
	driver_put_config_device(w, &d);
	driver_device_release(&d);
}

static void put_tags(struct strbuf *w, const struct driver_host_plan *plan,
		     uint32_t device)
{
	char text[64], name[64];

	for (uint32_t i = 0; i < plan->registers; i++) {
		if (plan->ends_only && i % BLOCK != 0 && i % BLOCK != BLOCK - 1)
			continue;
		struct driver_tag t = { .id = device * plan->registers + i,
					.device = device,
					.type = VALUE_DOUBLE };

		snprintf(name, sizeof(name), "plc%u.r%u", device, i);
		snprintf(text, sizeof(text), "input:%u", i);
		settings_add(&t.settings, "address", text);
		settings_add(&t.settings, "scale", "0.1");
		driver_put_config_tag(w, &t, name);
		settings_release(&t.settings);
	}
}

static void configure(struct driver_host *h, const struct driver_host_plan *plan)
{
	unsigned devices = plan->devices ? plan->devices : 1;
	struct strbuf w;

	strbuf_init(&w, 64 << 20);
	driver_put_config_begin(&w, 1);
	for (uint32_t i = 0; i < devices; i++)
		put_device(&w, plan, i);
	for (uint32_t i = 0; i < devices; i++)
		put_tags(&w, plan, i);
	driver_put_config_end(&w, 1);
	send_all(h, &w);
	strbuf_release(&w);
}

void driver_host_start(struct driver_host *h, const struct driver_host_plan *plan)
{
	const char *bin = getenv("SIGHTGLASS_BIN");
	double end = bench_seconds() + 20;
	char path[4096];
	int pair[2];

	snprintf(path, sizeof(path), "%s/sightglass-modbus", bin ? bin : "build/bin");
	*h = (struct driver_host){ 0 };
	strbuf_init(&h->in, 4 << 20);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		bench_die("no socket pair: %s", strerror(errno));
	h->fd = pair[0];
	h->pid = fork();
	if (h->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (pair[1] == DRIVER_FD)
			fcntl(pair[1], F_SETFD, 0);
		else
			dup2(pair[1], DRIVER_FD);
		execl(path, path, (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	configure(h, plan);
	while (!h->ready && bench_seconds() < end)
		pump(h, 100);
	if (!h->ready)
		bench_die("%s is not ready after 20 s", path);
	give_credit(h, WINDOW);
}

void driver_host_stop(struct driver_host *h)
{
	kill(h->pid, SIGKILL);
	waitpid(h->pid, NULL, 0);
	close(h->fd);
	strbuf_release(&h->in);
}
