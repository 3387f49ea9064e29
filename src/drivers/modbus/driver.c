/* driver.c - the Modbus driver: its settings, its checks, and who gets a request. */
#include "drivers/modbus/driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/channel.h"
#include "drivers/modbus/overlap.h"
#include "drivers/modbus/reconfigure.h"
#include "util/xalloc.h"

static const struct driver_setting device_settings[] = {
	{ .name = "endpoint",
	  .type = "string",
	  .required = true,
	  .help = "tcp://host:port (port 502 if left out) or "
		  "rtu:///dev/ttyS0?baud=19200" },
	{ .name = "unit", .type = "int", .help = "unit id, 1 to 247 or 255; default 1" },
	{ .name = "scan_ms",
	  .type = "int",
	  .help = "time between two polls in ms; default 1000, 0 = as fast as it goes",
	  .min = 0,
	  .max = 3600000 },
	{ .name = "fast_ms",
	  .type = "int",
	  .help = "the same for tags with scan = \"fast\"",
	  .min = 10,
	  .max = 3600000 },
	{ .name = "slow_ms",
	  .type = "int",
	  .help = "the same for tags with scan = \"slow\"",
	  .min = 10,
	  .max = 3600000 },
	{ .name = "connections",
	  .type = "int",
	  .help = "connections at once, where the device allows several; default 1",
	  .min = 1,
	  .max = MB_CONNECTIONS_MAX },
	{ .name = "timeout_ms",
	  .type = "int",
	  .help = "how long one request may take in all, in ms; default 1000",
	  .min = 20,
	  .max = 10000 },
	{ .name = "max_registers",
	  .type = "int",
	  .help = "registers in one request, for devices that take fewer than 125",
	  .min = 4,
	  .max = MB_MAX_REGISTERS },
	{ .name = "max_bits",
	  .type = "int",
	  .help = "coils or inputs in one request, for devices that take fewer than 2000",
	  .min = 1,
	  .max = MB_MAX_BITS },
	{ .name = "max_gap",
	  .type = "int",
	  .help = "unused registers read along to save a request; default 10",
	  .min = -1,
	  .max = MB_MAX_REGISTERS },
	{ .name = "holes",
	  .type = "string",
	  .help = "what it does not let anybody read: \"holding:100-109, input:7\"" },
	{ .name = "identity",
	  .type = "string",
	  .help = "address where the device says who it is, asked on each connection" },
	{ .name = "identity_is",
	  .type = "string",
	  .help = "what it has to say there; while it does not, nothing is written to "
		  "it" },
	{ .name = "bit_write",
	  .type = "string",
	  .help = "how one bit of a register is written: mask (22) or "
		  "read_modify_write" },
	{ .name = "fc23",
	  .type = "bool",
	  .help = "registers are written by function 23, which reads them back at once" },
	{ .name = "address_base",
	  .type = "int",
	  .help = "what its manual calls the first register: 0 (default) or 1",
	  .min = 0,
	  .max = 1 },
	{ .name = NULL },
};

static const struct driver_setting tag_settings[] = {
	{ .name = "address",
	  .type = "string",
	  .required = true,
	  .help = "coil|discrete|input|holding:N[:type[:order]][.bit], or like 40001" },
	{ .name = "scan",
	  .type = "string",
	  .help = "how often it is read: fast, normal (default) or slow" },
	{ .name = "scale",
	  .type = "number",
	  .help = "engineering value = raw * scale + offset; default 1" },
	{ .name = "offset", .type = "number", .help = "see scale; default 0" },
	{ .name = "scale_register",
	  .type = "string",
	  .help = "address of an int16, a power of ten that multiplies scale (SunSpec)" },
	{ .name = "not_implemented",
	  .type = "string",
	  .help = "raw number by which the device says that it has no value: 0x8000" },
	{ .name = "texts",
	  .type = "string",
	  .help = "texts for whole numbers, \"0=off,1=run\": the value is the text" },
	{ .name = NULL },
};

