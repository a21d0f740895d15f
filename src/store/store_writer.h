/* The thread that writes: facts, changes, and what is too old. */
#pragma once

/* data: the struct store. */
void *store_writer_run(void *data);
