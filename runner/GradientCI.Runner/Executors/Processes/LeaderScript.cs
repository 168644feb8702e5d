using System.Text;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>What sees an attempt through, whoever of us lives: two shells that run one script.</summary>
/// <remarks>
/// The leader, whose session the attempt is, creates the marker, or ends at once where there is one. Then it only waits: it
/// could die. The recorder, which it forks, runs setup and command and leaves the exit code; it is the one that must live.
/// </remarks>
internal static class LeaderScript
{
    /// <summary>What the leader's exit code is where another began the command, or the marker could not be written.</summary>
    public const int Refusal = 255;

    private const string Name = "gradientci";

    // Positional parameters only: a variable of the script could be one of the trial's. Signals to the attempt must end
    // neither shell. The leader ignores them; from the recorder, which inherits that, they would be inherited further, so
    // its trap is a command. The record overwrites the marker byte by byte: that takes no room on a full disk.
    private const string Text = """
        trap '' HUP INT QUIT TERM USR1 USR2
        set -C
        { printf '%11d\n' "$$" >"$1"; } 2>/dev/null || exit 255
        set +C
        (
        trap : HUP INT QUIT TERM USR1 USR2
        { [ -z "$2" ] || /bin/sh -c -- "$2"; } && (shift 2; exec "$@")
        set -- "$1" "$?"
        printf '%011d\n' "$2" 1<>"$1"
        exit "$2"
        )
        exit "$?"
        """;

    /// <summary>The words of the leader's command line.</summary>
    public static IReadOnlyList<string> Words(string shell, string recordPath, AttemptRequest request) =>
        [shell, "-c", Text, Name, recordPath, request.Setup ?? "", .. StartRequest.Words(request.Command)];

    /// <summary>The bytes in the command lines of both shells, and of no other process.</summary>
    public static byte[] Mark(string recordPath) => Encoding.UTF8.GetBytes($"\0{Name}\0{recordPath}\0");
}
