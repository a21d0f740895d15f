#include "setup/setup_url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { HTTP_PORT = 80, HOST_BYTES = 64 };

static bool is_loopback_v6(const struct in6_addr *address)
{
	uint32_t last;
	memcpy(&last, &address->s6_addr[12], sizeof(last));
	return IN6_IS_ADDR_LOOPBACK(address) ||
	       (IN6_IS_ADDR_V4MAPPED(address) && last == htonl(INADDR_LOOPBACK));
}

/* As the clients read them, 127.1 is an address too. */
static bool is_loopback(struct str host)
{
	char name[HOST_BYTES];
	struct in_addr v4;
	struct in6_addr v6;
	if (host.size == 0 || host.size >= sizeof(name)) {
		return false;
	}
	if (host.data[0] == '[') {
		bool closed = host.size > 2 && host.data[host.size - 1] == ']';
		memcpy(name, host.data + 1, host.size - 1);
		name[closed ? host.size - 2 : 0] = '\0';
		return inet_pton(AF_INET6, name, &v6) == 1 && is_loopback_v6(&v6);
	}
	memcpy(name, host.data, host.size);
	name[host.size] = '\0';
	if (strcspn(name, " \t") != host.size) { // inet_aton() would stop there
		return false;
	}
	return str_equal_nocase(host, STR("localhost")) ||
	       str_equal_nocase(host, STR("localhost.")) ||
	       (inet_aton(name, &v4) != 0 && v4.s_addr == htonl(INADDR_LOOPBACK));
}

/* Takes "HOST[:PORT]" apart. */
static bool read_authority(struct str authority, struct str *ret_host, int64_t *ret_port)
{
	size_t host = 0;
	bool in_brackets = authority.size > 0 && authority.data[0] == '[';
	while (host < authority.size && (in_brackets || authority.data[host] != ':')) {
		in_brackets = in_brackets && authority.data[host] != ']';
		host++;
	}
	*ret_host = (struct str){authority.data, host};
	*ret_port = HTTP_PORT;
	if (host + 1 >= authority.size) {
		return true; // a colon without a number is allowed
	}
	struct str number = str_skip(authority, host + 1);
	return authority.data[host] == ':' && number.data[0] != '-' &&
	       str_to_int64(number, ret_port) && *ret_port <= UINT16_MAX;
}

bool setup_url_is_loopback(struct str url, struct str path, int *ret_port)
{
	static const char scheme[] = "http://";
	struct str host;
	int64_t port;
	url = str_trim(url);
	struct str front = str_first(url, strlen(scheme));
	if (!str_equal_nocase(front, STR(scheme))) {
		return false;
	}
	url = str_skip(url, front.size);
	size_t size = 0;
	while (size < url.size && url.data[size] != '/') {
		size++;
	}
	struct str rest = str_skip(url, size);
	while (path.size == 0 && rest.size > 0 && rest.data[0] == '/') {
		rest = str_skip(rest, 1);
	}
	if (!str_equal(rest, path) || !read_authority((struct str){url.data, size}, &host, &port) ||
		!is_loopback(host)) {
		return false;
	}
	*ret_port = (int)port;
	return true;
}

bool setup_url_is_local(struct str url, int port, struct str path)
{
	int found;
	return setup_url_is_loopback(url, path, &found) && found == port;
}
