using System.CommandLine;
using System.Text.Json;
using GradientCI.Runner;
using GradientCI.Runner.Orchestration;
using GradientCI.Webhook.Api;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Triggers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Remote;

/// <summary>Runs commands for those who have a token, in this process, and sends them what the commands say.</summary>
/// <param name="data">What the commands are about.</param>
/// <param name="requests">Records what they want run.</param>
/// <param name="recorded">Rung when a command may have recorded a run, so that it is taken up at once.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told who asked for what.</param>
internal sealed partial class CommandEndpoint(DataFolder data, RequestedRuns requests, Doorbell recorded, TimeProvider time, ILogger<CommandEndpoint> logger)
{
    /// <summary>The most commands at once.</summary>
    public const int Most = 64;

    /// <summary>The most commands at once with one token.</summary>
    public const int MostOfOne = 32;

    /// <summary>The most at once of those that make files.</summary>
    public const int MostWithFiles = 2;

    private static readonly TimeSpan SpacePause = TimeSpan.FromSeconds(60);

    private readonly Room _room = new("commands", Most, MostOfOne);
    private readonly Room _roomForFiles = new("exports", MostWithFiles, mostOfOne: 1);

    /// <summary>Takes away what a service that was killed has left, and answers from then on.</summary>
    public Func<HttpContext, Task> Open()
    {
        OutgoingFiles.Clear(data);
        return AnswerAsync;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var caller = ApiCaller.Of(context);
        var request = await ReadAsync(context);
        var response = new CommandResponse(context, time);
        using var files = new OutgoingFiles(data);
        var terminal = RemoteTerminal.Of(request, response, data, files.Folder, time) with
        {
            Caller = new Caller(caller.Project, request.Place, context.Request.Host.Host) { Requests = requests, Recorded = recorded },
            Person = $"token {caller.Name}",
        };
        var parsed = CommandLine.Root(terminal).Parse(request.Arguments, new ParserConfiguration
        {
            // A word that begins with @ would be a file of this machine.
            ResponseFileTokenReplacer = null,
        });
        var command = RemoteAdmission.Admit(parsed, caller);
        using var place = _room.Enter(caller.Name);
        using var placeForFiles = command.MakesFiles ? EnterWithFiles(caller) : null;
        LogCommand(caller.Name, command.Name);

        await using var answer = LongAnswer.Begin(context);
        context.Response.ContentType = ResponseLine.MediaType;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.StartAsync(answer.End);
        var sending = response.SendAsync();
        try
        {
            var code = await CommandLine.InvokeAsync(parsed, terminal, answer.End);
            await files.SendAsync(response, answer.End);
            await (code == ExitCodes.Cancelled && answer.HasLostToken ? TellLossAsync(response, caller) : response.AddAsync(new ResponseLine { Exit = code }).AsTask());
        }
        catch (OperationCanceledException) when (answer.HasLostToken)
        {
            await TellLossAsync(response, caller);
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException)
        {
            // Nobody is there to be told, or the service leaves and the answer ends without an exit code.
        }
        finally
        {
            response.Complete();
            await sending;
        }
    }

    // Readers must not take what trials need.
    private IDisposable EnterWithFiles(ApiCaller caller) => new DiskReserve(data.Root, new OrchestrationOptions()).Shortage() is null
        ? _roomForFiles.Enter(caller.Name)
        : throw new ApiProblemException(new ApiProblem(
            StatusCodes.Status503ServiceUnavailable, "The service's disk has no more than what is kept in reserve: nothing is exported until there is room.", "Try again later, or have space freed there: gradientci prune")
        {
            RetryAfter = SpacePause,
        });

    private static async Task TellLossAsync(CommandResponse response, ApiCaller caller)
    {
        try
        {
            await response.AddAsync(new ResponseLine { Error = $"error: The token {caller.Name} was removed meanwhile, or has expired.\nhint: Ask for another one: gradientci token add NAME\n" });
            await response.AddAsync(new ResponseLine { Exit = ExitCodes.Usage });
        }
        catch (IOException)
        {
            // Nobody is there to be told.
        }
    }

    private static async Task<CommandRequest> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new ApiProblemException(new ApiProblem(StatusCodes.Status415UnsupportedMediaType, "A command comes as JSON.", "Send the content type application/json."));
        }

        var body = new byte[CommandRequest.Largest + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > CommandRequest.Largest)
        {
            throw new ApiProblemException(new ApiProblem(StatusCodes.Status413PayloadTooLarge, "The command is too long.", $"Send no more than {CommandRequest.Largest >> 10} KiB."));
        }

        try
        {
            return CommandRequest.Read(body.AsMemory(0, length));
        }
        catch (JsonException)
        {
            throw new ApiProblemException(ApiProblem.BadRequest("That is no command.", "Let gradientci send it, or see docs/remote.md."));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Token} asked for: {Command}.")]
    private partial void LogCommand(string token, string command);
}
