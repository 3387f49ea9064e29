/*
 * drivers.c - the life of driver programs: start, greeting, configuration, beats, death,
 * and the back-off before the next start.
 *
 *   OFF -> STARTING -> GREETING -> CONFIGURING -> READY
 *                          |  silence or a bad record: kill
 *                          v
 *                        DYING -> WAITING -> STARTING ...
 *
 * Whatever the reason, a driver that is not READY has lost its devices: their tags are
 * bad(comm) and its writes unknown, at once.
 */
#include "station/station_int.h"

#include <stdio.h>
#include <string.h>

#include "util/xalloc.h"

enum {
	START_LIMIT_MS = 10000,
	BACKOFF_MIN_MS = 500,
	BACKOFF_MAX_MS = 10000,
	STEADY_MS = 30000 /* ready for so long: the back-off begins anew */
};

uint32_t driver_of_tag(const struct station *s, uint32_t tag)
{
	if (tag >= s->n_tags || s->tags[tag].device == NO_DEVICE)
		return UINT32_MAX;
	return s->devices[s->tags[tag].device].driver;
}

void driver_send(struct station *s, uint32_t driver, const struct strbuf *bytes)
{
	struct action *a = station_emit(s, ACT_DRIVER_SEND);

	a->driver = driver;
	a->instance = s->drivers[driver].instance;
	strbuf_add(&a->bytes, bytes->buf, bytes->len);
}

/* --- devices --------------------------------------------------------------------- */

