# For ~/.config/fish/config.fish
function fish_right_prompt
    otel-ai-monitor status --format plain --icon-working ⠹ --no-icon-idle --no-icon-unreachable
end
