using System.Collections.Immutable;
using GradientCI.Runner;
using GradientCI.Runner.Secrets;
using GradientCI.Storage.Sqlite;

namespace GradientCI.Cli.Doctor;

/// <summary>All checks of this build.</summary>
internal static class HostChecks
{
    /// <summary>Puts them together.</summary>
    /// <param name="data">The data folder; need not exist.</param>
    /// <param name="repository">A folder of the repository, or null when none was named.</param>
    /// <param name="terminal">The terminal.</param>
    public static ImmutableArray<IHostCheck> All(DataFolder data, string? repository, Terminal terminal)
    {
        // Several checks ask about the database; it is read once.
        var health = new Lazy<Task<DatabaseHealth?>>(() => DatabaseInspection.InspectAsync(data.Database, CancellationToken.None));
        return
        [
            new GitCheck(repository),
            new ProgramsCheck(terminal.Variable("PATH")),
            new GpuCheck(terminal.Time),
            new DockerCheck(data, terminal),
            new DiskCheck(data),
            new PermissionsCheck(data),
            new ClockCheck(data, terminal.Time),
            new LimitsCheck(),
            new DatabaseCheck(data, health),
            new WorkersCheck(health),
            new PauseCheck(health),
            new SecretsCheck(data, SecretKeyFile.Locate(data, terminal.Variable), health),
            new DeliveriesCheck(health),
            new AnswersCheck(health),
            .. repository is null ? [] : (IHostCheck[])[new HookCheck(data, repository)],
        ];
    }

    /// <summary>Runs a check; whatever it stumbles over is its finding.</summary>
    public static async Task<HostVerdict> AskAsync(IHostCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return await check.RunAsync(cancellationToken);
        }
        catch (GradientException problem)
        {
            return HostVerdict.Problem(problem.Message, problem.Remedy);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return HostVerdict.Problem($"{problem.Message.TrimEnd('.')}.", "Check the path and its permissions.");
        }
    }
}
