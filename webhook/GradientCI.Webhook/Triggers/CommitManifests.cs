using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;

namespace GradientCI.Webhook.Triggers;

/// <summary>A commit's manifest, or why there is none that counts.</summary>
/// <param name="Manifest">The manifest; null when the commit has none, or a wrong one.</param>
/// <param name="Problem">What is wrong with it, one sentence with its place and the way out; empty when nothing is.</param>
/// <param name="Detail">Everything that was found, a line each.</param>
internal sealed record CommitManifest(Manifest? Manifest, string Problem, string Detail);

/// <summary>The manifests of commits, each read once, from its blob.</summary>
internal sealed class CommitManifests(GitRepository repository, TriggerAnswer answer)
{
    private readonly Dictionary<CommitSha, CommitManifest> _known = [];

    /// <summary>What was read so far.</summary>
    public IReadOnlyDictionary<CommitSha, CommitManifest> Known => _known;

    /// <summary>The manifest of a commit, or null; why there is none goes into the answer.</summary>
    /// <param name="sha">The commit.</param>
    /// <param name="name">What led to the commit, for the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">The repository is damaged.</exception>
    public async Task<Manifest?> ReadAsync(CommitSha sha, string name, CancellationToken cancellationToken) =>
        (_known.TryGetValue(sha, out var known) ? known : _known[sha] = await JudgeAsync(sha, name, cancellationToken)).Manifest;

    private async Task<CommitManifest> JudgeAsync(CommitSha sha, string name, CancellationToken cancellationToken)
    {
        try
        {
            var result = ManifestParser.Parse(await repository.ReadManifestAsync(sha, cancellationToken), GitRepository.ManifestPath);
            if (result.HasErrors)
            {
                answer.Say($"{name} at {sha.Short} starts nothing: its manifest has errors.");
            }

            foreach (var diagnostic in result.Diagnostics)
            {
                answer.Say(diagnostic.ToString());
            }

            return new CommitManifest(
                result.Manifest,
                result.Diagnostics.FirstOrDefault(each => result.HasErrors && each.Severity == DiagnosticSeverity.Error)?.ToString() ?? "",
                string.Join('\n', result.Diagnostics));
        }
        catch (GradientException problem) when (problem.Kind == FailureKind.Usage)
        {
            answer.Say($"{name} starts nothing. {problem.Message}");

            // A repository without a manifest is one that nothing was asked of.
            return await repository.FindFileAsync(sha, GitRepository.ManifestPath, cancellationToken) is null
                ? new CommitManifest(null, "", "")
                : new CommitManifest(null, problem.Message, $"{problem.Message} {problem.Remedy}");
        }
    }
}
