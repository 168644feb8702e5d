using GradientCI.Runner.Linux;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Linux;

public sealed class FileCallsTests
{
    [Fact]
    public void Names_that_are_not_UTF_8_can_be_made_and_listed_and_a_temporary_folder_goes_with_them()
    {
        var folder = new TemporaryFolder();
        using (var handle = FileCalls.OpenFolder(folder.Path))
        {
            FileCalls.CreateFile(handle, "caf\udce9", UnixFileMode.UserRead).Dispose();
            FileCalls.MakeFolder(handle, "na\udcefve");

            FileCalls.List(handle).ShouldBe(["caf\udce9", "na\udcefve"], ignoreOrder: true);
        }

        folder.Dispose();

        Directory.Exists(folder.Path).ShouldBeFalse();
    }

    [Fact]
    public void What_cannot_be_opened_is_an_error_with_the_number_of_Linux()
    {
        using var folder = new TemporaryFolder();
        using var handle = FileCalls.OpenFolder(folder.Path);

        Should.Throw<IOException>(() => FileCalls.OpenFolder(handle, "missing")).HResult.ShouldBe(ErrorNumber.NoEntry);
        FileCalls.TryOpen(folder["missing"]).ShouldBeNull();
    }
}
