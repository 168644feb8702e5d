using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

/// <summary>A GitHub with a memory: repositories, statuses, check runs, comments, permissions, limits, and a record of every call.</summary>
/// <remarks>Reached through <see cref="Handler"/> within the process, or through <see cref="FakeGitHubServer"/> over HTTP.</remarks>
public sealed partial class FakeGitHub(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<FakeReply> _nextReplies = [];
    private readonly List<FakeCall> _calls = [];
    private readonly List<FakeRepository> _repositories = [];
    private long _ids = 1000;

    /// <summary>How far its clock is ahead of the test's.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>May answer a call instead of the stand-in: null leaves it to it.</summary>
    public Func<FakeCall, FakeReply?>? Intercept { get; set; }

    /// <summary>Everything that was asked, in order.</summary>
    public ImmutableArray<FakeCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>What was asked and changed something, in order.</summary>
    public IEnumerable<FakeCall> Writes => Calls.Where(call => call.IsWrite);

    private DateTimeOffset Now => time.GetUtcNow() + ClockSkew;

    public FakeRepository AddRepository(string owner, string name)
    {
        lock (_lock)
        {
            var repository = new FakeRepository(this, NextId(), owner, name);
            _repositories.Add(repository);
            return repository;
        }
    }

    /// <summary>Answers the next calls so, whatever they are.</summary>
    public void ReplyNext(params ReadOnlySpan<FakeReply> replies)
    {
        lock (_lock)
        {
            foreach (var reply in replies)
            {
                _nextReplies.Enqueue(reply);
            }
        }
    }

    /// <summary>Forgets the calls so far.</summary>
    public void ForgetCalls()
    {
        lock (_lock)
        {
            _calls.Clear();
        }
    }

    /// <summary>A door within the process: no socket, and it answers before it returns.</summary>
    public HttpMessageHandler Handler() => new FakeGitHubHandler(this);

    /// <summary>Held by whoever changes what it remembers.</summary>
    internal Lock Lock => _lock;

    internal long NextId() => Interlocked.Increment(ref _ids);

    internal FakeReply Answer(FakeRequest request)
    {
        lock (_lock)
        {
            var path = PathOf(request.Address);
            var caller = Identify(request.Header("Authorization"));
            var call = new FakeCall(time.GetUtcNow(), request.Method, path, caller.Name, request.Body.Length > 0 ? JsonNode.Parse(request.Body) : null, 0);
            var reply = Intercept?.Invoke(call) ?? (_nextReplies.TryDequeue(out var next) ? next : Judge(call, caller, request));
            reply.Headers.TryAdd("Date", Now.ToString("R"));
            reply.Headers.TryAdd("X-GitHub-Media-Type", "github.v3; format=json");
            _calls.Add(call with { Status = reply.Status });
            return reply;
        }
    }

    // GitHub Enterprise has its API below /api/v3.
    private static string PathOf(Uri address) => address.PathAndQuery.StartsWith("/api/v3/", StringComparison.Ordinal) ? address.PathAndQuery["/api/v3".Length..] : address.PathAndQuery;

    private FakeReply Judge(FakeCall call, Caller caller, FakeRequest request)
    {
        if (request.Header("User-Agent") is not { Length: > 0 })
        {
            return FakeReply.Error(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.");
        }

        if (FindLimit(call) is { } limited)
        {
            return limited;
        }

        if (caller.Fault is { } fault)
        {
            return FakeReply.Error(401, fault);
        }

        var reply = Tagged(Route(call, caller, request.Address), call, request.Header("If-None-Match"));
        Count(call, reply);
        return reply;
    }

    private static FakeReply Tagged(FakeReply reply, FakeCall call, string? known)
    {
        if (call.IsWrite || reply.Status != 200)
        {
            return reply;
        }

        var tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.Who} {reply.Content}")))}\"";
        var tagged = known == tag ? new FakeReply(304) : reply;
        tagged.Headers["ETag"] = tag;
        return tagged;
    }
}
