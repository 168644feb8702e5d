using System.Text.Json;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>What answers say about limits, in moments of our own clock.</summary>
internal sealed class RateLimits(TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    // GitHub's clock and ours tick apart, and the window opens with the next second.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private int _refusals;
    private DateTimeOffset _refusedUntil;

    /// <summary>Until when the hour's calls are spent, and until when GitHub wants silence for another reason.</summary>
    public (DateTimeOffset? SpentUntil, DateTimeOffset? RefusedUntil) Judge(GitHubAnswer answer)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? spent = answer is { LimitRemaining: 0, LimitReset: { } reset } ? now + Bounded(reset - (answer.Date ?? now) + Margin) : null;
        if (answer.Status is not (403 or 429))
        {
            _refusals = answer.IsBroken ? _refusals : 0;
            return (spent, null);
        }

        if (Asked(answer, now) is { } wait)
        {
            return (spent, now + Bounded(wait + Margin));
        }

        if (spent is not null || !IsRefusalForLimits(answer))
        {
            return (spent, null);
        }

        // It does not say how long: a minute, then longer each time, or the app may be banned. What was on its way when the
        // silence began counts once.
        if (now >= _refusedUntil)
        {
            _refusedUntil = now + Bounded(FirstWait * Math.Pow(2, Math.Min(_refusals++, 10)));
        }

        return (null, _refusedUntil);
    }

    private static TimeSpan? Asked(GitHubAnswer answer, DateTimeOffset now) => answer.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - (answer.Date ?? now),
        _ => null,
    };

    // No answer may silence us for longer than a window lasts.
    private static TimeSpan Bounded(TimeSpan wait) => wait > LongestWait ? LongestWait + Margin : wait < Margin ? Margin : wait;

    private static bool IsRefusalForLimits(GitHubAnswer answer)
    {
        if (answer.Status == 429)
        {
            return true;
        }

        var (message, documentation) = Said(answer);
        return message.Contains("rate limit", StringComparison.OrdinalIgnoreCase)
            || message.Contains("abuse detection", StringComparison.OrdinalIgnoreCase)
            || documentation.Contains("rate-limit", StringComparison.OrdinalIgnoreCase);
    }

    private static (string Message, string Documentation) Said(GitHubAnswer answer)
    {
        try
        {
            var error = JsonSerializer.Deserialize(answer.Body, GitHubJson.Default.ApiError);
            return (error?.Message ?? "", error?.DocumentationUrl ?? "");
        }
        catch (JsonException)
        {
            return ("", "");
        }
    }
}
