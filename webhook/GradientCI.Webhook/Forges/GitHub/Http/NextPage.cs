namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>The <c>Link</c> header of a listing.</summary>
internal static class NextPage
{
    /// <summary>The address of the next page, or null on the last one.</summary>
    /// <param name="link">The header: <c>&lt;URL&gt;; rel="next", &lt;URL&gt;; rel="last"</c>.</param>
    /// <param name="current">This page's address.</param>
    public static Uri? Of(string? link, Uri current)
    {
        for (var rest = link.AsSpan(); rest.IndexOf('<') is var open and >= 0;)
        {
            rest = rest[(open + 1)..];
            var close = rest.IndexOf('>');
            if (close < 0)
            {
                return null;
            }

            var target = rest[..close];
            rest = rest[(close + 1)..];
            var end = rest.IndexOf('<');
            if (IsNext(end < 0 ? rest : rest[..end]))
            {
                return Uri.TryCreate(current, target.ToString(), out var next) ? next : null;
            }
        }

        return null;
    }

    private static bool IsNext(ReadOnlySpan<char> parameters)
    {
        foreach (var part in parameters.Split(';'))
        {
            var parameter = parameters[part].Trim(" ,\t");
            if (parameter.StartsWith("rel=", StringComparison.OrdinalIgnoreCase) && parameter[4..].Trim('"').Equals("next", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
