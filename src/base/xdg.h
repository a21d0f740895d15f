/* Where a user's files are: XDG Base Directory Specification. */
#pragma once

/* The path of name below the directory in a variable such as XDG_CONFIG_HOME, else below
 * HOME/below_home; for the caller to free. directory, home: the variables' values, NULL if unset; a
 * relative path counts as unset. below_home and name may be empty. NULL if neither variable is
 * usable. */
char *xdg_path(const char *directory, const char *home, const char *below_home, const char *name);
