using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Doctor;

/// <summary>Pushes to the repository start runs here.</summary>
internal sealed class HookCheck(DataFolder data, string repository) : IHostCheck
{
    public string Name => "hook";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        await using var open = await GitRepository.OpenAsync(repository, cancellationToken);
        var install = $"gradientci hook install --repo {open.Location}";
        return await new PostReceiveHook(open).ReadStatusAsync(cancellationToken) switch
        {
            { IsInstalled: false } when open.WorkTree is not null => HostVerdict.Ok($"None in {open.Location}, which has a work tree: runs are started by hand."),
            { IsInstalled: false } hook => HostVerdict.Warning(
                $"Pushes to {open.Location} start no runs: its post-receive hook is {(File.Exists(hook.Path) ? "another one" : "missing")}.", $"Install ours with: {install}"),
            { Problems: [var first, ..] } => HostVerdict.Problem(first.Message, first.Remedy),
            { DataFolder: var folder } hook when folder != data.Root => HostVerdict.Warning(
                $"{hook.Path} records pushes in {folder}, not in {data.Root}.", $"Look there with --data {folder}, or run: {install} --data {data.Root}"),
            _ => HostVerdict.Ok($"Pushes to {open.Location} start runs here."),
        };
    }
}
