using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using GradientCI.Json;

namespace GradientCI.Cli.Remote;

/// <summary>A service that runs commands for us.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Token">Ours, or null.</param>
/// <param name="Time">The clock.</param>
internal sealed record RemoteService(Uri Address, string? Token, TimeProvider Time)
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(60);

    /// <summary>Has a command run.</summary>
    /// <param name="request">The command.</param>
    /// <param name="take">Takes each line that it says.</param>
    /// <param name="cancellationToken">Ends the command there, too; a run goes on.</param>
    /// <returns>The command's exit code.</returns>
    /// <exception cref="GradientException">There is no such service, it refuses, or it went away.</exception>
    public async Task<int> RunAsync(CommandRequest request, Func<ResponseLine, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectPatience, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        using var message = new HttpRequestMessage(HttpMethod.Post, $"{Address.AbsoluteUri.TrimEnd('/')}{CommandRequest.Path}")
        {
            Content = new StringContent(request.ToJson(), Encoding.UTF8, MediaTypeNames.Application.Json),
        };
        message.Headers.Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);
        try
        {
            using var answer = await AwaitAsync(patience => client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, patience), cancellationToken);
            if (!answer.IsSuccessStatusCode || answer.Content.Headers.ContentType?.MediaType != ResponseLine.MediaType)
            {
                throw await RefusalAsync(answer, cancellationToken);
            }

            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var lines = new ResponseReader(body);
            while (await AwaitAsync(lines.ReadAsync, cancellationToken) is { } line)
            {
                if (line.Exit is { } code)
                {
                    return code;
                }

                await take(line, cancellationToken);
            }

            throw new GradientException(
                FailureKind.Environment, $"The service at {Address} went away before the command had ended.", "A run goes on with the service: look on again with gradientci watch.");
        }
        catch (Exception problem) when (problem is HttpRequestException or HttpIOException)
        {
            throw new GradientException(
                FailureKind.Environment, $"The service at {Address} cannot be reached: {problem.Message}",
                "Check the address (--server, GRADIENTCI_SERVER), and that the service runs: gradientci serve.", problem);
        }
    }

    private async Task<T> AwaitAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(AnswerPatience, Time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await work(enough.Token);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GradientException(
                FailureKind.Environment, $"The service at {Address} has said nothing for {AnswerPatience.TotalSeconds} s.", "Check it with: curl SERVER/healthz");
        }
    }

    private async Task<GradientException> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        if (answer.Content.Headers.ContentType?.MediaType != Webhook.Api.ApiProblem.MediaType)
        {
            return new GradientException(
                FailureKind.Environment, $"What answers at {Address} is no GradientCI service, or an older one: it said {status}.", "Check the address: --server, GRADIENTCI_SERVER.");
        }

        try
        {
            var (detail, remedy) = JsonFields.Read(
                await answer.Content.ReadAsStringAsync(cancellationToken), json => (json.Text("detail", "The service refused."), json.Text("remedy", "")));
            return new GradientException(status < 500 && status != 429 ? FailureKind.Usage : FailureKind.Environment, detail, status == 401 ? "Name a token's file with --token-file, or set GRADIENTCI_TOKEN; make a token at the service with: gradientci token add NAME" : remedy);
        }
        catch (JsonException)
        {
            return new GradientException(FailureKind.Environment, $"The service at {Address} refused with {status}.", "See its log.");
        }
    }
}
