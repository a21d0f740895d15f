#include "bench_http.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "bench.h"

enum { HEAD_BYTES = 640, TIMEOUT_MS = 5000, READ_BYTES = 65536 };

/* What the templates hold: see bodies.py. */
static const char session_mark[] = "5e551000-0000-4000-8000-000000000000";
static const char iso_mark[] = "2000-01-01T00:00:00.000Z";
static const char decimal_mark[] = "9114861777597660798";
static const char fixed64_mark[] = "\x7e\x7e\x7e\x7e\x7e\x7e\x7e\x7e";

struct bench_url bench_url_parse(const char *text)
{
	struct bench_url url = {.address = {.sin_family = AF_INET}};
	unsigned port = 0;
	char host[48];
	int matched = sscanf(text, "http://%47[0-9.]:%u%255s", host, &port, url.path);
	if (matched != 3 || port > 65535 || inet_pton(AF_INET, host, &url.address.sin_addr) != 1 ||
		ntohl(url.address.sin_addr.s_addr) >> 24 != 127) {
		bench_die("not http://127.0.0.1:PORT/PATH: %s", text);
	}
	url.address.sin_port = htons((uint16_t)port);
	snprintf(url.host, sizeof(url.host), "%s:%u", host, port);
	return url;
}

int bench_connect(const struct bench_url *url)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	if (fd < 0) {
		bench_die("no socket");
	}
	if (connect(fd, (const struct sockaddr *)&url->address, sizeof(url->address)) != 0) {
		close(fd);
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static char *read_file(const char *path, size_t *ret_size)
{
	FILE *in = fopen(path, "rb");
	struct stat st;
	if (in == NULL || fstat(fileno(in), &st) != 0) {
		bench_die("cannot read %s", path);
	}
	char *bytes = xmalloc((size_t)st.st_size);
	*ret_size = fread(bytes, 1, (size_t)st.st_size, in);
	fclose(in);
	return bytes;
}

/* How many records the body has, by the manifest in its directory. */
static long count_records(const char *body_path)
{
	const char *slash = strrchr(body_path, '/');
	int dir_size = slash != NULL ? (int)(slash - body_path) : 1;
	const char *name = slash != NULL ? slash + 1 : body_path;
	char *path = xasprintf("%.*s/manifest.tsv", dir_size, slash != NULL ? body_path : ".");
	FILE *in = fopen(path, "r");
	free(path);
	char entry[256];
	long records, found = 1;
	while (in != NULL && fscanf(in, "%255s %ld %*[^\n]", entry, &records) == 2) {
		if (strcmp(entry, name) == 0) {
			found = records;
			break;
		}
	}
	if (in != NULL) {
		fclose(in);
	}
	return found;
}

struct bench_request bench_request_load(const struct bench_url *url, const char *body_path)
{
	size_t body_size;
	char *body = read_file(body_path, &body_size), head[HEAD_BYTES];
	bool packed = str_ends_with(str_from(body_path), STR(".gz"));
	bool json = strstr(body_path, ".json") != NULL;
	int head_size = snprintf(head, sizeof(head),
		"POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: "
		"OTel-OTLP-Exporter-JavaScript/0.208.0\r\n"
		"Content-Type: application/%s\r\n%sContent-Length: %zu\r\n\r\n",
		url->path, url->host, json ? "json" : "x-protobuf",
		packed ? "Content-Encoding: gzip\r\n" : "", body_size);
	struct bench_request r = {.head_size = (size_t)head_size,
		.size = (size_t)head_size + body_size,
		.records = count_records(body_path)};
	r.bytes = xmalloc(r.size);
	memcpy(r.bytes, head, r.head_size);
	memcpy(r.bytes + r.head_size, body, body_size);
	free(body);
	return r;
}

void bench_request_finish(struct bench_request *r)
{
	free(r->bytes);
	r->bytes = NULL;
}

void bench_session_id(char ret[BENCH_SESSION_ID_BYTES + 1])
{
	uint16_t r[8];
	if (getrandom(r, sizeof(r), 0) != sizeof(r)) {
		bench_die("no random numbers");
	}
	snprintf(ret, BENCH_SESSION_ID_BYTES + 1, "%04x%04x-%04x-4%03x-8%03x-%04x%04x%04x", r[0],
		r[1], r[2], r[3] & 0xfffU, r[4] & 0xfffU, r[5], r[6], r[7]);
}

static void replace(char *bytes, size_t size, const void *mark, const void *with, size_t length)
{
	char *end = bytes + size;
	for (char *at = bytes; (at = memmem(at, (size_t)(end - at), mark, length)) != NULL;) {
		memcpy(at, with, length);
		at += length;
	}
}

void bench_request_fill(const struct bench_request *r, const char *session_id, char *bytes)
{
	struct timespec now;
	struct tm calendar;
	clock_gettime(CLOCK_REALTIME, &now);
	uint64_t ns = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
	char decimal[24], date[32], iso[48];
	snprintf(decimal, sizeof(decimal), "%019llu", (unsigned long long)ns);
	gmtime_r(&now.tv_sec, &calendar);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &calendar);
	snprintf(iso, sizeof(iso), "%s.%03dZ", date, (int)(now.tv_nsec / 1000000));
	memcpy(bytes, r->bytes, r->size);
	char *body = bytes + r->head_size;
	size_t size = r->size - r->head_size;
	replace(body, size, session_mark, session_id, sizeof(session_mark) - 1);
	replace(body, size, iso_mark, iso, sizeof(iso_mark) - 1);
	replace(body, size, decimal_mark, decimal, sizeof(decimal_mark) - 1);
	replace(body, size, fixed64_mark, &ns, sizeof(fixed64_mark) - 1); // little-endian, as here
}

static int finish_head(struct bench_response *r, const char *head_end)
{
	if (sscanf(r->head, "HTTP/1.1 %d", &r->status) != 1) {
		return -1;
	}
	const char *length = strcasestr(r->head, "\r\ncontent-length:");
	r->body_left = length != NULL && length < head_end ? strtoul(length + 17, NULL, 10) : 0;
	r->in_body = true;
	return 0;
}

int bench_response_feed(struct bench_response *r, const char *bytes, size_t size)
{
	if (!r->in_body) {
		if (size >= sizeof(r->head) - r->head_size) {
			return -1;
		}
		memcpy(r->head + r->head_size, bytes, size);
		r->head_size += size;
		r->head[r->head_size] = '\0';
		const char *end = strstr(r->head, "\r\n\r\n");
		if (end == NULL) {
			return 0;
		}
		if (finish_head(r, end) != 0) {
			return -1;
		}
		size = r->head_size - (size_t)(end + 4 - r->head);
	}
	if (size > r->body_left) {
		return -1;
	}
	r->body_left -= size;
	return r->body_left == 0;
}

int bench_await_answer(int fd)
{
	static char bytes[READ_BYTES];
	struct bench_response response = {0};
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	while (poll(&ready, 1, TIMEOUT_MS) == 1) {
		ssize_t size = recv(fd, bytes, sizeof(bytes), 0);
		int whole = size > 0 ? bench_response_feed(&response, bytes, (size_t)size) : -1;
		if (whole != 0) {
			return whole > 0 ? response.status : -1;
		}
	}
	return -1;
}

int bench_exchange(int fd, const char *bytes, size_t size)
{
	if (send(fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size) {
		return -1;
	}
	return bench_await_answer(fd);
}
