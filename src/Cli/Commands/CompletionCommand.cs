using System.CommandLine;

namespace MLNetGen.Cli.Commands;

/// <summary>Scripts by which a shell completes commands and options: it asks the program itself.</summary>
internal static class CompletionCommand
{
    private enum Shell
    {
        Bash,
        Zsh,
        PowerShell,
    }

    private const string Bash = """
        _mlnetgen() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$((COMP_POINT - ${#COMP_WORDS[0]} - 1))]" "${COMP_LINE#* }" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _mlnetgen mlnetgen ./mlnetgen
        """;

    private const string Zsh = """
        _mlnetgen() {
          local line="${BUFFER#* }"
          compadd -- ${(f)"$("${words[1]}" "[suggest:$((CURSOR - ${#words[1]} - 1))]" "$line" 2>/dev/null)"}
        }
        compdef _mlnetgen mlnetgen ./mlnetgen
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName mlnetgen -ScriptBlock {
          param($word, $line, $position)
          $typed = "$line"; $first = $typed.IndexOf(' ') + 1
          & ($typed.Split(' ')[0]) "[suggest:$($position - $first)]" $typed.Substring($first) 2>$null |
            Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    public static Command Create()
    {
        Argument<Shell> shell = new("shell") { Description = "bash, zsh or powershell" };
        Command command = new("completion", "Print a shell's script that completes commands and options: source <(mlnetgen completion bash)") { shell };
        command.SetAction(parsed =>
        {
            string script = parsed.GetValue(shell) switch { Shell.Bash => Bash, Shell.Zsh => Zsh, _ => PowerShell };
            JsonOutput.Add("script", script);
            Console.WriteLine(script);
        });
        return command;
    }
}
