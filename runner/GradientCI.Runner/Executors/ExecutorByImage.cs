namespace GradientCI.Runner.Executors;

/// <summary>Runs attempts where they belong: those that name an image in a container, the others on the host.</summary>
/// <param name="host">Runs those without an image.</param>
/// <param name="containers">Runs the others.</param>
public sealed class ExecutorByImage(ITrialExecutor host, ITrialExecutor containers) : ITrialExecutor
{
    /// <inheritdoc/>
    public string Name => host.Name;

    /// <inheritdoc/>
    public Task<IRunningAttempt> StartAsync(AttemptRequest request, CancellationToken cancellationToken) =>
        Of(request).StartAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<IRunningAttempt> AdoptAsync(AttemptRequest request, string handle, CancellationToken cancellationToken) =>
        Of(request).AdoptAsync(request, handle, cancellationToken);

    private ITrialExecutor Of(AttemptRequest request) => request.Image is null ? host : containers;
}
