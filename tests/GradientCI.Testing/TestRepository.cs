using System.Diagnostics;

namespace GradientCI.Testing;

/// <summary>A real Git repository in a temporary folder, driven by the real <c>git</c>.</summary>
public sealed class TestRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _commits;

    public TestRepository(bool init = true)
    {
        if (init)
        {
            Git("init", "--quiet", "--initial-branch=main");
        }
    }

    public string Path => _folder.Path;

    public void Write(string relative, string text) => _folder.Write(relative, text);

    public void Delete(string relative) => File.Delete(_folder[relative]);

    /// <summary>Stages everything and commits it; the dates count up from 2026-01-01, so shas are the same everywhere.</summary>
    public string Commit(string message)
    {
        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "-m", message);
        return Git("rev-parse", "HEAD").Trim();
    }

    /// <summary>Runs git in the repository; returns standard output.</summary>
    public string Git(params string[] arguments) => Git(null, arguments);

    public string Git(string? input, string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var date = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero).AddMinutes(arguments[0] == "commit" ? _commits++ : _commits);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        foreach (var who in new[] { "AUTHOR", "COMMITTER" })
        {
            start.Environment[$"GIT_{who}_NAME"] = "Ada";
            start.Environment[$"GIT_{who}_EMAIL"] = "ada@example.org";
            start.Environment[$"GIT_{who}_DATE"] = date.ToString("yyyy-MM-ddTHH:mm:sszzz");
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error.Result}");
    }

    public void Dispose() => _folder.Dispose();
}
