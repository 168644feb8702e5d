using GradientCI.Runner.Linux;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Linux;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_lock_has_one_owner_at_a_time()
    {
        using (FileLock.TryTake(_folder["lock"]).ShouldNotBeNull())
        {
            FileLock.TryTake(_folder["lock"]).ShouldBeNull();
        }

        using var next = FileLock.TryTake(_folder["lock"]);
        next.ShouldNotBeNull();
    }

    [Fact]
    public void A_lock_that_cannot_be_opened_is_not_taken_for_one_that_another_has()
    {
        Should.Throw<DirectoryNotFoundException>(() => FileLock.TryTake(_folder["missing/lock"]));
        Should.Throw<UnauthorizedAccessException>(() => FileLock.TryTake(_folder.Path));
        Should.Throw<IOException>(() => FileLock.TryTake(_folder[new string('x', 300)]));
    }
}
