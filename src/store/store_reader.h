/* The thread that answers questions. */
#pragma once

/* data: the struct store. */
void *store_reader_run(void *data);
