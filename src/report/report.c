#include "report/report.h"

#include <stdlib.h>
#include <time.h>

#include "base/instant.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "store/store_db.h"

enum { TIME_BYTES = 96 };

static int64_t number_of(const struct tm *t)
{
	return ((int64_t)t->tm_year + 1900) * 10000 + (t->tm_mon + 1) * 100 + t->tm_mday;
}

int64_t report_day(int64_t wall_ms)
{
	struct tm t;
	time_t seconds = (time_t)(wall_ms / 1000);
	return localtime_r(&seconds, &t) != NULL ? number_of(&t) : 0;
}

int report_hour(int64_t wall_ms)
{
	struct tm t;
	time_t seconds = (time_t)(wall_ms / 1000);
	return localtime_r(&seconds, &t) != NULL ? t.tm_hour : 0;
}

/* mktime() finds the offset of that day, and takes days and months beyond their ends. */
static struct tm date_of(int64_t day, int more_days)
{
	struct tm t = {
		.tm_year = (int)(day / 10000) - 1900,
		.tm_mon = (int)(day / 100 % 100) - 1,
		.tm_mday = (int)(day % 100) + more_days,
		.tm_isdst = -1,
	};
	return t;
}

int64_t report_day_begin_ms(int64_t day)
{
	struct tm t = date_of(day, 0);
	return (int64_t)mktime(&t) * 1000;
}

int64_t report_day_plus(int64_t day, int days)
{
	struct tm t = date_of(day, days);
	t.tm_hour = 12; // a day of 23 or 25 hours has its noon
	return mktime(&t) != (time_t)-1 ? number_of(&t) : day;
}

int64_t report_month_plus(int64_t month, int months)
{
	int64_t count = month / 100 * 12 + month % 100 - 1 + months;
	return count / 12 * 100 + count % 12 + 1;
}

static bool is_date(struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		bool is_dash = i == 4 || i == 7;
		if (is_dash ? text.data[i] != '-' : text.data[i] < '0' || text.data[i] > '9') {
			return false;
		}
	}
	return text.size == 10;
}

bool report_read_date(struct str text, int64_t now_ms, int64_t *ret)
{
	if (str_equal(text, STR("today")) || str_equal(text, STR("yesterday"))) {
		*ret = report_day_plus(report_day(now_ms), text.size == 5 ? 0 : -1);
		return true;
	}
	if (!is_date(text)) {
		return false;
	}
	int64_t day = 0;
	for (size_t i = 0; i < text.size; i++) {
		day = text.data[i] == '-' ? day : day * 10 + text.data[i] - '0';
	}
	/* what mktime() would turn into another day is none */
	if (day < 19700102 || report_day_plus(day, 0) != day) {
		return false;
	}
	*ret = day;
	return true;
}

void report_append_date(struct buf *out, int64_t day)
{
	buf_printf(out, "%04d-%02d-%02d", (int)(day / 10000), (int)(day / 100 % 100),
		(int)(day % 100));
}

void report_name_time(struct json_writer *j, const char *name, int64_t wall_ms)
{
	struct buf text;
	buf_init(&text, TIME_BYTES);
	instant_append_utc(&text, wall_ms);
	json_name_str(j, name, buf_str(&text));
	buf_finish(&text);
}

void report_name_text(
	struct json_writer *j, const char *name, const struct store_query *q, int column)
{
	if (store_db_is_null(q, column)) {
		json_name(j, name);
		json_null(j);
	} else {
		json_name_str(j, name, store_db_text(q, column));
	}
}

void report_name_number(struct json_writer *j, const char *name, bool is_known, int64_t value)
{
	json_name(j, name);
	if (is_known) {
		json_int(j, value);
	} else {
		json_null(j);
	}
}

void report_finish(struct report_request *request)
{
	free(request->project);
	free(request->tool);
	free(request->model);
	free(request->kind);
	free(request->text);
	free(request->id);
	request->project = request->tool = request->model = NULL;
	request->kind = request->text = request->id = NULL;
}
