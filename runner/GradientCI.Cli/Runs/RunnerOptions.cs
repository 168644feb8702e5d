namespace GradientCI.Cli.Runs;

/// <summary>Where trials run, and how many at once.</summary>
/// <param name="Executor">The executor's name.</param>
/// <param name="Parallel">Trials at once, or null for one per core.</param>
/// <param name="Gpus">GPUs to count on, or null to ask the driver.</param>
internal sealed record RunnerOptions(string Executor, int? Parallel, int? Gpus)
{
    /// <summary>Processes of this machine, as many as it has cores.</summary>
    public static RunnerOptions Default { get; } = new("process", null, null);
}
