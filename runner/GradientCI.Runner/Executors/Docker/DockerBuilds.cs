using System.Net;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Builds images with an Engine, each once: the name is made of what it is built from.</summary>
/// <param name="client">The Engine.</param>
/// <param name="options">The operator's bounds, which are those of trials.</param>
/// <param name="owner">The data folder that images are built for.</param>
/// <param name="time">Ends a build that does not end.</param>
internal sealed class DockerBuilds(DockerClient client, DockerOptions options, string owner, TimeProvider time)
{
    private const int CpuPeriod = 100_000;

    /// <summary>The digest of the image, built first when it is not there.</summary>
    /// <exception cref="GradientException">There is no Engine, or the build failed.</exception>
    public async Task<string> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.BuildTime, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            if (await FindAsync(build, enough.Token) is { } there)
            {
                build.Log.Write($"The image {NameOf(build)} was built before of the same files.\n");
                return there;
            }

            var machine = await client.System.GetSystemInfoAsync(enough.Token);
            await client.Images.BuildImageFromDockerfileAsync(ParametersOf(build, machine), build.WriteContextAsync, new BuildProgress(build.Log), enough.Token);
            return await FindAsync(build, enough.Token) ?? throw DockerApiException.Refused(HttpStatusCode.NotFound, "the image was gone as soon as it was built");
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(build, $"it did not end within {options.BuildTime.TotalMinutes:0} minutes", null);
        }
        catch (DockerApiException problem) when (problem.IsUnanswered)
        {
            throw new GradientException(
                FailureKind.Environment, $"The image of {build.Run} cannot be built: {problem.ToSentence().Message}", problem.ToSentence().Remedy, problem);
        }
        catch (DockerApiException problem)
        {
            throw Failed(build, problem.Message, problem);
        }
    }

    private static string NameOf(ImageBuild build) => $"{ImageNames.Built}:{build.Digest}";

    private static GradientException Failed(ImageBuild build, string reason, Exception? cause)
    {
        var last = string.Join(" / ", build.Log.LastLines);
        build.Log.Write($"\n{reason.TrimEnd('.')}.\n");
        return new GradientException(
            FailureKind.Environment,
            $"The image of {build.Run} cannot be built: {reason.TrimEnd('.')}.{(last.Length > 0 ? $" Before that it printed: {last}" : "")}",
            $"Read all of it with: gradientci logs {build.Run} --build", cause);
    }

    private async Task<string?> FindAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            var image = await client.Images.InspectImageAsync(NameOf(build), cancellationToken);
            return image.Config?.Labels?.GetValueOrDefault(ImageNames.BuildLabel) == build.Digest ? image.Id : null;
        }
        catch (DockerApiException problem) when (problem.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private ImageBuildParameters ParametersOf(ImageBuild build, SystemInfoResponse machine)
    {
        var memory = build.Resources.MemoryBytes ?? (long)(machine.MemTotal * options.MemoryShare);
        return new ImageBuildParameters
        {
            Tag = NameOf(build),
            Dockerfile = build.Dockerfile,
            BuildArgs = new(build.Args, StringComparer.Ordinal),

            // The same for everybody who builds of these files, so that the Engine's own cache finds the same image.
            Labels = new(StringComparer.Ordinal) { [ImageNames.BuildLabel] = build.Digest, [ContainerIdentity.OwnerLabel] = owner },
            Target = build.Target,
            NetworkMode = options.BuildNetwork ?? options.Network,
            Memory = memory,
            CpuQuota = build.Resources.Cpus is { } cpus ? (long)(Math.Min(cpus, machine.Cpus) * CpuPeriod) : null,
            ShmSize = build.Resources.ShmBytes ?? Math.Min(options.SharedMemoryBytes, memory),
            Pull = options.Pull == PullPolicy.Always,
            AuthConfigs = new RegistryCredentials(options.ConfigFolder).ListAll(),
        };
    }

    /// <summary>Brings what a build prints into its log; of a base image that is pulled only that a layer begins or is there.</summary>
    private sealed class BuildProgress(BuildLog log) : IProgress<JSONMessage>
    {
        public void Report(JSONMessage value)
        {
            if (value.Stream is { } text)
            {
                log.Write(text);
            }
            else if (value.Status is { } status and not ("Downloading" or "Extracting" or "Waiting" or "Verifying Checksum" or "Download complete"))
            {
                log.Write(value.Id is { } layer ? $"{layer}: {status}\n" : $"{status}\n");
            }
        }
    }
}
