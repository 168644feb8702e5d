using System.Globalization;
using System.Text.RegularExpressions;
using GradientCI.Experiments;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Api;

/// <summary>A request that was let in. What it says is a stranger's: every value is asked for as what it must be.</summary>
internal sealed partial class ApiRequest(HttpContext context)
{
    private const int LongestValue = 500;

    public HttpContext Context => context;

    public ApiCaller Caller => ApiCaller.Of(context);

    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>The project of the path, when it is there for the caller.</summary>
    /// <exception cref="ApiProblemException">It is not.</exception>
    public ProjectId Project => NameOf("project") is { } name && Caller.Sees(new ProjectId(name)) ? new ProjectId(name) : throw NotFound("project");

    /// <summary>The run of the path, when it may be there for the caller.</summary>
    /// <exception cref="ApiProblemException">It is not.</exception>
    public RunId Run => NameOf("project") is { } project && Caller.Sees(new ProjectId(project)) && NameOf("experiment") is { } experiment && Number("number") is { } number
        ? new RunId(new ProjectId(project), experiment, number)
        : throw NotFound("run");

    /// <summary>The trial of the path, when it may be there for the caller.</summary>
    /// <exception cref="ApiProblemException">It is not.</exception>
    public TrialId Trial => new(Run, Number("trial") ?? throw NotFound("trial"));

    /// <summary>Refuses names in the query that mean nothing here, and values that are given twice.</summary>
    /// <exception cref="ApiProblemException">There are some.</exception>
    public void RefuseOtherQueries(IReadOnlyCollection<string> allowed)
    {
        foreach (var (name, values) in context.Request.Query)
        {
            if (!allowed.Contains(name, StringComparer.Ordinal))
            {
                throw Wrong($"The query has '{Short(name)}', which means nothing here.", allowed.Count == 0 ? "Leave it out." : $"It may have: {string.Join(", ", allowed)}.");
            }

            if (values is not [{ Length: <= LongestValue }])
            {
                throw Wrong($"The query's '{name}' is given twice, or too long.", $"Give it once, in at most {LongestValue} characters.");
            }
        }
    }

    /// <summary>A value of the path.</summary>
    public string? Value(string name) => context.Request.RouteValues[name] as string;

    /// <summary>A value of the query, or null.</summary>
    public string? Query(string name) => context.Request.Query[name] is [{ Length: > 0 } value] ? value : null;

    /// <summary>A whole number of the query.</summary>
    /// <exception cref="ApiProblemException">It is something else, or outside its bounds.</exception>
    public int Whole(string name, int least, int most, int otherwise) => Query(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
        : throw Wrong($"'{name}' is not a number from {least} to {most}.", $"Write for example: {name}={otherwise}");

    /// <summary>A name of the query that a project or an experiment can have, or null.</summary>
    /// <exception cref="ApiProblemException">It is none.</exception>
    public string? QueryName(string name) => Query(name) is not { } text || IsName(text) ? Query(name)
        : throw Wrong($"'{name}' is not a name.", "Names have letters, digits, dots, dashes and underscores.");

    /// <summary>Whether a text can be the name of a project or an experiment.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    public static ApiProblemException NotFound(string what) => new(ApiProblem.NotFound(what));

    public static ApiProblemException Wrong(string detail, string remedy) => new(ApiProblem.BadRequest(detail, remedy));

    public static ApiProblemException Conflict(string detail, string remedy) => new(new ApiProblem(StatusCodes.Status409Conflict, detail, remedy));

    private string? NameOf(string name) => Value(name) is { } text && IsName(text) ? text : null;

    private int? Number(string name) =>
        int.TryParse(Value(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static string Short(string text) => text.Length <= 50 ? text : text[..50];

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,199}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Name();
}
