using System.Text;
using GradientCI.Runner;
using GradientCI.Runner.Linux;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>The files that a hook leaves: a push each, and a pipe beside it at which the hook waits for an answer.</summary>
internal static class HookFiles
{
    /// <summary>What the name of a push ends with.</summary>
    public const string PushFile = ".push";

    private const string AnswerPipe = ".answer";

    /// <summary>The pushes that wait, oldest first.</summary>
    public static List<string> Waiting(DataFolder data) => Directory.Exists(data.Inbox)
        ? new DirectoryInfo(data.Inbox).EnumerateFileSystemInfos("*" + PushFile)
            .Where(entry => entry is FileInfo)
            .OrderBy(file => file.LastWriteTimeUtc)
            .ThenBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => file.FullName)
            .ToList()
        : [];

    /// <summary>Where unusable ones are put.</summary>
    public static string Rejected(DataFolder data) => Path.Combine(data.Inbox, "rejected");

    /// <summary>Tells the hook, when it still waits.</summary>
    public static void Answer(string path, TriggerAnswer answer)
    {
        var pipe = Path.ChangeExtension(path, null) + AnswerPipe;
        NamedPipe.TryWrite(pipe, Encoding.UTF8.GetBytes(PushAnswer.Write(answer)));
        File.Delete(pipe);
    }

    /// <summary>Puts one aside that cannot be used.</summary>
    public static void Reject(DataFolder data, string path, string why)
    {
        var answer = new TriggerAnswer();
        answer.Say($"The record of the push could not be used, so nothing was started. {why} It was moved to {Rejected(data)}.");
        Answer(path, answer);
        Directory.CreateDirectory(Rejected(data));
        File.Move(path, Path.Combine(Rejected(data), Path.GetFileName(path)), overwrite: true);
    }
}
