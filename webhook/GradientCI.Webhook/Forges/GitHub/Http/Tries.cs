using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>How long and how often a call is tried: what only reads may be sent again at once, a write is the caller's to repeat.</summary>
internal sealed class Tries
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const int MostRetries = 2;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    private readonly ResiliencePipeline<GitHubAnswer> _reads;
    private readonly ResiliencePipeline<GitHubAnswer> _writes;

    public Tries(TimeProvider time)
    {
        _reads = Pipeline(time)
            .AddRetry(new RetryStrategyOptions<GitHubAnswer>
            {
                MaxRetryAttempts = MostRetries,
                Delay = FirstPause,
                BackoffType = DelayBackoffType.Exponential,
                ShouldHandle = new PredicateBuilder<GitHubAnswer>()
                    .Handle<HttpRequestException>().Handle<IOException>().Handle<TimeoutRejectedException>().HandleResult(answer => answer.IsBroken),
            })
            .AddTimeout(Timeout)
            .Build();
        _writes = Pipeline(time).AddTimeout(Timeout).Build();
    }

    public Task<GitHubAnswer> ReadAsync(Func<CancellationToken, Task<GitHubAnswer>> send, CancellationToken cancellationToken) => RunAsync(_reads, send, cancellationToken);

    public Task<GitHubAnswer> WriteAsync(Func<CancellationToken, Task<GitHubAnswer>> send, CancellationToken cancellationToken) => RunAsync(_writes, send, cancellationToken);

    private static ResiliencePipelineBuilder<GitHubAnswer> Pipeline(TimeProvider time) => new() { TimeProvider = time };

    private static async Task<GitHubAnswer> RunAsync(
        ResiliencePipeline<GitHubAnswer> pipeline, Func<CancellationToken, Task<GitHubAnswer>> send, CancellationToken cancellationToken) =>
        await pipeline.ExecuteAsync(static async (call, token) => await call(token), send, cancellationToken);
}
