using System.Net;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Runs setups, each once, and keeps what they leave as an image whose name is made of all that it depends on.</summary>
/// <param name="client">The Engine.</param>
/// <param name="options">The operator's bounds, which are those of trials.</param>
/// <param name="owner">The data folder that images are made for.</param>
/// <param name="time">Ends a setup that does not end.</param>
internal sealed class DockerSetups(DockerClient client, DockerOptions options, string owner, TimeProvider time)
{
    private static readonly TimeSpan CountAgain = TimeSpan.FromSeconds(10);

    /// <summary>The digest of the image, made first when it is not there.</summary>
    /// <exception cref="GradientException">There is no Engine, or the setup failed.</exception>
    public Task<string> SetUpAsync(ImageSetup setup, CancellationToken cancellationToken) =>
        BuiltImages.MakeAsync(setup.Run, setup.Log, "its setup", options.BuildTime, time, token => SetUpIfMissingAsync(setup, token), cancellationToken);

    private async Task<string> SetUpIfMissingAsync(ImageSetup setup, CancellationToken cancellationToken)
    {
        if (await BuiltImages.FindAsync(client.Images, setup.Digest, cancellationToken) is { } there)
        {
            setup.Log.Write($"The image {BuiltImages.NameOf(setup.Digest)} was set up before with the same files.\n");
            return there;
        }

        return await MakeAsync(setup, cancellationToken);
    }

    private async Task<string> MakeAsync(ImageSetup setup, CancellationToken cancellationToken)
    {
        var machine = await client.System.GetSystemInfoAsync(cancellationToken);
        var image = (await client.Images.InspectImageAsync(setup.Image, cancellationToken)).Config ?? new ImageConfig(null);

        // Whoever made one of this name died: nobody else does the same now.
        var name = ContainerIdentity.NameOfSetup(owner, setup.Digest);
        await RemoveAsync(name, cancellationToken);
        setup.Log.Write($"FROM {setup.Image}\nSETUP {setup.Line}\n");
        var id = (await client.Containers.CreateContainerAsync(name, SetupPlan.Of(setup, image, owner, options, machine), cancellationToken)).Id;
        try
        {
            await client.Containers.ExtractArchiveToContainerAsync(id, "/", setup.WriteFilesAsync, cancellationToken);
            await RunAsync(id, setup, cancellationToken);
            await new MadeFiles(client.Containers, setup, ContainerPlan.UserOf(options)).KeepAsync(id, cancellationToken);
            await CheckSizeAsync(id, setup, cancellationToken);

            // With the image's own variables: some were kept from the container.
            var parameters = new CommitContainerChangesParameters(id, ImageNames.Built, setup.Digest, new CommittedConfig(image.Env ?? [], ["/bin/sh"]));
            await client.Images.CommitContainerChangesAsync(parameters, cancellationToken);
            return await BuiltImages.FindAsync(client.Images, setup.Digest, cancellationToken)
                ?? throw DockerApiException.Refused(HttpStatusCode.NotFound, "the image was gone as soon as it was set up");
        }
        finally
        {
            await RemoveAsync(id, CancellationToken.None);
        }
    }

    private async Task RunAsync(string id, ImageSetup setup, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await client.Containers.StartContainerAsync(id, cancellationToken);
        var output = new BuildOutput(client.Containers, id, setup.Log);
        var ended = FollowAsync(id, output, over.Token);
        var grown = WatchSizeAsync(id, setup, over.Token);
        try
        {
            await await Task.WhenAny(ended, grown);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(ended, grown).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        await output.CopyAsync(follow: false, cancellationToken);
        var state = (await client.Containers.InspectContainerAsync(id, cancellationToken)).State;
        if (state.ExitCode != 0)
        {
            throw BuiltImages.Failed(setup.Run, setup.Log, state.OOMKilled ? "its setup ran out of memory" : $"its setup ended with code {state.ExitCode}", null);
        }
    }

    private async Task FollowAsync(string id, BuildOutput output, CancellationToken cancellationToken)
    {
        await output.CopyAsync(follow: true, cancellationToken);
        await client.Containers.WaitContainerAsync(id, cancellationToken);
    }

    private async Task WatchSizeAsync(string id, ImageSetup setup, CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(CountAgain, time);
        while (await beat.WaitForNextTickAsync(cancellationToken))
        {
            await CheckSizeAsync(id, setup, cancellationToken);
        }
    }

    private async Task CheckSizeAsync(string id, ImageSetup setup, CancellationToken cancellationToken)
    {
        if ((await client.Containers.InspectContainerWithSizeAsync(id, cancellationToken)).SizeRw > options.SetupBytes)
        {
            throw BuiltImages.Failed(setup.Run, setup.Log, $"its setup wrote more than the {options.SetupBytes >> 20} MiB that a setup may", null);
        }
    }

    private async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await client.Containers.RemoveContainerAsync(id, force: true, cancellationToken);
        }
        catch (DockerApiException)
        {
            // There is none, or the Engine is away: then it is an orphan, and cleared away as such.
        }
    }
}
