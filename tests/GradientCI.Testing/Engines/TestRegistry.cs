using System.Diagnostics;

namespace GradientCI.Testing.Engines;

/// <summary>
/// A registry that asks for a password: Debian's docker-registry on the loopback address of the Engine's own network, which nobody else
/// reaches. Gone with the object.
/// </summary>
public sealed class TestRegistry : IDisposable
{
    public const string User = "ada";
    public const string Password = "s3cret-pass";

    // Of the password above, by bcrypt, which is all that the registry reads.
    private const string PasswordFile = "ada:$2b$05$QlXJq57VGiheN.uMvJCTUezadQBdSvu19nVSJBBDsWeJxn.vBvV8S\n";
    private const string Program = "/usr/bin/docker-registry";

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private TestRegistry(int port)
    {
        Host = $"127.0.0.1:{port}";
        _folder.Write("passwords", PasswordFile);
        var settings = _folder.Write("config.yml", $$"""
            version: 0.1
            log: { level: error }
            storage: { filesystem: { rootdirectory: {{_folder.Path}}/data } }
            http: { addr: "{{Host}}" }
            auth: { htpasswd: { realm: test, path: {{_folder.Path}}/passwords } }
            """);
        _process = Process.Start(new ProcessStartInfo("nsenter", [$"--net=/proc/{TestEngine.ProcessId}/ns/net", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh", Program, "serve", settings])
        {
            UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Why there is none here, or null.</summary>
    public static string? Obstacle => TestEngine.Obstacle ?? (File.Exists(Program) ? null : "no docker-registry");

    /// <summary>As images name it.</summary>
    public string Host { get; }

    /// <summary>Starts one; whoever asks it first waits until it answers.</summary>
    public static TestRegistry Start() => new(Random.Shared.Next(20_000, 60_000));

    /// <summary>Whether it has ended, which it does not unless something is wrong.</summary>
    public bool HasEnded => _process.HasExited;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }
}

/// <summary>A fact that needs a registry beside a Docker Engine, and is skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RegistryFactAttribute : FactAttribute
{
    public RegistryFactAttribute()
    {
        Skip = TestRegistry.Obstacle;
    }
}
