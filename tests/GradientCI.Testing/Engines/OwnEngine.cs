namespace GradientCI.Testing.Engines;

/// <summary>An Engine of one test's own, that may die without anybody else's tests.</summary>
public sealed class OwnEngine : IAsyncDisposable
{
    private readonly string _folder;

    /// <summary>Starts it; only where <see cref="TestEngine"/> can run.</summary>
    /// <param name="liveRestore">Whether its containers outlive it, which Docker's do where <c>live-restore</c> is set.</param>
    /// <param name="hasGpus">Whether it can give GPUs to containers, or so it thinks.</param>
    public OwnEngine(bool liveRestore = false, bool hasGpus = true)
    {
        var (folder, obstacle) = EngineScript.Up(liveRestore, hasGpus);
        _folder = folder ?? throw new InvalidOperationException(obstacle);
    }

    /// <summary>What <c>DOCKER_HOST</c> is to be.</summary>
    public string Host => $"unix://{_folder}/docker.sock";

    /// <summary>The variables to reach it by.</summary>
    public string? Variable(string name) => name == "DOCKER_HOST" ? Host : null;

    /// <summary>Starts, stops or kills the daemon.</summary>
    public Task ControlAsync(string verb) => EngineScript.ControlAsync(_folder, verb);

    public async ValueTask DisposeAsync() => await EngineScript.DownAsync(_folder);
}
