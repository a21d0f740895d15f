/* The parts of otel-ai-monitor doctor; each prints its findings. */
#pragma once

#include <stdbool.h>

struct cli_health;
struct cli_report;
struct config;

/* Checks the settings of the clients on this machine. Sets those of arrivals, of CLI_ARRIVALS, that
 * the settings promise. has_come: telemetry has arrived; if no settings promise any, somebody
 * forwards it. */
void cli_doctor_clients(
	const struct config *config, struct cli_report *report, bool *arrivals, bool has_come);

/* Checks that task directories and metrics files are watched, and points out variables of the first
 * dashboards that have no effect here. health: NULL if no daemon runs. */
void cli_doctor_boards(
	const struct config *config, const struct cli_health *health, struct cli_report *report);

/* Checks whether notifications can be shown, and by which server. */
void cli_doctor_notifications(const struct config *config, struct cli_report *report);

/* Reports failed units of the service, and the way back. runs: some daemon does, however it was
 * started. */
void cli_doctor_service(struct cli_report *report, bool runs);

/* Shows what arrives, live on a terminal, else with a line when something does for the first time.
 * Waits for the expected arrivals, or for all if there are none. */
void cli_doctor_watch(const struct config *config, const bool *expected);
