/* test_others.c - who else may change a station's files. */
#include "support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/cfg.h"
#include "config/others.h"
#include "util/diag.h"
#include "util/strbuf.h"

enum { ROOT = 0, ME = 1000, ENGINEER = 1001, MALLORY = 6666 };
enum { G_OWN = 1000, G_ENGINEERS = 50, G_USERS = 100 };

static struct stat made(unsigned mode, unsigned uid, unsigned gid)
{
	return (struct stat){ .st_mode = mode, .st_uid = uid, .st_gid = gid };
}

/* --- the decision ------------------------------------------------------------------ */

struct one {
	const char *about;
	struct {
		unsigned mode, uid, gid; /* mode 0: no such step */
	} above, top, sub, file;
	const char *sentence; /* a part of it; NULL = nothing to say */
};

static const struct one ones[] = {
	{ "root's", { 0 }, { 0755, ROOT, 0 }, { 0 }, { 0644, ROOT, 0 }, NULL },
	{ "mine", { 0 }, { 0755, ME, G_OWN }, { 0 }, { 0644, ME, G_OWN }, NULL },
	{ "an engineer's checkout",
	  { 0755, ROOT, 0 },
	  { 0755, ENGINEER, G_OWN },
	  { 0755, ENGINEER, G_OWN },
	  { 0644, ENGINEER, G_OWN },
	  NULL },
	{ "a checkout with umask 002",
	  { 0755, ROOT, 0 },
	  { 0775, ENGINEER, ENGINEER },
	  { 0775, ENGINEER, ENGINEER },
	  { 0664, ENGINEER, ENGINEER },
	  NULL },
	{ "a colleague's file in the folder of both",
	  { 0755, ROOT, 0 },
	  { 02775, ENGINEER, G_ENGINEERS },
	  { 0 },
	  { 0664, MALLORY, G_ENGINEERS },
	  NULL },
	{ "one file that a group may write",
	  { 0 },
	  { 0755, ROOT, 0 },
	  { 0 },
	  { 0664, ROOT, G_ENGINEERS },
	  NULL },
	{ "for all to write",
	  { 0 },
	  { 0755, ROOT, 0 },
	  { 0 },
	  { 0666, ROOT, 0 },
	  "every user of this machine may change \"x\" (mode 0666)" },
	{ "for all to write, out of reach",
	  { 0750, ROOT, G_ENGINEERS },
	  { 0777, ROOT, 0 },
	  { 0777, ROOT, 0 },
	  { 0666, ROOT, 0 },
	  NULL },
	{ "for all to write, and all may enter",
	  { 0751, ROOT, 0 },
	  { 0755, ROOT, 0 },
	  { 0 },
	  { 0646, ROOT, 0 },
	  "every user of this machine may change \"x\"" },
	{ "a folder for all to write",
	  { 0 },
	  { 0777, ROOT, 0 },
	  { 0 },
	  { 0644, ROOT, 0 },
	  "may exchange what lies in the folder \"top\" (mode 0777)" },
	{ "a folder below for all to write",
	  { 0 },
	  { 0755, ROOT, 0 },
	  { 0757, ROOT, 0 },
	  { 0644, ROOT, 0 },
	  "may exchange what lies in the folder \"sub\" (mode 0757)" },
	{ "a folder above for all to write",
	  { 0777, ROOT, 0 },
	  { 0755, ROOT, 0 },
	  { 0 },
	  { 0644, ROOT, 0 },
	  "may exchange what lies in the folder \"above\"" },
	{ "below /tmp",
	  { 01777, ROOT, 0 },
	  { 0755, ME, 0 },
	  { 0 },
	  { 0644, ME, 0 },
	  NULL },
	{ "planted in /tmp",
	  { 01777, ROOT, 0 },
	  { 0755, MALLORY, 0 },
	  { 0 },
	  { 0644, MALLORY, 0 },
	  "the folder \"top\" belongs to" },
	{ "planted in /tmp itself",
	  { 0755, ROOT, 0 },
	  { 01777, MALLORY, G_USERS },
	  { 0 },
	  { 0644, MALLORY, G_USERS },
	  "\"x\" belongs to" },
	{ "of /tmp's group",
	  { 0755, ROOT, 0 },
	  { 03777, ROOT, G_USERS },
	  { 0 },
	  { 0644, MALLORY, G_USERS },
	  "\"x\" belongs to" },
	{ "a stranger's",
	  { 0755, ROOT, 0 },
	  { 0755, ENGINEER, G_OWN },
	  { 0 },
	  { 0644, MALLORY, G_OWN },
	  "\"x\" belongs to" },
	{ "a stranger's, out of reach",
	  { 0755, ROOT, 0 },
	  { 0700, ENGINEER, G_OWN },
	  { 0 },
	  { 0644, MALLORY, G_OWN },
	  "\"x\" belongs to" },
	{ "a stranger's in a group's folder, not of that group",
	  { 0755, ROOT, 0 },
	  { 0775, ENGINEER, G_ENGINEERS },
	  { 0 },
	  { 0644, MALLORY, G_USERS },
	  "\"x\" belongs to" },
};

