# fish: asks the program itself what can be said next (otel-ai-monitor complete, one candidate per line
# with a tab and its help behind).

function __otel_ai_monitor_complete
	set -l words (commandline --tokenize --cut-at-cursor --current-process | string unescape)
	set -l word (commandline --current-token --cut-at-cursor)
	for line in ($words[1] complete $words[2..] $word 2>/dev/null)
		if test "$line" = :files
			set -l before (string match --regex -- '^--[^=]*=' $word)
			__fish_complete_path (string replace -- "$before" '' $word) | string replace --regex -- '^' "$before"
		else
			echo -- $line
		end
	end
end

complete --command otel-ai-monitor --no-files --arguments '(__otel_ai_monitor_complete)'
