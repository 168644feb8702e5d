using System.Collections.Immutable;
using System.Reflection;
using static GradientCI.Runner.Manifests.DiagnosticSeverity;

namespace GradientCI.Runner.Manifests;

/// <summary>One kind of finding. This table is the one in the documentation; a test holds both together.</summary>
/// <param name="Id">What people search for.</param>
/// <param name="Severity">Error or warning.</param>
/// <param name="Meaning">What is wrong, and what helps.</param>
internal sealed record DiagnosticCode(string Id, DiagnosticSeverity Severity, string Meaning)
{
    // The file as a whole
    public static readonly DiagnosticCode TooLarge = new("GCI0001", Error, "The file is larger than 64 KiB. Move what is long into a script.");
    public static readonly DiagnosticCode Encoding = new("GCI0002", Error, "The file is not UTF-8, or holds a control character. Save it as UTF-8.");
    public static readonly DiagnosticCode Syntax = new("GCI0003", Error, "The text is not YAML. Often a value with `:`, `>`, `*`, `%` or `{` needs quotes.");
    public static readonly DiagnosticCode TooDeep = new("GCI0004", Error, "Lists and maps are nested more than 32 deep.");
    public static readonly DiagnosticCode Alias = new("GCI0005", Error, "An alias names no anchor before it, or all aliases together stand for more than 1,000 nodes.");
    public static readonly DiagnosticCode Document = new("GCI0006", Error, "The file is empty, or holds a second document after `---`.");
    public static readonly DiagnosticCode UnknownKey = new("GCI0007", Error, "A key that the format does not have.");
    public static readonly DiagnosticCode DuplicateKey = new("GCI0008", Error, "A key stands twice in the same map.");
    public static readonly DiagnosticCode More = new("GCI0009", Error, "More than 100 findings: the rest is counted only. A warning when no error is among the rest.");

    // Single values
    public static readonly DiagnosticCode WrongKind = new("GCI0010", Error, "A map, a list or a plain value stands where another of them belongs, or nothing does.");
    public static readonly DiagnosticCode MissingKey = new("GCI0011", Error, "A key that is needed here is missing.");
    public static readonly DiagnosticCode InvalidValue = new("GCI0012", Error, "A value is not written as its key wants it.");
    public static readonly DiagnosticCode OutOfRange = new("GCI0013", Error, "A number, a length or a count is outside its bounds.");
    public static readonly DiagnosticCode UnknownWord = new("GCI0014", Error, "A word that is none of those the key takes.");
    public static readonly DiagnosticCode InvalidName = new("GCI0015", Error, "The name of an experiment, a parameter, a variable or a metric is not written as names are.");
    public static readonly DiagnosticCode ReservedName = new("GCI0016", Error, "A name that belongs to GradientCI, to the loader or to a template.");
    public static readonly DiagnosticCode Conflict = new("GCI0017", Error, "Keys that exclude each other stand together, or one stands without the other that it needs.");
    public static readonly DiagnosticCode Path = new("GCI0018", Error, "A path or glob is not relative to the repository, or contains `..`.");
    public static readonly DiagnosticCode Version = new("GCI0019", Error, "The file is of a version that this build does not read.");
    public static readonly DiagnosticCode Tag = new("GCI0020", Error, "A YAML tag such as `!!str`. The format has none: quote what is to be text.");
    public static readonly DiagnosticCode MergedTooLarge = new("GCI0021", Error, "With the defaults merged into every experiment the file has more than 50,000 nodes.");
    public static readonly DiagnosticCode NeverFires = new("GCI0022", Error, "A cron line that no day ever meets, such as one for 30 February.");

    // Sweeps and metrics
    public static readonly DiagnosticCode Domain = new("GCI0030", Error, "The bounds, the scale or the step of a parameter leave it no sensible values.");
    public static readonly DiagnosticCode Repeated = new("GCI0031", Error, "An entry stands twice in a list that holds each once.");
    public static readonly DiagnosticCode Condition = new("GCI0032", Error, "A `when` asks for a parameter that is not searched, for a value it never takes, or goes round in a circle.");
    public static readonly DiagnosticCode NameClash = new("GCI0033", Error, "Two names that would be one for the trial: fixed and searched, equal but for case, or a variable and a secret.");
    public static readonly DiagnosticCode Endless = new("GCI0034", Error, "A search space with a continuum needs `max-trials` and cannot be a grid.");
    public static readonly DiagnosticCode TooManyTrials = new("GCI0035", Error, "Parameter sets times repeats are more than 10,000 trials.");
    public static readonly DiagnosticCode NeedsObjective = new("GCI0036", Error, "A pruner, a stop rule or a warm start looks at the objective, and there is none.");
    public static readonly DiagnosticCode Pattern = new("GCI0037", Error, "A metric's pattern is not a regular expression that runs without backtracking, or has no group.");

    // Templates
    public static readonly DiagnosticCode Template = new("GCI0050", Error, "A `${{ … }}` is not closed, or holds something other than one name.");
    public static readonly DiagnosticCode TemplateName = new("GCI0051", Error, "A template names no parameter of this experiment.");
    public static readonly DiagnosticCode TemplatePlace = new("GCI0052", Error, "A template outside `command`. Elsewhere the trial's variables do the same: `$PARAM_LR`, `$GRADIENT_SEED`.");
    public static readonly DiagnosticCode TemplateQuoting = new("GCI0053", Error, "A template where the shell would not take its quoting: in quotes, a comment, backticks, `${…}`, arithmetic, or after a here-document. Values are quoted already; inside quotes write `$PARAM_NAME`.");
    public static readonly DiagnosticCode TemplateArgs = new("GCI0054", Error, "`${{ args }}` becomes several words and must be a word of its own.");

    // Warnings
    public static readonly DiagnosticCode NoObjective = new("GCI0100", Warning, "A sweep without an objective: the report cannot rank its trials.");
    public static readonly DiagnosticCode BestOfNothing = new("GCI0101", Warning, "A check looks at the best trial of a sweep without an objective.");
    public static readonly DiagnosticCode EmptyTemplate = new("GCI0102", Warning, "A template names a conditional parameter: while that does not exist, the template is an empty word.");
    public static readonly DiagnosticCode ReservationOnly = new("GCI0103", Warning, "`resources.memory` is for the record: the `process` executor neither reserves nor limits memory.");
    public static readonly DiagnosticCode GridCut = new("GCI0104", Warning, "The grid has more points than `max-trials`: only the first ones are run.");

    // Keys whose machinery comes later
    public static readonly DiagnosticCode NotServed = new("GCI0200", Error, "A key of version 1 that this build cannot serve yet.");

    /// <summary>All codes, by id.</summary>
    public static ImmutableArray<DiagnosticCode> All { get; } = [.. typeof(DiagnosticCode)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null))
        .OfType<DiagnosticCode>()
        .OrderBy(code => code.Id, StringComparer.Ordinal)];
}
