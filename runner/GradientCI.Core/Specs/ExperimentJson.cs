using System.Text.Json;
using GradientCI.Json;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Specs;

/// <summary>An experiment as JSON, for the store. Each record is written and read side by side: a field of one is a field of the other.</summary>
internal static class ExperimentJson
{
    private static readonly ExperimentSpec Empty = new() { Name = "", Command = new CommandSpec([], IsShell: true) };

    public static void Write(Utf8JsonWriter json, ExperimentSpec spec)
    {
        json.WriteString("name", spec.Name);
        json.WriteString("description", spec.Description);
        json.WriteObject("on", spec.On, TriggerJson.Write);
        json.WriteWord("baseline", spec.Baseline);
        json.WriteBoolean("cancelSuperseded", spec.CancelSuperseded);
        json.WriteString("image", spec.Image);
        json.WriteObject("build", spec.Build, Write);
        json.WriteString("setup", spec.Setup);
        json.WriteTexts("setupFiles", spec.SetupFiles);
        json.WriteObject("command", spec.Command, Write);
        json.WriteString("workdir", spec.Workdir);
        json.WriteMap("env", spec.Env);
        json.WriteTexts("secrets", spec.Secrets);
        json.WriteTexts("secretFiles", spec.SecretFiles);
        json.WriteObject("resources", spec.Resources, Write);
        json.WriteObject("nodes", spec.Nodes, Write);
        json.WriteDuration("timeout", spec.Timeout);
        json.WriteObject("retries", spec.Retries, Write);
        json.WriteTexts("inputs", spec.Inputs);
        json.WriteBoolean("cache", spec.Cache);
        json.WriteTexts("artifacts", spec.Artifacts);
        json.WriteMap("datasets", spec.Datasets);
        json.WriteBoolean("mayWriteStorage", spec.MayWriteStorage);
        json.WriteInts("ports", spec.Ports);
        json.WritePropertyName("parameters");
        ParameterJson.Write(json, spec.Parameters);
        json.WriteObject("sweep", spec.Sweep, SweepJson.Write);
        json.WriteObjects("objectives", spec.Objectives, Write);
        json.WriteObjects("constraints", spec.Constraints, CheckJson.Write);
        json.WriteObject("metrics", spec.Metrics, ReportJson.Write);
        json.WriteObjects("checks", spec.Checks, CheckJson.Write);
        json.WriteObject("report", spec.Report, ReportJson.Write);
    }

    public static ExperimentSpec Read(JsonFields json) => new()
    {
        Name = json.Text("name", Empty.Name),
        Description = json.Text("description", Empty.Description),
        On = json.Object("on", Empty.On, TriggerJson.Read),
        Baseline = json.Word("baseline", Empty.Baseline),
        CancelSuperseded = json.Flag("cancelSuperseded", Empty.CancelSuperseded),
        Image = json.TextOrNull("image"),
        Build = json.ObjectOrNull("build", Empty.Build, ReadBuild),
        Setup = json.TextOrNull("setup"),
        SetupFiles = json.Texts("setupFiles"),
        Command = json.Object("command", Empty.Command, ReadCommand),
        Workdir = json.Text("workdir", Empty.Workdir),
        Env = json.Map("env", JsonFields.Text),
        Secrets = json.Texts("secrets"),
        SecretFiles = json.Texts("secretFiles"),
        Resources = json.Object("resources", Empty.Resources, ReadResources),
        Nodes = json.ObjectOrNull("nodes", Empty.Nodes, ReadNodes),
        Timeout = json.Duration("timeout"),
        Retries = json.Object("retries", Empty.Retries, ReadRetries),
        Inputs = json.Texts("inputs"),
        Cache = json.Flag("cache", Empty.Cache),
        Artifacts = json.Texts("artifacts"),
        Datasets = json.Map("datasets", JsonFields.Text),
        MayWriteStorage = json.Flag("mayWriteStorage", Empty.MayWriteStorage),
        Ports = json.List("ports", JsonFields.Int),
        Parameters = json.Find("parameters") is { } parameters ? ParameterJson.ReadSet(parameters) : ParameterSet.Empty,
        Sweep = json.Object("sweep", Empty.Sweep, SweepJson.Read),
        Objectives = json.Objects("objectives", ReadObjective),
        Constraints = json.Objects("constraints", CheckJson.ReadConstraint),
        Metrics = json.Object("metrics", Empty.Metrics, ReportJson.ReadSources),
        Checks = json.Objects("checks", CheckJson.Read),
        Report = json.Object("report", Empty.Report, ReportJson.Read),
    };

