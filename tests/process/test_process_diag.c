#include "process/process_diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>

#include "support/suite.h"

struct answer {
	struct nlmsghdr header;
	union {
		struct inet_diag_msg socket;
		struct nlmsgerr error;
	};
};

static struct sockaddr_storage address(const char *text, uint16_t port)
{
	struct sockaddr_storage ret = {0};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
		memcpy(&ret, &in, sizeof(in));
	} else {
		ck_assert_int_eq(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
		memcpy(&ret, &in6, sizeof(in6));
	}
	return ret;
}

static int endpoints(const char *local, const char *peer, struct process_endpoints *ret)
{
	struct sockaddr_storage a = address(local, 4318), b = address(peer, 51234);
	return process_diag_endpoints((struct sockaddr *)&a, (struct sockaddr *)&b, ret);
}

static struct answer answer_for(const struct process_endpoints *ends)
{
	struct answer a = {.header = {.nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_seq = 5},
		.socket = {.idiag_inode = 777, .idiag_uid = 1000}};
	a.header.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + sizeof(a.socket));
	a.socket.id.idiag_sport = ends->client_port;
	a.socket.id.idiag_dport = ends->server_port;
	return a;
}

START_TEST(mapped_addresses_are_ipv4)
{
	struct process_endpoints plain, mapped;
	ck_assert_int_eq(endpoints("127.0.0.1", "127.0.0.2", &plain), 0);
	ck_assert_int_eq(plain.family, AF_INET);
	ck_assert_uint_eq(plain.client[0], htonl(0x7f000002));
	ck_assert_uint_eq(plain.client_port, htons(51234));
	ck_assert_uint_eq(plain.server_port, htons(4318));
	ck_assert_int_eq(endpoints("::ffff:127.0.0.1", "::ffff:127.0.0.2", &mapped), 0);
	ck_assert_mem_eq(&plain, &mapped, sizeof(plain));
}
END_TEST

START_TEST(versions_must_agree)
{
	struct process_endpoints ends;
	struct sockaddr_storage un = {.ss_family = AF_UNIX};
	ck_assert_int_eq(endpoints("127.0.0.1", "::1", &ends), -EAFNOSUPPORT);
	ck_assert_int_eq(
		process_diag_endpoints((struct sockaddr *)&un, (struct sockaddr *)&un, &ends),
		-EAFNOSUPPORT);
	ck_assert_int_eq(endpoints("::1", "::1", &ends), 0);
	ck_assert_int_eq(ends.family, AF_INET6);
}
END_TEST

START_TEST(the_request_names_the_clients_side)
{
	struct process_endpoints ends;
	struct process_diag_request request;
	endpoints("127.0.0.1", "127.0.0.2", &ends);
	process_diag_request_init(&request, &ends, 5);
	ck_assert_uint_eq(request.header.nlmsg_len, sizeof(request));
	ck_assert_uint_eq(request.header.nlmsg_flags, NLM_F_REQUEST); // one, not a dump
	ck_assert_uint_eq(request.header.nlmsg_seq, 5);
	ck_assert_uint_eq(request.body.sdiag_protocol, IPPROTO_TCP);
	ck_assert_uint_eq(request.body.id.idiag_sport, htons(51234));
	ck_assert_uint_eq(request.body.id.idiag_dport, htons(4318));
	ck_assert_uint_eq(request.body.id.idiag_src[0], htonl(0x7f000002));
	ck_assert_uint_eq(request.body.id.idiag_dst[0], htonl(0x7f000001));
	ck_assert_uint_eq(request.body.id.idiag_cookie[1], INET_DIAG_NOCOOKIE);
}
END_TEST

START_TEST(the_answer_is_read)
{
	struct process_endpoints ends;
	struct process_socket found;
	endpoints("127.0.0.1", "127.0.0.1", &ends);
	struct answer a = answer_for(&ends);
	ck_assert_int_eq(process_diag_read(&a, a.header.nlmsg_len, &ends, 5, &found), 0);
	ck_assert_uint_eq(found.inode, 777);
	ck_assert_int_eq(found.uid, 1000);
}
END_TEST

START_TEST(a_listener_or_an_orphan_is_no_client)
{
	struct process_endpoints ends;
	struct process_socket found;
	endpoints("127.0.0.1", "127.0.0.1", &ends);
	struct answer a = answer_for(&ends);
	a.socket.id.idiag_dport = 0;
	ck_assert_int_eq(process_diag_read(&a, a.header.nlmsg_len, &ends, 5, &found), -ENOENT);
	a = answer_for(&ends);
	a.socket.idiag_inode = 0;
	ck_assert_int_eq(process_diag_read(&a, a.header.nlmsg_len, &ends, 5, &found), -ENOENT);
}
END_TEST

