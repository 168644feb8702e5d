using System.Security.Cryptography;
using System.Text;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>All living processes of one attempt, found anew at each question.</summary>
/// <remarks>
/// A process belongs to an attempt that is in its session, carries its key in the environment, or descends from one
/// that does. To escape all three, a daemon must leave the session, clear its environment and outlive its parent.
/// </remarks>
internal sealed class ProcessFamily
{
    /// <summary>The variable that marks an attempt's processes.</summary>
    public const string KeyVariable = "GRADIENT_ATTEMPT_KEY";

    private const int FewProcesses = 256;

    private const int ScriptLimit = 16 * 1024;

    private readonly byte[] _mark;
    private readonly byte[] _shellMark;

    /// <summary>The family of the attempt that owns a state folder.</summary>
    public ProcessFamily(string stateDirectory)
    {
        Key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stateDirectory)).AsSpan(0, 16));
        _mark = ProcessList.Variable(KeyVariable, Key);
        _shellMark = LeaderScript.Mark(ExitRecord.PathIn(stateDirectory));
    }

    /// <summary>The variable's value: a digest of the attempt's state folder, so that it is found even without a handle.</summary>
    public string Key { get; }

    /// <summary>Looks through all processes.</summary>
    /// <param name="session">The attempt's session while its id is surely ours, else 0.</param>
    public List<ProcessStat> Find(int session) => Find(session, ProcessList.All());

    /// <summary>
    /// Looks through the processes younger than the leader. Right only within a second or so after its start, before ids
    /// can have gone round; then it spares reading all of <c>/proc</c>, which would cost more than a short trial itself.
    /// </summary>
    public List<ProcessStat> FindYoung(int leader) => Find(leader, ProcessList.YoungerThan(leader, FewProcesses) ?? ProcessList.All());

    /// <summary>The shell whose session the attempt is, looked for by its command line: the way when nobody kept its id.</summary>
    public ProcessIdentity? FindLeader() => First(Find(0).Where(process => process.Session == process.Identity.Pid && IsShell(process.Identity.Pid)))?.Identity;

    /// <summary>The shell that will leave the exit record, among the processes of the family; it can outlive the leader.</summary>
    public ProcessStat? FindRecorder(IEnumerable<ProcessStat> family)
    {
        var shells = family.Where(process => process.Session != process.Identity.Pid && IsShell(process.Identity.Pid)).ToList();

        // Until it becomes the command, the recorder's child is a shell of the same words.
        return First(shells.Where(shell => shells.TrueForAll(other => other.Identity.Pid != shell.Parent)));
    }

    private List<ProcessStat> Find(int session, IEnumerable<int> candidates)
    {
        var family = new List<ProcessStat>();
        var others = new List<ProcessStat>();
        foreach (var pid in candidates)
        {
            if (ProcessStat.Read(pid) is { IsZombie: false } process)
            {
                var isOurs = (session != 0 && process.Session == session) || IsMarked(pid);
                (isOurs ? family : others).Add(process);
            }
        }

        for (var next = 0; next < family.Count; next++)
        {
            var parent = family[next].Identity.Pid;
            family.AddRange(others.Where(other => other.Parent == parent));
            others.RemoveAll(other => other.Parent == parent);
        }

        return family;
    }

    private static ProcessStat? First(IEnumerable<ProcessStat> processes) => processes.Select(process => (ProcessStat?)process).FirstOrDefault();

    private bool IsShell(int pid) => ProcFile.HasEntry($"/proc/{pid}/cmdline", _shellMark, ScriptLimit);

    private bool IsMarked(int pid) => ProcessList.WasStartedWith(pid, _mark);
}
