using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;

namespace GradientCI.Runner.Orchestration;

/// <summary>The variables that a trial sees: the contract of <c>docs/gradient-yml.md</c>, one owner.</summary>
internal static class TrialEnvironment
{
    public static ImmutableSortedDictionary<string, string> Of(Run run, Trial trial, Attempt attempt, string workspace, Workbench bench)
    {
        var data = bench.Data;
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        variables.AddRange(run.Spec.Env);

        // A pipe or a file makes Python hold its output back for kilobytes; curves would stand still for minutes.
        variables.TryAdd("PYTHONUNBUFFERED", "1");

        foreach (var (name, value) in trial.Parameters)
        {
            variables[$"PARAM_{name.ToUpperInvariant()}"] = value.ToString();
        }

        variables["GRADIENT_EXPERIMENT"] = run.Id.Experiment;
        variables["GRADIENT_RUN"] = run.Id.ToString();
        variables["GRADIENT_TRIAL"] = $"{trial.Id.Number}";
        variables["GRADIENT_ATTEMPT"] = $"{attempt.Id.Number}";
        variables["GRADIENT_SHA"] = run.Commit.Sha.Value;
        variables["GRADIENT_REF"] = run.Commit.Ref;
        variables["GRADIENT_REPO"] = bench.Repository;
        variables["GRADIENT_SEED"] = $"{trial.Seed}";
        variables["GRADIENT_PARAMS"] = ParametersFile(data, attempt.Id);
        variables["GRADIENT_WORKSPACE"] = workspace;
        variables["GRADIENT_ARTIFACTS"] = data.Artifacts(trial.Id);
        variables["GRADIENT_STORAGE"] = HasOwnStorage(run) ? data.OwnStorage(attempt.Id) : data.Storage(run.Id.Project);
        variables["GRADIENT_DATASETS"] = data.DatasetLinks(attempt.Id);
        variables["GRADIENT_CHECKPOINT"] = data.Checkpoint(trial.Id);
        variables["CUDA_VISIBLE_DEVICES"] = string.Join(',', attempt.Gpus);
        return variables.ToImmutable();
    }

    /// <summary>The folders of the contract, made; the parameter file, written.</summary>
    public static void Prepare(Run run, Trial trial, AttemptId attempt, DataFolder data)
    {
        foreach (var folder in (string[])
            [data.State(attempt), Path.GetDirectoryName(data.Log(attempt))!, data.Artifacts(trial.Id),
             HasOwnStorage(run) ? data.OwnStorage(attempt) : data.Storage(run.Id.Project), data.Checkpoint(trial.Id)])
        {
            Directory.CreateDirectory(folder);
        }

        RunDatasets.Link(run, attempt, data);
        File.WriteAllText(ParametersFile(data, attempt), trial.Parameters.ToJson());
    }

    /// <summary>What the variables point at, for executors that do not show a trial the whole machine.</summary>
    public static ImmutableArray<AttemptMount> MountsOf(Run run, Trial trial, AttemptId attempt, string workspace, DataFolder data) =>
    [
        new(workspace, IsReadOnly: false),
        new(ParametersFile(data, attempt), IsReadOnly: true),
        new(data.Artifacts(trial.Id), IsReadOnly: false),
        new(data.Storage(run.Id.Project), IsReadOnly: !run.Spec.MayWriteStorage),
        .. RunDatasets.MountsOf(run, attempt, data),
        new(data.Checkpoint(trial.Id), IsReadOnly: false),
    ];

    // Only a container can be kept from writing. On the host a stranger's trial is at least not shown where.
    private static bool HasOwnStorage(Run run) => !run.Spec.MayWriteStorage && !run.Spec.IsInContainer;

    private static string ParametersFile(DataFolder data, AttemptId attempt) => Path.Combine(data.State(attempt), "params.json");
}
