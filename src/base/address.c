#include "base/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

bool address_parse(struct str text, uint16_t port, struct sockaddr_storage *ret)
{
	char name[INET6_ADDRSTRLEN] = "";
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	if (text.size == 0 || text.size >= sizeof(name) || str_has_char(text, '\0')) {
		return false;
	}
	memcpy(name, text.data, text.size);
	bool is_v4 = inet_pton(AF_INET, name, &v4.sin_addr) == 1;
	if (!is_v4 && inet_pton(AF_INET6, name, &v6.sin6_addr) != 1) {
		return false;
	}
	memset(ret, 0, sizeof(*ret));
	memcpy(ret, is_v4 ? (const void *)&v4 : &v6, is_v4 ? sizeof(v4) : sizeof(v6));
	return true;
}

bool address_is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
		return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	if (address->sa_family != AF_INET6) {
		return false;
	}
	const struct in6_addr *v6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
	return IN6_IS_ADDR_LOOPBACK(v6) ||
	       (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == IN_LOOPBACKNET);
}

bool address_names_loopback(struct str text)
{
	struct sockaddr_storage address;
	return address_parse(text, 0, &address) &&
	       address_is_loopback((const struct sockaddr *)&address);
}

int address_unix(const char *path, struct sockaddr_un *ret)
{
	size_t size = strlen(path);
	if (size == 0 || size > ADDRESS_UNIX_BYTES) {
		return -ENAMETOOLONG;
	}
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(ret->sun_path, path, size);
	return 0;
}
