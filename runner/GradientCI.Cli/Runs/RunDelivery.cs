namespace GradientCI.Cli.Runs;

/// <summary>How a run that has ended is told.</summary>
/// <param name="Print">What is printed; progress is shown with a summary only.</param>
/// <param name="Folder">Where the report is written, or null for the data folder.</param>
internal sealed record RunDelivery(RunPrint Print, string? Folder = null)
{
    /// <summary>As the command line asks for it.</summary>
    public static RunDelivery Of(bool json, string? folder = null) => new(json ? RunPrint.Json : RunPrint.Summary, folder);
}

/// <summary>What of a run is printed on standard output.</summary>
internal enum RunPrint
{
    /// <summary>A screenful for people.</summary>
    Summary,

    /// <summary>The whole report for scripts.</summary>
    Json,

    /// <summary>Nothing: nobody looks, or the output belongs to another run.</summary>
    Nothing,
}
