namespace GradientCI.Cli.Remote;

/// <summary>Brings the archive of a run at a service here: it appears whole, or not at all.</summary>
internal sealed class RemoteExport(RemoteCall call, CommandRequest request)
{
    private static readonly string[] Suffixes = [".tar.gz", ".tgz"];

    /// <summary>Writes it.</summary>
    /// <param name="given">Where to, or null for the archive's own name in this folder.</param>
    /// <param name="force">Whether a file that is there is replaced.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> WriteAsync(string? given, bool force, CancellationToken cancellationToken)
    {
        if (given is not null && !Suffixes.Any(suffix => given.EndsWith(suffix, StringComparison.Ordinal)))
        {
            throw new GradientException(FailureKind.Usage, "A service exports archives.", "Let --to end in .tar.gz, and unpack it with tar.");
        }

        var path = given is null ? null : Refuse(Path.GetFullPath(given, call.Terminal.Directory), force);
        var draft = Path.Combine(path is null ? call.Terminal.Directory : Path.GetDirectoryName(path)!, $".gradientci-export.{Environment.ProcessId}.tmp");
        try
        {
            int code;
            await using (var file = new FileStream(draft, FileMode.Create))
            await using (var printer = new ResponsePrinter(call.Terminal))
            {
                code = await call.Service.RunAsync(
                    request,
                    async (line, enough) =>
                    {
                        await printer.PrintProgressAsync(line);
                        if (line is { File: { } name, Bytes: { } bytes })
                        {
                            // The name comes from elsewhere: it must not lead anywhere.
                            path ??= Refuse(Path.Combine(call.Terminal.Directory, Path.GetFileName(name)), force);
                            await file.WriteAsync(bytes, enough);
                        }
                    },
                    cancellationToken);
            }

            if (code == ExitCodes.Done && path is not null)
            {
                File.Move(draft, path, overwrite: force);
                call.Terminal.Out.WriteLine(path);
            }

            return code;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static string Refuse(string path, bool force) => !Path.Exists(path) || (force && File.Exists(path))
        ? path
        : throw new GradientException(FailureKind.Usage, $"{path} is already there.", "Name another place with --to, or replace it with --force.");
}
