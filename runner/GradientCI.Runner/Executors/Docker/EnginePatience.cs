using GradientCI.Runner.Executors.Docker.Client;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Asks an Engine again that does not answer: it may be on its way up, or be upgraded.</summary>
internal sealed class EnginePatience(TimeSpan limit, TimeProvider time)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc cref="TryAsync{T}"/>
    public Task TryAsync(Func<Task> ask, CancellationToken cancellationToken) => TryAsync(
        async () =>
        {
            await ask();
            return true;
        },
        cancellationToken);

    /// <summary>Does something that may be done twice.</summary>
    /// <exception cref="DockerApiException">The Engine refused, or did not answer for too long.</exception>
    public async Task<T> TryAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (DockerApiException problem) when (problem.IsUnanswered && time.GetElapsedTime(since) < limit)
            {
                await Task.Delay(AskAgain, time, cancellationToken);
            }
        }
    }
}
