using GradientCI.Cli.Output;
using GradientCI.Cli.Workers;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Notices;

namespace GradientCI.Cli.Projects;

/// <summary>The hook of a repository whose service is on another machine.</summary>
internal static class RemoteHook
{
    /// <summary>Reads what was typed.</summary>
    /// <exception cref="GradientException">Something is missing or makes no sense.</exception>
    public static RemoteService Read(string server, string? secretFile, string? cloneUrl, Terminal terminal)
    {
        if (!Uri.TryCreate(server, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0)
        {
            throw new GradientException(FailureKind.Usage, $"'{server}' is no address of a service.", "Write for example: --service https://ci.example.org");
        }

        if (string.IsNullOrEmpty(secretFile) || string.IsNullOrEmpty(cloneUrl))
        {
            throw new GradientException(FailureKind.Usage, "--service needs --secret-file and --clone-url.", "The secret is one of the service's HookSecretFiles; the URL is the one that its project was added with.");
        }

        var service = new RemoteService(url, Path.GetFullPath(secretFile, terminal.Directory), CloneUrl.Parse(cloneUrl).Text);
        _ = service.ReadSecret();
        return service;
    }

    /// <summary>Installs the hook, and keeps whom it tells.</summary>
    public static async Task<HookStatus> InstallAsync(GitRepository repository, RemoteService service, Terminal terminal, CancellationToken cancellationToken)
    {
        var spool = RemoteService.SpoolOf(repository.HooksFolder);
        service.Save(spool);
        var status = await new PostReceiveHook(repository) { IsForRemoteService = true }.InstallAsync(spool, [.. BackgroundWorker.OwnProgram()], cancellationToken);
        terminal.Out.WriteLine($"Installed {Plain.Line(status.Path)}");
        terminal.Out.WriteLine($"What is pushed to {Plain.Line(repository.Location)} is told to {Plain.Line(service.Server.AbsoluteUri)}");
        return status;
    }

    /// <summary>Where the hook of a repository leaves pushes.</summary>
    public static async Task<DataFolder> SpoolAsync(string folder, CancellationToken cancellationToken)
    {
        await using var repository = await GitRepository.OpenAsync(folder, cancellationToken);
        return RemoteService.SpoolOf(repository.HooksFolder);
    }

    /// <summary>Sends what waits.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> FlushAsync(DataFolder spool, Terminal terminal, CancellationToken cancellationToken)
    {
        using var http = WebhookChannel.NewClient();
        var (sent, problem) = await new PushOutbox(spool, RemoteService.Load(spool), http, terminal.Time).SendAsync(cancellationToken);
        terminal.Out.WriteLine(sent == 0 && problem is null ? "No push waits." : sent == 1 ? "1 push told." : $"{sent} pushes told.");
        if (problem is not null)
        {
            terminal.Say($"error: {Plain.Line(problem)}");
        }

        return problem is null ? ExitCodes.Done : ExitCodes.Environment;
    }
}
