using System.Collections.Concurrent;
using System.Net;
using GradientCI.Experiments;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Runner.Hosts;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Runs attempts in containers of a Docker Engine, one container each, whose files are this machine's.</summary>
/// <remarks>
/// A container's name follows from its attempt, so that there are never two, and the Engine is the one that knows. Made, claimed,
/// started: whoever dies in between leaves a container that was never started, which whoever adopts removes (see
/// <see cref="BeginClaim"/>).
/// </remarks>
public sealed class DockerExecutor : ITrialExecutor, IImageSource, IAttemptPorts, IDisposable
{
    private readonly DockerClient _client;
    private readonly DockerOptions _options;
    private readonly string _owner;
    private readonly TimeProvider _time;
    private readonly GpuMeter? _gpuMeter;
    private readonly EnginePatience _patience;
    private readonly LeftoverContainers _leftovers;
    private readonly ConcurrentDictionary<string, ImageConfig> _images = new(StringComparer.Ordinal);
    private SystemInfoResponse? _machine;

    /// <summary>Runs attempts with an Engine; it is first asked when there is something to do.</summary>
    /// <param name="address">Where the Engine is.</param>
    /// <param name="options">What containers may have.</param>
    /// <param name="owner">The data folder that the attempts belong to; containers of another are left alone.</param>
    /// <param name="time">For grace times and patience.</param>
    /// <param name="gpuMeter">Tells the use of GPUs, or null when there are none.</param>
    /// <exception cref="GradientException">The Engine's certificates cannot be read.</exception>
    public DockerExecutor(EngineAddress address, DockerOptions options, string owner, TimeProvider time, GpuMeter? gpuMeter = null)
    {
        _client = new DockerClient(address, time);
        _options = options;
        _owner = owner;
        _time = time;
        _gpuMeter = gpuMeter;
        _patience = new EnginePatience(options.Patience, time);
        _leftovers = new LeftoverContainers(_client.Containers, owner, options.Patience, time);
    }

    /// <inheritdoc/>
    public string Name => "docker";

    /// <summary>The images that were pulled or built for the data folder.</summary>
    public EngineImages Images => new(_client, _owner);

    /// <inheritdoc/>
    public Task<string> PrepareAsync(string image, Action<string> tell, CancellationToken cancellationToken) =>
        new DockerImages(_client, _options, _owner, _time).PrepareAsync(image, tell, cancellationToken);

    /// <inheritdoc/>
    public Task<string> BuildAsync(ImageBuild build, CancellationToken cancellationToken) =>
        new DockerBuilds(_client, _options, _owner, _time).BuildAsync(build, cancellationToken);

    /// <inheritdoc/>
    public Task<string> SetUpAsync(ImageSetup setup, CancellationToken cancellationToken) =>
        new DockerSetups(_client, _options, _owner, _time).SetUpAsync(setup, cancellationToken);

