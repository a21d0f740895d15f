#include "base/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "base/mem.h"
#include "support/suite.h"

static const struct {
	const char *address;
	bool loopback;
} addresses[] = {
	{"127.0.0.1", true},
	{"127.255.0.1", true},
	{"::1", true},
	{"::ffff:127.0.0.1", true},
	{"128.0.0.1", false},
	{"0.0.0.0", false},
	{"::", false},
	{"fe80::1", false},
	{"::ffff:10.0.0.1", false},
	{"localhost", false},
};

START_TEST(loopback_is_told_from_the_rest)
{
	ck_assert_int_eq(
		address_names_loopback(str_from(addresses[_i].address)), addresses[_i].loopback);
}
END_TEST

START_TEST(an_address_is_parsed_with_its_port)
{
	struct sockaddr_storage address;
	ck_assert(address_parse(STR("127.0.0.1"), 4318, &address));
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;
	ck_assert_int_eq(v4->sin_family, AF_INET);
	ck_assert_uint_eq(ntohs(v4->sin_port), 4318);
	ck_assert_uint_eq(ntohl(v4->sin_addr.s_addr), 0x7f000001);
	ck_assert(address_parse(STR("::1"), 1, &address));
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address;
	ck_assert_int_eq(v6->sin6_family, AF_INET6);
	ck_assert_uint_eq(ntohs(v6->sin6_port), 1);
	ck_assert(IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr));
}
END_TEST

START_TEST(what_is_no_address_leaves_everything_as_it_was)
{
	static const char *const bad[] = {"", "localhost", "127.1", "[::1]", "127.0.0.1 ", "::1%lo",
		"1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16:17:18:19:20"};
	struct sockaddr_storage address, before;
	memset(&address, 0x5a, sizeof(address));
	before = address;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		ck_assert_msg(!address_parse(str_from(bad[i]), 1, &address), "%s", bad[i]);
	}
	ck_assert(!address_parse(STR("127.0.0.1\0"), 1, &address));
	ck_assert(!address_parse((struct str){0}, 1, &address));
	ck_assert_mem_eq(&address, &before, sizeof(address));
}
END_TEST

START_TEST(a_path_must_fit_a_unix_socket)
{
	char path[ADDRESS_UNIX_BYTES + 2];
	struct sockaddr_un address;
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(address_unix(path, &address), -ENAMETOOLONG);
	ck_assert_int_eq(address_unix("", &address), -ENAMETOOLONG);
	ck_assert_int_eq(address_unix(path + 1, &address), 0);
	ck_assert_int_eq(address.sun_family, AF_UNIX);
	ck_assert_str_eq(address.sun_path, path + 1);
}
END_TEST

static Suite *address_suite(void)
{
	Suite *suite = suite_create("address");
	TCase *tcase = tcase_create("address");
	tcase_add_loop_test(tcase, loopback_is_told_from_the_rest, 0, (int)ARRAY_SIZE(addresses));
	tcase_add_test(tcase, an_address_is_parsed_with_its_port);
	tcase_add_test(tcase, what_is_no_address_leaves_everything_as_it_was);
	tcase_add_test(tcase, a_path_must_fit_a_unix_socket);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(address_suite());
}
