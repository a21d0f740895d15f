/* Any bytes as a protobuf request. */
#include "fuzz/fuzz_otlp.h"
#include "fuzz/fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_receive(false, data, size);
	return 0;
}
