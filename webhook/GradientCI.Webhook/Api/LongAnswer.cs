using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GradientCI.Webhook.Api;

/// <summary>The time that an answer may go on: until whoever asked goes away, his token is no longer good, or the service leaves.</summary>
public sealed class LongAnswer : IAsyncDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly Task _watch;

    private LongAnswer(TokenStanding standing, CancellationTokenSource end)
    {
        _end = end;
        _watch = WatchAsync(standing);
    }

    /// <summary>Cancelled when the answer is to end.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Whether that is for the token's sake.</summary>
    public bool HasLostToken { get; private set; }

    /// <summary>Begins it. Only behind <see cref="ApiAccess.RequireScope"/>.</summary>
    public static LongAnswer Begin(HttpContext context) => new(TokenStanding.Of(context), CancellationTokenSource.CreateLinkedTokenSource(
        context.RequestAborted, context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watch;
        _end.Dispose();
    }

    private async Task WatchAsync(TokenStanding standing)
    {
        try
        {
            await standing.AwaitLossAsync(_end.Token);
            HasLostToken = true;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (GradientException)
        {
            // Nobody knows whether he may go on. He may come again, and is told then.
        }

        await _end.CancelAsync();
    }
}
