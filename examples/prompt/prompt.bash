# For ~/.bashrc, after PS1 is set. bash does not expand what a command in PS1 prints.
PS1='$(otel-ai-monitor status --format plain --icon-working ⠹ --no-icon-idle --no-icon-unreachable)'" $PS1"
