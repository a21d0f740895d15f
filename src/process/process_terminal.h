/* The program that shows what a process writes. */
#pragma once

#include <stdint.h>

/* Of the terminal in which that process runs: its next ancestor that is not on the terminal itself,
 * so an emulator, tmux' server or sshd. 0 if it is on no terminal or not ours to look at. */
int64_t process_terminal(int64_t pid);
