using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Search;
using GradientCI.Runner.Manifests;
using GradientCI.Specs;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci search</c>: a sampler and a pruner for whoever runs trials himself.</summary>
internal static class SearchCommand
{
    public static Command Create(Terminal terminal)
    {
        var experiment = new Argument<string>("EXPERIMENT") { Description = "The experiment whose space is searched" };
        var repository = GlobalOptions.Repository();
        var manifest = new Option<string?>("--manifest") { Description = "The manifest [default: .gradient.yml of the repository]", HelpName = "FILE" };
        var sampler = new Option<string?>("--sampler") { Description = "The sampler [default: the manifest's]", HelpName = "NAME" };
        var seed = new Option<long?>("--seed") { Description = "The sampler's seed [default: the manifest's]", HelpName = "N" };
        var journal = new Option<string?>("--journal") { Description = "Keep what is asked and told there, and go on from it when started again", HelpName = "FILE" };
        var checkpoints = new Option<bool>("--checkpoints") { Description = "You keep checkpoints: what was pruned may be proposed again, to go on where it stood" };
        var command = new Command("search", "Propose parameters and learn from results, in lines of JSON on standard input and output (docs/search.md).")
        {
            experiment, repository, manifest, sampler, seed, checkpoints, journal,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (name, bytes) = await ManifestFile.ReadAsync(parsed.GetValue(manifest), parsed.GetRequiredValue(repository), terminal, cancellationToken);

            // What this build cannot run, somebody else may run all the same.
            var read = CommitManifest.Check(ManifestParser.Parse(bytes, name, ServedKeys.All), Plain.Line(name), "and start the search again.", terminal);
            var spec = CommitManifest.Select(read, [parsed.GetRequiredValue(experiment)])[0];
            if (spec.Sweep.WarmStart)
            {
                terminal.Say("note: warm-start means nothing here: a search reads no earlier runs.");
            }

            var dialogue = new SearchDialogue(new SearchSession(With(spec, parsed.GetValue(sampler), parsed.GetValue(seed)), parsed.GetValue(checkpoints)));
            await using var kept = parsed.GetValue(journal) is { } file
                ? await SearchJournal.OpenAsync(Path.GetFullPath(file, terminal.Directory), dialogue, cancellationToken)
                : null;
            await TalkAsync(dialogue, kept, terminal, cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    private static ExperimentSpec With(ExperimentSpec spec, string? sampler, long? seed) =>
        spec with { Sweep = spec.Sweep with { Sampler = sampler ?? spec.Sweep.Sampler, Seed = seed ?? spec.Sweep.Seed, WarmStart = false } };

    private static async Task TalkAsync(SearchDialogue dialogue, SearchJournal? journal, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var input = terminal.OpenIn();
        await using var output = terminal.OpenOut();
        var lines = new InputLines(input, SearchDialogue.MostBytes);
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            if (line.IsBlank)
            {
                continue;
            }

            var (answer, isChange) = dialogue.Answer(line);
            if (isChange && journal is not null)
            {
                await journal.AddAsync(line.Bytes, answer, cancellationToken);
            }

            await output.WriteAsync(answer, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
    }
}
