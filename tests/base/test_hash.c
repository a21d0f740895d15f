#include "base/hash.h"

#include "base/mem.h"
#include "support/suite.h"

struct element {
	struct hash_node node;
	int key;
};

static struct element *find(const struct hash *h, uint64_t hash, int key)
{
	for (struct hash_node *n = hash_first(h, hash); n != NULL; n = hash_next(n)) {
		struct element *e = container_of(n, struct element, node);
		if (e->key == key) {
			return e;
		}
	}
	return NULL;
}

START_TEST(elements_are_found_by_hash_and_key)
{
	static struct element elements[200];
	struct hash h;
	hash_init(&h, 10); // fewer than there will be
	for (int i = 0; i < 200; i++) {
		elements[i].key = i;
		hash_add(&h, &elements[i].node, (uint64_t)(i % 50));
	}
	for (int i = 0; i < 200; i++) {
		ck_assert_ptr_eq(find(&h, (uint64_t)(i % 50), i), &elements[i]);
		ck_assert_ptr_null(find(&h, (uint64_t)(i % 50) + 64, i));
	}
	for (int i = 0; i < 200; i += 2) {
		hash_remove(&h, &elements[i].node);
	}
	for (int i = 0; i < 200; i++) {
		ck_assert_ptr_eq(find(&h, (uint64_t)(i % 50), i), i % 2 == 0 ? NULL : &elements[i]);
	}
	hash_finish(&h);
}
END_TEST

START_TEST(other_hashes_of_the_same_bucket_are_passed_over)
{
	struct element a = {.key = 1}, b = {.key = 2};
	struct hash h;
	hash_init(&h, 1);
	hash_add(&h, &a.node, 3);
	hash_add(&h, &b.node, 3 + ((uint64_t)1 << 32));
	ck_assert_ptr_eq(hash_first(&h, 3), &a.node);
	ck_assert_ptr_null(hash_next(&a.node));
	hash_finish(&h);
	hash_finish(&h);
}
END_TEST

static Suite *hash_suite(void)
{
	Suite *suite = suite_create("hash");
	TCase *tcase = tcase_create("hash");
	tcase_add_test(tcase, elements_are_found_by_hash_and_key);
	tcase_add_test(tcase, other_hashes_of_the_same_bucket_are_passed_over);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(hash_suite());
}
