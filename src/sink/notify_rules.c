#include "sink/notify_rules.h"

bool notify_rules_allow(const struct notify_rules *rules, enum session_attention attention,
	int64_t worked_ms, int minute)
{
	bool is_short = attention == SESSION_ATTENTION_DONE && worked_ms >= 0 &&
			worked_ms < rules->min_duration_ms;
	return (rules->kinds & (1u << attention)) != 0 && !is_short &&
	       !quiet_hours_hold(&rules->quiet, minute);
}
