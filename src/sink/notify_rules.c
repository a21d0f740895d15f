#include "sink/notify_rules.h"

bool notify_rules_want(const struct notify_rules *rules, enum notify_kind kind, int64_t worked_ms)
{
	bool is_short = kind == NOTIFY_DONE && worked_ms >= 0 && worked_ms < rules->min_duration_ms;
	return (rules->kinds & (1u << kind)) != 0 && !is_short;
}

bool notify_rules_are_quiet(const struct notify_rules *rules, int minute)
{
	return quiet_hours_hold(&rules->quiet, minute);
}

int64_t notify_rules_delay_ms(const struct notify_rules *rules, enum notify_kind kind)
{
	return rules->delay_ms >= 0 ? rules->delay_ms : notify_kinds[kind].delay_ms;
}
