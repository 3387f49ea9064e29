/* child.c - a driver's main thread: the socket to the server, configurations, and
 * handing requests to the driver's table of functions.
 *
 * sendmsg/recvmsg on purpose: a driver may define send and recv for its protocol
 * library (drivers/modbus does), and these must not meet the server's socket. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "driver/child_int.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	IN_CHUNK = 65536,
	OUT_SOFT_MAX = 256 << 10, /* beyond this no samples are added */
	OUT_MAX = 128 << 20,
	BEAT_ROOM = 1 << 20, /* with this much unsent the server is not listening */
	NAP_MS = 1           /* samples of so long go out together, but for the first */
};

/* --- records from the server --- */

/* All over again: every connection is made anew. */
static void begin_anew(struct driver_child *c, struct driver_config *config)
{
	if (c->running) {
		atomic_store(&c->oldest, config->generation); /* stops later writes */
		atomic_store(&c->generation, config->generation);
		c->ops->stop(c->running);
		c->running = NULL;
		post_abandon_writes(c);
	}
	post_collect(c, &c->out, 0); /* answers of the old one, before it goes */
	struct driver_config *remains = post_configure(c, config);
	atomic_store(&c->oldest, config->generation);
	atomic_store(&c->generation, config->generation);
	driver_config_free(remains); /* stopped: no thread has a handle */
	c->running = c->ops->configure(c, config);
}

/* Whoever is the same goes on meanwhile. */
static void update(struct driver_child *c, struct driver_config *config)
{
	post_collect(c, &c->out, 0); /* what the old one said bears its number */
	struct driver_config *remains = post_configure(c, config);
	atomic_store(&c->generation, config->generation);
	post_retire(c, remains, config->generation);
	c->ops->reconfigure(c->running, config);
}

static void take_configuration(struct driver_child *c, struct driver_config *config)
{
	if (c->running && c->ops->reconfigure)
		update(c, config);
	else
		begin_anew(c, config);
	log_info("generation %u: %zu devices, %zu tags", config->generation,
		 config->n_devices, config->n_tags);
}

static int on_config(struct driver_child *c, const struct driver_record_view *r,
		     struct strbuf *why)
{
	return intake_record(&c->intake, r, why);
}

static int on_config_end(struct driver_child *c, const struct driver_record_view *r,
			 struct strbuf *why)
{
	struct strbuf results;

	strbuf_init(&results, OUT_MAX / 2);
	c->intake.first = !c->config;
	struct driver_config *config = intake_end(&c->intake, r, c->ops, &results, why);
	if (config) {
		take_configuration(c, config);
		strbuf_add(&c->out, results.buf, results.len);
	}
	strbuf_release(&results);
	xalloc_trim(); /* of what came and of the configuration before */
	return config ? 0 : -1;
}

static int malformed(struct strbuf *why, const char *what)
{
	strbuf_setf(why, "the server sent a malformed %s", what);
	return -1;
}

static int on_credit(struct driver_child *c, const struct driver_record_view *r,
		     struct strbuf *why)
{
	uint32_t samples;

	if (!driver_get_u32(r, &samples))
		return malformed(why, "CREDIT");
	post_credit(c, samples);
	return 0;
}

/* The tag of a request of the generation that runs, or NULL. */
static const struct driver_tag *current_tag(const struct driver_child *c,
					    uint32_t generation, uint32_t tag)
{
	if (!c->config || generation != c->config->generation)
		return NULL;
	return driver_config_tag(c->config, tag);
}

static const char unknown_tag[] =
	"the driver has no such tag: its configuration changed or the tag was refused";

static int on_read(struct driver_child *c, const struct driver_record_view *r,
		   struct strbuf *why)
{
	struct driver_read m;

	if (!driver_get_read(r, &m))
		return malformed(why, "READ");
	const struct driver_tag *t = current_tag(c, m.generation, m.tag);
	if (t)
		c->ops->read(c->running, t, &m);
	else
		driver_post_read_result(c, &m, NULL, unknown_tag);
	return 0;
}

static int on_write(struct driver_child *c, const struct driver_record_view *r,
		    struct strbuf *why)
{
	char text[VALUE_STRING_MAX + 1];
	struct driver_write m;

