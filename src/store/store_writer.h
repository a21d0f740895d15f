/* The writer thread: enters facts, runs changes, applies retention. */
#pragma once

/* data: the struct store. */
void *store_writer_run(void *data);
