using System.Diagnostics;
using GradientCI.Runner.Executors;
using GradientCI.Testing.Engines;

namespace GradientCI.Testing.Executors;

/// <summary>Another process that starts an attempt of one shell line, or adopts it, as the product does; to be killed at any moment.</summary>
public sealed class StarterProcess : IDisposable
{
    private readonly Process _process;

    private StarterProcess(string verb, AttemptRequest request, string lastWord, string? host)
    {
        var start = new ProcessStartInfo(TrainerProgram.Path, [verb, request.StateDirectory, request.LogPath, lastWord])
        {
            WorkingDirectory = request.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        if (request.Image is { } image)
        {
            start.Environment["TRAINER_IMAGE"] = image;
            start.Environment["DOCKER_HOST"] = host ?? TestEngine.Host;
        }

        _process = Process.Start(start)!;
    }

    /// <summary>Its id.</summary>
    public int Pid => _process.Id;

    /// <summary>Begins to start an attempt.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="host">The Engine, as <c>DOCKER_HOST</c> names it; null for the tests' own.</param>
    public static StarterProcess Start(AttemptRequest request, string? host = null) => new("start", request, request.Command.Words[0], host);

    /// <summary>Begins to adopt an attempt.</summary>
    public static StarterProcess Adopt(AttemptRequest request, string handle) => new("adopt", request, handle, host: null);

    /// <summary>The attempt's handle, as soon as there is one; then how the attempt ended, as soon as it has; null when it dies before.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Kills it, and nothing else.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
