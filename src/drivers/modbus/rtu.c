/* rtu.c - sizes and check sums of Modbus RTU; see the header. */
#include "drivers/modbus/rtu.h"

#include <string.h>

#include "drivers/modbus/frame.h"
#include "util/strbuf.h"

enum { EXCEPTION_REPLY = 5, ECHO_REPLY = 8, MASK_REPLY = 10, READ_HEAD = 3 };

uint16_t rtu_crc(const uint8_t *p, size_t n)
{
	unsigned crc = 0xFFFF;

	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
	}
	return (uint16_t)crc;
}

int rtu_reply_size(const uint8_t *p, size_t n, struct strbuf *why)
{
	if (n < 2)
		return 0;
	if (p[1] & 0x80)
		return EXCEPTION_REPLY;
	switch (p[1]) {
	case 1:
	case 2:
	case 3:
	case 4:
	case 23:
		return n < READ_HEAD ? 0 : READ_HEAD + p[2] + RTU_CRC_SIZE;
	case 5:
	case 6:
	case 15:
	case 16:
		return ECHO_REPLY;
	case 22:
		return MASK_REPLY;
	default:
		strbuf_setf(why, "the reply begins with unit %u, function %u", p[0],
			    p[1]);
		return -1;
	}
}

size_t rtu_as_frame(const uint8_t *rtu, size_t n, uint8_t *frame)
{
	size_t body = n - RTU_CRC_SIZE;

	memset(frame, 0, MB_HEAD_SIZE);
	frame[4] = (uint8_t)(body >> 8);
	frame[5] = (uint8_t)body;
	memcpy(frame + MB_HEAD_SIZE, rtu, body);
	return MB_HEAD_SIZE + body;
}
