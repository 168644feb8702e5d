using System.Globalization;
using System.Text;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>The file in which an attempt's recorder leaves the exit code; its time of change is the end of the attempt.</summary>
/// <remarks>
/// One line in one write, over a <see cref="BeginMarker"/> of the same length. The line's end says that the record is whole,
/// which a rename would say as well, at the price of one more process per trial, and of room that a full disk has not.
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

    /// <summary>What the leader's <c>waitpid</c> status says where there is no record.</summary>
    /// <returns>
    /// The exit code that the recorder had but could not write, or null: a death by a signal is the leader's own, and a code
    /// above 128 can be the recorder's death as well as the command's.
    /// </returns>
    public static AttemptEnd? FromStatus(int status) =>
        (status & 0x7f) == 0 && (status >> 8) is var code and <= FirstSignal ? new AttemptEnd(code) : null;
}
