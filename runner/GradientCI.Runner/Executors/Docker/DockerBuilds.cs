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
    public Task<string> BuildAsync(ImageBuild build, CancellationToken cancellationToken) =>
        BuiltImages.MakeAsync(build.Run, build.Log, "it", options.BuildTime, time, token => BuildIfMissingAsync(build, token), cancellationToken);

    private async Task<string> BuildIfMissingAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        if (await BuiltImages.FindAsync(client.Images, build.Digest, cancellationToken) is { } there)
        {
            build.Log.Write($"The image {BuiltImages.NameOf(build.Digest)} was built before of the same files.\n");
            return there;
        }

        await PrepareBasesAsync(build, cancellationToken);
        var machine = await client.System.GetSystemInfoAsync(cancellationToken);
        var parameters = ParametersOf(build, machine);
        var bounds = new BuildBounds(client.Containers, parameters.ExtraHost, options.Processes);
        try
        {
            await client.Images.BuildImageFromDockerfileAsync(parameters, build.WriteContextAsync, new BuildProgress(build.Log, bounds), cancellationToken);
        }
        finally
        {
            await bounds.Settled;
        }

        if (bounds.Problem is { } unbounded)
        {
            build.Log.Write($"[gradientci: the processes of its commands were not bounded: {unbounded}]\n");
        }

        return await BuiltImages.FindAsync(client.Images, build.Digest, cancellationToken) ?? throw DockerApiException.Refused(HttpStatusCode.NotFound, "the image was gone as soon as it was built");
    }

    // What a base image has the build do first is the same as if the Dockerfile said it.
    private async Task PrepareBasesAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var images = new DockerImages(client, options, owner, time);
        foreach (var name in build.BaseImages)
        {
            var id = await images.PrepareAsync(name, text => build.Log.Write($"{text}\n"), cancellationToken);
            var triggers = (await client.Images.InspectImageAsync(id, cancellationToken)).Config?.OnBuild ?? [];
            if (triggers.Select(build.FindProblem).OfType<string>().FirstOrDefault() is { } problem)
            {
                throw BuiltImages.Failed(build.Run, build.Log, $"its base image {name} has a trigger (ONBUILD) that is not carried out here: {problem}", null);
            }
        }
    }

    private ImageBuildParameters ParametersOf(ImageBuild build, SystemInfoResponse machine)
    {
        var memory = build.Resources.MemoryBytes ?? (long)(machine.MemTotal * options.MemoryShare);
        return new ImageBuildParameters
        {
            Tag = BuiltImages.NameOf(build.Digest),
            Dockerfile = build.Dockerfile,
            BuildArgs = new(build.Args, StringComparer.Ordinal),

            // The same for everybody who builds of these files, so that the Engine's own cache finds the same image.
            Labels = new(StringComparer.Ordinal) { [ImageNames.BuildLabel] = build.Digest, [ContainerIdentity.OwnerLabel] = owner },
            Target = build.Target,
            NetworkMode = options.BuildNetwork ?? options.Network,
            Memory = memory,
            CpuQuota = build.Resources.Cpus is { } cpus ? (long)(Math.Min(cpus, machine.Cpus) * CpuPeriod) : null,
            ShmSize = build.Resources.ShmBytes ?? Math.Min(options.SharedMemoryBytes, memory),
            ExtraHost = BuildBounds.NewMark(),
            AuthConfigs = new RegistryCredentials(options.ConfigFolder).ListAll(),
        };
    }

    /// <summary>Brings what a build prints into its log; of a base image that is pulled only that a layer begins or is there.</summary>
    private sealed class BuildProgress(BuildLog log, BuildBounds bounds) : IProgress<JSONMessage>
    {
        public void Report(JSONMessage value)
        {
            if (value.Stream is { } text)
            {
                bounds.Hear(text);
                log.Write(text);
            }
            else if (value.Status is { } status and not ("Downloading" or "Extracting" or "Waiting" or "Verifying Checksum" or "Download complete"))
            {
                log.Write(value.Id is { } layer ? $"{layer}: {status}\n" : $"{status}\n");
            }
        }
    }
}
