using System.Diagnostics;
using System.Text;
using GradientCI.Runner.Git;

namespace GradientCI.Testing.Git;

/// <summary>A forge's side of git: a bare repository over HTTP that lets nobody in without a token.</summary>
public sealed class RemoteServer : IDisposable
{
    public const string Token = "ghs_canary0123456789";

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private RemoteServer(string token)
    {
        Work.Git("init", "--quiet", "--bare", "--initial-branch=main", Bare);
        var start = new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "Git", "http_backend.py"), _folder.Path])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment["GIT_TEST_TOKEN"] = token;
        _process = Process.Start(start)!;
    }

    /// <summary>Where commits are made.</summary>
    public TestRepository Work { get; } = new();

    /// <summary>The repository that is served.</summary>
    public string Bare => _folder["digits.git"];

    public string Root { get; private set; } = "";

    public string Url => $"{Root}/digits.git";

    /// <summary>Every path that was asked for.</summary>
    public string Paths => File.ReadAllText(_folder["paths"]);

    /// <summary>Whether a process had the token in its arguments while it asked.</summary>
    public bool HasLeaked => File.Exists(_folder["leaked"]);

    /// <summary>What must not be found anywhere.</summary>
    public static string[] Secrets => [Token, Convert.ToBase64String(Encoding.UTF8.GetBytes($"x-access-token:{Token}"))];

    /// <summary>Serves an empty repository.</summary>
    /// <param name="token">Who has it is let in; with an empty one everybody is.</param>
    public static async Task<RemoteServer> StartAsync(string token = Token)
    {
        var server = new RemoteServer(token);
        server.Root = $"http://127.0.0.1:{await server._process.StandardOutput.ReadLineAsync()}";
        return server;
    }

    /// <summary>Commits a file and returns the commit.</summary>
    public string Commit(string message, string path = "file", string? text = null)
    {
        Work.Write(path, text ?? message);
        return Work.Commit(message);
    }

    /// <summary>Pushes past the server.</summary>
    public void Push(params string[] refs) => Work.Git(["push", "--quiet", "--force", Bare, .. refs]);

    public string Head() => Work.Git("rev-parse", "HEAD").Trim();

    /// <summary>What is fetched with the right token.</summary>
    public MirrorFetch Fetch() => new(CloneUrl.Parse(Url)) { Token = Token };

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Work.Dispose();
        _folder.Dispose();
    }
}
