/* test_install.c - what `make install` puts where, that it works from there, and that
 * `make uninstall` takes away all of it and nothing else. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "integration/script.h"
#include "util/xalloc.h"

/* The makes that run us must not speak to the makes that we run. -o programs: what is
 * installed is what is tested. */
#define MAKE                                                                             \
	"unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES; umask 077\n"                    \
	"to=$DEST/opt/sg\n"                                                              \
	"do_make() { make -s -C \"$SIGHTGLASS_TOP\" -o programs \"$1\" "                 \
	"B=\"${SIGHTGLASS_BIN%%/bin}\" DESTDIR=\"$DEST\" PREFIX=/opt/sg; }\n"

/* Runs it with $DEST, a folder that is there only for one test. */
static void expect(const char *dest, const char *script, const char *says)
{
	char *text = xasprintf("DEST='%s'\n" MAKE "%s", dest, script), *out;

	out = script_run(text);
	assert_string_equal(out, says);
	free(out);
	free(text);
}

static const char *installed(void)
{
	static char
		dest[256]; /* test_tmpdir() gives the same place another name each time */

	snprintf(dest, sizeof(dest), "%s", test_tmpdir());
	expect(dest, "do_make install && echo done", "done\n");
	return dest;
}

static void what_is_installed_works_from_there(void **state)
{
	const char *dest = installed();

	(void)state;
	expect(dest,
	       "$to/sbin/sightglassd --check --config "
	       "$to/share/sightglass/demo/config/sightglass.cfg >/dev/null 2>&1\n"
	       "echo $?; cd $to; ls bin sbin libexec/sightglass",
	       "0\n"
	       "bin:\nsightglass\n\nlibexec/sightglass:\nplantsim\nsightglass-modbus\n"
	       "sightglass-mqtt\n\nsbin:\nsightglass-account\nsightglassd\n");
}

/* Units and sshd's lines name programs that are there. */
static void units_name_the_programs_where_they_are(void **state)
{
	(void)state;
	expect(installed(),
	       "sed -n 's/^ExecStart=\\([^ ]*\\).*/\\1/p; s/.*ForceCommand //p' "
	       "$to/lib/systemd/system/* $to/share/sightglass/ssh/* | sort | "
	       "while read -r p; do echo \"$p\"; test -x \"$DEST$p\" || echo missing; "
	       "done",
	       "/opt/sg/bin/sightglass\n/opt/sg/bin/sightglass\n"
	       "/opt/sg/sbin/sightglassd\n");
}

/* Also when root's files are for root alone by default. */
static void everybody_may_read_it_and_root_alone_write_it(void **state)
{
	(void)state;
	expect(installed(),
	       "find $to -mindepth 1 -perm /022; "
	       "find $to/share/sightglass $to/lib $to/share/man -type f ! -perm -444; "
	       "find $to/share/sightglass -type d ! -perm -555; echo end",
	       "end\n");
}

static void uninstall_leaves_what_is_not_ours(void **state)
{
	const char *dest = installed();

	(void)state;
	expect(dest,
	       "for f in bin/other share/man/man1/other.1 lib/systemd/system/o.service; "
	       "do "
	       "echo x >$to/$f; done\n"
	       "do_make uninstall && cd $to && find . -type f | sort",
	       "./bin/other\n./lib/systemd/system/o.service\n./share/man/man1/other.1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_installed_works_from_there),
		cmocka_unit_test(units_name_the_programs_where_they_are),
		cmocka_unit_test(everybody_may_read_it_and_root_alone_write_it),
		cmocka_unit_test(uninstall_leaves_what_is_not_ours),
	};

	return cmocka_run_group_tests_name("install", tests, NULL, NULL);
}
