namespace GradientCI.Webhook.Hosting;

/// <summary>One thing that the service needs to do its work.</summary>
public interface IReadinessCheck
{
    /// <summary>A word: <c>database</c>.</summary>
    string Name { get; }

    /// <summary>Looks.</summary>
    /// <returns>What is wrong, as one sentence without secrets; null when nothing is.</returns>
    Task<string?> CheckAsync(CancellationToken cancellationToken);
}
