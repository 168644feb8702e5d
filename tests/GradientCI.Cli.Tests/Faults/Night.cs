using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;
using GradientCI.Testing.Engines;

namespace GradientCI.Cli.Tests.Faults;

/// <summary>A repository, a data folder, and real workers that can be killed: what a night of trials goes through.</summary>
internal sealed class Night : IDisposable
{
    private static readonly Regex Moment = new(@"\d{4}-\d\d-\d\dT[\d:.]+Z|in [\d.]+(ms|s|m|h)( \d+[sm])?\b", RegexOptions.NonBacktracking);
    private readonly TemporaryFolder _signs = new();
    private readonly List<Process> _workers = [];
    private readonly SemaphoreSlim _heard = new(0);
    private readonly List<string> _said = [];
    private readonly string? _image;

    /// <summary>A run of so many trials; each says how it goes and leaves one line in <see cref="Begun"/>.</summary>
    /// <param name="trials">How many.</param>
    /// <param name="script">What a trial does; its number is <c>$1</c>, and <c>$SIGNS</c> a folder of the test's.</param>
    /// <param name="more">More keys of the experiment.</param>
    /// <param name="image">The image of a container to train in, or null; <c>$SIGNS</c> is the project's storage then.</param>
    /// <param name="sweep">More keys of the sweep, indented as its parameters are.</param>
    public Night(int trials, string script, string more = "", string? image = null, string sweep = "")
    {
        _image = image;
        Repository.Write(".gradient.yml", $$$"""
            version: 1
            experiments:
              night:
                command: sh train.sh ${{ n }}
                env: { SIGNS: "{{{_signs.Path}}}" }
                retries: { max: 9, on: [lost] }
                {{{(image is null ? "" : $"image: {image}")}}}
                {{{more}}}
                sweep:
                  parameters:
                    n: { int: [1, {{{trials}}}] }
                  {{{sweep}}}
                objective: { maximize: score }
            """);
        Repository.Write("train.sh", (image is null ? "" : "SIGNS=$GRADIENT_STORAGE\n") + "echo $1 >> $SIGNS/begun\n" + script);
        Repository.Commit("Train all night");
        Cli = new GradientCliHost(Repository.Path);
        Directory.CreateDirectory(Data);
    }

    public TestRepository Repository { get; } = new();

    /// <summary>For looking at what happened.</summary>
    public GradientCliHost Cli { get; private set; }

    /// <summary>The same commit once more, with a data folder that knows nothing.</summary>
    public void BeginAnew()
    {
        Cli.Dispose();
        Cli = new GradientCliHost(Repository.Path);
        Directory.CreateDirectory(Data);
        File.Delete(_signs["begun"]);
        lock (_said)
        {
            _said.Clear();
        }
    }

    public string Data => Cli.Data;

    /// <summary>Which trials' commands began, one entry each time.</summary>
    public int[] Begun => BegunFile is { } file && File.Exists(file) ? [.. File.ReadLines(file).Select(int.Parse)] : [];

    public string Signs => _signs.Path;

    private string? BegunFile => _image is null ? _signs["begun"]
        : Directory.Exists(Path.Combine(Data, "storage")) ? Directory.EnumerateFiles(Path.Combine(Data, "storage"), "begun", SearchOption.AllDirectories).FirstOrDefault()
        : null;

