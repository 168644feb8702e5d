using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>Where in the document a shape reads, and where its findings go.</summary>
internal sealed class Reading
{
    private readonly Reading? _parent;
    private readonly string _step;
    private readonly Findings _findings;

    /// <summary>Begins at the document's root.</summary>
    public Reading(Findings findings)
    {
        _findings = findings;
        _step = "";
        Patterns = new Dictionary<string, string?>(StringComparer.Ordinal);
    }

    private Reading(Reading parent, string step, bool isPartial)
    {
        _parent = parent;
        _step = step;
        _findings = parent._findings;
        Patterns = parent.Patterns;
        IsPartial = isPartial;
    }

    /// <summary>
    /// Whether what is read is completed elsewhere: <c>defaults</c> alone. Then nothing is missing and keys are not
    /// held against each other.
    /// </summary>
    public bool IsPartial { get; }

    /// <summary>The regular expressions of the document that were tried, each with what is wrong with it.</summary>
    public Dictionary<string, string?> Patterns { get; }

    /// <summary>The document's key path, <c>experiments.digits.sweep</c>.</summary>
    public string Path => _parent is null ? "" : _parent.Path is "" || _step.StartsWith('[') ? _parent.Path + _step : $"{_parent.Path}.{_step}";

    /// <summary>One key further.</summary>
    public Reading At(string key) => new(this, Excerpt.Plain(key), IsPartial);

    /// <summary>One key further, into something that is completed elsewhere.</summary>
    public Reading AtPartial(string key) => new(this, Excerpt.Plain(key), isPartial: true);

    /// <summary>One item further, from 0.</summary>
    public Reading At(int index) => new(this, $"[{index}]", IsPartial);

    /// <summary>Reports a finding at a node.</summary>
    /// <returns>False, so that a reader can end with it.</returns>
    public bool Report(DiagnosticCode code, YamlNode node, string message, string? suggestion = null) =>
        Report(code, node, message, () => suggestion);

    /// <summary>Reports a finding whose suggestion is costly.</summary>
    public bool Report(DiagnosticCode code, YamlNode node, string message, Func<string?> suggestion)
    {
        _findings.Add(code, node.Place, Path, message, suggestion);
        return false;
    }
}
