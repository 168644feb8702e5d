using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Schedules;

/// <summary>A scheduled run that is due.</summary>
/// <param name="Project">Whose.</param>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="At">Since when, to the minute: the same for all that is due in it.</param>
internal sealed record DueRun(string Project, string Experiment, string At)
{
    /// <summary>The event's name; with a hyphen, so that the intake takes none such from anybody.</summary>
    public const string Event = "run-due";

    /// <summary>What is due, and since when.</summary>
    public static DueRun Of(ProjectId project, string experiment, DateTimeOffset due) =>
        new(project.Value, experiment, due.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture));

    /// <summary>As a delivery to ourselves.</summary>
    public Delivery ToDelivery(DateTimeOffset now) =>
        new($"due:{Project}:{Experiment}:{At}", Event, now, JsonSerializer.SerializeToUtf8Bytes(this, DueRunJson.Default.DueRun));

    /// <summary>Reads a delivery of ours.</summary>
    public static DueRun Read(Delivery delivery) => JsonSerializer.Deserialize(delivery.Body.Span, DueRunJson.Default.DueRun)!;
}

[JsonSerializable(typeof(DueRun))]
internal sealed partial class DueRunJson : JsonSerializerContext;
