using System.Net;
using GradientCI.Runner.Executors.Docker.Client;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>The images of an Engine; whether one is pulled is the operator's to say.</summary>
/// <param name="client">The Engine.</param>
/// <param name="options">The operator's word.</param>
/// <param name="owner">The data folder that images are pulled for.</param>
/// <param name="time">The clock.</param>
internal sealed class DockerImages(DockerClient client, DockerOptions options, string owner, TimeProvider time)
{
    private readonly RegistryCredentials _credentials = new(options.ConfigFolder);

    /// <summary>The digest of an image, pulled first when it is not there.</summary>
    /// <exception cref="GradientException">There is no Engine, or no such image.</exception>
    public async Task<string> PrepareAsync(string image, Action<string> tell, CancellationToken cancellationToken)
    {
        try
        {
            var there = await FindAsync(image, cancellationToken);
            return options.Pull switch
            {
                PullPolicy.Always => await PullAsync(image, there, tell, cancellationToken),
                PullPolicy.Missing => there ?? await PullAsync(image, there, tell, cancellationToken),
                _ => there ?? throw new GradientException(
                    FailureKind.Environment, $"The image {image} is not on this machine, and none is pulled here.",
                    "Bring it there with 'docker pull' or 'docker build -t'; or let the service pull: GRADIENTCI_DOCKER_PULL=missing."),
            };
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
                FailureKind.Environment, $"The image {image} cannot be had: {problem.Message.TrimEnd('.')}.", _credentials.Advise(image), problem);
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

    private async Task<string> PullAsync(string image, string? before, Action<string> tell, CancellationToken cancellationToken)
    {
        tell($"Pulling {image}.");
        var patience = options.PullPatience;
        using var stalled = new CancellationTokenSource(patience, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        try
        {
            var progress = new PullProgress(image, tell) { Moved = () => stalled.CancelAfter(patience) };
            await client.Images.CreateImageAsync(image, _credentials.Find(image), progress, enough.Token);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GradientException(
                FailureKind.Environment, $"The image {image} cannot be had: pulling it brought nothing for {patience.TotalMinutes:0} minutes, and was given up.",
                "See whether this machine reaches the registry; or bring the image to it with 'docker pull'.", problem);
        }

        var id = (await client.Images.InspectImageAsync(image, cancellationToken)).Id;
        if (id != before)
        {
            // By this name it is known later that nobody but us wanted it here.
            await client.Images.TagImageAsync(id, ImageNames.Pulled, ImageNames.PulledTag(owner, id), cancellationToken);
        }

        return id;
    }
}
