# For ~/.zshrc. zsh takes a % in a prompt for an escape, so each one in a project's name is doubled.
setopt prompt_subst
ai_sessions() {
	local text=$(otel-ai-monitor status --format plain --icon-working ⠹ --no-icon-idle --no-icon-unreachable)
	print -r -- "${text//\%/%%}"
}
RPROMPT='$(ai_sessions)'
