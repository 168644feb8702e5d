namespace GradientCI.Webhook.Commands;

/// <summary>A comment of a pull request as a forge tells of it.</summary>
public sealed record RemoteComment
{
    /// <summary>The forge's id of it.</summary>
    public required long Id { get; init; }

    /// <summary>The pull request's number.</summary>
    public required int PullRequest { get; init; }

    /// <summary>Its Markdown; untrusted.</summary>
    public required string Body { get; init; }

    /// <summary>Who wrote it: a login.</summary>
    public required string Author { get; init; }

    /// <summary>Whether a person wrote it, and no program.</summary>
    public required bool IsPerson { get; init; }

    /// <summary>Whether the forge says that the author belongs to the repository. That is no permission, only a reason to ask after one.</summary>
    public required bool IsOfTheHouse { get; init; }

    /// <summary>When it was written, by the forge's clock.</summary>
    public required DateTimeOffset WrittenAt { get; init; }
}
