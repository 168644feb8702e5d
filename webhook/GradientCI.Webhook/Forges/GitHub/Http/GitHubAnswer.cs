using System.Globalization;
using System.Net.Http.Headers;

namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>What GitHub answered, as far as we look at it.</summary>
internal sealed record GitHubAnswer
{
    public required int Status { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>The time on GitHub's clock.</summary>
    public DateTimeOffset? Date { get; init; }

    public string? Link { get; init; }

    public string? ETag { get; init; }

    public Uri? Location { get; init; }

    public RetryConditionHeaderValue? RetryAfter { get; init; }

    /// <summary>How many calls are left until <see cref="LimitReset"/>.</summary>
    public long? LimitRemaining { get; init; }

    /// <summary>When there are calls again, on GitHub's clock.</summary>
    public DateTimeOffset? LimitReset { get; init; }

    /// <summary>What the token would need: <c>statuses=write</c>.</summary>
    public string? AcceptedPermissions { get; init; }

    public bool IsGood => Status is >= 200 and < 300;

    public bool IsBroken => Status >= 500;

    public static async Task<GitHubAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new()
    {
        Status = (int)response.StatusCode,
        Body = await response.Content.ReadAsByteArrayAsync(cancellationToken),
        Date = response.Headers.Date,
        Link = Header(response, "Link"),
        ETag = Header(response, "ETag"),
        Location = response.Headers.Location,
        RetryAfter = response.Headers.RetryAfter,
        LimitRemaining = Number(Header(response, "X-RateLimit-Remaining")),
        // Beyond the year 9999 nothing is a moment; a proxy that counts in milliseconds writes such.
        LimitReset = Number(Header(response, "X-RateLimit-Reset")) is { } seconds and >= 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        AcceptedPermissions = Header(response, "X-Accepted-GitHub-Permissions"),
    };

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
