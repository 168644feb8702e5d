using System.Text.Json;

namespace GradientCI.Storage.Sqlite;

/// <summary>The members of an enumeration as the database has them: <c>timed-out</c>.</summary>
internal static class Words<T>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> ByWord = Enum.GetValues<T>().ToDictionary(Of, value => value, StringComparer.Ordinal);

    public static string Of(T value) => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static bool Knows(string word) => ByWord.ContainsKey(word);

    /// <exception cref="FormatException">No member has this word.</exception>
    public static T Parse(string word) =>
        ByWord.TryGetValue(word, out var value) ? value : throw new FormatException($"'{word}' is no {typeof(T).Name}.");
}
