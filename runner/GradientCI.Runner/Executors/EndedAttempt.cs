namespace GradientCI.Runner.Executors;

/// <summary>An attempt that has ended already: it could not be started, or nothing of it was found.</summary>
/// <param name="end">How.</param>
public sealed class EndedAttempt(AttemptEnd end) : IRunningAttempt
{
    /// <inheritdoc/>
    public string Handle => "";

    /// <inheritdoc/>
    public Task<AttemptEnd> Completion { get; } = Task.FromResult(end);

    /// <inheritdoc/>
    public Task StopAsync(TimeSpan grace, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, double>> SampleUsage() => [];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
