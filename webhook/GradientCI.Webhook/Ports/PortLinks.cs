using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Webhook.Hosting;
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
/// <param name="portsUrl">Where ports have hosts of their own, or null.</param>
public sealed class PortLinks(PortalKey key, Uri? publicUrl, WildcardUrl? portsUrl)
{
    private const int MostLinks = 20;
    private readonly string _root = publicUrl?.AbsolutePath.TrimEnd('/') ?? "";

    /// <summary>What of a trial can be reached now: nothing, unless it runs and its manifest declares ports.</summary>
    public static ImmutableArray<TrialPort> OpenOf(Run run, Trial trial) =>
        trial.State == TrialState.Running ? [.. run.Spec.Ports.Select(port => new TrialPort(trial.Id, port))] : [];

    /// <summary>The hosts of ports, or null where they have none.</summary>
    internal PortHosts? Hosts { get; } = portsUrl is null ? null : new PortHosts(key, portsUrl);

    /// <summary>Lets browsers in at those hosts.</summary>
    internal PortPass Pass { get; } = new(key, portsUrl is { IsSecure: true });

    /// <summary>The address: absolute where the port has a host or people reach the service, else from the service's root.</summary>
    public string Of(TrialPort port) =>
        Hosts is null ? $"{publicUrl?.GetLeftPart(UriPartial.Authority)}{PrefixOf(port)}/" : $"{OwnOf(Hosts, port)}/";

    /// <summary>The address as the page of the trial's run refers to it: a proxy may serve both below a path of its own.</summary>
    public string FromPage(TrialPort port) => Hosts is null ? $".{PathTo(port)[PortalLinks.FolderOf(port.Trial.Run).Length..]}/" : Of(port);

    /// <summary>What of a run can be reached now, as its page refers to it; the first of them.</summary>
    public ImmutableArray<LiveLink> LiveOf(RunSnapshot run) => List(run, FromPage);

    /// <summary>What of a run can be reached now, wherever its addresses are read; the first of them.</summary>
    public ImmutableArray<LiveLink> ListOf(RunSnapshot run) => List(run, Of);

    /// <summary>Whether a key is the port's own.</summary>
    internal bool Matches(TrialPort port, string? given) => key.Matches(PathOf(port), given);

    /// <summary>The path that requests reach us with, without a slash at the end.</summary>
    internal string PathTo(TrialPort port) => PathOf(port) + key.Sign(PathOf(port));

    /// <summary>The path that browsers see.</summary>
    internal string PrefixOf(TrialPort port) => _root + PathTo(port);

    /// <summary>The address that whoever asks sees in front of what is the trial's.</summary>
    internal Uri Facing(HttpRequest request, TrialPort port) =>
        new($"{publicUrl?.GetLeftPart(UriPartial.Authority) ?? $"{request.Scheme}://{request.Host.Value}"}{PrefixOf(port)}");

    private static ImmutableArray<LiveLink> List(RunSnapshot run, Func<TrialPort, string> address) =>
    [
        .. run.Trials.SelectMany(trial => OpenOf(run.Run, trial.Trial)).Take(MostLinks).Select(port => new LiveLink(port.Trial, port.Number, address(port))),
    ];

    /// <summary>The address at the port's own host that lets a browser in, without a slash at the end.</summary>
    internal string OwnOf(PortHosts hosts, TrialPort port) => hosts.Of(port).GetLeftPart(UriPartial.Authority) + PathTo(port);

    /// <summary>What is signed of a port.</summary>
    internal static string PathOf(TrialPort port) => $"{PortalLinks.PathOf(port.Trial.Run)}/trials/{port.Trial.Number}/ports/{port.Number}/";
}
