# shellcheck shell=bash
# bash: asks the program itself what can be said next (otel-ai-monitor complete, one candidate per
# line with a tab and its help behind). The functions without our name are bash-completion's.

_otel_ai_monitor() {
	local cur words cword line candidate breaks before
	_get_comp_words_by_ref -n =: cur words cword
	# bash puts the answer in the place of what stands behind the last of these
	breaks=${COMP_WORDBREAKS//[^=:]/}
	before=${breaks:+${cur%"${cur##*["$breaks"]}"}}
	while IFS= read -r line; do
		candidate=${line%%$'\t'*}
		if [ "$line" = :files ]; then
			cur=${cur#--*=}
			_filedir
		elif [[ $candidate == "$cur"* ]]; then
			printf -v candidate %q "${candidate#"$before"}"
			COMPREPLY+=("$candidate")
		fi
	done < <("$1" complete "${words[@]:1:cword}" 2>/dev/null)
}

complete -F _otel_ai_monitor otel-ai-monitor
