/* proto_config.c - devices and tags as a driver is told of them, and what it thinks of
 * them. */
#include <stdlib.h>
#include <string.h>

#include "driver/proto_int.h"
#include "util/arena.h"

enum {
	SETTINGS_MAX = 256, /* of one item */
	NAME_MAX_BYTES = 255
};

static void put_settings(struct strbuf *w, const struct settings *s)
{
	struct setting one;

	bytes_put_u16(w, (uint16_t)s->n);
	for (uint32_t at = 0; settings_next(s, &at, &one);) {
		bytes_put_str(w, one.name);
		bytes_put_str(w, one.value);
	}
}

static void get_settings(struct bytes_reader *in, struct settings *s)
{
	size_t n = bytes_u16(in);

	if (n > SETTINGS_MAX)
		in->failed = true;
	for (size_t i = 0; i < n && !in->failed; i++) {
		size_t name_len, value_len;
		const char *name = bytes_view(in, NAME_MAX_BYTES, &name_len);
		const char *value = bytes_view(in, DRIVER_RECORD_MAX, &value_len);

		settings_add_bytes(s, name, name_len, value, value_len);
	}
}

void driver_put_config_device(struct strbuf *w, const struct driver_device *m)
{
	size_t at = driver_begin(w, DR_CONFIG_DEVICE);

	bytes_put_u32(w, m->id);
	bytes_put_str(w, m->name);
	put_settings(w, &m->settings);
	driver_end(w, at);
}

bool driver_get_config_device(const struct driver_record_view *r, struct driver_device *m)
{
	struct bytes_reader in = driver_open(r);

	*m = (struct driver_device){ .id = bytes_u32(&in) };
	m->name = bytes_strdup(&in, NAME_MAX_BYTES);
	get_settings(&in, &m->settings);
	if (bytes_done(&in))
		return true;
	driver_device_release(m);
	return false;
}

enum { TAG_WRITABLE = 1, TAG_HAS_RANGE = 2 };

static const struct driver_numbers none = { .deadband = 0 };

enum { RECORD_HEAD = 8, TAG_FIXED = 4 + 4 + 1 + 1 + 3 * 8 + 2 };

static uint8_t *put_text(uint8_t *p, const char *text, size_t n)
{
	p = bytes_le(p, n, 2);
	memcpy(p, text, n);
	return p + n;
}

static uint8_t *put_double(uint8_t *p, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bytes_le(p, bits, 8);
}

static size_t size_of_settings(const struct settings *s)
{
	struct setting one;
	size_t n = 0;

	for (uint32_t at = 0; settings_next(s, &at, &one);)
		n += 2 + strlen(one.name) + 2 + one.value_len;
	return n;
}

/* There may be a hundred thousand: made in one piece. */
void driver_put_config_tag(struct strbuf *w, const struct driver_tag *m, const char *name)
{
	const struct driver_numbers *n = m->numbers ? m->numbers : &none;
	const size_t name_len = strnlen(name, UINT16_MAX);
	const size_t size =
		RECORD_HEAD + TAG_FIXED + 2 + name_len + size_of_settings(&m->settings);
	uint8_t *p = (uint8_t *)strbuf_room(w, size);
	struct setting one;

	if (!p)
		return;
	p = bytes_le(p, size - 4, 4); /* what follows the length */
	p = bytes_le(p, DR_CONFIG_TAG, 2);
	p = bytes_le(p, 0, 2);
	p = bytes_le(p, m->id, 4);
	p = bytes_le(p, m->device, 4);
	p = put_text(p, name, name_len);
	p = bytes_le(p, m->type, 1);
	p = bytes_le(
		p, (m->writable ? TAG_WRITABLE : 0) | (m->has_range ? TAG_HAS_RANGE : 0),
		1);
	p = put_double(p, n->deadband);
	p = put_double(p, n->lo);
	p = put_double(p, n->hi);
	p = bytes_le(p, m->settings.n, 2);
	for (uint32_t at = 0; settings_next(&m->settings, &at, &one);) {
		p = put_text(p, one.name, strlen(one.name));
		p = put_text(p, one.value, one.value_len);
	}
}

/* Most tags have none, and many have the same. */
static const struct driver_numbers *get_numbers(struct bytes_reader *in, bool has_range,
						struct arena *a)
{
	struct driver_numbers n = { .deadband = bytes_f64(in) };

	n.lo = bytes_f64(in);
	n.hi = bytes_f64(in);
	if (n.deadband == 0 && !has_range)
		return NULL;
	return arena_keep_bytes(a, &n, sizeof(n));
}

static const char *get_name(struct bytes_reader *in, struct arena *a)
{
	size_t len;
	const char *name = bytes_view(in, NAME_MAX_BYTES, &len);

	return arena_cut(a, name, len);
}

bool driver_get_config_tag(const struct driver_record_view *r, struct driver_told *m,
			   struct arena *a, struct settings *scratch)
{
	struct bytes_reader in = driver_open(r);

	*m = (struct driver_told){ .tag = { .id = bytes_u32(&in) } };
	m->tag.device = bytes_u32(&in);
	m->name = get_name(&in, a);
	uint8_t type = bytes_u8(&in), bits = bytes_u8(&in);
	m->tag.has_range = bits & TAG_HAS_RANGE;
	m->tag.writable = bits & TAG_WRITABLE;
	m->tag.type = (enum value_type)type;
	m->tag.numbers = get_numbers(&in, m->tag.has_range, a);
	scratch->len = scratch->n = 0;
	get_settings(&in, scratch);
	m->tag.settings = settings_keep(scratch, a);
	return bytes_done(&in) && type <= VALUE_STRING &&
	       !(bits & ~(TAG_WRITABLE | TAG_HAS_RANGE));
}

void driver_device_release(struct driver_device *m)
{
	free(m->name);
	settings_release(&m->settings);
	*m = (struct driver_device){ 0 };
}

void driver_put_config_result(struct strbuf *w, const struct driver_config_result *m)
{
	size_t at = driver_begin(w, DR_CONFIG_RESULT);

	bytes_put_u32(w, m->generation);
	bytes_put_u8(w, m->item_kind);
	bytes_put_u32(w, m->id);
	bytes_put_str(w, m->text);
	driver_end(w, at);
}

bool driver_get_config_result(const struct driver_record_view *r,
			      struct driver_config_result *m)
{
	struct bytes_reader in = driver_open(r);

	m->generation = bytes_u32(&in);
	m->item_kind = bytes_u8(&in);
	m->id = bytes_u32(&in);
	bytes_str(&in, m->text, sizeof(m->text));
	return bytes_done(&in) && m->item_kind <= 1 && m->text[0];
}
