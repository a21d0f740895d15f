#compdef otel-ai-monitor
# zsh: asks the program itself what can be said next (otel-ai-monitor complete, one candidate per line
# with a tab and its help behind).

_otel_ai_monitor() {
	local line tab=$'\t'
	local -a candidates
	for line in "${(@f)$("${(Q)words[1]}" complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
		if [[ $line == :files ]]; then
			compset -P '--*='
			_files
		elif [[ -n $line ]]; then
			candidates+=("${${line%%$tab*}//:/\\:}:${line#*$tab}")
		fi
	done
	(( ${#candidates} )) && _describe otel-ai-monitor candidates
}

_otel_ai_monitor "$@"
