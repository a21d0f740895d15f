/* What a service manager would see and say, with ourselves in its place. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/systemd.h"
#include "support/suite.h"

static void set_number(const char *variable, long number)
{
	char text[32];
	(void)snprintf(text, sizeof(text), "%ld", number);
	setenv(variable, text, 1);
}

START_TEST(sockets_are_taken_only_if_they_are_ours)
{
	set_number("LISTEN_PID", (long)getpid() + 1);
	setenv("LISTEN_FDS", "2", 1);
	ck_assert_int_eq(service_take_sockets(), 0);
	ck_assert_ptr_null(getenv("LISTEN_FDS")); // whoever we start is not told
	set_number("LISTEN_PID", getpid());
	setenv("LISTEN_FDS", "2", 1);
	setenv("LISTEN_FDNAMES", "a:b", 1);
	ck_assert_int_eq(service_take_sockets(), 2);
	ck_assert_ptr_null(getenv("LISTEN_PID"));
	ck_assert_ptr_null(getenv("LISTEN_FDNAMES"));
	ck_assert_int_eq(service_take_sockets(), 0);
	set_number("LISTEN_PID", getpid());
	setenv("LISTEN_FDS", "many", 1);
	ck_assert_int_eq(service_take_sockets(), 0);
}
END_TEST

START_TEST(the_manager_is_told)
{
	char directory[] = "/tmp/test-service-XXXXXX";
	ck_assert_ptr_nonnull(mkdtemp(directory));
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", directory);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
	service_notify("READY=1\nSTATUS=0 working");
	char text[64] = {0};
	ck_assert_int_eq(recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT), 24);
	ck_assert_str_eq(text, "READY=1\nSTATUS=0 working");
	close(fd);
	unlink(address.sun_path);
	rmdir(directory);
	service_notify("STOPPING=1"); // nobody listens any more: no harm
	unsetenv("NOTIFY_SOCKET");
	service_notify("STOPPING=1");
	setenv("NOTIFY_SOCKET", "relative", 1);
	service_notify("STOPPING=1");
	unsetenv("NOTIFY_SOCKET");
}
END_TEST

START_TEST(the_watchdog_is_asked_for_by_a_number)
{
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	ck_assert_int_eq(service_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	ck_assert_int_eq(service_watchdog_ms(), 30000);
	set_number("WATCHDOG_PID", (long)getpid() + 1);
	ck_assert_int_eq(service_watchdog_ms(), 0);
	set_number("WATCHDOG_PID", getpid());
	ck_assert_int_eq(service_watchdog_ms(), 30000);
	setenv("WATCHDOG_USEC", "soon", 1);
	ck_assert_int_eq(service_watchdog_ms(), 0);
}
END_TEST

static Suite *service_suite(void)
{
	Suite *suite = suite_create("service");
	TCase *c = tcase_create("protocols");
	tcase_add_test(c, sockets_are_taken_only_if_they_are_ours);
	tcase_add_test(c, the_manager_is_told);
	tcase_add_test(c, the_watchdog_is_asked_for_by_a_number);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(service_suite());
}
