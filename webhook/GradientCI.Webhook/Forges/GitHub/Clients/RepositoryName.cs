namespace GradientCI.Webhook.Forges.GitHub.Clients;

/// <summary>A repository by its names.</summary>
internal readonly record struct RepositoryName(string Owner, string Name)
{
    /// <summary>Its path of the API.</summary>
    public string Path => $"/repos/{Uri.EscapeDataString(Owner)}/{Uri.EscapeDataString(Name)}";

    public override string ToString() => $"{Owner}/{Name}";
}
