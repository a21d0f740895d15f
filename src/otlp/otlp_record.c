#include "otlp/otlp_record.h"

const struct otlp_value *otlp_attributes_find(
	const struct otlp_attributes *attributes, struct str key)
{
	for (size_t i = attributes->count; i > 0; i--) {
		if (str_equal(attributes->items[i - 1].key, key)) {
			return &attributes->items[i - 1].value;
		}
	}
	return NULL;
}

void otlp_value_keep_item(struct otlp_value *array, const struct otlp_value *item)
{
	for (unsigned i = 0; i < 2 && item->kind == OTLP_VALUE_STRING; i++) {
		if (array->strings[i].data == NULL) {
			array->strings[i] = item->string;
			return;
		}
	}
}
