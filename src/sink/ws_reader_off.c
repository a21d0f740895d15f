/* For builds without wslay: no WebSocket is ever opened, so these functions only need to link. */
#include "sink/ws_reader.h"

bool ws_reader_is_built(void)
{
	return false;
}

struct ws_reader *ws_reader_create(size_t max_message_bytes, ws_on_message *on_message, void *data)
{
	(void)max_message_bytes;
	(void)on_message;
	(void)data;
	return NULL;
}

void ws_reader_destroy(struct ws_reader *r)
{
	(void)r;
}

const struct ws_end *ws_reader_push(struct ws_reader *r, struct str bytes, struct buf *answers)
{
	(void)r;
	(void)bytes;
	(void)answers;
	return NULL;
}
