using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Specs;

namespace GradientCI.Testing.Trainer;

/// <summary>Starts an attempt as the product does, tells its handle, and waits to be killed.</summary>
internal static class Starter
{
    public static async Task<int> StartAsync(string[] arguments)
    {
        var request = new AttemptRequest
        {
            Id = new AttemptId(new TrialId(new RunId(new ProjectId("starter"), "starter", 1), 1), 1),
            Command = new CommandSpec([arguments[2]], IsShell: true),
            WorkingDirectory = Environment.CurrentDirectory,
            Environment = ImmutableSortedDictionary<string, string>.Empty,
            StateDirectory = arguments[0],
            LogPath = arguments[1],
        };
        var attempt = await new ProcessExecutor(TimeProvider.System).StartAsync(request, CancellationToken.None);
        Console.WriteLine(attempt.Handle);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
