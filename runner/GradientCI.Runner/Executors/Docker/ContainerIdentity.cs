using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>The name and the labels by which an attempt's container is found again, by whoever knows its state folder.</summary>
internal static class ContainerIdentity
{
    // The data folder whose containers they are.
    internal const string OwnerLabel = "gradientci.data";
    private const string StateLabel = "gradientci.state";
    private const string LogStartLabel = "gradientci.log-start";
    private const string ProjectLabel = "gradientci.project";
    private const string ExperimentLabel = "gradientci.experiment";
    private const string RunLabel = "gradientci.run";
    private const string TrialLabel = "gradientci.trial";
    private const string AttemptLabel = "gradientci.attempt";

    private const int ExperimentLength = 60;

    /// <summary><c>gradientci-digits-12.3.1-0a1b2c3d4e5f</c>: readable, and no other attempt's in any data folder.</summary>
    public static string NameOf(AttemptRequest request)
    {
        var (trial, number) = (request.Id.Trial, request.Id.Number);
        var experiment = string.Concat(trial.Run.Experiment.Take(ExperimentLength).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.StateDirectory)).AsSpan(0, 6));
        return $"gradientci-{experiment}-{trial.Run.Number}.{trial.Number}.{number}-{digest}";
    }

    /// <summary>The name of the container in which an image is set up: no other's in any data folder.</summary>
    public static string NameOfSetup(string owner, string digest) =>
        $"gradientci-setup-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{owner}\n{digest}")).AsSpan(0, 12))}";

    /// <summary>The digest of the image that is set up in a container; null when none is.</summary>
    /// <remarks>The labels alone do not tell: whoever makes a container of such an image has them, too.</remarks>
    public static string? SetupOf(ContainerListResponse container, string owner) =>
        container.Labels?.GetValueOrDefault(ImageNames.BuildLabel) is { } digest && container.Names.Contains($"/{NameOfSetup(owner, digest)}", StringComparer.Ordinal) ? digest : null;

    /// <summary>The labels of a new container.</summary>
    /// <param name="request">Whose.</param>
    /// <param name="owner">The data folder.</param>
    /// <param name="logStart">How long the log was before the container printed anything.</param>
    public static Dictionary<string, string> LabelsOf(AttemptRequest request, string owner, long logStart)
    {
        var trial = request.Id.Trial;
        return new(StringComparer.Ordinal)
        {
            [OwnerLabel] = owner,
            [StateLabel] = request.StateDirectory,
            [LogStartLabel] = $"{logStart}",
            [ProjectLabel] = trial.Run.Project.Value,
            [ExperimentLabel] = trial.Run.Experiment,
            [RunLabel] = $"{trial.Run.Number}",
            [TrialLabel] = $"{trial.Number}",
            [AttemptLabel] = $"{request.Id.Number}",
        };
    }

    /// <summary>The label, with its value, that all containers of a data folder have.</summary>
    public static string OwnedBy(string owner) => $"{OwnerLabel}={owner}";

    /// <summary>How long the log was at its start; null for a container that is not this attempt's.</summary>
    public static long? LogStartOf(IReadOnlyDictionary<string, string>? labels, AttemptRequest request) =>
        labels?.GetValueOrDefault(StateLabel) == request.StateDirectory
        && long.TryParse(labels.GetValueOrDefault(LogStartLabel), NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? start
            : null;

    /// <summary>Whose container it is; null when its labels do not tell.</summary>
    public static AttemptId? AttemptOf(IReadOnlyDictionary<string, string> labels) =>
        Number(labels, RunLabel) is { } run && Number(labels, TrialLabel) is { } trial && Number(labels, AttemptLabel) is { } attempt
        && labels.TryGetValue(ProjectLabel, out var project) && labels.TryGetValue(ExperimentLabel, out var experiment)
            ? new AttemptId(new TrialId(new RunId(new ProjectId(project), experiment, run), trial), attempt)
            : null;

    private static int? Number(IReadOnlyDictionary<string, string> labels, string label) =>
        int.TryParse(labels.GetValueOrDefault(label), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
