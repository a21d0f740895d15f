/* otel-ai-monitor doctor: what is wrong, in words. */
#pragma once

struct cli_report;
struct config;

/* Looks at everything; with doctor_watch then goes on until SIGINT. Gives the exit status: 0, or 1
 * if something is wrong. */
int cli_doctor(const struct config *config);

/* Its parts. The settings of the clients that are on this machine: */
void cli_doctor_clients(const struct config *config, struct cli_report *report);

/* What arrives, live on a terminal, else a line when something does for the first time. */
void cli_doctor_watch(const struct config *config);
