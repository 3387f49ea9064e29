/* test_units.c - the units of systemd, judged by systemd itself: how much of the machine
 * a service that was taken over would have. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "integration/script.h"
#include "util/xalloc.h"

static const char analyze[] = "/usr/bin/systemd-analyze";

static char *unit_text(const char *unit)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/packaging/systemd/%s", getenv("SIGHTGLASS_TOP"),
		 unit);
	return test_read_file(path);
}

/* Its verdict, in tenths: 20 is an exposure of 2.0. Without the tool nothing is judged,
 * and the test is told as skipped. */
static int exposure(const char *unit)
{
	char command[8400], *out, *at;

	if (access(analyze, X_OK) < 0) {
		print_message("no systemd-analyze here: the units are not judged\n");
		skip();
		return -1;
	}
	snprintf(command, sizeof(command),
		 "%s security --offline=true --no-pager "
		 "'%s/packaging/systemd/%s' 2>&1",
		 analyze, getenv("SIGHTGLASS_TOP"), unit);
	out = script_run(command);
	at = strstr(out, "Overall exposure level for ");
	if (!at || !(at = strstr(at, ": ")))
		fail_msg("%s judges nothing: %s", analyze, out);
	int tenths = (int)(strtod(at + 2, NULL) * 10 + 0.5);
	free(out);
	return tenths;
}

static void SEC_30_the_servers_unit_exposes_little(void **state)
{
	int tenths = exposure("sightglassd.service");

	(void)state;
	if (tenths > 20)
		fail_msg("the exposure is %d.%d, not 2.0 or less", tenths / 10,
			 tenths % 10);
}

static void SEC_30_the_consoles_unit_exposes_less(void **state)
{
	int tenths = exposure("sightglass-console@.service");

	(void)state;
	if (tenths > 10)
		fail_msg("the exposure is %d.%d, not 1.0 or less", tenths / 10,
			 tenths % 10);
}

/* What the server's own walls and its watchdog need of it. */
static void the_unit_fits_the_program(void **state)
{
	static const char *const wanted[] = {
		"\nType=notify\n",
		"\nWatchdogSec=",
		"\nNotifyAccess=main\n",
		"\nStateDirectory=sightglass\n",
		"\nStateDirectoryMode=0700\n",
		"\nUMask=0077\n",
		"\nUser=sightglass\n",
		"\nKillMode=mixed\n",
		"\nNoNewPrivileges=yes\n",
		"\nSystemCallFilter=@system-service\n",
		"\nSystemCallFilter=seccomp landlock_create_ruleset landlock_add_rule "
		"landlock_restrict_self\n",
	};
	char *text = unit_text("sightglassd.service");

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_has(text, wanted[i]);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_30_the_servers_unit_exposes_little),
		cmocka_unit_test(SEC_30_the_consoles_unit_exposes_less),
		cmocka_unit_test(the_unit_fits_the_program),
	};

	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
