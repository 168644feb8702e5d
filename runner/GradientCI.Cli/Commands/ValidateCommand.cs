using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Cli.Output;
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
                : OfFile(parsed.GetValue(file) ?? await DefaultFileAsync(parsed.GetRequiredValue(repository), terminal, cancellationToken), terminal);
            var result = ManifestParser.Parse(bytes, name);
            terminal.Out.Write(parsed.GetRequiredValue(format) == "json" ? Json(result) : Text(result, name));
            return result.HasErrors || (parsed.GetValue(strict) && !result.Diagnostics.IsEmpty) ? ExitCodes.Usage : ExitCodes.Done;
        });
        return command;
    }

    private static async Task<string> DefaultFileAsync(string repository, Terminal terminal, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(repository, terminal.Directory);
        var direct = Path.Combine(folder, GitRepository.ManifestPath);
        if (File.Exists(direct))
        {
            return direct;
        }

        await using var open = await GitRepository.OpenAsync(folder, cancellationToken);
        return Path.Combine(open.WorkTree ?? folder, GitRepository.ManifestPath);
    }

    private static (string Name, ReadOnlyMemory<byte> Bytes) OfFile(string path, Terminal terminal)
    {
        var full = Path.GetFullPath(path, terminal.Directory);
        if (!File.Exists(full))
        {
            throw new GradientException(FailureKind.Usage, $"There is no file {full}.", "Write a first one with: gradientci init");
        }

        return (Path.GetRelativePath(terminal.Directory, full), ReadStart(full));
    }

    // One byte more than is allowed is enough to be refused with the parser's own words.
    private static ReadOnlyMemory<byte> ReadStart(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[GitRepository.MaxManifestBytes + 1];
        return buffer.AsMemory(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
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
