#include "price/price_status.h"

static struct price_mismatch *find(struct price_status *s, struct str model)
{
	for (size_t i = 0; i < s->mismatch_count; i++) {
		if (str_equal(str_from(s->mismatches[i].model), model)) {
			return &s->mismatches[i];
		}
	}
	return NULL;
}

void price_status_add_mismatch(struct price_status *s, struct str model)
{
	struct price_mismatch added = {0};
	struct str name = str_trim(model);
	name.size = name.size < PRICE_NAME_BYTES ? name.size : PRICE_NAME_BYTES;
	str_lower(name, added.model);
	struct price_mismatch *row = find(s, str_from(added.model));
	s->mismatched_calls++;
	if (row == NULL && s->mismatch_count < PRICE_MISMATCH_MODELS) {
		row = &s->mismatches[s->mismatch_count++];
		*row = added;
	}
	if (row != NULL) {
		row->calls++;
	}
}
