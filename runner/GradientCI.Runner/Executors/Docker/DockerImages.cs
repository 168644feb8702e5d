using System.Net;
using GradientCI.Runner.Executors.Docker.Client;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>The images of an Engine; one that is missing is pulled.</summary>
/// <param name="client">The Engine.</param>
/// <param name="patience">How long a pull may bring nothing.</param>
/// <param name="time">The clock.</param>
internal sealed class DockerImages(DockerClient client, TimeSpan patience, TimeProvider time)
{
    /// <summary>The digest of an image, pulled first when it is not there.</summary>
    /// <exception cref="GradientException">There is no Engine, or no such image.</exception>
    public async Task<string> PrepareAsync(string image, Action<string> tell, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(image, cancellationToken) ?? await PullAsync(image, tell, cancellationToken);
        }
        catch (DockerApiException problem) when (problem.IsUnanswered)
        {
            throw new GradientException(
                FailureKind.Environment, $"The image {image} is asked for, and trials cannot run in it: {problem.ToSentence().Message}",
                problem.ToSentence().Remedy, problem);
        }
        catch (DockerApiException problem)
        {
            throw new GradientException(
                FailureKind.Environment, $"The image {image} cannot be had: {problem.Message.TrimEnd('.')}.",
                "Check its name; or bring it to this machine with 'docker pull' or 'docker build -t'.", problem);
        }
    }

    private async Task<string?> FindAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.Images.InspectImageAsync(image, cancellationToken)).Id;
        }
        catch (DockerApiException problem) when (problem.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<string> PullAsync(string image, Action<string> tell, CancellationToken cancellationToken)
    {
        tell($"Pulling {image}.");
        using var stalled = new CancellationTokenSource(patience, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        try
        {
            var progress = new PullProgress(image, tell) { Moved = () => stalled.CancelAfter(patience) };
            await client.Images.CreateImageAsync(image, progress, enough.Token);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GradientException(
                FailureKind.Environment, $"The image {image} cannot be had: pulling it brought nothing for {patience.TotalMinutes:0} minutes, and was given up.",
                "See whether this machine reaches the registry; or bring the image to it with 'docker pull'.", problem);
        }

        return (await client.Images.InspectImageAsync(image, cancellationToken)).Id;
    }
}
