/* Directories, files and links of one's choice, somewhere below /tmp. */
#pragma once

/* Makes an empty one. */
void process_tree_make(void);
void process_tree_remove(void);

/* The path of what is called so in the tree; valid until the fourth call after it. */
const char *process_tree_path(const char *name);

/* Each makes the directories above it, too. */
void process_tree_directory(const char *name);
void process_tree_file(const char *name, const char *text);
void process_tree_link(const char *name, const char *target);
