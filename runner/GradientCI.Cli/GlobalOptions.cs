using System.CommandLine;

namespace GradientCI.Cli;

/// <summary>Options that mean the same everywhere.</summary>
internal static class GlobalOptions
{
    /// <summary>The data folder.</summary>
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Folder that keeps runs, logs and workspaces [default: $GRADIENTCI_DATA, else ~/.local/share/gradientci]",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>The service that runs the command instead.</summary>
    public static readonly Option<string?> Server = new("--server")
    {
        Description = "Let the service there run it (docs/remote.md) [default: $GRADIENTCI_SERVER, else this machine]",
        HelpName = "URL",
        Recursive = true,
    };

    /// <summary>Who we are for that service.</summary>
    public static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = "File with the token for the service [default: $GRADIENTCI_TOKEN]",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Stack traces.</summary>
    public static readonly Option<bool> Verbose = new("--verbose") { Description = "Show stack traces of errors", Recursive = true };

    /// <summary>The repository, for commands that look at one.</summary>
    public static Option<string> Repository() => new("--repo")
    {
        Description = "The Git repository, or a folder inside it",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".",
    };

    /// <summary>JSON for scripts.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON for scripts (docs/report-json.md)" };

    /// <summary>A run as people type it.</summary>
    public static Argument<string> Run() => Reference("The run: digits#12");

    /// <summary>A run or a trial as people type it.</summary>
    /// <param name="what">What is meant, at the start of a sentence.</param>
    public static Argument<string> RunOrTrial(string what) => Reference($"{what}: digits#12, digits#12.3");

    private static Argument<string> Reference(string names) => new("ID")
    {
        Description = $"{names}, the start of a commit's sha, an experiment's name (its latest run), or latest",
    };
}
