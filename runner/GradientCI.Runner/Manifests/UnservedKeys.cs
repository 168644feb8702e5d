using System.Collections.Immutable;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests;

/// <summary>A key of version 1 whose machinery comes later.</summary>
/// <param name="Path">The key's path within an experiment.</param>
/// <param name="What">What cannot be served, as the message and the reference name it.</param>
/// <param name="IsUsed">Whether an experiment asks for it.</param>
internal sealed record UnservedKey(string Path, string What, Func<ExperimentSpec, bool> IsUsed);

/// <summary>What this build parses and checks but cannot run. Whoever builds the machinery takes the line out.</summary>
internal static class UnservedKeys
{
    public static readonly ImmutableArray<UnservedKey> All =
    [
        new("nodes", "`nodes`", spec => spec.Nodes is not null),
        new("report.images", "`report.images`", spec => !spec.Report.Images.IsEmpty),
        new("report.notes", "`report.notes`", spec => spec.Report.Notes is not null),
    ];
}
