namespace GradientCI.Cli.Search;

/// <summary>A line that a search cannot follow. It changes nothing, and the search goes on.</summary>
/// <param name="code">For programs, as <c>docs/search.md</c> lists them.</param>
/// <param name="message">One sentence.</param>
/// <param name="remedy">What to send instead.</param>
internal sealed class SearchRefusedException(string code, string message, string remedy) : Exception(message)
{
    public string Code => code;

    public string Remedy => remedy;
}
