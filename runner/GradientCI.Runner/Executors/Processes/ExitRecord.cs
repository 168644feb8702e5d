using System.Globalization;
using System.Text;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>The file in which an attempt's leader leaves the exit code; its time of change is the end of the attempt.</summary>
/// <remarks>
/// One line in one write. The line's end says that the record is whole, which a rename would say as well, at the price
/// of one more process per trial: a shell cannot rename by itself.
/// </remarks>
internal static class ExitRecord
{
    private const int FirstSignal = 128;
    private const int LastSignal = FirstSignal + 31;

    /// <summary>Where it lies.</summary>
    public static string PathIn(string stateDirectory) => Path.Combine(stateDirectory, "exit");

    /// <summary>The end that is recorded, or null when there is no whole record.</summary>
    public static AttemptEnd? Read(string path)
    {
        Span<byte> buffer = stackalloc byte[16];
        var length = ProcFile.Read(path, buffer);
        return length > 1 && buffer[length - 1] == (byte)'\n'
            && byte.TryParse(Encoding.ASCII.GetString(buffer[..(length - 1)]), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? FromCode(code)
            : null;
    }

    /// <summary>What a shell's exit code says: death by signal 9 is 137.</summary>
    public static AttemptEnd FromCode(int code) =>
        code is > FirstSignal and <= LastSignal ? new AttemptEnd(null, code - FirstSignal) : new AttemptEnd(code);

    /// <summary>What <c>waitpid</c>'s status says.</summary>
    public static AttemptEnd FromStatus(int status) =>
        (status & 0x7f) == 0 ? FromCode((status >> 8) & 0xff) : new AttemptEnd(null, status & 0x7f);
}
