namespace GradientCI.Webhook.Hosting;

/// <summary>The programs that attempts are run with are there: without them every trial would fail to start.</summary>
/// <param name="name">Whose they are: <c>executor</c>.</param>
/// <param name="programs">Their full paths.</param>
public sealed class ProgramReadiness(string name, params IReadOnlyList<string> programs) : IReadinessCheck
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public Task<string?> CheckAsync(CancellationToken cancellationToken) =>
        Task.FromResult(programs.FirstOrDefault(program => !IsExecutable(program)) is { } missing ? $"{missing} is missing, or may not be executed." : null);

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None;
}
