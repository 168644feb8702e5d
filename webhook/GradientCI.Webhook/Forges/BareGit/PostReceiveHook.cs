using System.Collections.Immutable;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Runner.Hosts;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>The <c>post-receive</c> hook through which pushes to a repository become runs.</summary>
/// <remarks>A hook that was there is kept beside ours, and called by it.</remarks>
public sealed class PostReceiveHook(GitRepository repository)
{
    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Executable = OwnFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    // Part of every Debian; Alpine has some of them in packages of their own.
    private static readonly ImmutableArray<string> Tools = ["flock", "setsid", "timeout", "mktemp", "mkfifo", "sed"];

    private readonly RepositoryHooks _hooks = new(repository);

    /// <summary>Whether it tells a service on another machine, from a spool, instead of leaving pushes to a worker here.</summary>
    public bool IsForRemoteService { get; init; }

    private string Script => Path.Combine(_hooks.Folder, "post-receive");

    private string Earlier => Script + ".before-gradientci";

    /// <summary>Puts the hook in place, or renews it; makes the inbox.</summary>
    /// <param name="data">Where pushes are recorded.</param>
    /// <param name="program">The words that start gradientci; the first is an absolute path.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <exception cref="GradientException">Git would not call it, a stranger's hook is in the way, or something cannot be written.</exception>
    public async Task<HookStatus> InstallAsync(DataFolder data, ImmutableArray<string> program, CancellationToken cancellationToken)
    {
        if (await _hooks.FindHooksPathAsync(cancellationToken) is { } elsewhere)
        {
            throw new GradientException(
                FailureKind.Usage,
                $"core.hooksPath is '{elsewhere}' for {repository.Location}, so git calls no hook in {_hooks.Folder}.",
                $"Take it out with git -C {ShellWord.Show(repository.Location)} config --unset core.hooksPath (or --global), and install again.");
        }

        if (program.Append(data.Root).Append(repository.Location).FirstOrDefault(path => path.Any(char.IsControl)) is { } odd)
        {
            throw new GradientException(FailureKind.Usage, $"The path '{odd}' has a control character in it.", "Choose a path without.");
        }

        var installed = Read();
        if (installed is null && File.Exists(Script) && File.Exists(Earlier))
        {
            throw new GradientException(
                FailureKind.Usage, $"{Script} is not gradientci's, and {Earlier} is already kept.", "Join the two hooks into one of them, and remove the other.");
        }

        var letsOptionsIn = installed?.LetOptionsIn == true || !await _hooks.AdvertisesPushOptionsAsync(cancellationToken);
        await _hooks.AdvertisePushOptionsAsync(true, cancellationToken);
        Guarded(() =>
        {
            Directory.CreateDirectory(data.Root);
            Directory.CreateDirectory(data.Inbox, OwnFolder);
            Directory.CreateDirectory(_hooks.Folder);
            if (installed is null && File.Exists(Script))
            {
                File.Move(Script, Earlier);
            }

            var draft = $"{Script}.{Environment.ProcessId}.tmp";
            File.WriteAllText(draft, Text(data, program, letsOptionsIn));
            File.SetUnixFileMode(draft, Executable);
            File.Move(draft, Script, overwrite: true);
        });
        return await ReadStatusAsync(cancellationToken);
    }

    /// <summary>Takes the hook away and puts back the one that was there before; the data folder stays.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="GradientException">Something cannot be written.</exception>
    public async Task<bool> UninstallAsync(CancellationToken cancellationToken)
    {
        if (Read() is not { } installed)
        {
            return false;
        }

        if (installed.LetOptionsIn)
        {
            await _hooks.AdvertisePushOptionsAsync(false, cancellationToken);
        }

        Guarded(() =>
        {
            if (File.Exists(Earlier))
            {
                File.Move(Earlier, Script, overwrite: true);
            }
            else
            {
                File.Delete(Script);
            }
        });
        return true;
    }

    /// <summary>Whether it is installed, and leaves pushes in a data folder.</summary>
    /// <exception cref="GradientException">The hook cannot be read.</exception>
    public bool IsFor(DataFolder data) => Read()?.Data == data.Root;

    /// <summary>What is installed, and what keeps it from working.</summary>
    public async Task<HookStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        if (Read() is not { } script)
        {
            return new HookStatus(Script, null, null, null, [new("The hook is not installed.", $"Run gradientci hook install --repo {ShellWord.Show(repository.Location)}")]);
        }

        var again = $"Run gradientci hook install --repo {ShellWord.Show(repository.Location)} --data {ShellWord.Show(script.Data)}";
        var inbox = new DataFolder(script.Data).Inbox;
        (bool IsSo, string Message, string Remedy)[] problems =
        [
            (await _hooks.FindHooksPathAsync(cancellationToken) is not null, $"core.hooksPath keeps git from calling {Script}.", "Take it out with git config --unset core.hooksPath."),
            (!File.GetUnixFileMode(Script).HasFlag(UnixFileMode.UserExecute), $"{Script} is not executable, so git does not call it.", again),
            (!IsWritable(inbox), $"{inbox} is not there, or you cannot write there.", again + " as the user that receives the pushes"),
            (!File.Exists(script.Program[0]), $"{script.Program[0]} is gone, so that no worker is started.", again),
            (!await _hooks.AdvertisesPushOptionsAsync(cancellationToken), "receive.advertisePushOptions is off, so that git push -o gradient.wait is refused.", again),
            .. Tools.Where(tool => ProgramPath.Find(tool) is null).Select(tool => (true, $"There is no {tool} on the PATH.", "Install util-linux, coreutils and sed.")),
        ];
        return new HookStatus(
            Script, script.Data, script.Program[0], File.Exists(Earlier) ? Earlier : null,
            [.. problems.Where(problem => problem.IsSo).Select(problem => new HookProblem(problem.Message, problem.Remedy))]);
    }

    private string Text(DataFolder data, ImmutableArray<string> program, bool letsOptionsIn)
    {
        var script = new HookScript(data.Root, program, letsOptionsIn);
        return (IsForRemoteService ? script with { Work = "hook flush" } : script).ToString();
    }

    private HookScript? Read() => Guarded(() => File.Exists(Script) ? HookScript.Parse(File.ReadAllText(Script)) : null);

    private static bool IsWritable(string folder)
    {
        var probe = Path.Combine(folder, $".{Environment.ProcessId}.probe");
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Guarded(Action action) => Guarded(() =>
    {
        action();
        return true;
    });

    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(
                FailureKind.Environment, $"The hook of {repository.Location} could not be read or written: {problem.Message}", "Run gradientci as the user that receives the pushes.", problem);
        }
    }
}
