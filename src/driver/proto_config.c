/* proto_config.c - devices and tags as a driver is told of them, and what it thinks of
 * them. */
#include <stdlib.h>

#include "driver/proto_int.h"

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

void driver_put_config_tag(struct strbuf *w, const struct driver_tag *m)
{
	size_t at = driver_begin(w, DR_CONFIG_TAG);

	bytes_put_u32(w, m->id);
	bytes_put_u32(w, m->device);
	bytes_put_str(w, m->name);
	bytes_put_u8(w, (uint8_t)m->type);
	bytes_put_u8(w, (uint8_t)((m->writable ? TAG_WRITABLE : 0) |
				  (m->has_range ? TAG_HAS_RANGE : 0)));
	bytes_put_f64(w, m->deadband);
	bytes_put_f64(w, m->lo);
	bytes_put_f64(w, m->hi);
	put_settings(w, &m->settings);
	driver_end(w, at);
}

bool driver_get_config_tag(const struct driver_record_view *r, struct driver_tag *m)
{
	struct bytes_reader in = driver_open(r);

	*m = (struct driver_tag){ .id = bytes_u32(&in) };
	m->device = bytes_u32(&in);
	m->name = bytes_strdup(&in, NAME_MAX_BYTES);
	uint8_t type = bytes_u8(&in), bits = bytes_u8(&in);
	m->deadband = bytes_f64(&in);
	m->lo = bytes_f64(&in);
	m->hi = bytes_f64(&in);
	get_settings(&in, &m->settings);
	m->type = (enum value_type)type;
	m->writable = bits & TAG_WRITABLE;
	m->has_range = bits & TAG_HAS_RANGE;
	if (bytes_done(&in) && type <= VALUE_STRING &&
	    !(bits & ~(TAG_WRITABLE | TAG_HAS_RANGE)))
		return true;
	driver_tag_release(m);
	return false;
}

void driver_device_release(struct driver_device *m)
{
	free(m->name);
	settings_release(&m->settings);
	*m = (struct driver_device){ 0 };
}

void driver_tag_release(struct driver_tag *m)
{
	free((char *)(uintptr_t)m->name);
	settings_release(&m->settings);
	*m = (struct driver_tag){ 0 };
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
