/* Random requests, made of generated code (proto/), for the oracle. */
#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

/* Where the random numbers stand: set it, and the same come again. Not 0. */
extern uint64_t random_state;

uint64_t random_below(uint64_t n);

/* An Export*ServiceRequest of two resources with one scope each, from take_memory(). */
ProtobufCMessage *random_logs(void);
ProtobufCMessage *random_traces(void);
ProtobufCMessage *random_metrics(void);

/* Zeroed memory that lives until all of it is given back. */
void *take_memory(size_t count, size_t size);
void give_memory_back(void);