    /// <summary>What the workers said.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_said)
            {
                return [.. _said];
            }
        }
    }

    /// <summary>Records the run; whichever worker lives drives it.</summary>
    public Task QueueAsync() => WaitAsync(Start(new Dictionary<string, string>(), "run", "--detach"));

    /// <summary>Starts a worker.</summary>
    /// <param name="environment">What is peculiar about it.</param>
    /// <param name="words">More words of its command line.</param>
    public Process StartWorker(IReadOnlyDictionary<string, string>? environment = null, params string[] words)
    {
        var worker = Start(environment ?? new Dictionary<string, string>(), ["worker", .. words]);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Runs a worker until nothing is left to do.</summary>
    public Task FinishAsync() => WaitAsync(StartWorker(words: "--until-idle"));

    /// <summary>Waits until a worker says something that begins so.</summary>
    public async Task SaysAsync(string beginning)
    {
        while (!Said.Any(line => line.StartsWith(beginning, StringComparison.Ordinal)))
        {
            await _heard.WaitAsync();
        }
    }

    /// <summary>SIGKILL.</summary>
    public static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>The leaders of the attempts that run now: the processes that lead a session of this data folder's.</summary>
    public List<int> Leaders() =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(pid => Read($"/proc/{pid}/cmdline").Contains($"{Data}/attempts/", StringComparison.Ordinal) && SessionOf(pid) == pid),
    ];

    /// <summary>Whether any process was started for this data folder and lives.</summary>
    public List<string> Alive() =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out var pid) && pid != Environment.ProcessId)
            .Where(folder => Read($"{folder}/cmdline").Contains(Data, StringComparison.Ordinal) || Read($"{folder}/environ").Contains($"{Data}/", StringComparison.Ordinal))
            .Select(folder => Read($"{folder}/cmdline").Replace('\0', ' ')),
    ];

    /// <summary>The digests of the logs by file name, those of attempts that never began left out.</summary>
    public SortedDictionary<string, string> Logs() => new(
        Directory.EnumerateFiles(Path.Combine(Data, "logs"), "*.log", SearchOption.AllDirectories)
            .Where(path => new FileInfo(path).Length > 0)
            .ToDictionary(path => Path.GetFileName(path).Split('.')[0], path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))),
        StringComparer.Ordinal);

    /// <summary>The report without what no two runs have in common: times, ids of processes, attempts that never began.</summary>
    public async Task<string> ReportAsync()
    {
        var report = JsonNode.Parse((await Cli.TypeAsync("report", "latest", "--format", "json")).ShouldEndWith(0).Out)!;
        return Moment.Replace(Timeless(report)!.ToJsonString(), "some time");
    }

    /// <summary>Opens the database as a stranger would, and has SQLite look at every page.</summary>
    public string CheckDatabase() => DatabaseCheck.Of(Path.Combine(Data, "gradientci.db"));

    /// <summary>All trials of the run.</summary>
    public async Task<IReadOnlyList<Trial>> TrialsAsync()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(Data, TimeProvider.System, CancellationToken.None);
        var run = (await store.ListRunsAsync(new Stores.RunQuery(), CancellationToken.None)).Single();
        return await store.ListTrialsAsync(run.Id, CancellationToken.None);
    }

    public void Dispose()
    {
        foreach (var worker in _workers.Where(worker => !worker.HasExited))
        {
            worker.Kill();
            worker.WaitForExit();
        }

        foreach (var leader in Leaders())
        {
            using var kill = Process.Start("kill", ["-KILL", $"-{leader}"]);
            kill.WaitForExit();
        }

        Cli.Dispose();
        _signs.Dispose();
        Repository.Dispose();
    }

    private static JsonNode? Timeless(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Where(pair => !IsPeculiar(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, Timeless(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Timeless)]),
        _ => node?.DeepClone(),
    };

    private static bool IsPeculiar(string key) =>
        key is "attempts" or "provenance" or "history" || key.Contains("seconds", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith("system/", StringComparison.Ordinal);

    private Process Start(IReadOnlyDictionary<string, string> environment, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, .. words, "--data", Data])
        {
            WorkingDirectory = Repository.Path, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        if (_image is not null)
        {
            start.Environment["DOCKER_HOST"] = TestEngine.Host;
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += Note;
        process.ErrorDataReceived += Note;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            _said.Add(line.Data ?? "");
        }

        _heard.Release();
    }

    private async Task WaitAsync(Process process)
    {
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, string.Join('\n', Said));
    }

    private static int SessionOf(int pid)
    {
        var stat = Read($"/proc/{pid}/stat");
        return stat.Length == 0 ? 0 : int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3], CultureInfo.InvariantCulture);
    }

    // Processes come and go while we look.
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
