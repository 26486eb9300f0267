# What the launcher says goes to standard error: standard output belongs to the command.
say() { printf 'mlnetgen: %s\n' "$*" >&2; }
fail() { printf 'mlnetgen: %s\n' "$*" >&2; exit 1; }
