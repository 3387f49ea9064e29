/*
 * rtu.h - Modbus RTU frames as bytes: their check sum, their size, and the same message
 * in the TCP form, so that one comparison (frame.h) serves both. Pure.
 */
#ifndef SG_DRIVERS_MODBUS_RTU_H
#define SG_DRIVERS_MODBUS_RTU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum { RTU_ADU_MAX = 256, RTU_CRC_SIZE = 2 };

/* Sent low byte first. */
uint16_t rtu_crc(const uint8_t *p, size_t n);
/* The size of the reply that begins with these n bytes; 0 = more are needed to tell, -1
 * with a sentence in why when no reply begins like that. */
int rtu_reply_size(const uint8_t *p, size_t n, struct strbuf *why);
/* Unit to data of an RTU frame of n bytes behind the head of a TCP frame; its size. */
size_t rtu_as_frame(const uint8_t *rtu, size_t n, uint8_t *frame);

#endif
