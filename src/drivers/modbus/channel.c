/* channel.c - the thread of one endpoint: who is due, what waits, and the connection
 * that all units behind the endpoint share. */
#include "drivers/modbus/channel.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "util/log.h"
#include "util/xalloc.h"

enum {
	IDLE_MS = 1000,
	PUBLISH_MS = 1000,
	PROBE_REST = 9, /* of ten parts of a line's time, for those who answer */
	STACK_SIZE = 256 * 1024
};

/* --- the connection --- */

bool mb_channel_connect(struct mb_channel *c, struct mb_device *for_device, bool force)
{
	int64_t timeout_ms = for_device->set.timeout_ms;
	struct mono now = clock_mono();

	if (mb_link_is_up(c->link))
		return true;
	if (!force && !mono_reached(now, c->connect_due)) {
		for_device->retry_at = c->connect_due;
		return false;
	}
	for (size_t i = 0; i < c->n_devices; i++)
		c->devices[i].suspect = true;
	if (mb_link_connect(c->link, timeout_ms, &c->reply.why)) {
		backoff_reset(&c->connect_backoff);
		mb_tally_connected(for_device->tally);
		return true;
	}
	if (net_is_quitting(&c->waiter))
		return false;
	c->connect_due = mono_add_ms(clock_mono(), backoff_next_ms(&c->connect_backoff));
	for (size_t i = 0; i < c->n_devices; i++) {
		mb_device_fail(&c->devices[i], c->reply.why.buf);
		c->devices[i].retry_at = c->connect_due;
	}
	return false;
}

/* --- commands --- */

void mb_channel_wake(struct mb_channel *c)
{
	uint64_t one = 1;

	if (write(c->wake_fd, &one, sizeof(one)) < 0)
		log_error("cannot wake a channel"); /* it looks by itself each second */
}

void mb_channel_submit(struct mb_channel *c, struct command *command)
{
	pthread_mutex_lock(&c->lock);
	struct command **at = &c->commands;
	while (*at)
		at = &(*at)->next;
	*at = command;
	pthread_mutex_unlock(&c->lock);
	mb_channel_wake(c);
}

/* Takes the first command that may run out of the list: writes before all else. */
static struct command *next_command(struct mb_channel *c, bool writes_only)
{
	struct mono now = clock_mono();
	struct command **best = NULL;

	pthread_mutex_lock(&c->lock);
	for (struct command **at = &c->commands; *at; at = &(*at)->next) {
		bool is_write = (*at)->kind == COMMAND_WRITE;

		if (!mono_reached(now, (*at)->not_before) || (writes_only && !is_write))
			continue;
		if (!best || (is_write && (*best)->kind != COMMAND_WRITE))
			best = at;
	}
	struct command *found = best ? *best : NULL;
	if (found)
		*best = found->next;
	pthread_mutex_unlock(&c->lock);
	return found;
}

static void put_back(struct mb_channel *c, struct command *command)
{
	pthread_mutex_lock(&c->lock);
	command->next = c->commands;
	c->commands = command;
	pthread_mutex_unlock(&c->lock);
}

static void aim_at(struct command *command, const struct mb_tag *t)
{
	command->tag = t;
	command->at = mb_tag_codec(command->device, t)->at;
	command->at.first = t->first;
}

/* The device and the tag as they are now: a reload may have changed them meanwhile. */
static bool aim(struct command *command)
{
	struct mb_channel *c = command->channel;

	command->device = NULL;
	command->tag = NULL;
	for (size_t i = 0; i < c->n_devices && !command->device; i++)
		if (c->devices[i].def->id == command->device_id)
			command->device = &c->devices[i];
	for (size_t i = 0; command->device && i < command->device->n_tags; i++)
		if (command->device->tags[i].def->id == command->tag_id)
			aim_at(command, &command->device->tags[i]);
	return command->tag != NULL;
}

static bool run_command(struct command *command)
{
	if (aim(command))
		return mb_command_run(command);
	mb_command_abandon(command, "a reload took the tag out before it could be asked");
	return true;
}

void mb_channel_run_commands(struct mb_channel *c, bool writes_only)
{
	struct command *command;

	while (!net_is_quitting(&c->waiter) &&
	       (command = next_command(c, writes_only)) != NULL) {
		if (run_command(command))
			free(command);
		else
			put_back(c, command);
	}
}

/* When the earliest command that waits may be tried again. */
static struct mono commands_due(struct mb_channel *c, struct mono otherwise)
{
	pthread_mutex_lock(&c->lock);
	for (struct command *at = c->commands; at; at = at->next)
		if (at->not_before.ns < otherwise.ns)
			otherwise = at->not_before;
	pthread_mutex_unlock(&c->lock);
	return otherwise;
}

/* --- the thread --- */

/* A scan and when it may start. */
struct work {
	struct mb_device *device; /* NULL: no tag at all */
	struct mb_scan *scan;
	struct mono due;
};

static struct mono later_of(struct mono a, struct mono b)
{
	return a.ns > b.ns ? a : b;
}

static bool anyone_lives(const struct mb_channel *c)
{
	for (size_t i = 0; i < c->n_devices; i++)
		if (c->devices[i].state != DEVICE_FAILED)
			return true;
	return false;
}

/* Who failed waits for its back-off; where others live, also until it may cost them time
 * again. */
