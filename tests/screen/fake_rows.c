/* fake_rows.c - two overrides and two people, as rows of the wire. */
#include "support/test.h"

#include "screen/fake_rows.h"

#include "wire/msg.h"
#include "wire/people.h"

enum { FIELDS_MAX = 16 };

/* Every field is what belongs there, or what an attacker put there. */
static void tell(struct strbuf *out, uint32_t req, const char *hostile,
		 const char *const *fields, size_t n)
{
	const char *said[FIELDS_MAX];

	assert_true(n <= FIELDS_MAX);
	for (size_t i = 0; i < n; i++)
		said[i] = hostile[0] ? hostile : fields[i] ? fields[i] : "";
	wire_put_row(out, req, said, n);
}

void fake_tell_overrides(struct strbuf *out, uint32_t req, const char *hostile)
{
	static const char *const one[OVERRIDE_FIELDS] = {
		[OVERRIDE_KIND] = "substituted", [OVERRIDE_WHAT] = "p.a",
		[OVERRIDE_IS] = "50.0 %",        [OVERRIDE_BY] = "ivan",
		[OVERRIDE_SINCE] = "1",          [OVERRIDE_REASON] = "it is cleaned",
	};
	static const char *const other[OVERRIDE_FIELDS] = {
		[OVERRIDE_KIND] = "shelved",
		[OVERRIDE_WHAT] = "z.high",
		[OVERRIDE_BY] = "olga",
		[OVERRIDE_REASON] = "it flutters",
	};

	tell(out, req, hostile, one, OVERRIDE_FIELDS);
	tell(out, req, hostile, other, OVERRIDE_FIELDS);
	wire_put_reply(out, req, WIRE_OK, "");
}

void fake_tell_people(struct strbuf *out, uint32_t req, const char *hostile)
{
	static const char *const one[PEOPLE_FIELDS] = {
		[PEOPLE_SESSION] = "5",       [PEOPLE_NAME] = "ivan",
		[PEOPLE_PROGRAM] = "console", [PEOPLE_PAGE] = "Test works",
		[PEOPLE_YOU] = "you",
	};
	static const char *const other[PEOPLE_FIELDS] = {
		[PEOPLE_SESSION] = "6",
		[PEOPLE_NAME] = "olga",
		[PEOPLE_PROGRAM] = "console",
		[PEOPLE_PAGE] = "Second",
	};

	tell(out, req, hostile, one, PEOPLE_FIELDS);
	tell(out, req, hostile, other, PEOPLE_FIELDS);
	wire_put_reply(out, req, WIRE_OK, "");
}
