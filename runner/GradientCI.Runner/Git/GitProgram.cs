using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using GradientCI.Runner.Hosts;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Git;

/// <summary>The <c>git</c> program: the one place that starts it.</summary>
/// <remarks>
/// Nothing that a repository says is executed: no hook, filter, external diff, text conversion, file system monitor,
/// pager, alias, credential helper, transport or lazy fetch. Settings of ours come through the environment, where
/// they outrank the repository's and need no quoting. Variables of the caller that begin with <c>GIT_</c> are dropped.
/// </remarks>
internal sealed class GitProgram(string executable)
{
    /// <summary>The oldest git that honours all of <see cref="Settings"/> in the environment.</summary>
    private static readonly Version Oldest = new(2, 31);

    private static readonly KeyValuePair<string, string>[] Settings =
    [
        new("core.hooksPath", "/dev/null"),
        new("core.fsmonitor", "false"),
        new("core.pager", "cat"),
        new("core.quotePath", "false"),
        new("core.attributesFile", "/dev/null"),
        new("core.excludesFile", "/dev/null"),
        new("core.sshCommand", "false"),
        new("core.askPass", "false"),
        new("core.gitProxy", "none"),
        new("core.alternateRefsCommand", "false"),
        new("core.warnAmbiguousRefs", "true"),
        new("core.bigFileThreshold", "32m"),
        new("credential.helper", ""),
        new("diff.external", ""),
        new("gc.auto", "0"),
        new("maintenance.auto", "false"),
        new("gpg.program", "false"),
        new("log.showSignature", "false"),
        new("protocol.allow", "never"),
        new("protocol.ext.allow", "never"),
        new("protocol.file.allow", "never"),
        new("protocol.git.allow", "never"),
        new("protocol.http.allow", "never"),
        new("protocol.https.allow", "never"),
        new("protocol.ssh.allow", "never"),
        new("submodule.recurse", "false"),
    ];

    public string Executable => executable;

    /// <exception cref="GradientException">There is no git on the PATH.</exception>
    public static GitProgram Find() => new(
        ProgramPath.Find("git")
        ?? throw new GradientException(
            FailureKind.Environment, "The program git is not on the PATH.", $"Install git {Oldest} or newer."));

    /// <exception cref="GradientException">It is too old, or does not run.</exception>
    public async Task<string> ReadVersionAsync(CancellationToken cancellationToken)
    {
        var answer = await RunAsync(new GitCall("/", ["version"]), cancellationToken);
        var words = answer.Text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var text = words.Length > 2 ? words[2] : answer.Text.Trim();
        var numbers = string.Join('.', text.Split('.').TakeWhile(part => part.All(char.IsAsciiDigit)).Take(3));
        return Version.TryParse(numbers, out var version) && version >= Oldest
            ? text
            : throw new GradientException(
                FailureKind.Environment, $"The git at {executable} says its version is '{Shorten(text)}'.", $"Install git {Oldest} or newer.");
    }

    /// <summary>Runs git to its end.</summary>
    /// <exception cref="GradientException">It did not start, took too long, or said too much.</exception>
    public async Task<GitOutput> RunAsync(GitCall call, CancellationToken cancellationToken)
    {
        using var process = Start(call);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(call.Timeout);

        // A blocked read of a pipe cannot be cancelled; the end of the process ends it.
        await using var kill = limit.Token.Register(() => Kill(process));
        process.StandardInput.Close();
        var error = ReadStartAsync(process.StandardError.BaseStream, 16 << 10);
        var output = await ReadAllAsync(process, call.MaxOutput);
        var complaint = Encoding.UTF8.GetString(await error);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (limit.IsCancellationRequested)
        {
            throw Failed(call, $"took longer than {call.Timeout.TotalSeconds:0} s");
        }

        return output is null
            ? throw Failed(call, $"printed more than {call.MaxOutput >> 20} MiB")
            : new GitOutput(process.ExitCode, output.GetBuffer().AsMemory(0, (int)output.Length), complaint);
    }

    /// <summary>Starts git with all three streams redirected.</summary>
    public Process Start(GitCall call)
    {
        try
        {
            return Process.Start(Prepare(call))!;
        }
        catch (Win32Exception exception)
        {
            throw new GradientException(
                FailureKind.Environment,
                $"The program {executable} could not be started in {call.Folder}: {exception.Message}.",
                "Check that the folder can be entered and that more processes may be started.",
                exception);
        }
    }

    public ProcessStartInfo Prepare(GitCall call)
    {
        var start = new ProcessStartInfo(executable)
        {
            WorkingDirectory = call.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("--no-pager");
        start.ArgumentList.Add("--literal-pathspecs");
        if (call.GitDirectory is { } directory)
        {
            start.ArgumentList.Add("--git-dir=" + directory);
            start.ArgumentList.Add("--work-tree=" + (call.WorkTree ?? directory));
        }

        foreach (var argument in call.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Harden(start.Environment, call);
        return start;
    }

    /// <summary>The first line of what git complained, for a person.</summary>
    public static string Complaint(string error, int exitCode)
    {
        var line = error.Split('\n').FirstOrDefault(text => text.StartsWith("fatal: ", StringComparison.Ordinal))
            ?? error.Split('\n').FirstOrDefault(text => text.Length > 0)
            ?? $"git ended with exit code {exitCode}";
        return Shorten(PathText.Show(line.Replace("fatal: ", "", StringComparison.Ordinal).Trim().TrimEnd('.')));
    }

    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in between.
        }
    }

    public static void Harden(IDictionary<string, string?> environment, GitCall call)
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            environment.Remove(name);
        }

        environment.Remove("LANGUAGE");
        environment["LC_ALL"] = "C";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_OPTIONAL_LOCKS"] = "0";
        environment["GIT_NO_LAZY_FETCH"] = "1";
        environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        environment["GIT_GRAFT_FILE"] = "/dev/null";
        environment["GIT_ATTR_NOSYSTEM"] = "1";
        if (!call.ReadsUserConfiguration)
        {
            environment["GIT_CONFIG_NOSYSTEM"] = "1";
            environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        }

        if (call.GitDirectory is null)
        {
            environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(call.Folder) ?? "/";
        }

        var count = 0;
        foreach (var (key, value) in (KeyValuePair<string, string>[])[.. Settings, .. call.Settings])
        {
            environment[$"GIT_CONFIG_KEY_{count}"] = key;
            environment[$"GIT_CONFIG_VALUE_{count}"] = value;
            count++;
        }

        environment["GIT_CONFIG_COUNT"] = count.ToString();
    }

    private static async Task<MemoryStream?> ReadAllAsync(Process process, int maxBytes)
    {
        var output = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await process.StandardOutput.BaseStream.ReadAsync(buffer)) > 0)
        {
            if (output.Length + read > maxBytes)
            {
                Kill(process);
                return null;
            }

            output.Write(buffer, 0, read);
        }

        return output;
    }

    private static async Task<byte[]> ReadStartAsync(Stream stream, int maxBytes)
    {
        using var start = new MemoryStream();
        var buffer = new byte[4 << 10];
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
        {
            start.Write(buffer, 0, (int)Math.Min(read, maxBytes - start.Length));
        }

        return start.ToArray();
    }

    private static GradientException Failed(GitCall call, string what) => new(
        FailureKind.Environment, $"git {call.Arguments[0]} in {call.Folder} {what}.", "Check the repository with git fsck.");

    private static string Shorten(string text) => text.Length <= 300 ? text : text[..300] + "…";
}
