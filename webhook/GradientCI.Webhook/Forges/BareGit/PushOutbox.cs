using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Runner;
using GradientCI.Runner.Linux;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>The pushes that a hook left in its repository, for a service on another machine.</summary>
/// <remarks>
/// A file is removed when the service has acknowledged it. Dying before that costs nothing: the id of a push is made of what it
/// is, and the service takes each id once. One process at a time sends, oldest first.
/// </remarks>
/// <param name="spool">Where the hook leaves them.</param>
/// <param name="service">Who is told.</param>
/// <param name="http">Follows no redirect.</param>
/// <param name="time">Gives up on a service that does not answer.</param>
public sealed class PushOutbox(DataFolder spool, RemoteService service, HttpClient http, TimeProvider time)
{
    private const int IdLength = 32;

    // The hook shows an answer that comes within 15 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Sends what waits, until one is not taken.</summary>
    /// <returns>How many were sent, and why the next one was not; null when none is left, or another process sends.</returns>
    /// <exception cref="GradientException">The secret or the spool cannot be read.</exception>
    public async Task<(int Sent, string? Problem)> SendAsync(CancellationToken cancellationToken)
    {
        var secret = Encoding.UTF8.GetBytes(service.ReadSecret());
        var sent = 0;
        try
        {
            // What came while another held the lock is looked for again after it let go.
            while (HookFiles.Waiting(spool).Count > 0 && FileLock.TryTake(Path.Combine(spool.Inbox, ".lock")) is { } turn)
            {
                using (turn)
                {
                    foreach (var path in HookFiles.Waiting(spool))
                    {
                        if (await SendAsync(path, secret, cancellationToken) is { } problem)
                        {
                            return (sent, problem);
                        }

                        sent++;
                    }
                }
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(FailureKind.Environment, $"{spool.Inbox} could not be read or written: {problem.Message}", "Check its permissions and the disk's free space.", problem);
        }

        return (sent, null);
    }

    /// <returns>Why it was not taken, or null.</returns>
    private async Task<string?> SendAsync(string path, byte[] secret, CancellationToken cancellationToken)
    {
        var (bytes, refusal) = OwnFile.Read(path, SpooledPush.MaxBytes);
        if (bytes is null || SpooledPush.Parse(bytes) is not { } push)
        {
            HookFiles.Reject(spool, path, bytes is null ? refusal : "It is not what the hook writes.");
            return null;
        }

        var answer = new TriggerAnswer();
        var problem = await PostAsync(PushMessage.Of(push, service.CloneUrl).ToJson(), Id(path, bytes), secret, cancellationToken);
        answer.Say(problem is null
            ? $"{service.Server.Host} was told, and starts what on.push asks for."
            : $"{problem} The push is kept here; the next one sends it, or: gradientci hook flush --repo {ShellWord.Show(push.Repository)}");
        HookFiles.Answer(path, answer);
        if (problem is null)
        {
            File.Delete(path);
        }

        return problem;
    }

    private async Task<string?> PostAsync(byte[] body, string id, byte[] secret, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, service.Hook) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-GitHub-Event", PushMessage.Event);
        request.Headers.Add("X-GitHub-Delivery", id);
        request.Headers.Add("X-Hub-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(secret, body))}");
        using var late = new CancellationTokenSource(Patience, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, enough.Token);
            return response.IsSuccessStatusCode ? null
                : (int)response.StatusCode == 401 ? $"{service.Server.Host} does not know the secret in {service.SecretFile}."
                : $"{service.Server.Host} answered {(int)response.StatusCode}.";
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return $"{service.Server.Host} did not answer within {Patience.TotalSeconds} s.";
        }
        catch (HttpRequestException problem)
        {
            return $"{service.Server.Host} could not be reached ({problem.HttpRequestError}).";
        }
    }

    private static string Id(string path, byte[] bytes) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(Path.GetFileName(path)), .. bytes]))[..IdLength];
}
