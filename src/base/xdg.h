/* Where a user's files are: XDG Base Directory Specification. */
#pragma once

/* The path of name below the directory that a variable such as XDG_CONFIG_HOME names, else below
 * HOME/below_home; for the caller to free. directory, home: what the variables say, NULL if they
 * are not set; a relative path counts as not set. below_home and name may be empty. NULL if neither
 * variable helps. */
char *xdg_path(const char *directory, const char *home, const char *below_home, const char *name);
