using GradientCI.Cli.Output;
using GradientCI.Runner;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Hosts;

namespace GradientCI.Cli.Doctor;

/// <summary>Trials can run in containers. That there is no Engine is fine, as long as no manifest names an image.</summary>
internal sealed class DockerCheck(DataFolder data, Terminal terminal) : IHostCheck
{
    private const string Consequence = "experiments with an image cannot run";

    public string Name => "docker";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var address = EngineAddress.Read(terminal.Variable);
        if (string.IsNullOrEmpty(terminal.Variable("DOCKER_HOST")) && !File.Exists(address.SocketPath))
        {
            return HostVerdict.Ok($"None; {Consequence}.");
        }

        using var executor = new DockerExecutor(address, new DockerOptions(), data.Root, terminal.Time);
        try
        {
            var facts = await executor.ReadFactsAsync(cancellationToken);
            var gpus = await GpuInventory.DiscoverAsync(new NvidiaSmi(NvidiaSmi.DefaultPath, terminal.Time), null, cancellationToken);
            return gpus.Devices.IsEmpty || facts.HasNvidiaRuntime
                ? HostVerdict.Ok($"Docker {Plain.Fit(facts.Version, 40)} at {Plain.Line(address.Text)}, interface {facts.ApiVersion}, {Plain.Fit(facts.StorageDriver, 40)}.")
                : HostVerdict.Warning($"Docker {Plain.Fit(facts.Version, 40)} knows no NVIDIA runtime: containers may get no GPU.", "Install the NVIDIA container toolkit, and start Docker anew.");
        }
        catch (GradientException problem)
        {
            return HostVerdict.Warning($"{Plain.Line(problem.Message).TrimEnd('.')}; {Consequence}.", problem.Remedy!);
        }
    }
}
