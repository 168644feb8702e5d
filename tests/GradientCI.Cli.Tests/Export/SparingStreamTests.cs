using GradientCI.Cli.Export;
using GradientCI.Runner.Orchestration;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests.Export;

public sealed class SparingStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_is_written_goes_where_it_should()
    {
        using var target = new MemoryStream();
        using var stream = new SparingStream(target, Reserve(_folder.Path, bytes: 0));

        stream.Write("plain "u8);
        stream.WriteByte((byte)'t');
        stream.Write([.. "ext"u8], 0, 3);

        target.ToArray().ShouldBe([.. "plain text"u8]);
    }

    [Fact]
    public async Task Nothing_is_written_when_the_reserve_is_touched()
    {
        using var target = new MemoryStream();
        await using var stream = new SparingStream(target, Reserve(_folder.Path, long.MaxValue));

        var problem = await Should.ThrowAsync<GradientException>(() => stream.WriteAsync(new byte[1]).AsTask());

        problem.Kind.ShouldBe(FailureKind.Environment);
        problem.Message.ShouldContain(" are kept in reserve: nothing is exported onto it until there is room.");
        target.Length.ShouldBe(0);
    }

    [FactOnSmallDisk]
    public void A_disk_is_never_filled()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 24);
        using var stream = new SparingStream(File.Create(Path.Combine(disk.Path, "copy")), Reserve(disk.Path, bytes: 12 << 20));
        var written = 0;

        Should.Throw<GradientException>(() =>
        {
            for (; written < 24; written++)
            {
                stream.Write(new byte[1 << 20]);
            }
        });

        written.ShouldBeInRange(12, 17);
    }

    public void Dispose() => _folder.Dispose();

    private static DiskReserve Reserve(string folder, long bytes) => new(folder, new OrchestrationOptions { ReservedBytes = bytes, ReservedFiles = 0 });
}
