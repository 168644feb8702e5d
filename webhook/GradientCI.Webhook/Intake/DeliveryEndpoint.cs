using System.Buffers;
using System.Text.Json;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Monitoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace GradientCI.Webhook.Intake;

/// <summary>Takes GitHub's deliveries: what is answered with 202 is durable, and what is not signed touches nothing.</summary>
/// <param name="store">Where deliveries are kept.</param>
/// <param name="signature">Who may deliver, or null where nothing is delivered.</param>
/// <param name="arrivals">Rung for each new delivery.</param>
/// <param name="time">Dates deliveries, and cuts slow senders off.</param>
/// <param name="logger">Told what became of each request.</param>
public sealed partial class DeliveryEndpoint(
    IDeliveryStore store, WebhookSignature? signature, Doorbell arrivals, TimeProvider time, ILogger<DeliveryEndpoint> logger)
{
    /// <summary>Where GitHub is told to deliver.</summary>
    public const string Path = "/hooks/github";

    /// <summary>Where hooks of other machines tell of pushes, in the same envelope.</summary>
    public const string GitPath = "/hooks/git";

    private const int LongestId = 100;
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> EventCharacters = SearchValues.Create("_abcdefghijklmnopqrstuvwxyz");

    private readonly RequestBodies _bodies = new(time);

    /// <summary>Counts what becomes of each request.</summary>
    public ServiceMeters Meters { get; init; } = new();

    /// <summary>Which hooks of other machines may tell of pushes, or null when none may. What they sign is believed in nothing else.</summary>
    public WebhookSignature? HookSignature { get; init; }

    /// <summary>Adds the endpoint to a service.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        if (signature is { } forge)
        {
            routes.MapPost(Path, context => HandleAsync(context, forge, isHook: false));
        }

        if (HookSignature is { } hooks)
        {
            routes.MapPost(GitPath, context => HandleAsync(context, hooks, isHook: true));
        }
    }

    private async Task HandleAsync(HttpContext context, WebhookSignature signed, bool isHook)
    {
        try
        {
            var (delivery, receipt) = await TakeAsync(context, signed, isHook);
            LogTaken(delivery.Id, delivery.Event, receipt);
            Meters.Deliveries.Add(delivery.Event, Word(receipt));
            await AnswerAsync(context, StatusCodes.Status202Accepted, $$"""{"delivery":"{{delivery.Id}}","receipt":"{{Word(receipt)}}"}""");
        }
        catch (RefusedRequestException refusal)
        {
            // Whoever is refused may say anything of the event.
            LogRefused(refusal.Status, refusal.Message);
            Meters.Deliveries.Add("", "refused");
            await AnswerAsync(context, refusal.Status, $$"""{"error":"{{refusal.Message}}"}""");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be answered.
        }
    }

    // What costs least is looked at first, and nothing is believed before the signature is.
    private async Task<(Delivery Delivery, DeliveryReceipt Receipt)> TakeAsync(HttpContext context, WebhookSignature signed, bool isHook)
    {
        var headers = context.Request.Headers;
        if (!IsJson(context.Request.ContentType))
        {
            throw new RefusedRequestException(StatusCodes.Status415UnsupportedMediaType, "The content type must be application/json: set it in the webhook.");
        }

        using var body = await _bodies.ReadAsync(context);
        if (!signed.Signs(headers[WebhookSignature.Header], body.Bytes.Span))
        {
            throw new RefusedRequestException(StatusCodes.Status401Unauthorized, "The signature is missing or wrong: set the same secret in the webhook and here.");
        }

        var id = Sane(headers["X-GitHub-Delivery"], IdCharacters, "X-GitHub-Delivery");
        var name = Sane(headers["X-GitHub-Event"], EventCharacters, "X-GitHub-Event");
        if (isHook != (name == PushMessage.Event))
        {
            throw new RefusedRequestException(StatusCodes.Status400BadRequest, "This address does not take that event.");
        }

        if (!PayloadOutline.TryRead(body.Bytes.Span, out var repository))
        {
            throw new RefusedRequestException(StatusCodes.Status400BadRequest, $"The body is no JSON object of at most {PayloadOutline.DeepestJson} levels.");
        }

        var delivery = new Delivery(id, name, time.GetUtcNow(), body.Bytes) { Repository = repository ?? IdOfUrl(name, body.Bytes.Span) };
        return (delivery, await KeepAsync(delivery, context.RequestAborted));
    }

    // A hook knows no id of its repository.
    private static long? IdOfUrl(string name, ReadOnlySpan<byte> body) =>
        name == PushMessage.Event && PushMessage.Parse(body) is { } push ? PushMessage.IdOf(push.CloneUrl) : null;

    private async Task<DeliveryReceipt> KeepAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            var receipt = await store.ReceiveAsync(delivery, cancellationToken);
            if (receipt != DeliveryReceipt.Duplicate)
            {
                arrivals.Ring();
            }

            return receipt;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            LogNotKept(delivery.Id, problem);
            throw new RefusedRequestException(StatusCodes.Status503ServiceUnavailable, "The delivery could not be kept: send it again later.");
        }
    }

    private static string Sane(StringValues header, SearchValues<char> allowed, string name) =>
        header is [{ Length: > 0 and <= LongestId } text] && !text.AsSpan().ContainsAnyExcept(allowed)
            ? text
            : throw new RefusedRequestException(StatusCodes.Status400BadRequest, $"The header {name} is missing or malformed.");

    private static bool IsJson(string? contentType) =>
        contentType is not null && contentType.AsSpan(0, contentType.AsSpan().IndexOf(';') is >= 0 and var end ? end : contentType.Length)
            .Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static string Word(DeliveryReceipt receipt) => JsonNamingPolicy.KebabCaseLower.ConvertName(receipt.ToString());

    private static Task AnswerAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {Delivery} ({Event}): {Receipt}.")]
    private partial void LogTaken(string delivery, string @event, DeliveryReceipt receipt);

    [LoggerMessage(Level = LogLevel.Information, Message = "A delivery was refused with {Status}: {Reason}")]
    private partial void LogRefused(int status, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} could not be kept.")]
    private partial void LogNotKept(string delivery, Exception problem);
}
