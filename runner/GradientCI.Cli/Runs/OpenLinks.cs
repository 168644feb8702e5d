using System.Collections.Immutable;
using GradientCI.Cli.Output;
using GradientCI.Cli.Services;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Webhook.Portal;
using GradientCI.Webhook.Ports;

namespace GradientCI.Cli.Runs;

/// <summary>Addresses of what a run's trials listen at now, through the service of the data folder; none while no service runs.</summary>
internal static class OpenLinks
{
    public static ImmutableArray<LiveLink> Of(RunSnapshot run, DataFolder data) =>
        run.Run.Spec.Ports.IsEmpty || ServicePlace.Find(data) is not { } place ? []
            : new PortLinks(PortalKey.Open(data.PortalKey), place.Url, place.PortsUrl).ListOf(run);

    /// <summary>A line each.</summary>
    public static string Text(IEnumerable<LiveLink> links) => string.Concat(links.Select(link => Plain.Line($"  live      {link.Title}  {link.Address}") + "\n"));
}
