namespace GradientCI.Cli.Runs;

/// <summary>What of a run is printed on standard output; progress is shown with a summary only.</summary>
internal enum RunPrint
{
    /// <summary>A screenful for people.</summary>
    Summary,

    /// <summary>The whole report for scripts.</summary>
    Json,

    /// <summary>Nothing: nobody looks, or the output belongs to another run.</summary>
    Nothing,
}
