namespace GradientCI.Webhook.Forges.GitHub.Clients;

/// <summary>A token of an installation; not a record, so that no text of it shows the token.</summary>
internal sealed class AccessToken(string value, DateTimeOffset expiresAt, DateTimeOffset? madeAt)
{
    public string Value => value;

    /// <summary>How long it lives, by GitHub's clock alone where that is known.</summary>
    /// <param name="now">The time on our clock when it was made.</param>
    public TimeSpan LifeFrom(DateTimeOffset now) => expiresAt - (madeAt ?? now);
}
