using System.Globalization;

namespace GradientCI.Cli.Doctor;

/// <summary>We may open enough files and start enough processes.</summary>
internal sealed class LimitsCheck : IHostCheck
{
    private const long FewFiles = 1024;
    private const long FewProcesses = 2048;

    public string Name => "limits";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync("/proc/self/limits", cancellationToken);
        var (files, processes) = (Soft(lines, "Max open files"), Soft(lines, "Max processes"));
        return (files, processes) switch
        {
            ( < FewFiles, _) => HostVerdict.Warning($"Only {files} files may be open at once.", "Raise it: ulimit -n 65536, or LimitNOFILE=65536 in the unit."),
            (_, < FewProcesses) => HostVerdict.Warning($"Only {processes} processes may run as this user.", "Raise it: ulimit -u 16384, or LimitNPROC=16384 in the unit."),
            _ => HostVerdict.Ok($"{Text(files)} open files, {Text(processes)} processes."),
        };
    }

    private static long Soft(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
        && long.TryParse(line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : long.MaxValue;

    private static string Text(long limit) => limit == long.MaxValue ? "any number of" : limit.ToString(CultureInfo.InvariantCulture);
}
