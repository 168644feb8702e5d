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
    }

    /// <inheritdoc/>
    public string Name => "docker";

    /// <inheritdoc/>
    public Task<string> PrepareAsync(string image, Action<string> tell, CancellationToken cancellationToken) =>
        new DockerImages(_client).PrepareAsync(image, tell, cancellationToken);

    /// <summary>What the Engine says of itself, for <c>gradientci doctor</c>.</summary>
    /// <exception cref="GradientException">It does not answer, or is too old.</exception>
    public async Task<EngineFacts> ReadFactsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var version = await _client.System.PingAsync(cancellationToken);
            var system = await _client.System.GetSystemInfoAsync(cancellationToken);
            return new EngineFacts(system.ServerVersion, version, system.Driver ?? "", system.Runtimes?.ContainsKey("nvidia") ?? false);
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
            var (id, logStart) = await CreateAsync(request, cancellationToken);
            return await BeginAsync(request, claim, id, logStart, cancellationToken);
        }
        catch (DockerApiException refusal)
        {
            throw refusal.ToSentence();
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
    /// <param name="cancellationToken">Stops between two containers.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="GradientException">The Engine does not answer.</exception>
    public async Task<int> RemoveOrphansAsync(Func<AttemptId, Task<bool>> isOpen, CancellationToken cancellationToken)
    {
        try
        {
            var removed = 0;
            foreach (var container in await _client.Containers.ListContainersAsync($"{ContainerIdentity.OwnerLabel}={_owner}", cancellationToken))
            {
                if (ContainerIdentity.AttemptOf(container.Labels!) is { } attempt && !await isOpen(attempt))
                {
                    await RemoveAsync(container.Id, force: true, cancellationToken);
                    removed++;
                }
            }

            return removed;
        }
        catch (DockerApiException refusal)
        {
            throw refusal.ToSentence();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static EndedAttempt Unstarted(string problem) => new(new AttemptEnd(null, StartProblem: problem));

    private async Task<(string Id, long LogStart)> CreateAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var name = ContainerIdentity.NameOf(request);
        var logStart = File.Exists(request.LogPath) ? new FileInfo(request.LogPath).Length : 0;
        var machine = _machine ??= await _patience.TryAsync(() => _client.System.GetSystemInfoAsync(cancellationToken), cancellationToken);
        var parameters = ContainerPlan.Of(request, ContainerIdentity.LabelsOf(request, _owner, logStart), _options, machine);
        try
        {
            return ((await _patience.TryAsync(() => _client.Containers.CreateContainerAsync(name, parameters, cancellationToken), cancellationToken)).Id, logStart);
        }
        catch (DockerApiException taken) when (taken.StatusCode == HttpStatusCode.Conflict)
        {
            // Made by somebody who died since, or whose answer we did not hear; or somebody makes it at this moment.
            var there = await _client.Containers.InspectContainerAsync(name, cancellationToken);
            return ContainerIdentity.LogStartOf(there.Config.Labels, request) is { } start ? (there.Id, start)
                : throw DockerApiException.Refused(HttpStatusCode.Conflict, $"the container {name} is there, and is none of ours");
        }
    }

    private async Task<IRunningAttempt> BeginAsync(AttemptRequest request, BeginClaim claim, string id, long logStart, CancellationToken cancellationToken)
    {
        if (!claim.TryBegin(id))
        {
            if (claim.IsForbidden)
            {
                await RemoveAsync(id, force: false, cancellationToken);
            }

            return new EndedAttempt(AttemptEnd.NeverBegan);
        }

        try
        {
            await _client.Containers.StartContainerAsync(id, cancellationToken);
            return Watch(request, id, logStart);
        }
        catch (DockerApiException unanswered) when (unanswered.IsUnanswered)
        {
            // Whether it was started the Engine alone knows.
            return await FindAsync(request, cancellationToken);
        }
        catch (DockerApiException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            // Nobody removes it now but who adopts, and that one has said that it never begins.
            return new EndedAttempt(AttemptEnd.NeverBegan);
        }
        catch (DockerApiException refusal)
        {
            return await RefuseAsync(request, id, refusal, cancellationToken);
        }
    }

    private async Task<IRunningAttempt> RefuseAsync(AttemptRequest request, string id, DockerApiException refusal, CancellationToken cancellationToken)
    {
        var lacksGpus = refusal.Message.Contains("could not select device driver", StringComparison.Ordinal);
        var end = lacksGpus ? AttemptEnd.NeverBegan : new AttemptEnd(null, StartProblem: $"The container cannot start: {refusal.Message.TrimEnd('.')}.");
        EndRecord.Write(request.StateDirectory, end);
        await RemoveAsync(id, force: true, cancellationToken);
        return lacksGpus
            ? throw new GradientException(
                FailureKind.Environment, "The Docker Engine cannot give GPUs to containers.", "Install the NVIDIA container toolkit, and start the Engine anew.", refusal)
            : new EndedAttempt(end);
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
            if (container is null || await RemoveAsync(container.Id, force: false, cancellationToken))
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

    /// <returns>Whether it is gone; false when it runs.</returns>
    private async Task<bool> RemoveAsync(string id, bool force, CancellationToken cancellationToken)
    {
        try
        {
            await _client.Containers.RemoveContainerAsync(id, force, cancellationToken);
            return true;
        }
        catch (DockerApiException refusal) when (refusal.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return refusal.StatusCode == HttpStatusCode.NotFound;
        }
    }

    private DockerAttempt Watch(AttemptRequest request, string id, long logStart) =>
        new(_client.Containers, id, request.StateDirectory, new ContainerLog(request.LogPath, logStart, _options.LogBytes), _options.Patience, _time)
        {
            GpuUsage = request.Gpus.IsDefaultOrEmpty || _gpuMeter is null ? null : () => _gpuMeter.Sample(request.Gpus),
        };
}
