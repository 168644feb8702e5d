using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>What the container of a setup is made of.</summary>
/// <remarks>
/// As hardened as a trial's, but for two things without which nothing could be installed: it writes to its image, and it is root
/// inside, with the rights of a package manager over files and users there.
/// </remarks>
internal static class SetupPlan
{
    private const string Scratch = "/gradientci/scratch";

    // Caches and half-made files go to a folder that is not kept. Variables of a stranger's manifest are the line's alone.
    private const string Script = $"""
        exec 2>&1
        mkdir -p {Scratch}
        while [ "$1" != -- ]; do export "$1"; shift; done
        /bin/sh -c -- "$2"
        set -- "$?"
        rm -rf {Scratch}
        exit "$1"
        """;

    /// <summary>The parameters to create it with.</summary>
    /// <param name="setup">What is to run.</param>
    /// <param name="image">What the image gives its containers.</param>
    /// <param name="owner">The data folder.</param>
    /// <param name="options">The operator's bounds.</param>
    /// <param name="machine">What the Engine's machine has.</param>
    public static CreateContainerParameters Of(ImageSetup setup, ImageConfig image, string owner, DockerOptions options, SystemInfoResponse machine)
    {
        var memory = setup.Resources.MemoryBytes ?? (long)(machine.MemTotal * options.MemoryShare);
        return new CreateContainerParameters
        {
            Image = setup.Image,
            User = "0:0",

            // The image that is made of it would have any other.
            Env = ContainerEnvironment.WithholdAll(image.Env ?? []),
            Entrypoint = ["/bin/sh", "-c", Script, "gradientci"],
            Cmd = [.. VariablesOf(setup, image), "--", setup.Line],
            WorkingDir = setup.WorkingDirectory is "" or "." ? ImageSetup.Workspace : $"{ImageSetup.Workspace}/{setup.WorkingDirectory}",
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [ImageNames.BuildLabel] = setup.Digest, [ContainerIdentity.OwnerLabel] = owner },
            StopSignal = "SIGKILL",
            HostConfig = new HostConfig
            {
                Mounts = [],
                NetworkMode = options.BuildNetwork ?? options.Network,
                Init = true,
                CapDrop = ["ALL"],
                CapAdd = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETGID", "SETUID"],
                SecurityOpt = ["no-new-privileges:true"],
                IpcMode = "private",
                PidsLimit = options.Processes,
                Memory = memory,
                MemorySwap = memory,
                NanoCpus = setup.Resources.Cpus is { } cpus ? (long)(Math.Min(cpus, machine.Cpus) * 1e9) : null,
                ShmSize = setup.Resources.ShmBytes ?? Math.Min(options.SharedMemoryBytes, memory),
                Tmpfs = new Dictionary<string, string>(StringComparer.Ordinal),
                LogConfig = ContainerPlan.LogOf(options, machine),
                Ulimits = [new Ulimit("core", 0, 0)],
            },
        };
    }

    private static IEnumerable<string> VariablesOf(ImageSetup setup, ImageConfig image)
    {
        var variables = setup.Environment.SetItem("GRADIENT_WORKSPACE", ImageSetup.Workspace);
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("HOME", Scratch), ("TMPDIR", Scratch), ("PYTHONUNBUFFERED", "1")])
        {
            variables = variables.ContainsKey(name) ? variables : variables.Add(name, value);
        }

        return [.. ContainerEnvironment.GivenInside(image.Env ?? []), .. variables.Select(variable => $"{variable.Key}={variable.Value}")];
    }
}
