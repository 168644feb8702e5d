using System.Text;

namespace GradientCI.Cli.Remote;

/// <summary>Writes the report of a run at a service into a folder here: one format after another.</summary>
internal sealed class RemoteReport(RemoteCall call, CommandRequest request)
{
    /// <returns>The exit code.</returns>
    public async Task<int> WriteAsync(string given, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(given, call.Terminal.Directory);
        Directory.CreateDirectory(folder);
        foreach (var format in ReportFormats.All)
        {
            var text = new StringBuilder();
            var code = await call.Service.RunAsync(Of(format.Name), (line, _) => TakeAsync(line, text), cancellationToken);
            if (code != ExitCodes.Done)
            {
                return code;
            }

            var path = Path.Combine(folder, format.FileName);
            var draft = $"{path}.{Environment.ProcessId}.tmp";
            await File.WriteAllTextAsync(draft, text.ToString(), cancellationToken);
            File.Move(draft, path, overwrite: true);
        }

        call.Terminal.Out.WriteLine(Path.Combine(folder, ReportFormats.Html.FileName));
        return ExitCodes.Done;
    }

    private CommandRequest Of(string format) => request with { Arguments = [request.Arguments[0], $"--format={format}", .. request.Arguments[1..]] };

    private async Task TakeAsync(ResponseLine line, StringBuilder text)
    {
        text.Append(line.Out);
        await using var printer = new ResponsePrinter(call.Terminal);
        await printer.PrintProgressAsync(line);
    }
}
