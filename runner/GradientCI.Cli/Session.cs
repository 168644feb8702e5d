using System.CommandLine;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;

namespace GradientCI.Cli;

/// <summary>An opened data folder.</summary>
internal sealed record Session(DataFolder Data, SqliteExperimentStore Store, Terminal Terminal) : IAsyncDisposable
{
    /// <summary>The only project that is there for whoever asks; null when all are.</summary>
    public ProjectId? Confinement => Terminal.Caller?.Confinement;

    /// <summary>Whether a project is there for whoever asks.</summary>
    public bool Sees(ProjectId project) => Confinement is null || Confinement == project;

    /// <summary>The data folder that the command line names, whether it is there or not.</summary>
    public static DataFolder Locate(ParseResult parsed, Terminal terminal)
    {
        var given = parsed.GetValue(GlobalOptions.Data);
        return DataFolder.Locate(given is null or "" ? given : Path.GetFullPath(given, terminal.Directory), terminal.Variable);
    }

    /// <summary>Opens the data folder that the command line names.</summary>
    public static async Task<Session> OpenAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var data = Locate(parsed, terminal);
        return new Session(data, await SqliteExperimentStore.OpenAsync(data.Root, terminal.Time, cancellationToken), terminal);
    }

    /// <summary>What a change is signed with that whoever types here makes.</summary>
    /// <param name="detail">What else there is to know; never a secret.</param>
    public Signature Sign(string detail = "") => new(Terminal.Time.GetUtcNow(), Terminal.Person, detail);

    /// <summary>Finds a run to look at: one of the folder's repository, else of any project.</summary>
    /// <exception cref="GradientException">There is none, or there are several in other projects.</exception>
    public async Task<RunReference> FindAsync(string text, string folder, CancellationToken cancellationToken) => Confinement is { } only
        ? await RunReferences.FindInAsync(Store, text, only, cancellationToken)
        : await RunReferences.FindAsync(Store, text, await CurrentProjectAsync(folder, cancellationToken), cancellationToken);

    /// <summary>Finds a run to change: only one of the folder's repository, so that a slip never reaches another project.</summary>
    /// <exception cref="GradientException">There is none, or the folder is in no repository.</exception>
    public async Task<RunReference> FindHereAsync(string text, string folder, CancellationToken cancellationToken) =>
        await RunReferences.FindInAsync(Store, text, await ProjectHereAsync(folder, cancellationToken), cancellationToken);

    /// <summary>The project of the folder that the command was typed in.</summary>
    /// <exception cref="GradientException">The folder is in no repository.</exception>
    public async Task<ProjectId> ProjectHereAsync(string folder, CancellationToken cancellationToken)
    {
        if (Terminal.Caller is { } caller)
        {
            return (await caller.GetProjectAsync(Store, cancellationToken)).Id;
        }

        await using var repository = await GitRepository.OpenAsync(Path.GetFullPath(folder, Terminal.Directory), cancellationToken);
        return await ProjectOfAsync(repository, cancellationToken);
    }

    /// <summary>The project of the folder that the command was typed in, or null outside a repository.</summary>
    /// <exception cref="GradientException">The folder is not there.</exception>
    public async Task<ProjectId?> CurrentProjectAsync(string folder, CancellationToken cancellationToken)
    {
        if (Terminal.Caller is { } caller)
        {
            // A project that is gone must not become all of them.
            return Confinement ?? (await caller.FindProjectAsync(Store, cancellationToken))?.Id;
        }

        var path = Path.GetFullPath(folder, Terminal.Directory);
        try
        {
            await using var repository = await GitRepository.OpenAsync(path, cancellationToken);
            return await ProjectOfAsync(repository, cancellationToken);
        }
        catch (GradientException) when (Directory.Exists(path))
        {
            // Looking something up needs no repository; the reference is then looked for in all projects.
            return null;
        }
    }

    // The mirror of a forge's repository has the forge's name and id in its project's, not its own place.
    private async Task<ProjectId> ProjectOfAsync(GitRepository repository, CancellationToken cancellationToken) =>
        (await ProjectIdentity.OfAsync(repository, Store, cancellationToken)).Id;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