	if (!driver_get_write(r, &m, text))
		return malformed(why, "WRITE");
	const struct driver_tag *t = current_tag(c, m.generation, m.tag);
	const char *refusal = driver_write_refusal(c, &m);
	if (!refusal && !t)
		refusal = unknown_tag;
	if (!refusal && !t->writable)
		refusal = "the tag is not writable";
	if (!refusal && !post_write_begins(c, t, &m))
		refusal = "another command to the same device is not finished yet";
	if (refusal)
		post_outcome(c, &m, WRITE_NOT_SENT, refusal);
	else
		c->ops->write(c->running, t, &m);
	return 0;
}

/* To a device that a reload is taking away it is lost, as to one without connection. */
static int on_publish(struct driver_child *c, const struct driver_record_view *r,
		      struct strbuf *why)
{
	char topic[DRIVER_TOPIC_MAX + 1];
	const struct driver_device *d;
	struct driver_publish m;

	if (!driver_get_publish(r, &m, topic))
		return malformed(why, "PUBLISH");
	d = c->config ? driver_config_device(c->config, m.device) : NULL;
	if (d && c->ops->publish)
		c->ops->publish(c->running, d, &m);
	return 0;
}

static int on_explain(struct driver_child *c, const struct driver_record_view *r,
		      struct strbuf *why)
{
	struct driver_explain m;

	if (!driver_get_explain(r, &m))
		return malformed(why, "EXPLAIN");
	const struct driver_tag *t = current_tag(c, m.generation, m.tag);
	if (t)
		c->ops->explain(c->running, t, &m);
	else
		driver_post_explain(c, &m, unknown_tag);
	return 0;
}

static int on_stop(struct driver_child *c, const struct driver_record_view *r,
		   struct strbuf *why)
{
	(void)why;
	c->stopping = true;
	return r->len == 0 ? 0 : malformed(why, "STOP");
}

static const struct {
	enum driver_record type;
	int (*fn)(struct driver_child *c, const struct driver_record_view *r,
		  struct strbuf *why);
} handlers[] = {
	{ DR_CONFIG_BEGIN, on_config }, { DR_CONFIG_DEVICE, on_config },
	{ DR_CONFIG_TAG, on_config },   { DR_CONFIG_END, on_config_end },
	{ DR_CREDIT, on_credit },       { DR_READ, on_read },
	{ DR_WRITE, on_write },         { DR_EXPLAIN, on_explain },
	{ DR_PUBLISH, on_publish },     { DR_STOP, on_stop },
};

static int handle(struct driver_child *c, const struct driver_record_view *r,
		  struct strbuf *why)
{
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (handlers[i].type == r->type)
			return handlers[i].fn(c, r, why);
	strbuf_setf(why, "the server sent a record of unknown type %u", r->type);
	return -1;
}

/* All whole records of in. */
static int handle_all(struct driver_child *c, struct strbuf *why)
{
	struct driver_record_view r;
	size_t at = 0;

	while (!c->stopping) {
		int64_t n = driver_record_next((const uint8_t *)c->in.buf + at,
					       c->in.len - at, &r);
		if (n == 0)
			break;
		if (n < 0) {
			strbuf_setf(why, "the server sent a record of impossible length");
			return -1;
		}
		if (handle(c, &r, why) < 0)
			return -1;
		at += (size_t)n;
	}
	memmove(c->in.buf, c->in.buf + at, c->in.len - at);
	c->in.len -= at;
	return 0;
}

/* --- the socket --- */

