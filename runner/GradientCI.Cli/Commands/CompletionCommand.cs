using System.CommandLine;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci completion</c>: what a shell needs to complete our commands.</summary>
/// <remarks>The scripts know nothing: they ask the <c>[suggest]</c> directive with what stands before the cursor.</remarks>
internal static class CompletionCommand
{
    private const string Bash = """
        # gradientci for bash. In ~/.bashrc: source <(gradientci completion bash)
        _gradientci() {
            local line="${COMP_LINE:0:COMP_POINT}"
            mapfile -t COMPREPLY < <(gradientci "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -o nosort -F _gradientci gradientci
        """;

    private const string Zsh = """
        #compdef gradientci
        # gradientci for zsh. In ~/.zshrc, after compinit: source <(gradientci completion zsh)
        _gradientci() {
            local line="${(j: :)words[1,CURRENT-1]} $PREFIX"
            local -a found
            found=("${(@f)$(gradientci "[suggest:${#line}]" "$line" 2>/dev/null)}")
            found=(${found:#})
            if (( ${#found} )); then compadd -V gradientci -a found; else _files; fi
        }
        compdef _gradientci gradientci
        """;

    private const string Fish = """
        # gradientci for fish. In ~/.config/fish/config.fish: gradientci completion fish | source
        function __gradientci_complete
            set -l line (commandline --current-process --cut-at-cursor | string collect)
            gradientci "[suggest:"(string length -- $line)"]" $line 2>/dev/null
        end
        complete --command gradientci --keep-order --arguments '(__gradientci_complete)'
        """;

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that lets a shell complete commands, options, experiments and runs.") { shell };
        command.SetAction(parsed =>
        {
            terminal.Out.Write(parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish } + "\n");
            return ExitCodes.Done;
        });
        return command;
    }
}