START_TEST(the_kernels_error_is_passed_on)
{
	struct process_endpoints ends;
	struct process_socket found;
	endpoints("127.0.0.1", "127.0.0.1", &ends);
	struct answer a = answer_for(&ends);
	a.header.nlmsg_type = NLMSG_ERROR;
	a.error.error = -EPERM;
	ck_assert_int_eq(process_diag_read(&a, a.header.nlmsg_len, &ends, 5, &found), -EPERM);
	a.error.error = 0;
	ck_assert_int_eq(process_diag_read(&a, a.header.nlmsg_len, &ends, 5, &found), -EBADMSG);
}
END_TEST

START_TEST(other_bytes_are_refused)
{
	struct process_endpoints ends;
	struct process_socket found;
	endpoints("127.0.0.1", "127.0.0.1", &ends);
	struct answer a = answer_for(&ends);
	for (uint32_t size = 0; size < a.header.nlmsg_len; size++) {
		struct answer cut = a;
		ck_assert_int_eq(process_diag_read(&cut, size, &ends, 5, &found), -EBADMSG);
		cut.header.nlmsg_len = size;
		ck_assert_int_eq(process_diag_read(&cut, sizeof(cut), &ends, 5, &found), -EBADMSG);
	}
	ck_assert_int_eq(process_diag_read(&a, a.header.nlmsg_len, &ends, 6, &found), -EBADMSG);
	a.header.nlmsg_type = NLMSG_DONE;
	ck_assert_int_eq(process_diag_read(&a, a.header.nlmsg_len, &ends, 5, &found), -EBADMSG);
}
END_TEST

/* Ports in these lines: C822 is 51234, 10DE is 4318. */
static const char tcp_line[] =
	"   3: 0100007F:C822 0100007F:10DE 01 00000000:00000000 00:00000000 00000000  1000 "
	"       0 777 1 0000000000000000 20 4 30 10 -1\n";
static const char tcp6_line[] =
	"   1: 00000000000000000000000001000000:C822 00000000000000000000000001000000:10DE 01 "
	"00000000:00000000 02:00000A5B 00000000  1000        0 778 2 0000000000000000 20 4 0 10 -1";
static const char mapped_line[] =
	"  12: 0000000000000000FFFF00000100007F:C822 0000000000000000FFFF00000100007F:10DE 01 "
	"00000000:00000000 00:00000000 00000000  1000        0 779 1 0000000000000000 20 4 0 10 -1";

START_TEST(the_text_is_read)
{
	struct process_endpoints v4, v6;
	struct process_socket found;
	endpoints("127.0.0.1", "127.0.0.1", &v4);
	endpoints("::1", "::1", &v6);
	ck_assert(process_diag_read_line(tcp_line, false, &v4, &found));
	ck_assert_uint_eq(found.inode, 777);
	ck_assert_int_eq(found.uid, 1000);
	ck_assert(process_diag_read_line(tcp6_line, true, &v6, &found));
	ck_assert_uint_eq(found.inode, 778);
	ck_assert(process_diag_read_line(mapped_line, true, &v4, &found));
	ck_assert_uint_eq(found.inode, 779);
}
END_TEST

START_TEST(other_lines_are_passed_over)
{
	struct process_endpoints v4, v6, reversed;
	struct process_socket found;
	char line[256];
	endpoints("127.0.0.1", "127.0.0.1", &v4);
	endpoints("::1", "::1", &v6);
	reversed = v4;
	reversed.client_port = v4.server_port;
	reversed.server_port = v4.client_port;
	ck_assert(!process_diag_read_line(tcp_line, false, &reversed, &found));
	ck_assert(!process_diag_read_line(tcp_line, false, &v6, &found));
	ck_assert(!process_diag_read_line(mapped_line, true, &v6, &found));
	ck_assert(!process_diag_read_line(tcp6_line, true, &v4, &found));
	ck_assert(!process_diag_read_line("", false, &v4, &found));
	ck_assert(!process_diag_read_line(
		"  sl  local_address rem_address   st tx_queue", false, &v4, &found));
	memcpy(line, tcp_line, sizeof(tcp_line));
	memcpy(strstr(line, "777"), "  0", 3); // nobody's any more
	ck_assert(!process_diag_read_line(line, false, &v4, &found));
	line[20] = '\0';
	ck_assert(!process_diag_read_line(line, false, &v4, &found));
}
END_TEST

static Suite *diag_suite(void)
{
	Suite *suite = suite_create("process_diag");
	TCase *tc = tcase_create("all");
	tcase_add_test(tc, mapped_addresses_are_ipv4);
	tcase_add_test(tc, versions_must_agree);
	tcase_add_test(tc, the_request_names_the_clients_side);
	tcase_add_test(tc, the_answer_is_read);
	tcase_add_test(tc, a_listener_or_an_orphan_is_no_client);
	tcase_add_test(tc, the_kernels_error_is_passed_on);
	tcase_add_test(tc, other_bytes_are_refused);
	tcase_add_test(tc, the_text_is_read);
	tcase_add_test(tc, other_lines_are_passed_over);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(diag_suite());
}
