/* otel-ai-monitor doctor: what is wrong, in words. */
#pragma once

#include <stdbool.h>

struct cli_report;
struct config;

/* The settings of the clients that are on this machine. arrivals, of CLI_ARRIVALS: those become
 * true that these settings promise. has_come: telemetry has, so that somebody passes it on if no
 * settings promise any. */
void cli_doctor_clients(
	const struct config *config, struct cli_report *report, bool *arrivals, bool has_come);

/* Whether a notification can be shown here, and by which server. */
void cli_doctor_notifications(const struct config *config, struct cli_report *report);

/* Whether a unit of the service has failed, and the way back. runs: a daemon does, however it was
 * started. */
void cli_doctor_service(struct cli_report *report, bool runs);

/* What arrives, live on a terminal, else a line when something does for the first time. Of arrivals
 * those are waited for that are expected, or, if none is, all. */
void cli_doctor_watch(const struct config *config, const bool *expected);
