using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary>Answers a shell that wants to complete a command line: only what goes on from the word before the cursor, and never an error.</summary>
internal sealed class CompletionSuggestions(RootCommand root, Terminal terminal) : SynchronousCommandLineAction
{
    private const int MostRuns = 50;

    /// <summary>Makes the <c>[suggest]</c> directive of the tree answer with these.</summary>
    public static void AddTo(RootCommand root, Terminal terminal) =>
        root.Directives.OfType<SuggestDirective>().Single().Action = new CompletionSuggestions(root, terminal);

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var line = parseResult.Tokens.LastOrDefault(token => token.Type != TokenType.Directive)?.Value ?? "";
        var typed = line.TrimStart();
        var words = typed.Contains(' ', StringComparison.Ordinal) ? typed[(typed.IndexOf(' ', StringComparison.Ordinal) + 1)..] : "";
        AddNames();
        var word = words[(words.LastIndexOf(' ') + 1)..];
        foreach (var label in root.Parse(words).GetCompletions(words.Length).Select(item => item.Label).Distinct(StringComparer.Ordinal))
        {
            if (label.StartsWith(word, StringComparison.Ordinal) && IsWanted(label, word))
            {
                terminal.Out.WriteLine(label);
            }
        }

        return ExitCodes.Done;
    }

    // Options only when one was begun; and of the five ways to ask for help the one that the help names.
    private static bool IsWanted(string label, string word) =>
        !label.StartsWith('/') && (!label.StartsWith('-') || (word.StartsWith('-') && label.StartsWith("--", StringComparison.Ordinal)));

    // Here and not where the arguments are made: no other command shall pay for it.
    private void AddNames()
    {
        foreach (var argument in root.Subcommands.SelectMany(command => command.Arguments))
        {
            if (argument.Name is "ID" or "BASE")
            {
                argument.CompletionSources.Add(context => Runs(context.ParseResult));
            }
            else if (argument.Name == "EXPERIMENT")
            {
                argument.CompletionSources.Add(_ => Experiments());
            }
        }
    }

    private IEnumerable<string> Runs(ParseResult parsed)
    {
        var given = parsed.GetValue(GlobalOptions.Data);
        var data = DataFolder.Locate(string.IsNullOrEmpty(given) ? null : Path.GetFullPath(given, terminal.Directory), terminal.Variable);
        var runs = RunNames.Newest(data.Root, Project(RunNames.Projects(data.Root)), MostRuns);
        return runs.IsEmpty ? [] : [.. runs, .. runs.Select(run => run.Split('#')[0]).Distinct(StringComparer.Ordinal), "latest"];
    }

    private ProjectId? Project(ImmutableArray<Project> known)
    {
        try
        {
            return Task.Run(async () =>
            {
                await using var repository = await GitRepository.OpenAsync(terminal.Directory, CancellationToken.None);
                return ProjectIdentity.Of(repository, known).Id;
            }).GetAwaiter().GetResult();
        }
        catch (GradientException)
        {
            return null;
        }
    }

    private IEnumerable<string> Experiments()
    {
        for (var folder = terminal.Directory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var path = Path.Combine(folder, GitRepository.ManifestPath);
            if (File.Exists(path) && new FileInfo(path).Length <= GitRepository.MaxManifestBytes)
            {
                return ManifestParser.Parse(File.ReadAllBytes(path), path).Manifest?.Experiments.Select(spec => spec.Name) ?? [];
            }
        }

        return [];
    }
}
