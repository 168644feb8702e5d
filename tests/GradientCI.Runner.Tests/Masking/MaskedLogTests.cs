using GradientCI.Runner.Masking;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Masking;

public sealed class MaskedLogTests : IDisposable
{
    private static readonly SecretMasker Masker = new(["0123456789abcdef"]);

    private readonly TemporaryFolder _folder = new();

    private string Source => Path.Combine(_folder.Path, "output");

    private string Log => Path.Combine(_folder.Path, "log");

    [Fact]
    public void What_is_printed_comes_into_the_log_without_secrets()
    {
        var log = new MaskedLog(Source, Log, Masker);
        File.WriteAllText(Source, "one 0123456789ab");
        log.Pump(isComplete: false);

        File.ReadAllText(Log).ShouldBe("one ");
        File.AppendAllText(Source, "cdef two\n0123");
        log.Pump(isComplete: false);
        File.ReadAllText(Log).ShouldBe("one *** two\n");
        log.Pump(isComplete: true);

        File.ReadAllText(Log).ShouldBe("one *** two\n0123");
    }

    [Fact]
    public void Whoever_takes_over_goes_on_at_the_right_byte()
    {
        File.WriteAllText(Source, "one 0123456789abcdef two 01234");
        new MaskedLog(Source, Log, Masker).Pump(isComplete: false);
        var length = new FileInfo(Log).Length;
        using (var cut = File.OpenWrite(Log))
        {
            cut.SetLength(length - 3);
        }

        File.AppendAllText(Source, "56789abcdef three\n");
        new MaskedLog(Source, Log, Masker).Pump(isComplete: true);

        File.ReadAllText(Log).ShouldBe("one *** two *** three\n");
    }

    [Fact]
    public void Nothing_printed_is_no_log()
    {
        new MaskedLog(Source, Log, Masker).Pump(isComplete: true);

        File.Exists(Log).ShouldBeFalse();
    }

    public void Dispose() => _folder.Dispose();
}