static void mark_tags(struct station *s, const struct device_live *d)
{
	for (size_t i = 0; i < d->n_tags; i++)
		if (!s->tags[d->tags[i]].rare->refusal)
			station_set_quality(s, d->tags[i],
					    QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
}

void device_set_state(struct station *s, uint32_t device, enum device_state state,
		      const char *text)
{
	struct device_live *d = &s->devices[device];
	bool was = d->connected, knew = d->told;

	if (s->stopping)
		return; /* that drivers end now is no fault of their devices */
	/* The first attempt of all says nothing yet; nor does one that follows a reload:
	 * CONNECTED or FAILED will, and until then values grow stale in time. */
	if (state == DEVICE_CONNECTING && (!knew || was))
		return;
	snprintf(d->text, sizeof(d->text), "%s", text);
	d->connected = state == DEVICE_CONNECTED;
	d->told = true;
	system_set_bool(s, d->connected_tag, d->connected);
	device_report_state(s, device, text[0] ? text : device_state_name(state));
	if (was != d->connected || !knew) {
		vitals_state(s, device);
		suppress_device(s, device);
	}
	if (!d->connected) {
		outside_device(s, d);
		mark_tags(s, d);
		if (was || !knew)
			station_log(s, LOG_L_WARN, "%s is not connected: %s", d->name,
				    text[0] ? text : device_state_name(state));
	} else if (!was) {
		station_log(s, LOG_L_INFO, "%s is connected", d->name);
		write_gate_device_up(s->gate, device, s->now);
		notify_connected(s, device);
	}
}

/* Everything of it is lost: devices, tags, writes. why: "ended by signal 9". */
static void drivers_lost(struct station *s, uint32_t driver, const char *why)
{
	char text[320];

	snprintf(text, sizeof(text), "its driver %s", why);
	for (uint32_t i = 0; i < s->n_devices; i++)
		if (s->devices[i].def && s->devices[i].driver == driver)
			device_set_state(s, i, DEVICE_FAILED, text);
	write_gate_driver_gone(s->gate, driver, why, s->now);
}

/* --- life ------------------------------------------------------------------------ */

static void start(struct station *s, uint32_t driver)
{
	struct driver_live *d = &s->drivers[driver];
	struct action *a = station_emit(s, ACT_DRIVER_START);

	d->phase = DRIVER_STARTING;
	d->can_update = d->updating = d->can_publish = false;
	drivers_allow(s, d, START_LIMIT_MS);
	a->driver = driver;
	a->instance = ++d->instance;
	a->name = xstrdup(d->name);
}

void drivers_kill(struct station *s, uint32_t driver, const char *why)
{
	struct driver_live *d = &s->drivers[driver];
	struct action *a;

	if (d->phase < DRIVER_STARTING || d->phase > DRIVER_READY)
		return;
	station_log(s, LOG_L_ERROR, "driver %s is killed: it %s", d->name, why);
	d->phase = DRIVER_DYING;
	d->due = MONO_NEVER;
	a = station_emit(s, ACT_DRIVER_KILL);
	a->driver = driver;
	a->instance = d->instance;
	drivers_lost(s, driver, why);
}

void drivers_started(struct station *s, const struct event *ev)
{
	struct driver_live *d;

	if (ev->u.driver.driver >= s->n_drivers)
		return;
	d = &s->drivers[ev->u.driver.driver];
	if (d->phase != DRIVER_STARTING || d->instance != ev->u.driver.instance)
		return;
	d->phase = DRIVER_GREETING;
	drivers_allow(s, d, START_LIMIT_MS);
}

static void forget_counts(struct driver_live *d)
{
	d->late_before += d->late;
	d->overwritten_before += d->overwritten;
	d->late = d->overwritten = 0;
}

static void back_off(struct station *s, struct driver_live *d)
{
	if (d->ready.ns != INT64_MAX &&
	    mono_ms_between(d->ready, s->now.mono) >= STEADY_MS)
		d->backoff_ms = 0;
	d->backoff_ms = d->backoff_ms ? 2 * d->backoff_ms : BACKOFF_MIN_MS;
	if (d->backoff_ms > BACKOFF_MAX_MS)
		d->backoff_ms = BACKOFF_MAX_MS;
	d->phase = DRIVER_WAITING;
	d->due = mono_add_ms(s->now.mono, d->backoff_ms);
}

void drivers_exited(struct station *s, const struct event *ev)
{
	uint32_t driver = ev->u.driver.driver;
	struct driver_live *d;
	bool asked;

	if (driver >= s->n_drivers)
		return;
	d = &s->drivers[driver];
	if (d->instance != ev->u.driver.instance || d->phase < DRIVER_STARTING ||
	    d->phase > DRIVER_DYING)
		return;
	asked = d->phase == DRIVER_DYING;
	forget_counts(d);
	if (!d->wanted || s->stopping) {
		d->phase = DRIVER_OFF;
		d->due = MONO_NEVER;
	} else {
		back_off(s, d);
		station_log(s, LOG_L_ERROR, "driver %s %s; it is started again in %d ms",
			    d->name, ev->u.driver.why, (int)d->backoff_ms);
	}
	d->ready = MONO_NEVER;
	if (!asked && !s->stopping)
		drivers_lost(s, driver, ev->u.driver.why);
}

static void retire(struct station *s, uint32_t driver)
{
	struct driver_live *d = &s->drivers[driver];

	d->reconfigure = false;
	if (d->phase == DRIVER_WAITING) {
		d->phase = DRIVER_OFF;
		d->due = MONO_NEVER;
	} else if (d->phase >= DRIVER_STARTING && d->phase <= DRIVER_READY) {
		drivers_kill(s, driver, "has no device any more");
	}
}

void drivers_want(struct station *s)
{
	for (uint32_t i = 0; i < s->n_drivers; i++) {
		struct driver_live *d = &s->drivers[i];

		d->wanted = false;
		for (size_t k = 0; k < s->n_devices && !d->wanted; k++)
			d->wanted = s->devices[k].def && s->devices[k].driver == i;
		if (!d->wanted)
			retire(s, i);
		else if (d->phase == DRIVER_OFF)
			start(s, i);
		else if (d->phase == DRIVER_READY && d->reconfigure && !d->updating)
			drivers_configure(s, i);
	}
}

void drivers_stop(struct station *s)
{
	strbuf_clear(&s->text);
	driver_put_stop(&s->text);
	for (uint32_t i = 0; i < s->n_drivers; i++)
		if (s->drivers[i].phase >= DRIVER_GREETING &&
		    s->drivers[i].phase <= DRIVER_READY)
			driver_send(s, i, &s->text);
}

/* --- time ------------------------------------------------------------------------ */

/* The last DRIVER_BEAT_MS of a limit count from when they are seen to begin. The server
 * itself may stand still - a reload of very many tags, a machine with no time for
 * it - and what the driver said meanwhile waits unread: it is read before anything is
 * held against the driver, however long or short that was. */
void drivers_allow(const struct station *s, struct driver_live *d, int64_t ms)
{
	d->last_call = false;
	d->due = mono_add_ms(s->now.mono, ms - DRIVER_BEAT_MS);
}

static bool is_called_once_more(const struct station *s, struct driver_live *d)
{
	if (d->last_call)
		return false;
	d->last_call = true;
	d->due = mono_add_ms(s->now.mono, DRIVER_BEAT_MS);
	return true;
}

static void driver_due(struct station *s, uint32_t driver)
{
	static const char *const why[] = {
		[DRIVER_STARTING] = "did not start in time",
		[DRIVER_GREETING] = "did not say hello in time",
		[DRIVER_CONFIGURING] = "did not take its configuration in time",
		[DRIVER_READY] = "gave no sign of life for 2 s, or a channel of it hangs",
	};
	struct driver_live *d = &s->drivers[driver];

	if (d->phase == DRIVER_WAITING) {
		s->restarts++;
		start(s, driver);
	} else if (d->phase >= DRIVER_STARTING && d->phase <= DRIVER_READY &&
		   !is_called_once_more(s, d)) {
		drivers_kill(s, driver, why[d->updating ? DRIVER_CONFIGURING : d->phase]);
	}
}

void drivers_tick(struct station *s)
{
	if (s->stopping)
		return;
	for (uint32_t i = 0; i < s->n_drivers; i++)
		if (mono_reached(s->now.mono, s->drivers[i].due))
			driver_due(s, i);
}

struct mono drivers_deadline(const struct station *s)
{
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < s->n_drivers && !s->stopping; i++)
		next = mono_earlier(next, s->drivers[i].due);
	return next;
}
