using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Webhook.Portal;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Ports;

/// <summary>Addresses of what trials listen at, each with a key of its own in its path.</summary>
/// <remarks>
/// In the path it goes along with everything that a page refers to, and nothing that a browser adds by itself, such as a
/// cookie, is needed to be let in or of any use to a hostile page.
/// </remarks>
/// <param name="key">Makes the keys.</param>
/// <param name="publicUrl">Where people reach the service, or null.</param>
public sealed class PortLinks(PortalKey key, Uri? publicUrl)
{
    private const int MostLinks = 20;
    private readonly string _root = publicUrl?.AbsolutePath.TrimEnd('/') ?? "";

    /// <summary>What of a trial can be reached now: nothing, unless it runs and its manifest declares ports.</summary>
    public static ImmutableArray<TrialPort> OpenOf(Run run, Trial trial) =>
        trial.State == TrialState.Running ? [.. run.Spec.Ports.Select(port => new TrialPort(trial.Id, port))] : [];

    /// <summary>The address: absolute where people reach the service, else from its root.</summary>
    public string Of(TrialPort port) => $"{publicUrl?.GetLeftPart(UriPartial.Authority)}{PrefixOf(port)}/";

    /// <summary>The address as the page of the trial's run refers to it: a proxy may serve both below a path of its own.</summary>
    public string FromPage(TrialPort port) => $".{PathTo(port)[PortalLinks.FolderOf(port.Trial.Run).Length..]}/";

    /// <summary>What of a run can be reached now, as its page refers to it; the first of them.</summary>
    public ImmutableArray<LiveLink> LiveOf(RunSnapshot run) =>
    [
        .. run.Trials.SelectMany(trial => OpenOf(run.Run, trial.Trial)).Take(MostLinks)
            .Select(port => new LiveLink($"{port.Trial} at port {port.Number}", FromPage(port))),
    ];

    /// <summary>Whether a key is the port's own.</summary>
    internal bool Matches(TrialPort port, string? given) => key.Matches(PathOf(port), given);

    /// <summary>The path that requests reach us with, without a slash at the end.</summary>
    internal string PathTo(TrialPort port) => PathOf(port) + key.Sign(PathOf(port));

    /// <summary>The path that browsers see.</summary>
    internal string PrefixOf(TrialPort port) => _root + PathTo(port);

    /// <summary>The address that whoever asks sees in front of what is the trial's.</summary>
    internal Uri Facing(HttpRequest request, TrialPort port) =>
        new($"{publicUrl?.GetLeftPart(UriPartial.Authority) ?? $"{request.Scheme}://{request.Host.Value}"}{PrefixOf(port)}");

    private static string PathOf(TrialPort port) => $"{PortalLinks.PathOf(port.Trial.Run)}/trials/{port.Trial.Number}/ports/{port.Number}/";
}
