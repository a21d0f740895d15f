#include "report/report.h"

#include <stdlib.h>
#include <time.h>

#include "base/instant.h"
#include "base/json_write.h"
#include "base/local_day.h"
#include "base/mem.h"
#include "store/store_db.h"

enum { TIME_BYTES = 96 };

int64_t report_day(int64_t wall_ms)
{
	return local_day_of(wall_ms);
}

int report_hour(int64_t wall_ms)
{
	struct tm t;
	time_t seconds = (time_t)(wall_ms / 1000);
	return localtime_r(&seconds, &t) != NULL ? t.tm_hour : 0;
}

int64_t report_day_begin_ms(int64_t day)
{
	return local_day_begin_ms(day);
}

int64_t report_day_plus(int64_t day, int days)
{
	return local_day_plus(day, days);
}

int64_t report_month_plus(int64_t month, int months)
{
	int64_t count = month / 100 * 12 + month % 100 - 1 + months;
	return count / 12 * 100 + count % 12 + 1;
}

bool report_read_date(struct str text, int64_t now_ms, int64_t *ret)
{
	return local_day_read(text, now_ms, ret);
}

void report_append_date(struct buf *out, int64_t day)
{
	local_day_append(out, day);
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
