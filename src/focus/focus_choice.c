#include "focus/focus_json.h"
#include "focus/focus_window.h"

bool focus_choice_consider(const struct focus_object *object, void *data)
{
	struct focus_choice *choice = data;
	int generation = object->pid > 0 ? process_env_generation(choice->place, object->pid) : -1;
	bool focused = object->focused || object->focus_history_id == 0;
	bool nearer = choice->generation < 0 || generation < choice->generation;
	if (generation < 0 ||
		(!nearer && !(generation == choice->generation && focused && !choice->focused))) {
		return true;
	}
	choice->generation = generation;
	choice->focused = focused;
	choice->id = object->id;
	choice->address = object->address;
	return true;
}
