/* The arguments of the program, as GNU programs take them. */
#pragma once

struct config_loader;

/* Reads the arguments into the configuration. With --help or --version among them the command says
 * so and the rest of them counts for nothing. Returns as config_load(). */
int config_flags_load(struct config_loader *l);
