using System.Net.Sockets;
using System.Text;

namespace GradientCI.Testing.Engines;

/// <summary>Stands between us and a Docker Engine, or in the place of one, and has bad days: answers get lost, nothing comes.</summary>
/// <remarks>One request a connection; what is passed on streams in both directions.</remarks>
public sealed class EngineProxy : IAsyncDisposable
{
    private readonly Socket _door = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _requests = [];
    private readonly SemaphoreSlim _heard = new(0);
    private readonly Func<string, EngineFate> _fate;
    private readonly Task _serving;
    private readonly Lock _lock = new();
    private CancellationTokenSource? _way = new();
    private int _refused;

    /// <summary>Listens.</summary>
    /// <param name="fate">What becomes of a request, such as <c>POST /v1.41/containers/create?name=x</c>.</param>
    public EngineProxy(Func<string, EngineFate> fate)
    {
        _fate = fate;
        _door.Bind(new UnixDomainSocketEndPoint(_folder["engine.sock"]));
        _door.Listen();
        _serving = ServeAsync();
    }

    /// <summary>What <c>DOCKER_HOST</c> is to be.</summary>
    public string Host => $"unix://{_folder["engine.sock"]}";

    /// <summary>What came, in order; and <c>given up:</c> with what was asked when somebody stops waiting.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>The variables to reach it by.</summary>
    public string? Variable(string name) => name == "DOCKER_HOST" ? Host : null;

    /// <summary>Waits until so many requests have come whose line holds a text.</summary>
    public async Task HearsAsync(string text, int times = 1)
    {
        while (Requests.Count(request => request.Contains(text, StringComparison.Ordinal)) < times)
        {
            await _heard.WaitAsync(_end.Token);
        }
    }

    /// <summary>Breaks every connection, and each that is made from now on.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _way?.Cancel();
            _way = null;
        }
    }

    /// <summary>Lets connections be made again.</summary>
    public void Mend()
    {
        lock (_lock)
        {
            _way ??= new CancellationTokenSource();
        }
    }

    /// <summary>Waits until so many connections have been refused by <see cref="Cut"/>.</summary>
    public async Task RefusesAsync(int times)
    {
        while (Volatile.Read(ref _refused) < times)
        {
            await _heard.WaitAsync(_end.Token);
        }
    }

    /// <summary>What an Engine without a single image answers, and nobody who pulls one ever hears anything.</summary>
    public static EngineFate StalledPull(string request) =>
        request.Contains("/_ping", StringComparison.Ordinal) ? EngineFate.Say(200, "OK")
        : request.Contains("/images/create", StringComparison.Ordinal) ? EngineFate.Stall
        : EngineFate.Say(404, """{"message":"No such image"}""");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _door.Dispose();
        _folder.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _door.AcceptAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var client = new NetworkStream(socket, ownsSocket: true);
        if (Way() is not { } way)
        {
            Interlocked.Increment(ref _refused);
            _heard.Release();
            return;
        }

        await using var cut = way.Register(socket.Close);
        try
        {
            if (await ReadRequestAsync(client) is not { } request)
            {
                return;
            }

            var line = request.Head.Split(" HTTP/", 2)[0];
            Note(line);
            await MeetAsync(_fate(line), client, request, line);
        }
        catch (Exception over) when (over is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the sides is gone.
        }
    }

    private CancellationToken? Way()
    {
        lock (_lock)
        {
            return _way?.Token;
        }
    }

    private void Note(string line)
    {
        lock (_requests)
        {
            _requests.Add(line);
        }

        _heard.Release();
    }

    private async Task MeetAsync(EngineFate fate, NetworkStream client, (string Head, byte[] Body) request, string line)
    {
        if (fate.Answer is { } answer)
        {
            var head = $"HTTP/1.1 {answer.Status} Said\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
            await client.WriteAsync(Encoding.UTF8.GetBytes(head + answer.Body), _end.Token);
        }

        if (fate.Stalls)
        {
            await GoneAsync(client);
            Note($"given up: {line}");
        }
        else if (fate.Answer is null && !fate.LosesRequest)
        {
            await PassAsync(client, request, fate.LosesAnswer);
        }
    }

    private async Task PassAsync(NetworkStream client, (string Head, byte[] Body) request, bool losesAnswer)
    {
        using var upstream = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await upstream.ConnectAsync(new UnixDomainSocketEndPoint(new Uri(TestEngine.Host).AbsolutePath), _end.Token);
        await using var engine = new NetworkStream(upstream);
        var head = request.Head.TrimEnd() + "\r\nConnection: close\r\n\r\n";

        // At once: an Engine that has answered and closed breaks the pipe for the rest, even when that is empty.
        await engine.WriteAsync((byte[])[.. Encoding.UTF8.GetBytes(head), .. request.Body], _end.Token);
        await Task.WhenAny(engine.CopyToAsync(losesAnswer ? Stream.Null : client, _end.Token), GoneAsync(client));
    }

    // Nothing more is said after a request: what can be read is the end.
    private async Task GoneAsync(NetworkStream client)
    {
        try
        {
            _ = await client.ReadAsync(new byte[1], _end.Token);
        }
        catch (Exception over) when (over is IOException or OperationCanceledException)
        {
            // That is the end, too.
        }
    }

    private async Task<(string Head, byte[] Body)?> ReadRequestAsync(NetworkStream client)
    {
        var head = new StringBuilder();
        var letter = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await client.ReadAsync(letter, _end.Token) == 0)
            {
                return null;
            }

            head.Append((char)letter[0]);
        }

        var length = head.ToString().Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        var body = new byte[length is null ? 0 : int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)];
        await client.ReadExactlyAsync(body, _end.Token);
        return (head.ToString(), body);
    }
}
