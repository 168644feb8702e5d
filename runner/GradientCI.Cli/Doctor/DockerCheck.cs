using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
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

        using var executor = new DockerExecutor(address, ContainerSettings.Read(terminal.Variable), data.Root, terminal.Time);
        try
        {
            var facts = await executor.ReadFactsAsync(cancellationToken);
            if (facts.MissingNetwork is { } network)
            {
                return HostVerdict.Warning(
                    $"The Docker network {Plain.Fit(network, 80)} that trials are to be on is not there; {Consequence}.",
                    $"Make it with 'docker network create {Plain.Fit(network, 80)}', or name another in {ContainerSettings.NetworkVariable}.");
            }

            var gpus = await GpuInventory.DiscoverAsync(new NvidiaSmi(NvidiaSmi.DefaultPath, terminal.Time), null, cancellationToken);
            return gpus.Devices.IsEmpty || facts.FindGpuProblem() is not { } problem
                ? HostVerdict.Ok($"Docker {Plain.Fit(facts.Version, 40)} at {Plain.Line(address.Text)}, interface {facts.ApiVersion}, {Plain.Fit(facts.StorageDriver, 40)}.")
                : HostVerdict.Warning(Plain.Line(problem.Message), problem.Remedy!);
        }
        catch (GradientException problem)
        {
            return HostVerdict.Warning($"{Plain.Line(problem.Message).TrimEnd('.')}; {Consequence}.", problem.Remedy!);
        }
    }
}
