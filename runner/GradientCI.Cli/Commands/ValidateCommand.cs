using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci validate</c>: every mistake of a manifest at once.</summary>
internal static class ValidateCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string?>("FILE") { Description = "The manifest [default: .gradient.yml of the repository]", Arity = ArgumentArity.ZeroOrOne };
        var commit = new Option<string?>("--commit") { Description = "Check the manifest of this commit instead", HelpName = "REV" };
        var repository = GlobalOptions.Repository();
        var format = new Option<string>("--format") { Description = "How mistakes are printed", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var strict = new Option<bool>("--strict") { Description = "Warnings fail, too" };
        var command = new Command("validate", "Check .gradient.yml and list every mistake with line and column.") { file, commit, repository, format, strict };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (name, bytes) = parsed.GetValue(commit) is { } revision
                ? await OfCommitAsync(parsed.GetRequiredValue(repository), revision, terminal, cancellationToken)
                : await ManifestFile.ReadAsync(parsed.GetValue(file), parsed.GetRequiredValue(repository), terminal, cancellationToken);
            var result = ManifestParser.Parse(bytes, name);
            terminal.Out.Write(parsed.GetRequiredValue(format) == "json" ? Json(result) : Text(result, name));
            return result.HasErrors || (parsed.GetValue(strict) && !result.Diagnostics.IsEmpty) ? ExitCodes.Usage : ExitCodes.Done;
        });
        return command;
    }

    private static async Task<(string Name, ReadOnlyMemory<byte> Bytes)> OfCommitAsync(
        string repository, string revision, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var open = await GitRepository.OpenAsync(Path.GetFullPath(repository, terminal.Directory), cancellationToken);
        var commit = await open.ResolveCommitAsync(revision, cancellationToken);
        return ($"{commit.Sha.Short}:{GitRepository.ManifestPath}", await open.ReadManifestAsync(commit.Sha, cancellationToken));
    }

    private static string Text(ManifestResult result, string name)
    {
        var lines = result.Diagnostics.Select(each => Plain.Line(each.ToString())).ToList();
        lines.Add(result.Manifest is { } manifest
            ? $"{name}: valid, {Plain.Count(manifest.Experiments.Length, "experiment")}: {string.Join(", ", manifest.Experiments.Select(spec => spec.Name))}"
            : $"{name}: {Plain.Count(result.Diagnostics.Count(each => each.Severity == DiagnosticSeverity.Error), "error")}");
        return string.Join('\n', lines) + "\n";
    }

    private static string Json(ManifestResult result) => new JsonObject
    {
        ["schema"] = "gradientci/diagnostics/1",
        ["valid"] = !result.HasErrors,
        ["diagnostics"] = new JsonArray([.. result.Diagnostics.Select(each => (JsonNode)new JsonObject
        {
            ["file"] = each.File,
            ["line"] = each.Line,
            ["column"] = each.Column,
            ["severity"] = each.Severity.ToString().ToLowerInvariant(),
            ["code"] = each.Code,
            ["key"] = each.KeyPath,
            ["message"] = each.Message,
            ["suggestion"] = each.Suggestion,
        })]),
    }.ToJsonString(Indented) + "\n";
}
