namespace GradientCI.Webhook.Hosting;

/// <summary>One thing that the service needs to do its work.</summary>
public interface IReadinessCheck
{
    /// <summary>A word: <c>database</c>.</summary>
    string Name { get; }

    /// <summary>Whether the service is not ready without it; what is not vital is only said.</summary>
    bool IsVital => true;

    /// <summary>Looks.</summary>
    /// <returns>What is wrong, as one sentence without secrets; null when nothing is.</returns>
    Task<string?> CheckAsync(CancellationToken cancellationToken);
}
