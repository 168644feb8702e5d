using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Hosting;

/// <summary>The forge knows us. Asked at most every few minutes: whoever watches readiness asks every few seconds.</summary>
public sealed class ForgeReadiness(IForge forge, TimeProvider time) : IReadinessCheck
{
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Bad = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private Task<string?>? _answer;
    private DateTimeOffset _until;

    /// <inheritdoc/>
    public string Name => forge.Name;

    /// <inheritdoc/>
    public Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_answer is null || (_answer.IsCompleted && time.GetUtcNow() >= _until))
            {
                // Not the questioner's to cancel: the next one waits for the same answer.
                _answer = AskAsync();
            }

            return _answer.WaitAsync(cancellationToken);
        }
    }

    private async Task<string?> AskAsync()
    {
        string? problem = null;
        try
        {
            _ = await forge.CheckAsync(CancellationToken.None);
        }
        catch (ForgeException refusal)
        {
            problem = refusal.Message;
        }

        lock (_lock)
        {
            _until = time.GetUtcNow() + (problem is null ? Good : Bad);
        }

        return problem;
    }
}
