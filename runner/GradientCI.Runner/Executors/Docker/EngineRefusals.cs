using System.Net;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>What an Engine's refusal to make or start a container means.</summary>
internal static class EngineRefusals
{
    /// <summary>What is wrong with the machine, which no trial can help; null when it is the trial's own affair.</summary>
    /// <param name="refusal">What the Engine said.</param>
    /// <param name="request">What was to run.</param>
    /// <param name="options">The operator's bounds.</param>
    public static GradientException? MachineProblem(DockerApiException refusal, AttemptRequest request, DockerOptions options)
    {
        var said = refusal.Message;
        if (said.Contains("could not select device driver", StringComparison.Ordinal))
        {
            return new GradientException(
                FailureKind.Environment, "The Docker Engine cannot give GPUs to containers.", "Install the NVIDIA container toolkit, and start the Engine anew.", refusal);
        }

        if (said.Contains("no space left on device", StringComparison.OrdinalIgnoreCase) || said.Contains("disk quota exceeded", StringComparison.OrdinalIgnoreCase))
        {
            // With the number that a full disk of our own has, so that it is waited out in the same way.
            return new GradientException(
                FailureKind.Environment, $"The disk of the Docker Engine is full: {said.TrimEnd('.')}.", "Make room there; 'docker system df' says what takes it.",
                new IOException(said, ErrorNumber.NoSpace));
        }

        return refusal.StatusCode != HttpStatusCode.NotFound ? null
            : said.Contains($"network {options.Network} not found", StringComparison.Ordinal) ? new GradientException(
                FailureKind.Environment, $"The Docker network {options.Network} that trials are to be on is not there.",
                $"Make it with 'docker network create {options.Network}', or name another in GRADIENTCI_DOCKER_NETWORK; then take the run up with gradientci retry.", refusal)
            : said.Contains("No such image", StringComparison.Ordinal) ? new GradientException(
                FailureKind.Environment, $"The run's image has gone from the Docker Engine: {said.TrimEnd('.')}.",
                "Bring the same image back with 'docker pull' or 'docker load', and take the run up with gradientci retry.", refusal)
            : null;
    }

    /// <summary>Whether the Engine is about to end: it has closed its record of networks already, and takes requests on connections that it still has.</summary>
    /// <remarks>Seen of Docker 20.10: "failed to update store for object type *libnetwork.endpoint: open : no such file or directory".</remarks>
    public static bool IsGoingDown(DockerApiException refusal) => refusal.Message.Contains("failed to update store for object type", StringComparison.Ordinal);
}
