using System.Net;
using GradientCI.Experiments;
using GradientCI.Runner.Executors.Docker.Client;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Images that are made here, each known by the digest of what it is made from.</summary>
internal static class BuiltImages
{
    /// <summary>The name of the image of a digest.</summary>
    public static string NameOf(string digest) => $"{ImageNames.Built}:{digest}";

    /// <summary>Its id; null when it is not there.</summary>
    /// <exception cref="DockerApiException">The Engine does not answer.</exception>
    public static async Task<string?> FindAsync(ImageOperations images, string digest, CancellationToken cancellationToken)
    {
        try
        {
            var image = await images.InspectImageAsync(NameOf(digest), cancellationToken);
            return image.Config?.Labels?.GetValueOrDefault(ImageNames.BuildLabel) == digest ? image.Id : null;
        }
        catch (DockerApiException problem) when (problem.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Why there is none, with the last that was printed; the reason is noted in the log, too.</summary>
    /// <param name="run">Whose image it is.</param>
    /// <param name="log">What was printed.</param>
    /// <param name="reason">A sentence without its end.</param>
    /// <param name="cause">What was thrown, or null.</param>
    public static GradientException Failed(RunId run, BuildLog log, string reason, Exception? cause)
    {
        var last = string.Join(" / ", log.LastLines);
        log.Write($"\n{reason.TrimEnd('.')}.\n");
        return new GradientException(
            FailureKind.Environment,
            $"The image of {run} cannot be built: {reason.TrimEnd('.')}.{(last.Length > 0 ? $" Before that it printed: {last}" : "")}",
            $"Read all of it with: gradientci logs {run} --build", cause);
    }

    /// <summary>The same, for an Engine that does not answer.</summary>
    public static GradientException Unanswered(RunId run, DockerApiException problem) => new(
        FailureKind.Environment, $"The image of {run} cannot be built: {problem.ToSentence().Message}", problem.ToSentence().Remedy, problem);
}
