/* What doctor says of things that a test of the whole program cannot bring about: another day. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/cli_command.h"
#include "config/config.h"
#include "config/config_report.h"
#include "price/price_file.h"
#include "price/price_table.h"
#include "support/suite.h"

static const int64_t day_ms = INT64_C(86400000);

static int64_t today; // since the epoch

/* Takes the place of the C library's: another day, and all other clocks as they are. */
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name)
int clock_gettime(clockid_t clock, struct timespec *ret)
{
	if (clock != CLOCK_REALTIME) {
		return (int)syscall(SYS_clock_gettime, clock, ret);
	}
	*ret = (struct timespec){.tv_sec = (time_t)(today * day_ms + day_ms / 2) / 1000};
	return 0;
}

static void run_doctor(void)
{
	static const char *const environment[] = {"HOME=/nowhere", "PATH=/nowhere",
		"XDG_RUNTIME_DIR=/nowhere", "OTLP_PORT=0", "OTEL_AI_MONITOR_NOTIFIER=/bin/true",
		NULL};
	struct config_inputs inputs = {.environment = environment, .stdout_fd = -1};
	struct config config;
	struct config_report report;
	config_report_init(&report);
	ck_assert_int_eq(config_load(&config, &inputs, &report), CONFIG_OK);
	(void)cli_doctor_command.run(&config);
	config_finish(&config);
	config_report_finish(&report);
}

/* What it prints on that day, for the caller to free. */
static char *doctor_on(int64_t day)
{
	FILE *out = tmpfile();
	int before = dup(STDOUT_FILENO);
	ck_assert(out != NULL && before >= 0);
	(void)fflush(stdout);
	ck_assert_int_eq(dup2(fileno(out), STDOUT_FILENO), STDOUT_FILENO);
	today = day;
	run_doctor();
	(void)fflush(stdout);
	ck_assert_int_eq(dup2(before, STDOUT_FILENO), STDOUT_FILENO);
	close(before);
	long size = ftell(out);
	char *text = xcalloc(1, (size_t)size + 1);
	rewind(out);
	ck_assert_uint_eq(fread(text, 1, (size_t)size, out), (size_t)size);
	(void)fclose(out);
	return text;
}

START_TEST(a_price_list_is_old_after_sixty_days)
{
	struct price_table *listed = price_file_builtin();
	cleanup_free char *last = doctor_on(listed->as_of_day + 60);
	ck_assert_ptr_nonnull(strstr(last, "no otel-ai-monitor answers"));
	ck_assert_ptr_null(strstr(last, "price list"));
	cleanup_free char *first = doctor_on(listed->as_of_day + 61);
	ck_assert_ptr_nonnull(strstr(first, "the price list is 61 days old"));
	price_table_destroy(listed);
}
END_TEST

static Suite *cli_doctor_suite(void)
{
	Suite *suite = suite_create("cli_doctor");
	TCase *c = tcase_create("prices");
	tcase_add_test(c, a_price_list_is_old_after_sixty_days);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(cli_doctor_suite());
}
