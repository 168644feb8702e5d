using GradientCI.Stores;
using GradientCI.Testing.Git;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.Triggers;

/// <summary>A forge that gives tokens and is asked nothing else.</summary>
internal sealed class TokenForge : IForge
{
    public string Name => "github";

    public bool HasCheckRuns => false;

    /// <summary>What goes wrong, if anything.</summary>
    public ForgeException? Problem { get; set; }

    /// <summary>What it gives.</summary>
    public string Token { get; set; } = RemoteServer.Token;

    /// <summary>What was not taken of what it gave.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>What happens meanwhile.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    public async Task<string?> GetCloneTokenAsync(ForgeRepository repository, CancellationToken cancellationToken)
    {
        await Meanwhile();
        return Problem is null ? Token : throw Problem;
    }

    public void RefuseCloneToken(ForgeRepository repository, string token) => Refused.Add(token);

    public Task SetStatusAsync(ForgeRepository repository, CommitStatus status, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> PutCheckRunAsync(ForgeRepository repository, CheckRun run, long? id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long?> FindCommentAsync(ForgeRepository repository, int pullRequest, string marker, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<long> PutCommentAsync(ForgeRepository repository, int pullRequest, string body, long? id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<string> CheckAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
