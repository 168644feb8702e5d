using System.Globalization;
using System.Text;

namespace GradientCI.Benchmarks;

/// <summary>A log as a training script of the standard library writes it: <c>json.dumps</c>, floats of 16 digits.</summary>
internal sealed class MetricLog : IDisposable
{
    public MetricLog(string shape, int lines)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"gradientci-bench-{Environment.ProcessId}-{shape}.log");
        using var writer = new StreamWriter(Path, append: false, new UTF8Encoding(false), 1 << 20);
        var random = new Random(42);
        for (var i = 0; i < lines; i++)
        {
            var y = random.NextDouble();
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{Line(shape, i, y)}\n"));
        }
    }

    private MetricLog(string path) => Path = path;

    /// <summary>One line of so many megabytes, and a metric line behind it.</summary>
    public static MetricLog OfOneLine(int megabytes)
    {
        var log = new MetricLog(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"gradientci-bench-{Environment.ProcessId}-line.log"));
        using var stream = File.Create(log.Path);
        var block = new byte[1 << 20];
        block.AsSpan().Fill((byte)'{');
        for (var i = 0; i < megabytes; i++)
        {
            stream.Write(block);
        }

        stream.Write("\n{\"chart\": \"loss\", \"y\": 1}\n"u8);
        return log;
    }

    public string Path { get; }

    public long Length => new FileInfo(Path).Length;

    public void Dispose() => File.Delete(Path);

    private static string Line(string shape, int i, double y) => shape switch
    {
        "chart" => string.Create(CultureInfo.InvariantCulture, $$"""{"chart": "{{(i % 2 == 0 ? "train_loss" : "val_loss")}}", "y": {{y:R}}, "x": {{i / 2}}}"""),
        "metrics" => string.Create(CultureInfo.InvariantCulture, $$"""{"metrics": {"loss": {{y:R}}, "acc": {{1 - y:R}}}, "step": {{i}}}"""),
        _ => string.Create(CultureInfo.InvariantCulture, $"Epoch {i}: loss {y:F4}, everything goes as it should"),
    };
}
