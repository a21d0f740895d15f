#include "sink/ws_frame.h"

#include <string.h>

#include "base/buf.h"

enum { FINAL = 0x80, SIZE_16 = 126, SIZE_64 = 127, CONTROL_BYTES = 125 };

/* A small size is in the second byte, a larger one follows in two or eight bytes. */
static size_t write_header(unsigned char *at, enum ws_opcode opcode, uint64_t size)
{
	unsigned bytes = size < SIZE_16 ? 0 : size <= UINT16_MAX ? 2 : 8;
	at[0] = (unsigned char)(FINAL | opcode);
	at[1] = bytes == 0 ? (unsigned char)size : bytes == 2 ? SIZE_16 : SIZE_64;
	for (unsigned i = 0; i < bytes; i++) {
		at[2 + i] = (unsigned char)(size >> (8 * (bytes - 1 - i)));
	}
	return 2 + bytes;
}

int ws_frame_append(struct buf *out, enum ws_opcode opcode, struct str payload)
{
	unsigned char header[WS_HEADER_BYTES];
	size_t size = write_header(header, opcode, payload.size);
	int r = buf_reserve(out, size + payload.size);
	if (r == 0) {
		(void)buf_append(out, header, size);
		(void)buf_append_str(out, payload);
	}
	return r;
}

int ws_frame_append_close(struct buf *out, enum ws_close_code code, struct str reason)
{
	char payload[CONTROL_BYTES] = {(char)(code >> 8), (char)(code & 0xff)};
	reason = str_first(reason, sizeof(payload) - 2);
	if (reason.size > 0) {
		memcpy(payload + 2, reason.data, reason.size);
	}
	return ws_frame_append(out, WS_CLOSE, (struct str){payload, reason.size + 2});
}
