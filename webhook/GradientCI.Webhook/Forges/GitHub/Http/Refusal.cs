using System.Text.Json;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>Says in one sentence, without secrets, why a call got no good answer.</summary>
internal static class Refusal
{
    private const int LongestReason = 300;
    private const int MostErrors = 3;

    /// <param name="request">The call.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="secret">What must not be repeated, should GitHub do so.</param>
    public static ForgeException Of(GitHubRequest request, GitHubAnswer answer, string? secret)
    {
        var reason = Reason(answer, secret);
        var (problem, sentence) = (answer.Status, request.Purpose) switch
        {
            (401, var purpose) => (ForgeProblem.Unauthorized, $"GitHub does not accept our credentials to {purpose}: {reason}"),
            (403 or 451, var purpose) => (ForgeProblem.Forbidden, $"GitHub does not let us {purpose}: {reason}{Needs(answer)}"),
            (404 or 410, var purpose) => (ForgeProblem.NotFound, $"GitHub found nothing, or hides it from us, when asked to {purpose}: {reason}"),
            // A commit that was never pushed there, or is gone, is a validation problem to GitHub.
            (422, var purpose) when reason.StartsWith("No commit found", StringComparison.OrdinalIgnoreCase) => (ForgeProblem.NotFound, $"GitHub does not know the commit when asked to {purpose}: {reason}"),
            (408 or 409 or 425 or >= 500 or < 400, var purpose) => (ForgeProblem.Unavailable, $"GitHub failed to {purpose}: {reason}"),
            (_, var purpose) => (ForgeProblem.Rejected, $"GitHub refused to {purpose}: {reason}"),
        };
        return new ForgeException(problem, sentence + ".");
    }

    /// <summary>The exception for an answer that is not what its operation answers.</summary>
    public static ForgeException Unreadable(string purpose, JsonException problem) =>
        new(ForgeProblem.Unavailable, $"GitHub's answer cannot be read when asked to {purpose}: {Plain(problem.Message, null)}.", problem);

    private static string Reason(GitHubAnswer answer, string? secret)
    {
        try
        {
            var error = JsonSerializer.Deserialize(answer.Body, GitHubJson.Default.ApiError);
            var words = string.Join(", ", Errors(error).Take(MostErrors));
            var message = Plain(error?.Message is { Length: > 0 } said ? (words.Length > 0 ? $"{said.TrimEnd('.')} ({words})" : said) : words, secret);
            return message.Length > 0 ? message : $"status {answer.Status}";
        }
        catch (JsonException)
        {
            return $"status {answer.Status}";
        }
    }

    private static IEnumerable<string> Errors(ApiError? error) =>
        error?.Errors is { ValueKind: JsonValueKind.Array } errors ? errors.EnumerateArray().Select(Error).Where(words => words.Length > 0) : [];

    private static string Error(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.String => error.GetString()!,
        JsonValueKind.Object => Word(error, "message") ?? $"{Word(error, "field")} {Word(error, "code")}".Trim(),
        _ => "",
    };

    private static string? Word(JsonElement error, string name) => error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Needs(GitHubAnswer answer) => answer.AcceptedPermissions is { Length: > 0 } needs ? $" (needs {Plain(needs, null)})" : "";

    private static string Plain(string text, string? secret)
    {
        var plain = string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)).Trim().TrimEnd('.');
        plain = string.IsNullOrEmpty(secret) ? plain : plain.Replace(secret, "***", StringComparison.Ordinal);
        return plain.Length <= LongestReason ? plain : plain[..LongestReason] + "…";
    }
}
