using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;

namespace GradientCI.Runner.Hosts;

/// <summary>Asks the driver's <c>nvidia-smi</c> about GPUs.</summary>
/// <param name="path">The program: a path, or a name that is looked for in PATH.</param>
/// <param name="time">For the limit on its answer.</param>
public sealed class NvidiaSmi(string path, TimeProvider time)
{
    /// <summary>The program's usual name.</summary>
    public const string DefaultPath = "nvidia-smi";

    private const int AnswerLimit = 64 * 1024;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    // A repository may hold a file of that name, and we may stand in it: only the PATH counts.
    private string? Executable => path.Contains('/', StringComparison.Ordinal) ? path : ProgramPath.Find(path);

    /// <summary>Asks for some fields of all GPUs.</summary>
    /// <returns>One row per GPU; none when there is no program, no GPU, or no answer within ten seconds.</returns>
    public async Task<ImmutableArray<ImmutableArray<string>>> QueryAsync(string fields, CancellationToken cancellationToken)
    {
        if (Executable is not { } executable)
        {
            return [];
        }

        var start = new ProcessStartInfo(executable)
        {
            ArgumentList = { $"--query-gpu={fields}", "--format=csv,noheader,nounits" },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            return await ReadAsync(process, cancellationToken);
        }
        catch (Win32Exception)
        {
            return [];
        }
    }

    private async Task<ImmutableArray<ImmutableArray<string>>> ReadAsync(Process process, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var buffer = new char[AnswerLimit];
        try
        {
            var length = await process.StandardOutput.ReadBlockAsync(buffer, both.Token);
            if (length == AnswerLimit)
            {
                return [];
            }

            await process.WaitForExitAsync(both.Token);
            return process.ExitCode == 0 ? Split(new string(buffer, 0, length)) : [];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static ImmutableArray<ImmutableArray<string>> Split(string answer) =>
        [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(',', StringSplitOptions.TrimEntries).ToImmutableArray())];
}
