/* The built-in texts of schema_*.sql. */
#pragma once

#include "base/str.h"

extern const struct str store_schema_1_sql, store_schema_2_sql;
