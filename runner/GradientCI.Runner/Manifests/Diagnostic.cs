namespace GradientCI.Runner.Manifests;

/// <summary>How grave a finding is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The manifest can be run; something in it is likely not what was meant.</summary>
    Warning,

    /// <summary>The manifest cannot be run.</summary>
    Error,
}

/// <summary>One finding about a manifest, with its place and the way out.</summary>
/// <param name="File">The file's name as the caller gave it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Severity">Error or warning.</param>
/// <param name="Code">A code of the table in <c>docs/gradient-yml.md</c>, such as <c>GCI0007</c>.</param>
/// <param name="KeyPath">Where in the document: <c>experiments.digits.sweep.sampler</c>; empty for the whole file.</param>
/// <param name="Message">One sentence without a full stop. Text of the file in it is clipped and free of control characters.</param>
/// <param name="Suggestion">What to write instead, or null.</param>
public sealed record Diagnostic(
    string File, int Line, int Column, DiagnosticSeverity Severity, string Code, string KeyPath, string Message, string? Suggestion)
{
    /// <summary><c>FILE:LINE:COLUMN: error GCI0007: message (suggestion)</c>.</summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {(Severity == DiagnosticSeverity.Error ? "error" : "warning")} {Code}: {Message}"
        + (Suggestion is null ? "" : $" ({Suggestion})");
}