static const char address_help[] =
	"Address: coil|discrete|input|holding:N[:type[:order]][.bit]\n"
	"     or: 0xxxx|1xxxx|3xxxx|4xxxx[:type[:order]][.bit], 5 or 6 digits\n"
	"  N      counts from the device's address_base: 0, as on the wire, or 1\n"
	"  4xxxx  as in manuals: 40001 is the first holding register, 30001 the first\n"
	"         input register, 10001 the first discrete input, 00001 the first coil\n"
	"  type   int16 uint16 (default) int32 uint32 int64 uint64 float16 float32\n"
	"         float64 bcd16 bcd32 string:REGISTERS, int8:high|low uint8:high|low (a\n"
	"         byte of a register); coils and discretes are bits, or bits:COUNT, up\n"
	"         to 32 of them as one number, the first one its lowest bit\n"
	"  order  bytes as they travel: abcd (default) cdab badc dcba, for 64 bits also\n"
	"         abcdefgh ghefcdab badcfehg hgfedcba, for 16 bits and strings ab ba\n"
	"  .bit   one bit of the number, 0 = least significant\n"
	"Examples: holding:100:float32:cdab   discrete:7   input:3.15   40101:string:8\n"
	"          coil:16:bits:8   holding:9:uint8:high";

/* --- checks --- */

static bool check_device(const struct driver_device *d, struct strbuf *why)
{
	struct mb_device_settings set;

	return mb_device_settings_parse(d, &set, why);
}

static bool check_type(const struct driver_tag *t, const struct mb_address *a,
		       struct strbuf *why)
{
	enum value_type gives = mb_address_type(a);

	if (t->type == VALUE_NONE || t->type == gives)
		return true;
	if (t->type == VALUE_DOUBLE && gives == VALUE_INT)
		return true;
	strbuf_setf(why, "the tag's type is %s, but the address gives %s",
		    value_type_name(t->type), value_type_name(gives));
	return false;
}

/* A value is never read in two requests (PLC-20). */
static bool check_size(const struct mb_address *a, const struct mb_device_settings *set,
		       struct strbuf *why)
{
	uint32_t most = set->limits[a->area].max_count;

	if (a->count <= most)
		return true;
	strbuf_setf(why, "the %s takes %u %s, but the device's %s is %u", a->type,
		    a->count, mb_area_is_bits(a->area) ? "bits" : "registers",
		    mb_area_is_bits(a->area) ? "max_bits" : "max_registers", most);
	return false;
}

/* Its rate is one the device has. */
static bool check_rate(const struct driver_tag *t, const struct mb_device_settings *set,
		       struct strbuf *why)
{
	enum mb_rate rate;

	if (!mb_rate_parse(&t->settings, &rate, why))
		return false;
	if (set->has_rate[rate])
		return true;
	strbuf_setf(why, "scan = \"%s\", but the device has no %s_ms", mb_rate_name(rate),
		    mb_rate_name(rate));
	return false;
}

static bool check_holes(const struct mb_address *a, const struct mb_device_settings *set,
			struct strbuf *why)
{
	for (size_t i = 0; i < set->n_holes; i++) {
		const struct plan_hole *h = &set->holes[i];

		if (h->area != a->area || a->first >= h->first + h->count ||
		    a->first + a->count <= h->first)
			continue;
		strbuf_setf(why, "it lies in the device's holes (%s:%u-%u)",
			    mb_area_name(a->area), h->first + set->address_base,
			    h->first + h->count - 1 + set->address_base);
		return false;
	}
	return true;
}

static bool check_writable(const struct mb_address *a,
			   const struct mb_device_settings *set, struct strbuf *why)
{
	uint32_t most = set->write_and_read ? MB_MAX_WRITE_BACK : MB_MAX_WRITE;

	if (a->count > most) {
		strbuf_setf(why,
			    "Modbus writes no more than %u registers at once%s, the %s "
			    "takes %u",
			    most, set->write_and_read ? " by function 23" : "", a->type,
			    a->count);
		return false;
	}

	if (a->area == MB_DISCRETE || a->area == MB_INPUT) {
		strbuf_setf(why, "the tag is writable, but Modbus can only read %s %s",
			    a->area == MB_INPUT ? "an" : "a", mb_area_name(a->area));
		return false;
	}
	return true;
}