/* > 0 read, 0 nothing now, < 0 the server is gone. */
static int receive(struct driver_child *c)
{
	char chunk[IN_CHUNK];
	struct iovec iov = { chunk, sizeof(chunk) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n = recvmsg(c->fd, &msg, MSG_DONTWAIT);

	if (n > 0) {
		strbuf_add(&c->in, chunk, (size_t)n);
		return 1;
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* What was sent makes room; errno stays. */
static void drop_sent(struct driver_child *c)
{
	memmove(c->out.buf, c->out.buf + c->sent, c->out.len - c->sent);
	c->out.len -= c->sent;
	c->sent = 0;
}

static bool transmit(struct driver_child *c)
{
	while (c->sent < c->out.len) {
		struct iovec iov = { c->out.buf + c->sent, c->out.len - c->sent };
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
		ssize_t n = sendmsg(c->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0) {
			drop_sent(c);
			return errno == EAGAIN || errno == EINTR;
		}
		c->sent += (size_t)n;
	}
	drop_sent(c);
	return true;
}

bool child_send_answers(struct driver_child *c)
{
	struct iovec iov = { c->control.buf, c->control.len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (!c->listening || c->woken || c->torn)
		return false;
	ssize_t n = sendmsg(c->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n <= 0)
		return false; /* no room, or nobody there: the main thread sees to it */
	c->torn = (size_t)n < c->control.len;
	memmove(c->control.buf, c->control.buf + n, c->control.len - (size_t)n);
	c->control.len -= (size_t)n;
	return !c->torn;
}

/* While this is so others may send. What is left of a record goes before anything that
 * this thread has to say. */
static void listen_to_others(struct driver_child *c, bool listening)
{
	pthread_mutex_lock(&c->lock);
	c->listening = listening;
	if (!listening && c->torn) {
		strbuf_add(&c->out, c->control.buf, c->control.len);
		strbuf_clear(&c->control);
		c->torn = false;
	}
	pthread_mutex_unlock(&c->lock);
}

static bool flush(struct driver_child *c)
{
	struct mono now = clock_mono();
	size_t unsent = c->out.len - c->sent;

	if (mono_reached(now, c->next_beat)) {
		c->next_beat = mono_add_ms(now, DRIVER_BEAT_MS);
		if (unsent < BEAT_ROOM)
			post_beat(c, &c->out, now);
	}
	post_reclaim(c);
	c->napping = post_collect(c, &c->out, c->sent + OUT_SOFT_MAX);
	if (c->out.truncated) {
		log_error("the server takes no answers any more");
		return false;
	}
	return transmit(c);
}

/* Waking a thread costs more than a request to a PLC: while samples flow they are
 * fetched every NAP_MS, and only the first after a pause wakes. */
static int longest_wait(const struct driver_child *c)
{
	int64_t ms = mono_ms_between(clock_mono(), c->next_beat);

	if (c->napping)
		return NAP_MS;
	return ms < 0 ? 0 : (int)ms + 1;
}

/* Waits for the server, a post or the next beat, and takes what the server sent. */
static bool turn(struct driver_child *c, struct strbuf *why)
{
	size_t unsent = c->out.len - c->sent;
	struct pollfd p[2] = {
		{ .fd = c->fd, .events = (short)(unsent ? POLLIN | POLLOUT : POLLIN) },
		{ .fd = c->wake, .events = POLLIN },
	};
	uint64_t count;

	if (unsent > BEAT_ROOM) /* take no requests while no answers are taken */
		p[0].events = POLLOUT;
	listen_to_others(c, unsent == 0);
	int n = poll(p, 2, longest_wait(c)), err = errno;
	listen_to_others(c, false);
	if (n < 0)
		return err == EINTR;
	if (p[1].revents && read(c->wake, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return false;
	if (p[0].revents & (POLLHUP | POLLERR))
		p[0].revents |= POLLIN;
	if (!(p[0].revents & POLLIN))
		return true;
	int got = receive(c);
	return got == 0 || (got > 0 && handle_all(c, why) == 0);
}

static void close_down(struct driver_child *c)
{
	if (c->running) {
		c->ops->stop(c->running);
		post_abandon_writes(c);
		post_collect(c, &c->out, 0);
		transmit(c);
	}
	intake_release(&c->intake);
	post_release(c);
	strbuf_release(&c->in);
	strbuf_release(&c->out);
	close(c->wake);
}

int child_serve(const struct driver_ops *ops, int fd)
{
	struct driver_child c = { .ops = ops, .fd = fd, .next_beat = clock_mono() };
	struct driver_hello hello = {
		.version = DRIVER_PROTO_VERSION,
		.capabilities = (ops->reconfigure ? DRIVER_CAN_UPDATE : 0u) |
				(ops->publish ? DRIVER_CAN_PUBLISH : 0u),
	};
	struct strbuf why = STRBUF_INIT;

	c.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c.wake < 0) {
		log_error("cannot make an eventfd: %s", strerror(errno));
		return 1;
	}
	post_init(&c);
	strbuf_init(&c.in, 2 * DRIVER_RECORD_MAX + IN_CHUNK);
	strbuf_init(&c.out, OUT_MAX);
	driver_put_hello(&c.out, &hello);
	while (!c.stopping && flush(&c) && turn(&c, &why))
		continue;
	close_down(&c);
	if (why.len)
		log_error("%s", why.buf);
	int rc = why.len ? 1 : 0;
	strbuf_release(&why);
	return rc;
}