    private static void Write(Utf8JsonWriter json, CommandSpec command)
    {
        json.WriteTexts("words", command.Words);
        json.WriteBoolean("isShell", command.IsShell);
    }

    private static CommandSpec ReadCommand(JsonFields json) => new(json.Texts("words"), json.Flag("isShell", Empty.Command.IsShell));

    private static void Write(Utf8JsonWriter json, BuildSpec build)
    {
        json.WriteString("dockerfile", build.Dockerfile);
        json.WriteString("context", build.Context);
        json.WriteMap("args", build.Args);
        json.WriteString("target", build.Target);
    }

    private static BuildSpec ReadBuild(JsonFields json) =>
        new(json.Text("dockerfile", ""), json.Text("context", ""), json.Map("args", JsonFields.Text), json.TextOrNull("target"));

    private static void Write(Utf8JsonWriter json, ResourceSpec resources)
    {
        json.WriteReal("gpus", resources.Gpus);
        json.WriteString("gpuType", resources.GpuType);
        json.WriteReal("cpus", resources.Cpus);
        json.WriteLong("memoryBytes", resources.MemoryBytes);
        json.WriteLong("shmBytes", resources.ShmBytes);
    }

    private static ResourceSpec ReadResources(JsonFields json) => new()
    {
        Gpus = json.Real("gpus") ?? Empty.Resources.Gpus,
        GpuType = json.TextOrNull("gpuType"),
        Cpus = json.Real("cpus"),
        MemoryBytes = json.Long("memoryBytes"),
        ShmBytes = json.Long("shmBytes"),
    };

    private static void Write(Utf8JsonWriter json, NodesSpec nodes)
    {
        json.WriteNumber("count", nodes.Count);
        json.WriteString("launcher", nodes.Launcher);
    }

    private static NodesSpec ReadNodes(JsonFields json) => new(json.Int("count") ?? 0, json.Text("launcher", ""));

    private static void Write(Utf8JsonWriter json, RetrySpec retries)
    {
        json.WriteNumber("max", retries.Max);
        json.WriteBoolean("onLost", retries.OnLost);
        json.WriteBoolean("onOutOfMemory", retries.OnOutOfMemory);
        json.WriteBoolean("onFailure", retries.OnFailure);
        json.WriteBoolean("onTimeout", retries.OnTimeout);
        json.WriteInts("onExitCodes", retries.OnExitCodes);
    }

    private static RetrySpec ReadRetries(JsonFields json) => new()
    {
        Max = json.Int("max") ?? Empty.Retries.Max,
        OnLost = json.Flag("onLost", Empty.Retries.OnLost),
        OnOutOfMemory = json.Flag("onOutOfMemory", Empty.Retries.OnOutOfMemory),
        OnFailure = json.Flag("onFailure", Empty.Retries.OnFailure),
        OnTimeout = json.Flag("onTimeout", Empty.Retries.OnTimeout),
        OnExitCodes = json.List("onExitCodes", JsonFields.Int),
    };

    private static void Write(Utf8JsonWriter json, Objective objective)
    {
        json.WriteString("metric", objective.Metric);
        json.WriteWord("direction", objective.Direction);
        json.WriteWord("aggregate", objective.Aggregate);
    }

    private static Objective ReadObjective(JsonFields json) => new(
        json.Text("metric", ""), json.Word("direction", Direction.Minimize), json.Word("aggregate", ObjectiveAggregate.Last));
}