/* The settings of the device whose tags are judged one after the other. Who last came is
 * known by what its settings say, never by where they lie: a memory that is used again
 * for another device must not be taken for the same one. Main thread only, like all of
 * struct driver_ops. identity_is is borrowed and not for use here. */
static const struct mb_device_settings *settings_of(const struct driver_device *d)
{
	static struct mb_device_settings set;
	static struct settings of; /* packed as d's are */
	static bool known;
	struct strbuf ignored = STRBUF_INIT;
	struct setting one;

	if (known && settings_same(&of, &d->settings))
		return &set;
	settings_release(&of);
	of = (struct settings){ 0 };
	for (uint32_t at = 0; settings_next(&d->settings, &at, &one);)
		settings_add(&of, one.name, one.value);
	mb_device_settings_parse(d, &set, &ignored); /* its own faults are said there */
	set.identity_is = NULL;
	known = true;
	strbuf_release(&ignored);
	return &set;
}

static bool check_tag(const struct driver_tag *t, const struct driver_device *d,
		      struct strbuf *why)
{
	const struct mb_device_settings *set = settings_of(d);
	struct mb_address a;

	return mb_address_parse(&t->settings, set->address_base, &a, why) &&
	       check_type(t, &a, why) && check_size(&a, set, why) &&
	       check_rate(t, set, why) && check_holes(&a, set, why) &&
	       (!t->writable || check_writable(&a, set, why));
}

/* --- requests --- */

/* NULL when the tag's channel could not be made. The command is the caller's. */
static struct command *new_command(const struct mb_running *r, const struct driver_tag *t,
				   enum command_kind kind)
{
	struct mb_channel *channel = mb_running_channel(r, t->device, t->id);
	struct command *command;

	if (!channel)
		return NULL;
	command = xcalloc(1, sizeof(*command));
	command->kind = kind;
	command->channel = channel;
	command->device_id = t->device;
	command->tag_id = t->id;
	return command;
}

static const char no_channel[] = "the driver has no channel to the device";

static void read_tag(void *running, const struct driver_tag *t,
		     const struct driver_read *m)
{
	struct mb_running *r = running;
	struct command *c = new_command(r, t, COMMAND_READ);

	if (!c) {
		driver_post_read_result(r->child, m, NULL, no_channel);
		return;
	}
	c->read = *m;
	mb_channel_submit(c->channel, c);
}

static void write_tag(void *running, const struct driver_tag *t,
		      const struct driver_write *w)
{
	struct mb_running *r = running;
	struct command *c = new_command(r, t, COMMAND_WRITE);

	if (!c) {
		driver_post_write_outcome(r->child, w, WRITE_NOT_SENT, no_channel);
		return;
	}
	c->write = *w;
	if (w->value.type == VALUE_STRING) {
		snprintf(c->text, sizeof(c->text), "%s", w->value.u.s);
		c->write.value.u.s = c->text;
	}
	mb_channel_submit(c->channel, c);
}

static void explain_tag(void *running, const struct driver_tag *t,
			const struct driver_explain *e)
{
	struct mb_running *r = running;
	struct command *c = new_command(r, t, COMMAND_EXPLAIN);

	if (!c) {
		driver_post_explain(r->child, e, no_channel);
		return;
	}
	c->explain = *e;
	mb_channel_submit(c->channel, c);
}

const struct driver_ops driver_modbus = {
	.name = "modbus",
	.help = "Modbus TCP and RTU devices: coils, discrete inputs, input and holding "
		"registers",
	.address = address_help,
	.device_settings = device_settings,
	.tag_settings = tag_settings,
	.check_device = check_device,
	.check_tag = check_tag,
	.check_tags = mb_check_tags,
	.configure = mb_configure,
	.reconfigure = mb_reconfigure,
	.read = read_tag,
	.write = write_tag,
	.explain = explain_tag,
	.stop = mb_stop,
};
