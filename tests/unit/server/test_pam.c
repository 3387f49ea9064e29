/*
 * test_pam.c - the back end that asks PAM, against libpam-wrapper's pam_matrix: a service
 * and passwords of the test's own. A server built without PAM=1 says so.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "access/hash_job.h"
#include "server/pam.h"

#define LIB    "/usr/lib/x86_64-linux-gnu/"
#define MATRIX LIB "pam_wrapper/pam_matrix.so"

static const struct password_cost cheap = { .kib = 64, .passes = 1 };

static struct hash_job *ask(const char *name, const char *password)
{
	struct hash_job *job = hash_job_new(HASH_VERIFY, &cheap);

	snprintf(job->name, sizeof(job->name), "%s", name);
	snprintf(job->password, sizeof(job->password), "%s", password);
	snprintf(job->stored, sizeof(job->stored), ACCOUNT_PAM);
	pam_verify(job);
	assert_null(memmem(job, sizeof(*job), "lamps", 5)); /* SEC-13 */
	return job;
}

static void expect(const char *name, const char *password, bool ok, const char *why)
{
	struct hash_job *job = ask(name, password);

	assert_int_equal(job->ok, ok);
	if (*why)
		assert_has(job->why, why);
	else
		assert_string_equal(job->why, "");
	hash_job_free(job);
}

static void a_server_without_pam_says_so(void **state)
{
	(void)state;
	expect("maria", "three lamps", false, "built without PAM");
}

static void SEC_08_pam_tells_right_from_wrong(void **state)
{
	(void)state;
	expect("maria", "three lamps", true, "");
	expect("maria", "two lamps", false, "");
	expect("nobody", "three lamps", false, "");
	expect("maria", "", false, "");
}

/* The wrapper has to be there before the program: it runs itself again under it. -1: it
 * is under it, or cannot be. */
static int run_wrapped(char **argv)
{
	char passwd[300], service[1000];
	const char *dir = test_tmpdir();
	int status;

	if (getenv("PAM_WRAPPER"))
		return -1;
	snprintf(passwd, sizeof(passwd), "%s/passwd", dir);
	test_write_file(passwd, "maria:three lamps:sightglass\n");
	snprintf(service, sizeof(service),
		 "auth required " MATRIX " passdb=%s\n"
		 "account required " MATRIX " passdb=%s\n",
		 passwd, passwd);
	snprintf(passwd, sizeof(passwd), "%s/sightglass", dir);
	test_write_file(passwd, service);
	pid_t pid = fork();
	if (pid == 0) {
		setenv("PAM_WRAPPER", "1", 1);
		setenv("PAM_WRAPPER_SERVICE_DIR", dir, 1);
		setenv("LD_PRELOAD", LIB "libpam_wrapper.so", 1);
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest without[] = {
		cmocka_unit_test(a_server_without_pam_says_so),
	};
	const struct CMUnitTest with[] = {
		cmocka_unit_test(SEC_08_pam_tells_right_from_wrong),
	};
	int rc = pam_is_built() ? run_wrapped(argv) : -1;

	(void)argc;
	if (rc >= 0)
		return rc;
	return pam_is_built() ? cmocka_run_group_tests(with, NULL, NULL)
			      : cmocka_run_group_tests(without, NULL, NULL);
}