static struct mono may_start(const struct mb_channel *c, const struct mb_device *d,
			     const struct mb_scan *s, bool others_live)
{
	if (d->state != DEVICE_FAILED)
		return later_of(s->when.due, d->retry_at);
	return others_live ? later_of(d->retry_at, c->probe_due) : d->retry_at;
}

static struct work next_work(struct mb_channel *c)
{
	bool others_live = anyone_lives(c);
	struct work best = { .due = { INT64_MAX } };

	for (size_t i = 0; i < c->n_devices; i++) {
		struct mb_device *d = &c->devices[i];

		for (int r = 0; r < MB_RATES; r++) {
			struct mb_scan *s = &d->scans[r];

			if (s->n_blocks == 0)
				continue;
			struct mono due = may_start(c, d, s, others_live);
			if (due.ns < best.due.ns)
				best = (struct work){ d, s, due };
		}
	}
	return best;
}

static void wait_for_work(struct mb_channel *c, struct mono due)
{
	struct mono latest = mono_add_ms(clock_mono(), IDLE_MS);
	uint64_t count;

	due = commands_due(c, mono_earlier(due, latest));
	if (net_wait(&c->waiter, c->wake_fd, POLLIN, due, true) == NET_READY &&
	    read(c->wake_fd, &count, sizeof(count)) < 0)
		log_error("a channel's wake-up cannot be read");
}

/* A unit that still does not answer has cost the others on its line this long: it and
 * its like are not tried again before that was a tenth of the time. */
static void do_work(struct mb_channel *c, const struct work *w)
{
	bool was_dead = w->device->state == DEVICE_FAILED;
	struct mono begun = clock_mono();

	mb_scan_run(w->device, w->scan);
	struct mono end = clock_mono();
	if (was_dead && w->device->state == DEVICE_FAILED)
		c->probe_due.ns = end.ns + (end.ns - begun.ns) * PROBE_REST;
}

static void publish(struct mb_channel *c)
{
	struct mono now = clock_mono();

	if (!mono_reached(now, c->publish_due))
		return;
	c->publish_due = mono_add_ms(now, PUBLISH_MS);
	for (size_t i = 0; i < c->n_devices; i++)
		if (c->devices[i].lane == 0)
			mb_tally_publish(c->devices[i].tally, now);
}

static void *channel_main(void *arg)
{
	struct mb_channel *c = arg;

	while (!net_is_quitting(&c->waiter)) {
		mb_channel_adopt(c);
		mb_channel_run_commands(c, false);
		struct work w = next_work(c);
		if (w.device && mono_reached(clock_mono(), w.due))
			do_work(c, &w);
		else
			wait_for_work(c, w.due);
		publish(c);
	}
	mb_link_close(c->link);
	return NULL;
}

/* --- life --- */

struct mb_channel *mb_channel_new(struct driver_child *child,
				  const struct mb_endpoint *to, uint32_t lane)
{
	struct mb_channel *c = xcalloc(1, sizeof(*c));

	c->child = child;
	c->lane = lane;
	c->endpoint = *to;
	c->quit_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->progress = driver_channel_open(child);
	c->waiter.quit_fd = c->quit_fd;
	c->waiter.channel = c->progress;
	c->link = mb_link_new(to, &c->waiter);
	c->reply.why = (struct strbuf)STRBUF_INIT;
	c->connect_due = clock_mono();
	backoff_init(&c->connect_backoff, (uint64_t)clock_mono().ns ^ (uintptr_t)c);
	pthread_mutex_init(&c->lock, NULL);
	if (c->quit_fd >= 0 && c->wake_fd >= 0 && c->link)
		return c;
	mb_channel_free(c);
	return NULL;
}

struct mb_device *mb_channel_add(struct mb_channel *c, const struct driver_device *def,
				 const struct mb_device_settings *set,
				 struct mb_tally *tally)
{
	struct mb_device *d = GROW(&c->devices, &c->n_devices);

	mb_device_init(d, c, def, set, tally);
	return d;
}

/* Hundreds of threads with the usual 8 MiB of address space each would not fit into a
 * limited process. */
static bool start_thread(struct mb_channel *c)
{
	pthread_attr_t attr;
	bool ok;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	ok = pthread_create(&c->thread, &attr, channel_main, c) == 0;
	pthread_attr_destroy(&attr);
	return ok;
}

bool mb_channel_start(struct mb_channel *c)
{
	sigset_t all, old;

	/* signals are the main thread's */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	c->started = start_thread(c);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	for (size_t i = 0; !c->started && i < c->n_devices; i++)
		mb_device_fail(&c->devices[i], "this process can start no more threads");
	return c->started;
}

void mb_channel_quit(struct mb_channel *c)
{
	if (!net_quit(&c->waiter))
		log_error("cannot stop a channel");
}

void mb_channel_free(struct mb_channel *c)
{
	if (c->started)
		pthread_join(c->thread, NULL);
	while (c->commands) {
		struct command *next = c->commands->next;

		mb_command_abandon(c->commands,
				   "the driver stopped before it could be asked");
		free(c->commands);
		c->commands = next;
	}
	for (size_t i = 0; i < c->n_devices; i++)
		mb_device_release(&c->devices[i]);
	free(c->devices);
	mb_update_free(c->update);
	mb_link_free(c->link);
	driver_channel_close(c->progress);
	strbuf_release(&c->reply.why);
	pthread_mutex_destroy(&c->lock);
	if (c->quit_fd >= 0)
		close(c->quit_fd);
	if (c->wake_fd >= 0)
		close(c->wake_fd);
	free(c);
}