    /// <summary>What the Engine says of itself, for <c>gradientci doctor</c>.</summary>
    /// <exception cref="GradientException">It does not answer, or is too old.</exception>
    public async Task<EngineFacts> ReadFactsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var version = await _client.System.PingAsync(cancellationToken);
            var system = await _client.System.GetSystemInfoAsync(cancellationToken);
            return new EngineFacts(system.ServerVersion, version, system.Driver ?? "", system.Runtimes?.ContainsKey("nvidia") ?? false)
            {
                MissingNetwork = await HasNetworkAsync(_options.Network, cancellationToken) ? null : _options.Network,
            };
        }
        catch (DockerApiException problem)
        {
            throw problem.ToSentence();
        }
    }

    /// <inheritdoc/>
    public async Task<IRunningAttempt> StartAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var claim = new BeginClaim(request.StateDirectory);
        if ((StartRequest.FindProblem(request) ?? ContainerEnvironment.FindProblem(request)) is { } problem)
        {
            return Unstarted(problem);
        }

        if (claim.IsDecided)
        {
            return new EndedAttempt(AttemptEnd.NeverBegan);
        }

        try
        {
            Directory.CreateDirectory(request.StateDirectory);
            ContainerPlan.HandOver(request, _options);
            await _patience.TryAsync(() => _leftovers.RemoveBeforeAsync(request.Id, cancellationToken), cancellationToken);
            var (id, logStart) = await CreateAsync(request, cancellationToken);
            return await BeginAsync(request, claim, id, logStart, cancellationToken);
        }
        catch (DockerApiException refusal)
        {
            throw EngineRefusals.MachineProblem(refusal, request, _options) ?? refusal.ToSentence();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(
                FailureKind.Environment, $"The container of {request.Id} cannot be prepared: {cause.Message.TrimEnd('.')}.",
                "Make room on the disk, and check the data folder and its permissions.", cause);
        }
    }

    /// <inheritdoc/>
    public async Task<IRunningAttempt> AdoptAsync(AttemptRequest request, string handle, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(request, cancellationToken);
        }
        catch (DockerApiException refusal)
        {
            throw refusal.ToSentence();
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(AttemptPort port, CancellationToken cancellationToken)
    {
        // There a port is the machine's own, and whatever else listens at it would be shown for the trial.
        if (_options.Network == "host")
        {
            throw new IOException("Trials on the host's network have no ports of their own.");
        }

        try
        {
            return await ContainerPorts.ConnectAsync(_client.Exec, port, cancellationToken);
        }
        catch (DockerApiException problem)
        {
            throw new IOException($"Port {port.Number} of {port.Attempt} cannot be reached: {problem.Message}", problem);
        }
    }

    /// <summary>Removes containers of this data folder whose attempts have ended: what a death or an absent Engine left behind.</summary>
    /// <param name="isOpen">Whether an attempt has not ended yet, so that somebody drives it or will adopt it.</param>
    /// <param name="takeTurn">Keeps others from setting up the image of a digest until it is disposed; null when somebody does.</param>
    /// <param name="cancellationToken">Stops between two containers.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="GradientException">The Engine does not answer.</exception>
    public async Task<int> RemoveOrphansAsync(Func<AttemptId, Task<bool>> isOpen, Func<string, IDisposable?> takeTurn, CancellationToken cancellationToken)
    {
        try
        {
            return await _leftovers.RemoveEndedAsync(isOpen, takeTurn, cancellationToken);
        }
        catch (DockerApiException refusal)
        {
            throw refusal.ToSentence();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<bool> HasNetworkAsync(string name, CancellationToken cancellationToken)
    {
        // Names of ways to have a network, not of networks: some Engines list them as such.
        if (name is "none" or "host" || name.Contains(':'))
        {
            return true;
        }

        try
        {
            await _client.Networks.InspectNetworkAsync(name, cancellationToken);
            return true;
        }
        catch (DockerApiException problem) when (problem.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private static EndedAttempt Unstarted(string problem) => new(new AttemptEnd(null, StartProblem: problem));

    private async Task<(string Id, long LogStart)> CreateAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var name = ContainerIdentity.NameOf(request);
        var logStart = File.Exists(request.LogPath) ? new FileInfo(request.LogPath).Length : 0;
        var machine = _machine ??= await _patience.TryAsync(() => _client.System.GetSystemInfoAsync(cancellationToken), cancellationToken);
        var image = await ReadImageAsync(request.Image!, cancellationToken);
        var parameters = ContainerPlan.Of(request, image, ContainerIdentity.LabelsOf(request, _owner, logStart), _options, machine);
        try
        {
            return ((await _patience.TryAsync(() => _client.Containers.CreateContainerAsync(name, parameters, cancellationToken), cancellationToken)).Id, logStart);
        }
        catch (DockerApiException taken) when (taken.StatusCode == HttpStatusCode.Conflict)
        {
            // Made by somebody who died since, or whose answer we did not hear; or somebody makes it at this moment.
            var there = await _patience.TryAsync(() => _client.Containers.InspectContainerAsync(name, cancellationToken), cancellationToken);
            return ContainerIdentity.LogStartOf(there.Config.Labels, request) is { } start ? (there.Id, start)
                : throw DockerApiException.Refused(HttpStatusCode.Conflict, $"the container {name} is there, and is none of ours");
        }
    }

    // What a digest stands for never changes; what a tag stands for may.
    private async Task<ImageConfig> ReadImageAsync(string image, CancellationToken cancellationToken)
    {
        if (_images.TryGetValue(image, out var known))
        {
            return known;
        }

        var read = (await _patience.TryAsync(() => _client.Images.InspectImageAsync(image, cancellationToken), cancellationToken)).Config ?? new ImageConfig(null);
        return image.StartsWith("sha256:", StringComparison.Ordinal) ? _images.GetOrAdd(image, read) : read;
    }

    private async Task<IRunningAttempt> BeginAsync(AttemptRequest request, BeginClaim claim, string id, long logStart, CancellationToken cancellationToken)
    {
        if (!claim.TryBegin(id))
        {
            if (claim.IsForbidden)
            {
                await _leftovers.RemoveAsync(id, force: false, cancellationToken);
            }

            return new EndedAttempt(AttemptEnd.NeverBegan);
        }

        try
        {
            // From here on it is not given up: somebody has to know whether it runs.
            await _client.Containers.StartContainerAsync(id, CancellationToken.None);
            return Watch(request, id, logStart);
        }
        catch (DockerApiException problem)
        {
            return await SettleAsync(request, id, problem);
        }
    }

    // An error is no proof that it does not run: an answer can be lost, and what failed can be what comes after the start.
    private async Task<IRunningAttempt> SettleAsync(AttemptRequest request, string id, DockerApiException problem)
    {
        try
        {
            return problem.IsUnanswered ? await FindAsync(request, CancellationToken.None)
                : await InspectAsync(request, CancellationToken.None) switch
                {
                    { State.Status: not "created" } begun => Watch(request, id, ContainerIdentity.LogStartOf(begun.Config.Labels, request) ?? 0),
                    { } => await RefuseAsync(request, id, problem),

                    // Nobody removes it now but who adopts, and that one has said that it never begins.
                    null => new EndedAttempt(EndRecord.Read(request.StateDirectory) ?? AttemptEnd.NeverBegan),
                };
        }
        catch (DockerApiException away) when (away.IsUnanswered)
        {
            // Whether it was started the Engine alone knows.
            _leftovers.Abandon(id);
            return new EndedAttempt(AttemptEnd.Lost);
        }
    }

    private async Task<IRunningAttempt> RefuseAsync(AttemptRequest request, string id, DockerApiException refusal)
    {
        var problem = EngineRefusals.MachineProblem(refusal, request, _options);
        var isTrialsAffair = problem is null && !EngineRefusals.IsGoingDown(refusal);
        var end = isTrialsAffair ? new AttemptEnd(null, StartProblem: $"The container cannot start: {refusal.Message.TrimEnd('.')}.") : AttemptEnd.NeverBegan;
        EndRecord.Write(request.StateDirectory, end);
        await _leftovers.RemoveAsync(id, force: true, CancellationToken.None);
        return problem is null ? new EndedAttempt(end) : throw problem;
    }

    private async Task<IRunningAttempt> FindAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (EndRecord.Read(request.StateDirectory) is { } end)
            {
                return new EndedAttempt(end);
            }

            var container = await InspectAsync(request, cancellationToken);
            if (container is { State.Status: not "created" } begun)
            {
                return Watch(request, begun.Id, ContainerIdentity.LogStartOf(begun.Config.Labels, request) ?? 0);
            }

            var isForbidden = new BeginClaim(request.StateDirectory).Forbid();
            if (container is null && !isForbidden)
            {
                return new EndedAttempt(EndRecord.Read(request.StateDirectory) ?? AttemptEnd.Lost);
            }

            // Whoever was about to start it is told that there is no such container. When it was quicker, we look again.
            if (container is null || await _leftovers.RemoveAsync(container.Id, force: false, cancellationToken))
            {
                EndRecord.Write(request.StateDirectory, AttemptEnd.NeverBegan);
                return new EndedAttempt(AttemptEnd.NeverBegan);
            }
        }
    }

    private async Task<ContainerInspectResponse?> InspectAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var name = ContainerIdentity.NameOf(request);
            var found = await _patience.TryAsync(() => _client.Containers.InspectContainerAsync(name, cancellationToken), cancellationToken);
            return ContainerIdentity.LogStartOf(found.Config.Labels, request) is null ? null : found;
        }
        catch (DockerApiException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private DockerAttempt Watch(AttemptRequest request, string id, long logStart) =>
        new(_client.Containers, _leftovers, id, request.StateDirectory, new ContainerLog(request.LogPath, logStart, _options.LogBytes), _options.Patience, _time)
        {
            GpuUsage = request.Gpus.IsDefaultOrEmpty || _gpuMeter is null ? null : () => _gpuMeter.Sample(request.Gpus),
        };
}
