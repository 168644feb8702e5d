using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Ingestion;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Ingestion;

namespace GradientCI.Runner.Tests.Ingestion;

/// <summary>An attempt with a log and a workspace, whose points land in a recording store.</summary>
internal sealed class IngestionBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public IngestionBench() => Directory.CreateDirectory(Workspace);

    public RecordingStore Store { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public AttemptId Attempt { get; set; } = new(new TrialId(new RunId(new ProjectId("p"), "digits", 12), 3), 1);

    public MetricSourcesSpec Sources { get; set; } = new();

    public string Log => _folder["attempt.log"];

    public string Workspace => _folder["workspace"];

    public string Outside => _folder.Path;

    public IReadOnlyList<string> Points => Store.Lines(Attempt.Trial);

    public Task<AttemptIngestion> StartAsync() => AttemptIngestion.StartAsync(Request(), Store, Time, CancellationToken.None);

    public Task<AttemptIngestion> ResumeAsync() => AttemptIngestion.ResumeAsync(Request(), Store, Time, CancellationToken.None);

    public void Append(string text) => Append(Encoding.UTF8.GetBytes(text));

    public void Append(ReadOnlySpan<byte> bytes)
    {
        using var stream = new FileStream(Log, FileMode.Append);
        stream.Write(bytes);
    }

    public void Write(string relative, string text) => _folder.Write(Path.Join("workspace", relative), text);

    public void Write(string relative, byte[] bytes)
    {
        var path = Path.Join(Workspace, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    public void AppendTo(string relative, string text) => File.AppendAllText(Path.Join(Workspace, relative), text);

    /// <summary>What a log gives when it is read at once, after the end.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string log, params MetricPattern[] patterns)
    {
        using var bench = new IngestionBench { Sources = new() { Patterns = [.. patterns] } };
        bench.Append(log);
        var ingestion = await bench.StartAsync();
        await ingestion.CompleteAsync(CancellationToken.None);
        return bench.Points;
    }

    public void Dispose() => _folder.Dispose();

    private IngestionRequest Request() => new() { Attempt = Attempt, LogPath = Log, Workspace = Workspace, Sources = Sources };
}

internal static class IngestionCalls
{
    public static Task<bool> PumpAsync(this AttemptIngestion ingestion) => ingestion.PumpAsync([], CancellationToken.None);

    public static Task<bool> CompleteAsync(this AttemptIngestion ingestion) => ingestion.CompleteAsync(CancellationToken.None);
}
