namespace GradientCI.Runner.Executors.Processes;

/// <summary>An attempt that could not be started: it ended before it began.</summary>
internal sealed class UnstartedAttempt(string problem) : IRunningAttempt
{
    public string Handle => "";

    public Task<AttemptEnd> Completion { get; } = Task.FromResult(new AttemptEnd(null, StartProblem: problem));

    public Task StopAsync(TimeSpan grace, CancellationToken cancellationToken) => Task.CompletedTask;

    public IReadOnlyList<KeyValuePair<string, double>> SampleUsage() => [];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
