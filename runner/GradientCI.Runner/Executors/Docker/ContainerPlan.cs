using GradientCI.Runner.Executors.Docker.Client.Models;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>What the container of an attempt is made of.</summary>
/// <remarks>
/// Hardened unless the operator says otherwise: no capability, no way to more rights, a read-only image, a user without a name,
/// a network without a neighbour, and bounds on memory, swap, processes and output. Files are at the same paths as outside, so
/// that a request means the same to every executor.
/// </remarks>
internal static class ContainerPlan
{
    // One stream keeps the order in which both were written. What the shell says of a program that is missing is in the log.
    private const string Script = """
        exec 2>&1
        while [ "$1" != -- ]; do export "$1"; shift; done
        shift
        [ -z "$1" ] || /bin/sh -c -- "$1" || exit
        shift
        exec "$@"
        """;

    // The Engine's own file is a buffer for us; its entries need more room than the lines in them.
    private const int LogOverhead = 4;

    /// <summary>The parameters to create it with.</summary>
    /// <param name="request">The attempt; its image is there.</param>
    /// <param name="image">What the image gives its containers.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="options">The operator's bounds.</param>
    /// <param name="machine">What the Engine's machine has.</param>
    public static CreateContainerParameters Of(
        AttemptRequest request, ImageConfig image, IReadOnlyDictionary<string, string> labels, DockerOptions options, SystemInfoResponse machine)
    {
        var variables = image.Env ?? [];
        var memory = request.Resources.MemoryBytes ?? (long)(machine.MemTotal * options.MemoryShare);
        return new CreateContainerParameters
        {
            Image = request.Image!,
            User = $"{UserOf(options).User}:{UserOf(options).Group}",
            Env = ContainerEnvironment.Of(request, variables),
            Entrypoint = ["/bin/sh", "-c", Script, "gradientci"],
            Cmd = [.. ContainerEnvironment.GivenInside(variables), "--", request.Setup ?? "", .. StartRequest.Words(request.Command)],
            WorkingDir = request.WorkingDirectory,
            Labels = labels,

            // An Engine that goes down asks what it runs to end, and a trial that obeys with code 0 would count as one that is done.
            // Its own SIGTERM an attempt gets by name; the only signal that cannot be answered leaves no doubt.
            StopSignal = "SIGKILL",
            HostConfig = new HostConfig
            {
                Mounts = [.. MountsOf(request).Select(mount => new Mount(mount.Path, mount.Target, mount.IsReadOnly))],
                NetworkMode = options.Network,
                Init = true,
                ReadonlyRootfs = true,
                CapDrop = ["ALL"],
                SecurityOpt = ["no-new-privileges:true"],
                IpcMode = "private",
                PidsLimit = options.Processes,
                Memory = memory,
                MemorySwap = memory,

                // More than there are is refused, and a person may have told us to count on more with --parallel.
                NanoCpus = request.Resources.Cpus is { } cpus ? (long)(Math.Min(cpus, machine.Cpus) * 1e9) : null,
                ShmSize = request.Resources.ShmBytes ?? Math.Min(options.SharedMemoryBytes, memory),
                Tmpfs = new Dictionary<string, string>(StringComparer.Ordinal) { ["/tmp"] = "rw,nosuid,nodev,exec,mode=1777" },
                LogConfig = LogOf(options, machine),
                Ulimits = [new Ulimit("core", 0, 0)],
                DeviceRequests = request.Gpus.IsEmpty ? null : [new DeviceRequest([.. request.Gpus.Select(gpu => $"{gpu}")], [["gpu"]])],
            },
        };
    }

    /// <summary>One file that is not begun anew before our limit is reached; Podman has no other kind than Docker's older one.</summary>
    public static LogConfig LogOf(DockerOptions options, SystemInfoResponse machine)
    {
        var size = new KeyValuePair<string, string>("max-size", $"{options.LogBytes * LogOverhead}");
        return machine.Plugins?.Log?.Contains("local", StringComparer.Ordinal) ?? true
            ? new LogConfig("local", new Dictionary<string, string>([size, new("max-file", "1"), new("compress", "false")], StringComparer.Ordinal))
            : new LogConfig("json-file", new Dictionary<string, string>([size], StringComparer.Ordinal));
    }

    /// <summary>What the container sees of this machine's files.</summary>
    public static IReadOnlyList<AttemptMount> MountsOf(AttemptRequest request) =>
        request.Mounts.Any(mount => IsWithin(request.WorkingDirectory, mount.Path)) ? request.Mounts
        : [new AttemptMount(request.WorkingDirectory, IsReadOnly: false), .. request.Mounts];

    /// <summary>Gives what the container may write, or alone may read, to its user, which only a service that runs as root has to.</summary>
    /// <exception cref="IOException">Something cannot be given.</exception>
    public static void HandOver(AttemptRequest request, DockerOptions options)
    {
        if (FileOwner.OwnUser != 0)
        {
            return;
        }

        // Of what earlier trials left, everything is the user's already.
        foreach (var mount in MountsOf(request).Where(mount => !mount.IsReadOnly || mount.IsPrivate))
        {
            if (IsWithin(request.WorkingDirectory, mount.Path))
            {
                FileOwner.GiveAll(mount.Path, (uint)options.User);
            }
            else
            {
                FileOwner.Give(mount.Path, (uint)options.User);
            }
        }
    }

    /// <summary>As whom trials run.</summary>
    public static (int User, int Group) UserOf(DockerOptions options) =>
        FileOwner.OwnUser == 0 ? (options.User, options.User) : ((int)FileOwner.OwnUser, (int)FileOwner.OwnGroup);

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + '/', StringComparison.Ordinal);
}
