namespace GradientCI.Runner.Hosts;

/// <summary>Finds a program on the PATH.</summary>
/// <remarks>
/// <see cref="System.Diagnostics.Process"/> looks for a bare name beside our own binary and in the current folder
/// before the PATH, so a repository with a file called <c>git</c> in it would have that one executed.
/// </remarks>
public static class ProgramPath
{
    /// <summary>The absolute path on this process's PATH, or null.</summary>
    public static string? Find(string program) => Find(program, Environment.GetEnvironmentVariable("PATH"));

    /// <summary>The absolute path on a PATH, or null. Entries of the PATH that are not absolute do not count.</summary>
    public static string? Find(string program, string? path) => (path ?? "/usr/local/bin:/usr/bin:/bin")
        .Split(':')
        .Where(folder => folder.StartsWith('/'))
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(IsExecutable);

    private static bool IsExecutable(string path) => File.Exists(path)
        && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None;
}
