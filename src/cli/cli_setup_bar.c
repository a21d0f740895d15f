#include "cli/cli_setup_bar.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/self.h"
#include "cli/cli_file.h"
#include "version.h"

enum { TEXT_BYTES = 256 * 1024 };

/* As the directories of examples, some of which are not for bars. */
static const char *const bars[] = {"waybar", "eww", "polybar", "i3blocks", "i3status-rs", "ironbar",
	"xmobar", "yambar", "tmux", "quickshell", "prompt", "starship", "picker", "mako", "dunst",
	"board"};

static const char *find(struct str word)
{
	for (size_t i = 0; i < ARRAY_SIZE(bars); i++) {
		if (str_equal(word, str_from(bars[i]))) {
			return bars[i];
		}
	}
	return NULL;
}

const char *cli_setup_bar_word(size_t index)
{
	return index < ARRAY_SIZE(bars) ? bars[index] : NULL;
}

bool cli_setup_bar_knows(struct str word)
{
	return find(word) != NULL;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && entry->d_type != DT_DIR;
}

/* The text to paste is in the files themselves. */
static void print_file(const char *directory, const char *name)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	cleanup_free char *path = xasprintf("%s/%s", directory, name);
	printf("# %s\n", path);
	if (cli_file_read(path, &text) == 0 && text.size > 0) {
		(void)fwrite(text.data, 1, text.size, stdout);
		putchar('\n');
	}
	buf_finish(&text);
}

bool cli_setup_bar(struct str word)
{
	const char *bar = find(word);
	struct dirent **entries;
	cleanup_free char *examples = self_companion("examples", EXAMPLES_PATH);
	cleanup_free char *directory = xasprintf("%s/%s", examples, bar);
	int count = scandir(directory, &entries, is_shown, alphasort);
	if (count < 0) {
		log_error("the examples for %s are not installed: there is no %s", bar, directory);
		return false;
	}
	for (int i = 0; i < count; i++) {
		print_file(directory, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return true;
}
