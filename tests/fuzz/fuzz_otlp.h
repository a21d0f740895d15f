/* One request body through a receiver, and what must hold whatever is in it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first byte picks the signal (or none), the rest is the body. */
void fuzz_receive(bool json, const uint8_t *data, size_t size);
