/* test_trust.c - whose socket a console believes (SEC-02): real folders, links and
 * sockets, some of them given to a stranger. */
#include "support/test.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/strbuf.h"
#include "wire/socket.h"
#include "wire/trust.h"

enum { STRANGER = 65534, OTHER = 65533 };

static char dir[200], sub[220], path[240];
static struct strbuf why = STRBUF_INIT;

/* DIR/run/s.sock, served by this process. */
static int serve(void)
{
	snprintf(dir, sizeof(dir), "%s", test_tmpdir());
	snprintf(sub, sizeof(sub), "%s/run", dir);
	snprintf(path, sizeof(path), "%s/s.sock", sub);
	assert_int_equal(mkdir(sub, 0755), 0);
	int fd = socket_listen(path, 0600, &why);
	assert_true(fd >= 0);
	return fd;
}

static int tried(const char *where)
{
	strbuf_clear(&why);
	int fd = socket_connect(where, &why);
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : fd;
}

static void SEC_02_ones_own_server_is_trusted(void **state)
{
	char link[240], through[300];
	int fd = serve();

	(void)state;
	assert_int_equal(tried(path), 0);
	/* by a link that is ours, in a folder that is ours */
	snprintf(link, sizeof(link), "%s/way", dir);
	assert_int_equal(symlink("run", link), 0);
	snprintf(through, sizeof(through), "%s/s.sock", link);
	assert_int_equal(tried(through), 0);
	snprintf(through, sizeof(through), "%s/../run/./s.sock", sub);
	assert_int_equal(tried(through), 0);
	assert_int_equal(chdir(sub), 0);
	assert_int_equal(tried("s.sock"), 0);
	assert_int_equal(tried("./s.sock"), 0);
	assert_int_equal(tried("../run/s.sock"), 0);
	assert_int_equal(chdir("/"), 0);
	close(fd);
}

static void SEC_02_a_link_in_the_place_of_the_socket(void **state)
{
	char link[240];
	int fd = serve();

	(void)state;
	snprintf(link, sizeof(link), "%s/station.sock", sub);
	assert_int_equal(symlink("s.sock", link), 0);
	assert_int_equal(tried(link), SG_EREFUSED);
	assert_has(why.buf, "it is a link, and a server's socket is none");
	close(fd);
}

static void SEC_02_a_folder_that_everybody_writes_to(void **state)
{
	int fd = serve();

	(void)state;
	assert_int_equal(chmod(sub, 0777), 0);
	assert_int_equal(tried(path), SG_EREFUSED);
	assert_has(why.buf, "others may write to the folder that \"s.sock\" lies in");
	assert_int_equal(chmod(sub, 0755), 0);
	assert_int_equal(chmod(dir, 0777), 0); /* one further up */
	assert_int_equal(tried(path), SG_EREFUSED);
	assert_has(why.buf, "the folder that \"run\" lies in");
	assert_int_equal(chmod(dir, 01777),
			 0); /* as /tmp: what is ours there, stays ours */
	assert_int_equal(tried(path), 0);
	close(fd);
}

/* What a stranger laid into a folder like /tmp. */
static void SEC_02_a_strangers_folder_link_or_socket(void **state)
{
	char link[240], through[300];
	int fd = serve();

	(void)state;
	if (geteuid() != 0) {
		print_message("only root can give things to a stranger\n");
		close(fd);
		return;
	}
	assert_int_equal(chmod(dir, 01777), 0);
	assert_int_equal(chown(sub, STRANGER, STRANGER), 0);
	assert_int_equal(tried(path), SG_EREFUSED);
	assert_has(why.buf, "\"run\" lies in, and it belongs to user id 65534");
	assert_int_equal(chown(sub, 0, 0), 0);
	snprintf(link, sizeof(link), "%s/way", dir);
	assert_int_equal(symlink("run", link), 0);
	assert_int_equal(lchown(link, STRANGER, STRANGER), 0);
	snprintf(through, sizeof(through), "%s/s.sock", link);
	assert_int_equal(tried(through), SG_EREFUSED);
	assert_has(why.buf, "\"way\" lies in, and it belongs to user id 65534");
	assert_int_equal(chmod(sub, 01777), 0);
	assert_int_equal(chown(path, STRANGER, STRANGER), 0);
	assert_int_equal(tried(path), SG_EREFUSED);
	assert_has(why.buf, "\"s.sock\" lies in, and it belongs to user id 65534");
	close(fd);
}

static void become(uid_t uid)
{
	if (setgroups(0, NULL) < 0 || setgid(uid) < 0 || setuid(uid) < 0)
		_exit(2);
}

/* He got a socket into that folder, by whatever way. */
static void serve_as_stranger(int ready)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(a.sun_path, path, strlen(path) < 107 ? strlen(path) : 107);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || chmod(path, 0666) < 0)
		_exit(1);
	become(STRANGER);
	if (listen(fd, 4) < 0 || write(ready, "x", 1) != 1)
		_exit(1);
	pause();
	_exit(0);
}

static void look_as_third(void)
{
	become(1);
	strbuf_clear(&why);
	bool refused = socket_connect(path, &why) == SG_EREFUSED;
	_exit(refused && strstr(why.buf, "is served by user id 65534, but its folder "
					 "belongs to user id 65533")
		      ? 0
		      : 1);
}

static void open_the_way(void)
{
	char parent[200];

	snprintf(parent, sizeof(parent), "%s", dir);
	*strrchr(parent, '/') = '\0';
	assert_int_equal(chmod(parent, 0755), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chown(sub, OTHER, OTHER), 0);
	assert_int_equal(chmod(sub, 0755), 0);
}

/* A server of somebody who is neither root nor the folder's owner, seen by a third. */
static void SEC_02_the_servers_own_user_is_asked_of_the_kernel(void **state)
{
	pid_t server, eye;
	int ready[2], status;
	char byte;

	(void)state;
	if (geteuid() != 0) {
		print_message("only root can become two others\n");
		return;
	}
	close(serve());
	unlink(path);
	open_the_way();
	assert_int_equal(pipe(ready), 0);
	server = fork();
	if (server == 0)
		serve_as_stranger(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	eye = fork();
	if (eye == 0)
		look_as_third();
	waitpid(eye, &status, 0);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(ready[0]);
	close(ready[1]);
}

static void what_is_not_there_is_said_so(void **state)
{
	char long_path[5000];

	(void)state;
	close(serve());
	unlink(path);
	assert_int_equal(tried(path), SG_EIO);
	assert_has(why.buf, "no station server at ");
	assert_has(why.buf, "No such file or directory");
	assert_int_equal(tried("/nowhere/at/all/s.sock"), SG_EIO);
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[0] = '/';
	long_path[4999] = '\0';
	assert_int_equal(tried(long_path), SG_EIO);
	/* a ring of links ends */
	char link[240], through[300];
	snprintf(link, sizeof(link), "%s/ring", dir);
	assert_int_equal(symlink("ring", link), 0);
	snprintf(through, sizeof(through), "%s/s.sock", link);
	assert_int_equal(tried(through), SG_EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_02_ones_own_server_is_trusted),
		cmocka_unit_test(SEC_02_a_link_in_the_place_of_the_socket),
		cmocka_unit_test(SEC_02_a_folder_that_everybody_writes_to),
		cmocka_unit_test(SEC_02_a_strangers_folder_link_or_socket),
		cmocka_unit_test(SEC_02_the_servers_own_user_is_asked_of_the_kernel),
		cmocka_unit_test(what_is_not_there_is_said_so),
	};

	return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
