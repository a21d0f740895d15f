/* The reader thread, which answers queries. */
#pragma once

/* data: the struct store. */
void *store_reader_run(void *data);
