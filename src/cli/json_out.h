/*
 * json_out.h - what all alarm commands write alike with --json: times are ISO 8601 in
 * UTC with milliseconds, numbers are numbers, what is not there is null. Each makes a new
 * value, owned by the caller as jansson has it.
 */
#ifndef SG_CLI_JSON_OUT_H
#define SG_CLI_JSON_OUT_H

#include <jansson.h>
#include <stdint.h>

/* Milliseconds since 1970; 0 = none. */
json_t *json_time(int64_t ms);
/* Not finite = none. */
json_t *json_number(double v);
/* Text from outside, cleaned; "" = none. */
json_t *json_words(const char *s);

#endif
