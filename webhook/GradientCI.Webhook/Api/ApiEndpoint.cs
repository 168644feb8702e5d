using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Webhook.Api;

/// <summary>One thing that the API does.</summary>
/// <param name="Method">HTTP's method; what is read with GET may be asked with HEAD.</param>
/// <param name="Path">The route, with its parameters in braces.</param>
/// <param name="Scope">What the token must have; null for everybody.</param>
/// <param name="AnswerAsync">Does it.</param>
internal sealed record ApiEndpoint(string Method, string Path, AccessScope? Scope, Func<ApiRequest, Task> AnswerAsync)
{
    /// <summary>The names that a query may have; another one is a mistake, and told as one.</summary>
    public ImmutableArray<string> Queries { get; init; } = [];

    /// <summary>An endpoint that reads.</summary>
    public static ApiEndpoint Read(string path, Func<ApiRequest, Task> answerAsync, params ImmutableArray<string> queries) =>
        new("GET", path, AccessScope.Read, answerAsync) { Queries = queries };

    /// <summary>An endpoint that changes something.</summary>
    public static ApiEndpoint Change(string path, Func<ApiRequest, Task> answerAsync) => new("POST", path, AccessScope.Run, answerAsync);
}
