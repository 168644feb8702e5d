using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>What the file of the exit record holds until there is a record: who began the command.</summary>
/// <remarks>
/// Whoever creates the file, which the kernel lets one alone do, decides for good: a leader, that it begins; anybody else,
/// that nobody ever will. A leader that dies before it has written its id had begun nothing.
/// </remarks>
internal static class BeginMarker
{
    /// <summary>In the place of a leader's id: the command has not begun and never will.</summary>
    public const int Nobody = 0;

    private const int Somebody = -1;
    private const UnixFileMode OwnerWritesOthersRead = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Keeps every leader from beginning, now and later.</summary>
    /// <returns>0, or the error number: <see cref="ErrorNumber.Exists"/> when it is decided already.</returns>
    public static int Forbid(string path)
    {
        var descriptor = FileCalls.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, OwnerWritesOthersRead);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            RandomAccess.Write(file, "          0\n"u8, 0);
        }
        catch (IOException)
        {
            // No room: the empty file says the same.
        }

        return 0;
    }

    /// <summary>The id of the leader that began, or <see cref="Nobody"/>; null when nothing is decided, negative when it cannot be told any more.</summary>
    public static int? Read(string path)
    {
        Span<byte> buffer = stackalloc byte[16];
        var length = ProcFile.Read(path, buffer);
        return length switch
        {
            < 0 => null,
            0 => Nobody,
            _ when buffer[0] == (byte)' ' && int.TryParse(Encoding.ASCII.GetString(buffer[..length]), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var leader) => leader,
            _ => Somebody,
        };
    }
}
