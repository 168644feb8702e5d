using System.Text.Json;
using GradientCI.Json;

namespace GradientCI.Specs;

/// <summary>How the search goes, as JSON for the store.</summary>
internal static class SweepJson
{
    private static readonly SweepSpec Empty = new();

    public static void Write(Utf8JsonWriter json, SweepSpec sweep)
    {
        json.WriteObject("space", sweep.Space, ParameterJson.Write);
        json.WriteString("sampler", sweep.Sampler);
        json.WriteBoolean("warmStart", sweep.WarmStart);
        json.WriteLong("maxTrials", sweep.MaxTrials);
        json.WriteLong("parallel", sweep.Parallel);
        json.WriteNumber("repeats", sweep.Repeats);
        json.WriteNumber("seed", sweep.Seed);
        if (!sweep.Recorded.IsEmpty)
        {
            json.WriteStartArray("recorded");
            foreach (var set in sweep.Recorded)
            {
                ParameterJson.Write(json, set);
            }

            json.WriteEndArray();
        }

        json.WriteObject("pruner", sweep.Pruner, Write);
        json.WriteObject("stop", sweep.Stop, Write);
    }

    public static SweepSpec Read(JsonFields json) => new()
    {
        Space = json.Object("space", Empty.Space, ParameterJson.ReadSpace),
        Sampler = json.Text("sampler", Empty.Sampler),
        WarmStart = json.Flag("warmStart", Empty.WarmStart),
        MaxTrials = json.Int("maxTrials"),
        Parallel = json.Int("parallel"),
        Repeats = json.Int("repeats") ?? Empty.Repeats,
        Seed = json.Long("seed") ?? Empty.Seed,
        Recorded = json.List("recorded", ParameterJson.ReadSet),
        Pruner = json.ObjectOrNull("pruner", Empty.Pruner, ReadPruner),
        Stop = json.Object("stop", Empty.Stop, ReadStop),
    };

    private static void Write(Utf8JsonWriter json, PrunerSpec pruner)
    {
        json.WriteString("name", pruner.Name);
        json.WriteStartObject("settings");
        foreach (var (name, value) in pruner.Settings)
        {
            json.WriteReal(name, value);
        }

        json.WriteEndObject();
    }

    private static PrunerSpec ReadPruner(JsonFields json) => new(json.Text("name", ""), json.Map("settings", JsonFields.Real));

    private static void Write(Utf8JsonWriter json, StopSpec stop)
    {
        json.WriteDuration("after", stop.After);
        json.WriteReal("gpuHours", stop.GpuHours);
        json.WriteReal("target", stop.Target);
        json.WriteLong("patience", stop.Patience);
    }

    private static StopSpec ReadStop(JsonFields json) => new()
    {
        After = json.Duration("after"),
        GpuHours = json.Real("gpuHours"),
        Target = json.Real("target"),
        Patience = json.Int("patience"),
    };
}
