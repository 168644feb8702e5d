namespace GradientCI.Testing.Engines;

/// <summary>A Podman of the tests' own, with Docker's socket; it ends with this process.</summary>
public static class TestPodman
{
    private static readonly Lazy<(string? Folder, string? Obstacle)> Started = new(() => TestEngine.Obstacle is { } without ? (null, without) : EngineScript.UpPodman());

    /// <summary>Why there is none here, or null.</summary>
    public static string? Obstacle => Started.Value.Obstacle;

    /// <summary>What <c>DOCKER_HOST</c> is to be.</summary>
    public static string Host => $"unix://{Started.Value.Folder}/podman.sock";

    /// <summary>The variables to reach it by.</summary>
    public static string? Variable(string name) => name == "DOCKER_HOST" ? Host : null;
}
