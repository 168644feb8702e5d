using GradientCI.Runner;
using GradientCI.Runner.Git;

namespace GradientCI.Cli.Doctor;

/// <summary>Pushes to the repository start runs here.</summary>
internal sealed class HookCheck(DataFolder data, string repository) : IHostCheck
{
    private const int Longest = 1 << 20;

    public string Name => "hook";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        await using var open = await GitRepository.OpenAsync(repository, cancellationToken);
        var path = Path.Combine(open.HooksFolder, "post-receive");
        var install = $"gradientci hook install --repo {open.Location}";
        var text = new FileInfo(path) is { Exists: true, Length: < Longest } ? await File.ReadAllTextAsync(path, cancellationToken) : "";
        var lines = text.Split('\n');
        if (!lines.Any(line => line.StartsWith("# ", StringComparison.Ordinal) && line.Contains("gradientci", StringComparison.Ordinal)))
        {
            return open.WorkTree is not null
                ? HostVerdict.Ok($"None in {open.Location}, which has a work tree: runs are started by hand.")
                : HostVerdict.Warning($"Pushes to {open.Location} start no runs: its post-receive hook is {(text.Length == 0 ? "missing" : "another one")}.", $"Install ours with: {install}");
        }

        if ((File.GetUnixFileMode(path) & UnixFileMode.UserExecute) == UnixFileMode.None)
        {
            return HostVerdict.Problem($"git will not run {path}: it is not executable.", $"Run: chmod +x {path}");
        }

        var program = Assigned(lines, "program");
        var folder = Assigned(lines, "data");
        return (folder, program) switch
        {
            (null, _) or (_, null) => HostVerdict.Problem($"{path} names no data folder or no program.", $"Install it anew with: {install}"),
            _ when !File.Exists(program) => HostVerdict.Problem($"{path} starts {program}, which is gone.", $"Install it anew with: {install}"),
            _ when folder != data.Root => HostVerdict.Warning($"{path} records pushes in {folder}, not in {data.Root}.", $"Look there with --data {folder}, or run: {install} --data {data.Root}"),
            _ => HostVerdict.Ok($"Pushes to {open.Location} start runs here."),
        };
    }

    // One quoted word of the shell: name='it'\''s'.
    private static string? Assigned(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith($"{name}='", StringComparison.Ordinal) && line.EndsWith('\'')) is { } line
            ? line[(name.Length + 2)..^1].Replace(@"'\''", "'", StringComparison.Ordinal)
            : null;
}
