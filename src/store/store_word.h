/* Words that tables call, tool_call and wait keep as their first letter, spelled out again within a
 * SELECT. */
#pragma once

#define STORE_ACTOR(column)                                                                        \
	"CASE " column " WHEN 'm' THEN 'main' WHEN 'a' THEN 'agent' WHEN 's' THEN 'side' END"
#define STORE_COST_SOURCE(column)                                                                  \
	"CASE " column " WHEN 'r' THEN 'reported' WHEN 'e' THEN 'estimated' WHEN 'f' THEN 'free'"  \
	" WHEN 'u' THEN 'unpriced' END"
#define STORE_PLAN(column)                                                                         \
	"CASE " column " WHEN 'k' THEN 'key' WHEN 's' THEN 'subscription' WHEN 'f' THEN 'free' END"
