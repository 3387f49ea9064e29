/*
 * convert.h - registers to values and back.
 *
 * Word and byte order by our own shifts: libmodbus' modbus_set_float_* are not the
 * inverses of its getters (hazards 5.3). What cannot be represented is refused or
 * bad, never wrapped or rounded away (PLC-17, PLC-19). Pure.
 */
#ifndef SG_DRIVERS_MODBUS_CONVERT_H
#define SG_DRIVERS_MODBUS_CONVERT_H

#include "drivers/modbus/address.h"

/* The raw number: bits of the registers in the address's order, most significant first.
 */
uint64_t mb_assemble(const struct mb_address *a, const uint16_t *regs);

/* at with the power of ten of its scale register put into its scale, or as it is when
 * there is none: only such an address may be given to the functions below. The quality
 * says what is wrong with the register (0x8000: "not implemented"). */
quality mb_address_resolve(const struct mb_address *at, uint16_t factor,
			   struct mb_address *out);

/* Registers (count of them) or bits (0/1 in regs[0]) as a value of the type wanted
 * (VALUE_NONE = the address's own). Strings lie in text, which has room for
 * VALUE_STRING_MAX + 1. The quality says what is wrong; a bad result has no value. */
quality mb_decode(const struct mb_address *a, enum value_type wanted,
		  const uint16_t *regs, char *text, struct value *out);
/* The registers hold what the engineer named not_implemented. */
bool mb_is_marker(const struct mb_address *a, const uint16_t *regs);

/* Only a part of a register: a bit or a byte. */
bool mb_is_part(const struct mb_address *a);
/* Where that part lies: in which of its registers, and the mask in it. */
uint32_t mb_part_place(const struct mb_address *a, uint16_t *mask);

/* An engineering value as what is to be written. False with a sentence in why: not
 * finite, out of the type's bounds, or not a whole step of the device's resolution. */
bool mb_encode(const struct mb_address *a, const struct value *v, uint16_t *regs,
	       struct strbuf *why);

#endif
