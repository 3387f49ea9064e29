/*
 * proto_int.h - what the files of proto.h share. Not for others.
 */
#ifndef SG_DRIVER_PROTO_INT_H
#define SG_DRIVER_PROTO_INT_H

#include "driver/proto.h"
#include "util/bytes.h"

/* Reads a record's payload. */
static inline struct bytes_reader driver_open(const struct driver_record_view *r)
{
	return bytes_reader(r->payload, r->len);
}

/* A value of its type, or none with bad quality. */
bool driver_sample_is_sound(const struct driver_sample *s);

#endif
