/* The ways to get a listening socket, and what becomes of it. */
#include "http/http_listen.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "http_testing.h"
#include "support/suite.h"

#define GET   "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static struct http_peer last_peer;

static void answer(const struct http_request *req, struct http_response *res, void *data)
{
	(void)res;
	(void)data;
	last_peer = *req->peer;
}

static const struct http_route routes[] = {{"/", HTTP_GET, answer, NULL, 0, 0}};

static void setup(void)
{
	prepare(routes, ARRAY_SIZE(routes));
}

static const char *socket_path(void)
{
	static char path[64];
	(void)snprintf(path, sizeof(path), "/tmp/http-server-test-%d.sock", (int)getpid());
	return path;
}

START_TEST(unix_socket_is_private_and_goes_away)
{
	struct stat st;
	start();
	ck_assert_int_eq(http_server_listen_unix(&server, socket_path(), 0), 0);
	ck_assert_int_eq(lstat(socket_path(), &st), 0);
	ck_assert(S_ISSOCK(st.st_mode));
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	struct client c = client_connect_unix(socket_path());
	client_send(&c, "GET / HTTP/1.1\r\nHost: what.ever\r\n\r\n");
	client_expect(&c, EMPTY);
	ck_assert(last_peer.is_unix);
	ck_assert_int_eq(last_peer.pid, getpid());
	ck_assert_int_eq(last_peer.uid, getuid());
	client_close(&c);
	finish();
	ck_assert_int_eq(lstat(socket_path(), &st), -1);
}
END_TEST

static void wait_for_socket(void)
{
	struct stat st;
	for (int i = 0; lstat(socket_path(), &st) != 0 || !S_ISSOCK(st.st_mode); i++) {
		ck_assert_int_lt(i, 1000);
		(void)poll(NULL, 0, 10);
		pump();
	}
}

START_TEST(unix_socket_that_is_lost_comes_back)
{
	start();
	ck_assert_int_eq(http_server_listen_unix(&server, socket_path(), 0), 0);
	struct client before = client_connect_unix(socket_path());
	settle();
	ck_assert_int_eq(unlink(socket_path()), 0);
	wait_for_socket();
	ck_assert_int_eq(unlink(socket_path()), 0);
	ck_assert_int_eq(mkdir(socket_path(), 0700), 0); // in the way
	settle();
	ck_assert_int_eq(rmdir(socket_path()), 0);
	wait_for_socket();
	struct client after = client_connect_unix(socket_path());
	client_send(&after, GET);
	client_expect(&after, EMPTY);
	client_send(&before, GET);
	client_expect(&before, EMPTY);
	client_close(&before);
	client_close(&after);
	finish();
}
END_TEST

START_TEST(unix_socket_is_taken_over_only_from_the_dead)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", socket_path());
	int other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(other, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(other, 1), 0);
	start();
	ck_assert_int_eq(http_server_listen_unix(&server, socket_path(), 0), -EADDRINUSE);
	close(other); // leaves its file
	ck_assert_int_eq(http_server_listen_unix(&server, socket_path(), 0), 0);
	struct client c = client_connect_unix(socket_path());
	client_send(&c, GET);
	client_expect(&c, EMPTY);
	client_close(&c);
	finish();
}
END_TEST

START_TEST(file_of_another_kind_is_left_alone)
{
	struct stat st;
	FILE *file = fopen(socket_path(), "w");
	ck_assert_ptr_nonnull(file);
	(void)fclose(file);
	start();
	ck_assert_int_eq(http_server_listen_unix(&server, socket_path(), 0), -EADDRINUSE);
	ck_assert_int_eq(http_server_listen_unix(&server, "", 0), -ENAMETOOLONG);
	finish();
	ck_assert_int_eq(lstat(socket_path(), &st), 0);
	ck_assert_int_eq(unlink(socket_path()), 0);
}
END_TEST

START_TEST(socket_of_a_successor_is_not_removed)
{
	struct stat st;
	start();
	ck_assert_int_eq(http_server_listen_unix(&server, socket_path(), 0), 0);
	char away[80];
	(void)snprintf(away, sizeof(away), "%s.old", socket_path());
	ck_assert_int_eq(rename(socket_path(), away), 0); // keeps the inode from being used again
	FILE *file = fopen(socket_path(), "w");
	ck_assert_ptr_nonnull(file);
	(void)fclose(file);
	finish();
	ck_assert_int_eq(lstat(socket_path(), &st), 0);
	ck_assert_int_eq(unlink(socket_path()), 0);
	ck_assert_int_eq(unlink(away), 0);
}
END_TEST

START_TEST(inherited_socket_is_checked_and_used)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0), datagram = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(http_server_init(&server, &loop, &config), 0);
	ck_assert_int_eq(http_server_listen_fd(&server, fd, 0), -EINVAL); // does not listen
	ck_assert_int_eq(http_server_listen_fd(&server, datagram, 0), -EINVAL);
	ck_assert_int_eq(http_server_listen_fd(&server, -1, 0), -EINVAL);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(http_server_listen_fd(&server, fd, 0), 0);
	struct client c = client_connect();
	client_send(&c, GET);
	client_expect(&c, EMPTY);
	client_close(&c);
	close(datagram);
	finish();
}
END_TEST

START_TEST(addresses_must_be_numeric_and_free)
{
	start();
	uint16_t port = http_server_port(&server);
	ck_assert_uint_ne(port, 0);
	ck_assert_int_eq(http_server_listen_tcp(&server, STR("localhost"), 0, 0), -EINVAL);
	ck_assert_int_eq(http_server_listen_tcp(&server, STR(""), 0, 0), -EINVAL);
	ck_assert_int_eq(http_server_listen_tcp(&server, STR("127.0.0.1"), port, 0), -EADDRINUSE);
	ck_assert_uint_eq(http_server_port(&server), port);
	finish();
}
END_TEST

static Suite *http_listen_suite(void)
{
	Suite *suite = suite_create("http_listen");
	TCase *tcase = tcase_create("listen");
	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, unix_socket_is_private_and_goes_away);
	tcase_add_test(tcase, unix_socket_that_is_lost_comes_back);
	tcase_add_test(tcase, unix_socket_is_taken_over_only_from_the_dead);
	tcase_add_test(tcase, file_of_another_kind_is_left_alone);
	tcase_add_test(tcase, socket_of_a_successor_is_not_removed);
	tcase_add_test(tcase, inherited_socket_is_checked_and_used);
	tcase_add_test(tcase, addresses_must_be_numeric_and_free);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(http_listen_suite());
}
