using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GradientCI.Runner.Hosts;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>Runs attempts as processes of this machine, in sessions of their own, under the user that we run as.</summary>
/// <remarks>
/// Each attempt is seen through by two small shells that outlive us: see <see cref="LeaderScript"/>. A trial sees the
/// request's environment and, of our own, what <see cref="InheritedEnvironment"/> names.
/// </remarks>
public sealed class ProcessExecutor : ITrialExecutor
{
    private const UnixFileMode OwnerWritesOthersRead = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TimeProvider _time;
    private readonly GpuMeter? _gpuMeter;
    private readonly string _oomKillsPath;
    private readonly ImmutableSortedDictionary<string, string> _inherited = InheritedEnvironment.Read();
    private readonly HandedPorts _ports = new();

    /// <summary>Runs attempts on this machine.</summary>
    /// <param name="time">For grace times and the use of the processor.</param>
    /// <param name="gpuMeter">Tells the use of GPUs, or null when there are none.</param>
    public ProcessExecutor(TimeProvider time, GpuMeter? gpuMeter = null)
        : this(time, gpuMeter, OomKills.DefaultPath)
    {
    }

    internal ProcessExecutor(TimeProvider time, GpuMeter? gpuMeter, string oomKillsPath)
    {
        _time = time;
        _gpuMeter = gpuMeter;
        _oomKillsPath = oomKillsPath;
    }

    /// <inheritdoc/>
    public string Name => "process";

    /// <inheritdoc/>
    public Task<IRunningAttempt> StartAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(
            StartRequest.FindProblem(request) is { } problem ? Unstarted(problem)
            : BeginMarker.Read(ExitRecord.PathIn(request.StateDirectory)) is not null ? new EndedAttempt(AttemptEnd.NeverBegan)
            : Start(request));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// An empty handle is looked for by the attempt's state folder: the way out when we died between starting and
    /// recording. What is left of a lost attempt is stopped before this returns, so that it can be tried again. A marker
    /// that is missing after the machine was started anew may have been on its way to the disk; such an attempt is lost.
    /// </remarks>
    public async Task<IRunningAttempt> AdoptAsync(AttemptRequest request, string handle, CancellationToken cancellationToken)
    {
        var family = new ProcessFamily(request.StateDirectory);
        var isForbidden = Forbid(request.StateDirectory);
        var known = LeaderHandle.Parse(handle);
        var isOfThisBoot = known is null || known.Value.BootId == Boot.Id;
        var leader = isOfThisBoot ? known ?? FindLeader(family) : LeaderHandle.Unknown;

        // A leader that may not begin is waited for; it ends at once.
        var isRunning = (leader.Leader.IsAlive() && !isForbidden) || family.FindRecorder(family.Find(0)) is not null;
        var attempt = Watch(request, family, leader, isOurChild: false);
        if (isRunning)
        {
            return attempt;
        }

        var end = await attempt.Completion.WaitAsync(cancellationToken);
        return new EndedAttempt(isOfThisBoot ? end : end with { HasBegun = true });
    }

    private static bool Forbid(string stateDirectory)
    {
        MakeFolder(stateDirectory);
        var path = ExitRecord.PathIn(stateDirectory);
        return BeginMarker.Forbid(path) switch
        {
            0 => true,
            ErrorNumber.Exists => false,
            var error => throw Unwritable(path, Marshal.GetPInvokeErrorMessage(error)),
        };
    }

    private static LeaderHandle FindLeader(ProcessFamily family) =>
        family.FindLeader() is { } leader ? new LeaderHandle(leader, -1, Boot.Id) : LeaderHandle.Unknown;

    private IRunningAttempt Start(AttemptRequest request)
    {
        var family = new ProcessFamily(request.StateDirectory);
        var oomKills = OomKills.Read(_oomKillsPath);
        MakeFolder(request.StateDirectory);
        var environment = PortVariables.AddTo(request.Environment, request.Ports, HandOutPorts(request));
        var log = OpenLog(request);
        int error;
        int pid;
        try
        {
            error = Spawner.Start(
                LeaderScript.Words("/bin/sh", ExitRecord.PathIn(request.StateDirectory), request),
                _inherited.SetItems(environment).SetItem(ProcessFamily.KeyVariable, family.Key),
                request.WorkingDirectory,
                log,
                out pid);
        }
        finally
        {
            _ = Libc.Close(log);
        }

        return error switch
        {
            // Where SIGCHLD is ignored a child can be gone without a trace already; then its record speaks.
            0 => ProcessStat.Read(pid) is { } leader
                ? Watch(request, family, new LeaderHandle(leader.Identity, oomKills, Boot.Id), isOurChild: true)
                : Watch(request, family, LeaderHandle.Unknown, isOurChild: false),
            ErrorNumber.TooBig => Unstarted("The command and its environment variables are longer than the kernel lets a program have."),
            ErrorNumber.TryAgain or ErrorNumber.NoMemory => throw new GradientException(
                FailureKind.Environment,
                $"This machine cannot start another process: {Marshal.GetPInvokeErrorMessage(error)}.",
                "End other programs, or raise the limits on processes and memory."),
            _ => Unstarted($"The command cannot start in {request.WorkingDirectory}: {Marshal.GetPInvokeErrorMessage(error)}."),
        };
    }

    private ImmutableArray<int> HandOutPorts(AttemptRequest request)
    {
        try
        {
            return _ports.HandOut(request.Ports, request.StateDirectory);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(request.StateDirectory, cause.Message);
        }
    }

    private static EndedAttempt Unstarted(string problem) => new(new AttemptEnd(null, StartProblem: problem));

    private static int OpenLog(AttemptRequest request)
    {
        var log = FileCalls.Open(request.LogPath, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, OwnerWritesOthersRead);
        return log >= 0 ? log : throw Unwritable(request.LogPath, Marshal.GetLastPInvokeErrorMessage());
    }

    private static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, cause.Message);
        }
    }

    private static GradientException Unwritable(string path, string why) =>
        new(FailureKind.Environment, $"{path} cannot be written: {why.TrimEnd('.')}.", "Make room on the disk, and check the folder and its permissions.");

    private ProcessAttempt Watch(AttemptRequest request, ProcessFamily family, LeaderHandle leader, bool isOurChild) =>
        new(leader, family, ExitRecord.PathIn(request.StateDirectory), isOurChild, _oomKillsPath, _time)
        {
            GpuUsage = request.Gpus.IsDefaultOrEmpty || _gpuMeter is null ? null : () => _gpuMeter.Sample(request.Gpus),
        };
}
