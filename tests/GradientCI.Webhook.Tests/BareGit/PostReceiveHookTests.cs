using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Webhook.Tests.BareGit;

public sealed class PostReceiveHookTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestRepository _work = new();
    private GitRepository _repository = null!;
    private PostReceiveHook _hook = null!;

    private string Bare => _folder["it's.git"];

    private string Script => Path.Combine(Bare, "hooks", "post-receive");

    private DataFolder Data => new(_folder["da'ta $HOME"]);

    public async Task InitializeAsync()
    {
        _work.Git("init", "--quiet", "--bare", Bare);
        _repository = await GitRepository.OpenAsync(Bare, default);
        _hook = new PostReceiveHook(_repository);
    }

    public async Task DisposeAsync() => await _repository.DisposeAsync();

    public void Dispose()
    {
        _work.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Installing_twice_is_as_installing_once()
    {
        var first = await InstallAsync();
        var text = await File.ReadAllTextAsync(Script);
        var second = await InstallAsync();

        (await File.ReadAllTextAsync(Script)).ShouldBe(text);
        Described.As(second).ShouldBe(Described.As(first));
        first.Problems.ShouldBeEmpty();
        first.DataFolder.ShouldBe(Data.Root);
        Directory.EnumerateFiles(Path.GetDirectoryName(Script)!).Where(path => !path.EndsWith(".sample", StringComparison.Ordinal)).ShouldBe([Script]);
        File.GetUnixFileMode(Script).ShouldBe((UnixFileMode)0x1ED);
        File.GetUnixFileMode(Data.Inbox).ShouldBe((UnixFileMode)0x1C0);
        Config().ShouldBe("true");
    }

    [Fact]
    public async Task Uninstalling_leaves_things_as_they_were()
    {
        await InstallAsync();
        await InstallAsync();

        (await _hook.UninstallAsync(default)).ShouldBeTrue();
        (await _hook.UninstallAsync(default)).ShouldBeFalse();

        File.Exists(Script).ShouldBeFalse();
        Config().ShouldBeEmpty();
        (await _hook.ReadStatusAsync(default)).IsInstalled.ShouldBeFalse();
    }

    [Fact]
    public async Task Push_options_that_were_on_stay_on()
    {
        _work.Git("--git-dir", Bare, "config", "receive.advertisePushOptions", "yes");
        await InstallAsync();

        await _hook.UninstallAsync(default);

        Config().ShouldBe("true");
    }

    [Fact]
    public async Task An_earlier_hook_is_kept_and_comes_back()
    {
        await File.WriteAllTextAsync(Script, "#!/bin/sh\necho mine\n");

        (await InstallAsync()).EarlierHook.ShouldBe(Script + ".before-gradientci");
        await InstallAsync();
        (await File.ReadAllTextAsync(Script + ".before-gradientci")).ShouldBe("#!/bin/sh\necho mine\n");
        await _hook.UninstallAsync(default);

        (await File.ReadAllTextAsync(Script)).ShouldBe("#!/bin/sh\necho mine\n");
    }

    [Fact]
    public async Task A_third_hook_is_nobodys_to_overwrite()
    {
        await File.WriteAllTextAsync(Script, "#!/bin/sh\necho one\n");
        await InstallAsync();
        await File.WriteAllTextAsync(Script, "#!/bin/sh\necho two\n");

        var problem = await Should.ThrowAsync<GradientException>(InstallAsync);

        problem.Message.ShouldContain("is not gradientci's");
        (await File.ReadAllTextAsync(Script)).ShouldBe("#!/bin/sh\necho two\n");
    }

    [Fact]
    public async Task A_hooks_path_is_refused_with_its_name()
    {
        _work.Git("--git-dir", Bare, "config", "core.hooksPath", "/etc/git/hooks");

        var problem = await Should.ThrowAsync<GradientException>(InstallAsync);

        problem.Message.ShouldContain("core.hooksPath is '/etc/git/hooks'");
        File.Exists(Script).ShouldBeFalse();
    }

    [Fact]
    public async Task Status_names_what_is_wrong()
    {
        await _hook.InstallAsync(Data, ["/nowhere/gradientci"], default);
        _work.Git("--git-dir", Bare, "config", "receive.advertisePushOptions", "false");
        _work.Git("--git-dir", Bare, "config", "core.hooksPath", "elsewhere");
        File.SetUnixFileMode(Script, UnixFileMode.UserRead);
        Directory.Delete(Data.Root, recursive: true);

        var status = await _hook.ReadStatusAsync(default);

        status.Problems.Select(problem => problem.Message).ShouldBe(
        [
            $"core.hooksPath keeps git from calling {Script}.",
            $"{Script} is not executable, so git does not call it.",
            $"{Data.Inbox} is not there, or you cannot write there.",
            "/nowhere/gradientci is gone, so that no worker is started.",
            "receive.advertisePushOptions is off, so that git push -o gradient.wait is refused.",
        ]);
        status.Problems.ShouldAllBe(problem => problem.Remedy.Length > 0);
    }

    [Fact]
    public async Task Any_path_survives_the_shell()
    {
        await _hook.InstallAsync(Data, ["/bin/echo", "it's `id` $HOME \\ \"x\""], default);

        var answer = await Shell.RunAsync("/", "sh", ["-c", $"{(await File.ReadAllLinesAsync(Script)).First(line => line.StartsWith("data=", StringComparison.Ordinal))}; printf %s \"$data\""]);
        var syntax = await Shell.RunAsync("/", "sh", ["-n", Script]);

        answer.Out.ShouldBe(Data.Root);
        syntax.Code.ShouldBe(0, syntax.All);
        (await _hook.ReadStatusAsync(default)).DataFolder.ShouldBe(Data.Root);
    }

    private Task<HookStatus> InstallAsync() => _hook.InstallAsync(Data, ["/bin/echo", "gradientci.dll"], default);

    private string Config() => Shell.RunAsync("/", "git", ["--git-dir", Bare, "config", "--type=bool", "--get", "receive.advertisePushOptions"]).GetAwaiter().GetResult().Out.Trim();
}
