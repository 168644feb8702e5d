using System.Collections.Immutable;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests;

/// <summary>Gathers diagnostics. What a hostile file can make it hold is bounded.</summary>
internal sealed class Findings(string file)
{
    /// <summary>The most diagnostics that are shown.</summary>
    public const int Shown = 100;

    private const int Kept = 300;

    private readonly HashSet<(Place, string, string)> _known = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private int _uncounted;
    private bool _uncountedErrors;

    /// <summary>Whether an error was found.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>
    /// Adds a finding, unless it is known from another experiment that shares the same defaults. The suggestion is
    /// asked for only when the finding is kept.
    /// </summary>
    public void Add(DiagnosticCode code, Place place, string keyPath, string message, Func<string?>? suggestion)
    {
        HasErrors |= code.Severity == DiagnosticSeverity.Error;
        if (_diagnostics.Count == Kept)
        {
            _uncounted++;
            _uncountedErrors |= code.Severity == DiagnosticSeverity.Error;
        }
        else if (_known.Add((place, code.Id, message)))
        {
            _diagnostics.Add(new Diagnostic(
                file, place.Line, place.Column, code.Severity, code.Id, keyPath, message, suggestion?.Invoke()));
        }
    }

    /// <summary>The first hundred by place, and one more that counts the rest.</summary>
    public ImmutableArray<Diagnostic> ToDiagnostics()
    {
        var sorted = _diagnostics.OrderBy(one => one.Line).ThenBy(one => one.Column).ThenBy(one => one.Code, StringComparer.Ordinal).ToList();
        if (sorted.Count <= Shown)
        {
            return [.. sorted];
        }

        var hidden = sorted[Shown..];
        var severity = _uncountedErrors || hidden.Exists(one => one.Severity == DiagnosticSeverity.Error)
            ? DiagnosticSeverity.Error
            : DiagnosticSeverity.Warning;
        return [.. sorted[..Shown], new Diagnostic(
            file, hidden[0].Line, hidden[0].Column, severity, DiagnosticCode.More.Id, "",
            $"{hidden.Count + _uncounted} more findings are not shown", "mend the first ones and try again")];
    }
}
