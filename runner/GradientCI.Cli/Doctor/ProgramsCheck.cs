using GradientCI.Runner.Hosts;

namespace GradientCI.Cli.Doctor;

/// <summary>The programs that trials and hooks are started with.</summary>
internal sealed class ProgramsCheck(string? path) : IHostCheck
{
    private static readonly (string Program, string Package)[] Needed = [("sh", "dash"), ("setsid", "util-linux"), ("flock", "util-linux"), ("timeout", "coreutils")];

    public string Name => "programs";

    public Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var missing = Needed.Where(each => ProgramPath.Find(each.Program, path) is null).ToList();
        return Task.FromResult(missing.Count == 0
            ? HostVerdict.Ok($"{string.Join(", ", Needed.Select(each => each.Program))} are on the PATH.")
            : HostVerdict.Problem(
                $"Not on the PATH: {string.Join(", ", missing.Select(each => each.Program))}.",
                $"Install {string.Join(" and ", missing.Select(each => each.Package).Distinct(StringComparer.Ordinal))}, or mend the PATH."));
    }
}
