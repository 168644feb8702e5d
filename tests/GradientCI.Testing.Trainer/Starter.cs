using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Specs;

namespace GradientCI.Testing.Trainer;

/// <summary>Starts or adopts an attempt as the product does, tells its handle and its end, and waits to be killed.</summary>
internal static class Starter
{
    /// <summary>The variable that names the image of a container to start in, or is not there.</summary>
    private static readonly string? Image = Environment.GetEnvironmentVariable("TRAINER_IMAGE");

    private static readonly ITrialExecutor Executor = Image is null
        ? new ProcessExecutor(TimeProvider.System)
        : new DockerExecutor(EngineAddress.Read(Environment.GetEnvironmentVariable), new DockerOptions(), "contract", TimeProvider.System);

    /// <summary><c>start STATE LOG COMMAND</c>.</summary>
    public static async Task<int> StartAsync(string[] arguments) =>
        await TellAsync(await Executor.StartAsync(Request(arguments, arguments[2]), CancellationToken.None));

    /// <summary><c>adopt STATE LOG HANDLE</c>.</summary>
    public static async Task<int> AdoptAsync(string[] arguments) =>
        await TellAsync(await Executor.AdoptAsync(Request(arguments, ":"), arguments[2], CancellationToken.None));

    private static AttemptRequest Request(string[] arguments, string command) => new()
    {
        Id = new AttemptId(new TrialId(new RunId(new ProjectId("contract-000000"), "contract", 1), 1), 1),
        Image = Image,
        Command = new CommandSpec([command], IsShell: true),
        WorkingDirectory = Environment.CurrentDirectory,
        Environment = ImmutableSortedDictionary<string, string>.Empty,
        StateDirectory = arguments[0],
        LogPath = arguments[1],
    };

    private static async Task<int> TellAsync(IRunningAttempt attempt)
    {
        Console.WriteLine(attempt.Handle);
        Console.WriteLine(await attempt.Completion);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
