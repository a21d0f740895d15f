/* Any bytes as a JSON request. */
#include "fuzz/fuzz_otlp.h"
#include "fuzz/fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_receive(true, data, size);
	return 0;
}
