using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>Makes calls as somebody and reads the answers.</summary>
internal sealed class ApiConnection(GitHubConnection connection, IGitHubCredentials credentials)
{
    // A listing longer than any pull request's talk: links that lead in a circle end here.
    private const int MostPages = 1000;

    /// <summary>Makes a call whose answer says nothing that we need.</summary>
    public Task<GitHubAnswer> SendAsync(GitHubRequest request, CancellationToken cancellationToken) => connection.SendAsync(request, credentials, cancellationToken);

    /// <summary>Makes a call and reads its answer.</summary>
    public async Task<T> SendAsync<T>(GitHubRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Read(await SendAsync(request, cancellationToken), request.Purpose, type);

    /// <summary>Reads a listing page by page, as far as the caller goes.</summary>
    public async IAsyncEnumerable<T> ListAsync<T>(GitHubRequest request, JsonTypeInfo<T[]> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var address = connection.Address(request.Path);
        for (var page = 0; page < MostPages && address is not null; page++)
        {
            var answer = await connection.SendAsync(request, address, credentials, cancellationToken);
            foreach (var each in Read(answer, request.Purpose, type))
            {
                yield return each;
            }

            address = NextPage.Of(answer.Link, address);
        }
    }

    /// <summary>Reads an answer's body.</summary>
    /// <exception cref="ForgeException">It is something else.</exception>
    public static T Read<T>(GitHubAnswer answer, string purpose, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException problem)
        {
            throw Refusal.Unreadable(purpose, problem);
        }
    }
}
