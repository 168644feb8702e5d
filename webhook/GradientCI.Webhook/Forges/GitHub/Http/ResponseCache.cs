namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>Answers with an ETag, by who asked and where, so that asking again costs none of the hour's calls.</summary>
internal sealed class ResponseCache
{
    private const int MostAnswers = 256;
    private const long MostBytes = 16 << 20;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<(string Who, Uri Address), GitHubAnswer> _answers = [];
    private long _bytes;

    public GitHubAnswer? Find(string who, Uri address)
    {
        lock (_lock)
        {
            return _answers.GetValueOrDefault((who, address));
        }
    }

    /// <summary>Keeps an answer, and lets go of those kept longest when there are too many.</summary>
    public void Keep(string who, Uri address, GitHubAnswer answer)
    {
        if (answer.ETag is null || answer.Status != 200)
        {
            return;
        }

        lock (_lock)
        {
            if (_answers.Remove((who, address), out var before))
            {
                _bytes -= before.Body.Length;
            }

            _answers.Add((who, address), answer);
            _bytes += answer.Body.Length;
            while (_answers.Count > MostAnswers || _bytes > MostBytes)
            {
                _bytes -= _answers.GetAt(0).Value.Body.Length;
                _answers.RemoveAt(0);
            }
        }
    }
}
