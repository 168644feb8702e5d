using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

public sealed partial class FakeGitHub
{
    private const int DeliveriesOfAPage = 100;

    /// <summary>What the app's webhook delivered, newest first.</summary>
    public FakeHook AppHook { get; } = new(1, "https://ci.example.org/hooks/github");

    /// <summary>Adds a try to deliver something, which is the newest.</summary>
    /// <param name="hook">The webhook.</param>
    /// <param name="guid">What is delivered.</param>
    /// <param name="status">What it was answered with; 0 for no answer.</param>
    /// <param name="at">When; null for now.</param>
    public FakeDelivery AddDelivery(FakeHook hook, string guid, int status, DateTimeOffset? at = null)
    {
        lock (_lock)
        {
            var delivery = new FakeDelivery(NextId(), guid, status, at ?? Now);
            hook.Deliveries = hook.Deliveries.Insert(0, delivery);
            return delivery;
        }
    }

    private FakeReply RouteHook(FakeCall call, Uri address, FakeHook? hook, string[] rest) => (call.Method, rest) switch
    {
        _ when hook is null => FakeReply.Error(404, "Not Found"),
        ("GET", ["deliveries"]) => ListDeliveries(hook, address),
        ("POST", ["deliveries", var id, "attempts"]) => Redeliver(hook, id),
        _ => FakeReply.Error(404, "Not Found"),
    };

    // As GitHub pages them: by a cursor, the id of the delivery where the next page begins.
    private static FakeReply ListDeliveries(FakeHook hook, Uri address)
    {
        var cursor = address.Query.TrimStart('?').Split('&').FirstOrDefault(part => part.StartsWith("cursor=", StringComparison.Ordinal))?["cursor=".Length..];
        var rest = cursor is null ? hook.Deliveries : [.. hook.Deliveries.SkipWhile(each => each.Id.ToString() != cursor)];
        var reply = new FakeReply(200, new JsonArray([.. rest.Take(DeliveriesOfAPage).Select(DeliveryJson)]));
        if (rest.Count > DeliveriesOfAPage)
        {
            reply.Headers["Link"] = $"<{address.GetLeftPart(UriPartial.Path)}?per_page=100&cursor={rest[DeliveriesOfAPage].Id}>; rel=\"next\"";
        }

        return reply;
    }

    private FakeReply Redeliver(FakeHook hook, string id)
    {
        if (hook.Deliveries.Find(each => each.Id.ToString() == id) is not { } known)
        {
            return FakeReply.Error(404, "Not Found");
        }

        hook.Redelivered = hook.Redelivered.Add(known.Guid);
        AddDelivery(hook, known.Guid, hook.AnswersAgain);
        return new FakeReply(202, new JsonObject());
    }

    private static JsonObject DeliveryJson(FakeDelivery delivery) => GitHubSamples.Make("hook_delivery", new JsonObject
    {
        ["id"] = delivery.Id,
        ["guid"] = delivery.Guid,
        ["delivered_at"] = delivery.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["status"] = delivery.Status is >= 200 and < 300 ? "OK" : "Invalid HTTP Response",
        ["status_code"] = delivery.Status,
        ["event"] = "push",
        ["action"] = null,
        ["throttled_at"] = null,
    });

    private static JsonObject HookJson(FakeHook hook) => GitHubSamples.Make("hook", new JsonObject
    {
        ["id"] = hook.Id,
        ["config"] = new JsonObject { ["url"] = hook.Url },
    });
}

/// <summary>A webhook of the stand-in.</summary>
public sealed class FakeHook(long id, string url)
{
    public long Id => id;

    public string Url => url;

    /// <summary>Every try, newest first.</summary>
    public ImmutableList<FakeDelivery> Deliveries { get; internal set; } = [];

    /// <summary>The GUIDs that were asked for again, in order.</summary>
    public ImmutableList<string> Redelivered { get; internal set; } = [];

    /// <summary>What the service answers when something is delivered again.</summary>
    public int AnswersAgain { get; set; } = 202;
}

public sealed record FakeDelivery(long Id, string Guid, int Status, DateTimeOffset At);