static void CF_12_each_way_to_a_file_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ones) / sizeof(ones[0]); i++) {
		const struct one *o = &ones[i];
		struct stat above = made(o->above.mode, o->above.uid, o->above.gid);
		struct stat top = made(o->top.mode, o->top.uid, o->top.gid);
		struct stat sub = made(o->sub.mode, o->sub.uid, o->sub.gid);
		struct stat file = made(o->file.mode, o->file.uid, o->file.gid);
		struct others_way w = { 0 };
		struct strbuf why = STRBUF_INIT;
		bool found =
			(o->above.mode && others_enter(&w, "above", &above, ME, &why)) ||
			others_enter(&w, "top", &top, ME, &why) ||
			(o->sub.mode && others_enter(&w, "sub", &sub, ME, &why)) ||
			others_judge(&w, "x", &file, &top, ME, &why);

		if (found != (o->sentence != NULL))
			fail_msg("%s: %s", o->about, found ? why.buf : "nothing said");
		if (found)
			assert_has(why.buf, o->sentence);
		else
			assert_int_equal(why.len, 0);
		strbuf_release(&why);
	}
}

/* --- real files --------------------------------------------------------------------- */

static char dir[256];

static void set_mode(const char *name, unsigned mode)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(chmod(path, mode), 0);
}

/* What loading s.cfg, which includes sub/part.cfg, warns of. */
static void assert_warns(const char *file, const char *sentence)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct cfg *c = cfg_load(dir, "s.cfg", "shown/", &diags);

	assert_non_null(c);
	assert_int_equal(diags.errors, 0);
	assert_int_equal(diags.n, sentence ? 1 : 0);
	if (sentence) {
		assert_string_equal(diags.v[0].id, CFG_OPEN_ID);
		assert_string_equal(diags.v[0].file, file);
		assert_has(diags.v[0].text, sentence);
	}
	cfg_free(c);
	diag_list_release(&diags);
}

/* False where a folder above keeps all others out: then nothing below is open. */
static bool others_come_here(void)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof(path), "%s", dir);
	*strrchr(path, '/') = '\0';
	assert_int_equal(chmod(path, 0711), 0); /* the harness keeps it to itself */
	snprintf(path, sizeof(path), "%s", dir);
	for (char *slash; (slash = strrchr(path, '/')) && slash != path;) {
		*slash = '\0';
		if (stat(path, &st) < 0 || !(st.st_mode & S_IXOTH)) {
			print_message("%s keeps others out: only the decisions above "
				      "are tested\n",
				      path);
			return false;
		}
	}
	return true;
}

static void CF_12_reading_a_file_warns_of_those_who_may_write_it(void **state)
{
	char path[300];

	(void)state;
	snprintf(dir, sizeof(dir), "%s", test_tmpdir());
	if (!others_come_here())
		return;
	snprintf(path, sizeof(path), "%s/s.cfg", dir);
	test_write_file(path, "a = 1;\n@include \"sub/part.cfg\"\n");
	snprintf(path, sizeof(path), "%s/sub/part.cfg", dir);
	test_write_file(path, "b = 2;\n");
	set_mode("", 0755);
	set_mode("sub", 0755);
	set_mode("s.cfg", 0644);
	set_mode("sub/part.cfg", 0644);
	assert_warns(NULL, NULL);
	set_mode("sub/part.cfg", 0664);
	assert_warns(NULL, NULL);
	set_mode("sub/part.cfg", 0666);
	assert_warns("shown/sub/part.cfg", "may change \"sub/part.cfg\" (mode 0666)");
	set_mode("sub/part.cfg", 0644);
	set_mode("s.cfg", 0602);
	assert_warns("shown/s.cfg", "may change \"s.cfg\" (mode 0602): chmod o-w it");
	set_mode("", 0700); /* nobody comes in */
	assert_warns(NULL, NULL);
	set_mode("", 0755);
	set_mode("s.cfg", 0644);
	set_mode("sub", 0777);
	assert_warns("shown/sub/part.cfg", "sub\" (mode 0777)");
}

static void CF_12_a_strangers_file_is_named_with_its_owner(void **state)
{
	char path[600];

	(void)state;
	if (geteuid() != 0 || !others_come_here()) { /* only root can give a file away */
		print_message("not root: the decision table above covers it\n");
		return;
	}
	set_mode("sub", 0755);
	snprintf(path, sizeof(path), "%s/s.cfg", dir);
	assert_int_equal(chown(path, 54321, 54321), 0);
	assert_warns("shown/s.cfg",
		     "\"s.cfg\" belongs to user 54321, who is neither root");
	assert_int_equal(chown(dir, 54321, 54321), 0); /* the whole checkout is theirs */
	assert_warns(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(CF_12_each_way_to_a_file_is_judged),
		cmocka_unit_test(CF_12_reading_a_file_warns_of_those_who_may_write_it),
		cmocka_unit_test(CF_12_a_strangers_file_is_named_with_its_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
