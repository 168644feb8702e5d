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

    /// <summary>Makes an image within a time, and says in a sentence what came in between.</summary>
    /// <param name="run">Whose image it is.</param>
    /// <param name="log">What is printed.</param>
    /// <param name="what">What takes the time: <c>its setup</c>.</param>
    /// <param name="limit">The most time that it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="makeAsync">Makes it, and returns its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">It could not be made, or not in time.</exception>
    public static async Task<string> MakeAsync(
        RunId run, BuildLog log, string what, TimeSpan limit, TimeProvider time, Func<CancellationToken, Task<string>> makeAsync, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await makeAsync(enough.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(run, log, $"{what} did not end within {limit.TotalMinutes:0} minutes", null);
        }
        catch (DockerApiException problem) when (problem.IsUnanswered)
        {
            throw Unanswered(run, problem);
        }
        catch (DockerApiException problem)
        {
            throw Failed(run, log, problem.Message, problem);
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

    // The same, for an Engine that does not answer.
    private static GradientException Unanswered(RunId run, DockerApiException problem) => new(
        FailureKind.Environment, $"The image of {run} cannot be built: {problem.ToSentence().Message}", problem.ToSentence().Remedy, problem);
}
