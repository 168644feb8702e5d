using GradientCI.Runner.Executors;

namespace GradientCI.Benchmarks;

/// <summary>Stands where an executor must, and runs nothing: trials are only said to run.</summary>
internal sealed class NoExecutor : ITrialExecutor
{
    public string Name => "simulated";

    public Task<IRunningAttempt> StartAsync(AttemptRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IRunningAttempt> AdoptAsync(AttemptRequest request, string handle, CancellationToken cancellationToken) => throw new NotSupportedException();
}
