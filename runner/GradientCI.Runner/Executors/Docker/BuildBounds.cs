using System.Net;
using System.Text.RegularExpressions;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Bounds the processes of a build's commands, which the builder cannot be asked to.</summary>
/// <remarks>
/// The builder prints which container it is about to start, and that is bounded within milliseconds. A command can print such a line, too,
/// and name a stranger's container; so only those are touched that know a name which nobody could guess.
/// </remarks>
/// <param name="containers">Of the Engine.</param>
/// <param name="mark">What the build's containers know, as <c>name:address</c>.</param>
/// <param name="processes">The most processes and threads of a command at once.</param>
internal sealed partial class BuildBounds(ContainerOperations containers, string mark, int processes)
{
    private Task _bounding = Task.CompletedTask;

    /// <summary>Ends when everything that was heard of is bounded, or gone.</summary>
    public Task Settled => _bounding;

    /// <summary>Why one could not be bounded, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>A new mark.</summary>
    public static string NewMark() => $"gradientci-{Guid.NewGuid():N}.invalid:127.0.0.1";

    /// <summary>Looks at what the build prints, and bounds what it is about to run.</summary>
    public void Hear(string text)
    {
        if (Announcement.Match(text) is { Success: true } match)
        {
            _bounding = Task.WhenAll(_bounding, BoundAsync(match.Groups["id"].Value));
        }
    }

    private async Task BoundAsync(string id)
    {
        try
        {
            if ((await containers.InspectContainerAsync(id, CancellationToken.None)).HostConfig?.ExtraHosts?.Contains(mark, StringComparer.Ordinal) ?? false)
            {
                await containers.UpdateContainerAsync(id, new ContainerUpdateParameters(processes), CancellationToken.None);
            }
        }
        catch (DockerApiException problem) when (problem.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict || problem.IsUnanswered)
        {
            // It has ended, or is ending with its Engine.
        }
        catch (DockerApiException problem)
        {
            Problem = problem.Message;
        }
    }

    [GeneratedRegex(@"^ ---> Running in (?<id>[0-9a-f]{12,64})\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Announcement { get; }
}
