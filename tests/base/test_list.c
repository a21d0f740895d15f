#include "base/list.h"

#include "support/suite.h"

struct element {
	int number;
	struct list link;
};

static struct list head;
static struct element elements[4];

static void setup(void)
{
	list_init(&head);
	for (int i = 0; i < 4; i++) {
		elements[i] = (struct element){.number = i};
		list_append(&head, &elements[i].link);
	}
}

/* The numbers in order, as decimal digits. */
static int digits(void)
{
	struct element *e;
	int value = 0;
	list_for_each(e, &head, link)
	{
		value = value * 10 + e->number + 1;
	}
	return value;
}

START_TEST(elements_come_in_the_order_added)
{
	ck_assert_int_eq(digits(), 1234);
	ck_assert(!list_is_empty(&head));
	ck_assert_ptr_eq(list_entry(head.next, struct element, link), &elements[0]);
}
END_TEST

START_TEST(removed_elements_are_gone_and_may_be_removed_again)
{
	list_remove(&elements[1].link);
	list_remove(&elements[1].link);
	ck_assert_int_eq(digits(), 134);
	list_append(&head, &elements[1].link);
	ck_assert_int_eq(digits(), 1342);
}
END_TEST

START_TEST(the_element_under_the_cursor_may_go)
{
	struct element *e, *next;
	list_for_each_safe(e, next, &head, link)
	{
		if (e->number != 2) {
			list_remove(&e->link);
		}
	}
	ck_assert_int_eq(digits(), 3);
	list_remove(&elements[2].link);
	ck_assert(list_is_empty(&head));
}
END_TEST

static Suite *list_suite(void)
{
	Suite *suite = suite_create("list");
	TCase *tcase = tcase_create("list");
	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, elements_come_in_the_order_added);
	tcase_add_test(tcase, removed_elements_are_gone_and_may_be_removed_again);
	tcase_add_test(tcase, the_element_under_the_cursor_may_go);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(list_suite());
}
