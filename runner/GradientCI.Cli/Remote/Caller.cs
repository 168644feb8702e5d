using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Cli.Remote;

/// <summary>On whose behalf a service runs a command.</summary>
/// <param name="Confinement">The only project that is there for him, or null for all.</param>
/// <param name="Place">Where he stands.</param>
/// <param name="Host">The name under which he asked the service.</param>
internal sealed record Caller(ProjectId? Confinement, Whereabouts Place, string Host)
{
    /// <summary>Records what he wants run.</summary>
    public required RequestedRuns Requests { get; init; }

    /// <summary>Rung when a run was recorded for him.</summary>
    public Doorbell Recorded { get; init; } = new();

    /// <summary>The project that he means, or null when he stands in none of this service's.</summary>
    public async Task<Project?> FindProjectAsync(SqliteExperimentStore store, CancellationToken cancellationToken) => Confinement is { } only
        ? (await store.ListProjectsAsync(cancellationToken)).FirstOrDefault(project => project.Id == only)
        : await Place.FindAsync(store, Host, cancellationToken);

    /// <summary>The same.</summary>
    /// <exception cref="GradientException">Usage: he stands in none.</exception>
    public async Task<Project> GetProjectAsync(SqliteExperimentStore store, CancellationToken cancellationToken) =>
        await FindProjectAsync(store, cancellationToken) ?? throw new GradientException(
            FailureKind.Usage,
            Place.IsNowhere ? "This is done to a project, and you stand in no repository." : "The service has no project for this repository.",
            "Type it in a clone of a repository that the service knows, or name one with --repo.");
}
