/*
 * address.h - where a Modbus tag lives and what its registers mean.
 *
 *   coil|discrete|input|holding:N[:type[:order]][.bit]
 *   0xxxx|1xxxx|3xxxx|4xxxx[:type[:order]][.bit]
 *
 * N counts from the device's address_base, 0 (the number on the wire) or 1; the second
 * form is the one of manuals, 40001 being the first holding register. Types int16 uint16
 * (default) int32 uint32 int64 uint64 float16 float32 float64 bcd16 bcd32
 * string:REGISTERS, and int8 uint8 with high or low in the place of the order. Coils and
 * discretes are bit, or bits:COUNT, several in a row as a number. Orders name the bytes
 * as they travel: abcd (default) cdab badc dcba, for 64 bits also abcdefgh ghefcdab
 * badcfehg hgfedcba, for 16 bits and strings ab ba. Pure.
 */
#ifndef SG_DRIVERS_MODBUS_ADDRESS_H
#define SG_DRIVERS_MODBUS_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "driver/proto.h"

enum mb_area { MB_COIL, MB_DISCRETE, MB_INPUT, MB_HOLDING, MB_AREAS };

enum mb_kind { MB_BIT, MB_INT, MB_UINT, MB_FLOAT, MB_BCD, MB_TEXT };

enum {
	MB_MAX_REGISTERS = 125,
	MB_MAX_WRITE = 123,      /* registers in one request */
	MB_MAX_WRITE_BACK = 121, /* the same by function 23 */
	MB_MAX_BITS = 2000,
	MB_MAX_WRITE_BITS = 1968,
	MB_MAX_GROUP = 32, /* coils as one number */
	MB_MAX_CELLS = 65536,
	MB_ENDPOINT_SIZE = 256
};

/* A register with the power of ten of others (SunSpec). */
struct mb_factor {
	bool used;
	enum mb_area area;
	uint32_t first;
	bool swap_bytes;
};

struct mb_address {
	/* the large ones first: there is one of these a tag */
	const char *type;  /* static: "float32" */
	const char *order; /* static: "abcd"; "" where there is none */
	const char *texts; /* "0=off,1=run": samples are texts; borrowed from settings */
	double scale, offset; /* engineering = raw * scale + offset */
	uint64_t marker;
	struct mb_factor factor; /* scale is multiplied by it */
	enum mb_area area;
	enum mb_kind kind;
	uint32_t first;
	uint32_t count;  /* registers 1, 2, 4, of a string to 125; coils 1-32 */
	int bit;         /* one bit of the registers' number; -1 = the number */
	uint8_t bits;    /* of the number: 8 to 64, of coils their count */
	uint8_t shift;   /* of an 8-bit number in its register: 0 or 8 */
	bool swap_words; /* the low word travels first */
	bool swap_bytes; /* the low byte of each register travels first */
	bool scaled;     /* scale or offset is not the identity */
	bool has_marker; /* the raw number that means "not implemented" */
};

/* The address alone. */
bool mb_address_text(const char *text, uint32_t base, struct mb_address *out,
		     struct strbuf *why);
/* The tag's settings address, scale, offset, scale_register, not_implemented, texts;
 * base is the device's address_base. False with a sentence in why. */
bool mb_address_parse(const struct settings *s, uint32_t base, struct mb_address *out,
		      struct strbuf *why);
/* Only where: "holding:12", "40013". */
bool mb_place_parse(const char *text, uint32_t base, enum mb_area *area, uint32_t *first,
		    struct strbuf *why);
/* The next "code=text" of a list of texts: the code and where its text lies. False at
 * the end, or with a sentence in why (may be NULL) when it is malformed. */
bool mb_texts_next(const char **at, int64_t *code, const char **text, size_t *n,
		   struct strbuf *why);
/* What samples of this address are: bool, int64, double or string. */
enum value_type mb_address_type(const struct mb_address *a);
/* "holding:100:float32:cdab" as words for a message. */
const char *mb_area_name(enum mb_area area);
bool mb_area_is_bits(enum mb_area area);

/* --- endpoint.c --- */

/* A serial line: 8 data bits, as RTU has them. */
struct mb_serial {
	uint32_t baud;
	char parity; /* 'N', 'E', 'O' */
	uint8_t stop;
	bool rs485;            /* the kernel switches the direction */
	bool echo;             /* the line gives back what we send */
	int64_t turnaround_ms; /* silence after a failure: 0 = the time-out */
};

struct mb_endpoint {
	char host[MB_ENDPOINT_SIZE]; /* or the path of the line */
	uint16_t port;
	bool serial;
	struct mb_serial line;
};

/* "tcp://host[:port]", "tcp://[v6]:port", port 502 by default; or
 * "rtu:///dev/ttyS0?baud=19200&parity=even&stop=1&rs485=on&echo=on&turnaround_ms=200". */
bool mb_endpoint_parse(const char *text, struct mb_endpoint *out, struct strbuf *why);
/* "192.0.2.7 port 502", "/dev/ttyS0" */
void mb_endpoint_name(const struct mb_endpoint *e, struct strbuf *out);
/* The same host and port, or the same line. */
bool mb_endpoint_same(const struct mb_endpoint *a, const struct mb_endpoint *b);

#endif
