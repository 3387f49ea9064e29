/* test_load_secrets.c - a station's files hold no password, and nothing repeats one. */
#include "support/test.h"

#include <string.h>

#include "files.h"
#include "util/strbuf.h"

#define SECRET "sesame-4711"

static const char station[] =
	"station = { name = \"t\"; };\ndevices = \"devices.cfg\";\ntags = \"tags.cfg\";\n"
	"tags_csv = ( \"bulk.csv\" );\naccess = \"access.cfg\";\n";

struct mistake {
	const char *file, *text, *said; /* said NULL: nothing is wrong */
};

#define DEVICE(text) "devices = ( { name = \"bus\"; driver = \"mqtt\"; " text " } );\n"
#define TAG(text)                                                                        \
	"tags = ( { name = \"a.t\"; device = \"bus\"; topic = \"t\"; " text " } );\n"

static const struct mistake mistakes[] = {
	{ "devices.cfg", DEVICE("password = \"" SECRET "\";"),
	  "password of device \"bus\" is a secret, and this file is read by many: put it "
	  "alone into a file of mode 0400 and name that (password_file)" },
	{ "devices.cfg", DEVICE("\n api_token = \"" SECRET "\";"),
	  "devices.cfg:2:2: error: api_token of device" },
	{ "devices.cfg", DEVICE("pre_shared.psk = \"" SECRET "\";"), "error: " },
	{ "devices.cfg", DEVICE("endpoint = \"mqtts://ivan:" SECRET "@bus.example\";"),
	  "endpoint of device \"bus\" has a password in it" },
	{ "devices.cfg", DEVICE("password = { is = \"" SECRET "\"; };"),
	  "password of device \"bus\" must be a text" },
	{ "devices.cfg", DEVICE("password = \"" SECRET "\""), "error: " },
	{ "devices.cfg", DEVICE("password = \"" SECRET "\"; password = \"x\";"),
	  "error: " },
	{ "devices.cfg", DEVICE("password = \"" SECRET "\\q\";"), "error: " },
	{ "devices.cfg", "password = \"" SECRET "\"; " DEVICE(""),
	  "unknown setting \"password\" in the devices file" },
	{ "tags.cfg", TAG("login_secret = \"" SECRET "\";"),
	  "login_secret of tag \"a.t\" is a secret" },
	{ "tags.cfg", TAG("write = { passphrase = \"" SECRET "\"; };"),
	  "passphrase of tag \"a.t\" is a secret" },
	{ "bulk.csv", "name,device,topic,password\na.u,bus,u," SECRET "\n",
	  "password would be a secret" },
	{ "sightglass", "", NULL },
	{ "devices.cfg", DEVICE("password_file = \"/etc/x\"; username = \"ivan\";"),
	  NULL },
	{ "devices.cfg", DEVICE("endpoint = \"mqtt://bus.example:1883\";"), NULL },
	{ "tags.cfg", TAG("pointer = \"/secret_level\";"), NULL },
};

static void CF_15_a_secret_in_a_file_is_refused_and_not_repeated(void **state)
{
	struct strbuf lines = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		const struct mistake *m = &mistakes[i];
		const char *dir = test_tmpdir();

		files_put(dir, "s.cfg", station);
		files_put(dir, "devices.cfg", DEVICE(""));
		files_put(dir, "tags.cfg", "tags = ( );\n");
		files_put(dir, "bulk.csv", "name,device,topic\n");
		files_put(dir, "access.cfg", "operators = ();\nroles = ();\n");
		files_put(dir, m->file, m->text);
		station_def_free(files_load(dir, &lines));
		if (m->said)
			assert_has(lines.buf, m->said);
		else
			assert_string_equal(lines.buf, "");
		assert_null(strstr(lines.buf, SECRET));
	}
	strbuf_release(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(CF_15_a_secret_in_a_file_is_refused_and_not_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
