/* proto.c - the driver protocol's records to bytes and back: the frame of all of them,
 * and the small ones. Every length is checked and a payload must be used up exactly, so
 * that nothing is read by guess. */
#include "driver/proto_int.h"
#include "util/err.h"

enum { LENGTH_MIN = 4 /* type and flags are counted */ };

/* --- framing --- */

size_t driver_begin(struct strbuf *w, enum driver_record type)
{
	size_t at = w->len;

	bytes_put_u32(w, 0);
	bytes_put_u16(w, (uint16_t)type);
	bytes_put_u16(w, 0);
	return at;
}

void driver_end(struct strbuf *w, size_t at)
{
	if (!w->truncated)
		bytes_patch_u32(w, at, (uint32_t)(w->len - at - 4));
}

int64_t driver_record_next(const uint8_t *buf, size_t n, struct driver_record_view *out)
{
	struct bytes_reader r = bytes_reader(buf, n);
	uint32_t length = bytes_u32(&r);

	if (r.failed)
		return 0;
	if (length < LENGTH_MIN || length > DRIVER_RECORD_MAX)
		return SG_EPROTO;
	uint16_t type = bytes_u16(&r), flags = bytes_u16(&r);
	if (r.failed)
		return 0;
	if (flags != 0)
		return SG_EPROTO;
	const uint8_t *payload = bytes_raw(&r, length - LENGTH_MIN);
	if (!payload)
		return 0;
	*out = (struct driver_record_view){ type, payload, length - LENGTH_MIN };
	return (int64_t)length + 4;
}

static void put_one_u32(struct strbuf *w, enum driver_record type, uint32_t v)
{
	size_t at = driver_begin(w, type);

	bytes_put_u32(w, v);
	driver_end(w, at);
}

bool driver_get_u32(const struct driver_record_view *r, uint32_t *v)
{
	struct bytes_reader in = driver_open(r);

	*v = bytes_u32(&in);
	return bytes_done(&in);
}

void driver_put_config_begin(struct strbuf *w, uint32_t generation)
{
	put_one_u32(w, DR_CONFIG_BEGIN, generation);
}

void driver_put_config_end(struct strbuf *w, uint32_t generation)
{
	put_one_u32(w, DR_CONFIG_END, generation);
}

void driver_put_config_ready(struct strbuf *w, uint32_t generation)
{
	put_one_u32(w, DR_CONFIG_READY, generation);
}

void driver_put_credit(struct strbuf *w, uint32_t samples)
{
	put_one_u32(w, DR_CREDIT, samples);
}

void driver_put_stop(struct strbuf *w)
{
	driver_end(w, driver_begin(w, DR_STOP));
}

/* --- hello --- */

void driver_put_hello(struct strbuf *w, const struct driver_hello *m)
{
	size_t at = driver_begin(w, DR_HELLO);

	bytes_put_u32(w, m->version);
	bytes_put_u32(w, m->capabilities);
	driver_end(w, at);
}

bool driver_get_hello(const struct driver_record_view *r, struct driver_hello *m)
{
	struct bytes_reader in = driver_open(r);

	m->version = bytes_u32(&in);
	m->capabilities = bytes_u32(&in);
	return bytes_done(&in);
}

/* --- state and liveness --- */

void driver_put_device_state(struct strbuf *w, const struct driver_device_state *m)
{
	size_t at = driver_begin(w, DR_DEVICE_STATE);

	bytes_put_u32(w, m->generation);
	bytes_put_u32(w, m->device);
	bytes_put_u8(w, m->state);
	bytes_put_str(w, m->text);
	driver_end(w, at);
}

bool driver_get_device_state(const struct driver_record_view *r,
			     struct driver_device_state *m)
{
	struct bytes_reader in = driver_open(r);

	m->generation = bytes_u32(&in);
	m->device = bytes_u32(&in);
	m->state = bytes_u8(&in);
	bytes_str(&in, m->text, sizeof(m->text));
	return bytes_done(&in) && m->state <= DEVICE_FAILED;
}

void driver_put_beat(struct strbuf *w, const struct driver_beat *m)
{
	size_t at = driver_begin(w, DR_BEAT);

	bytes_put_u32(w, m->generation);
	bytes_put_u64(w, m->scans);
	bytes_put_u64(w, m->late_scans);
	bytes_put_u64(w, m->overwritten);
	bytes_put_u32(w, m->stuck_ms);
	driver_end(w, at);
}

bool driver_get_beat(const struct driver_record_view *r, struct driver_beat *m)
{
	struct bytes_reader in = driver_open(r);

	m->generation = bytes_u32(&in);
	m->scans = bytes_u64(&in);
	m->late_scans = bytes_u64(&in);
	m->overwritten = bytes_u64(&in);
	m->stuck_ms = bytes_u32(&in);
	return bytes_done(&in);
}

/* --- words --- */

const char *write_outcome_name(enum write_outcome o)
{
	static const char *const names[] = { "accepted", "refused", "not sent",
					     "unknown" };

	return o <= WRITE_UNKNOWN ? names[o] : "unknown";
}

const char *device_state_name(enum device_state s)
{
	static const char *const names[] = { "connecting", "connected", "failed" };

	return s <= DEVICE_FAILED ? names[s] : "failed";
}
