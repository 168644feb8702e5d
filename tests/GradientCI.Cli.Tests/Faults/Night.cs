using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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
    private readonly int _trials;
    private readonly string? _image;

    /// <summary>A run of so many trials; each says how it goes and leaves one line in <see cref="Begun"/>.</summary>
    /// <param name="trials">How many.</param>
    /// <param name="script">What a trial does; its number is <c>$1</c>, and <c>$SIGNS</c> a folder of the test's.</param>
    /// <param name="more">More keys of the experiment.</param>
    /// <param name="image">The image of a container to train in, or null; <c>$SIGNS</c> is the project's storage then.</param>
    /// <param name="sweep">More keys of the sweep, indented as its parameters are.</param>
    public Night(int trials, string script, string more = "", string? image = null, string sweep = "")
    {
        (_trials, _image) = (trials, image);
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

    /// <summary>Secrets that are set before the run is recorded, by name.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The Engine that containers are of.</summary>
    public string Engine { get; init; } = TestEngine.Obstacle is null ? TestEngine.Host : "";

    private string? BegunFile => _image is null ? _signs["begun"]
        : Directory.Exists(Path.Combine(Data, "storage")) ? Directory.EnumerateFiles(Path.Combine(Data, "storage"), "begun", SearchOption.AllDirectories).FirstOrDefault()
        : null;

    /// <summary>What is peculiar about the environment of all that is started.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

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
    public async Task QueueAsync()
    {
        foreach (var (name, value) in Secrets)
        {
            Cli.Input = Encoding.UTF8.GetBytes(value);
            (await Cli.TypeAsync("secret", "set", name)).ShouldEndWith(0);
        }

        await WaitAsync(Start(new Dictionary<string, string>(), "run", "--detach"));
    }

    /// <summary>Takes the run up again, and drives it to its end.</summary>
    public Task RetryAsync() => WaitAsync(Start(new Dictionary<string, string>(), "retry", "night#1"));

    /// <summary>Starts a worker.</summary>
    /// <param name="environment">What is peculiar about it.</param>
    /// <param name="words">More words of its command line.</param>
    public Process StartWorker(IReadOnlyDictionary<string, string>? environment = null, params string[] words)
    {
        var worker = Start(environment ?? new Dictionary<string, string>(), ["worker", .. words]);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Starts the service, which is a worker too.</summary>
    public Process StartService()
    {
        File.WriteAllText(_signs["hook-secret"], "a secret of hooks alone");
        var service = Start(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["GRADIENTCI_WEBHOOK_SECRET_FILE"] = _signs["hook-secret"] }, "serve", "--without-github", "--urls", "http://127.0.0.1:0", "--parallel", "2");
        _workers.Add(service);
        return service;
    }

    /// <summary>Takes the run from its record to its end, and begins anew.</summary>
    /// <returns>What a night without faults leaves.</returns>
    public async Task<NightRecord> PassUndisturbedAsync()
    {
        await QueueAsync();
        await FinishAsync();
        var record = await ReadAsync();
        BeginAnew();
        return record;
    }

    /// <summary>Takes the run from its record to its end while somebody strikes, so many times, at random moments.</summary>
    /// <param name="strikes">How many times; the run must last until the last of them.</param>
    /// <param name="longest">The most milliseconds between two.</param>
    /// <param name="start">Starts whoever drives the run.</param>
    /// <param name="strikeAsync">Strikes, and returns who drives the run from then on; when it is null that one is killed and another started.</param>
    public async Task PassDisturbedAsync(int strikes, int longest, Func<Process> start, Func<Process, Random, Task<Process>>? strikeAsync = null)
    {
        var random = new Random(20261127);
        var driver = start();
        await QueueAsync();
        for (var strike = 0; strike < strikes; strike++)
        {
            Begun.Length.ShouldBeLessThan(_trials, $"the run was over before strike {strike}");

            // When it comes is what is tried: nothing waits for this delay to be long enough.
            await Task.Delay(random.Next(20, longest));
            driver = strikeAsync is null ? await KillAndStartAsync(driver, start) : await strikeAsync(driver, random);
        }

        await KillAsync(driver);
        await FinishAsync();
    }

    /// <summary>Everything succeeded, each command began once, and what is left is what a night without faults leaves.</summary>
    public async Task ShouldHaveLostNothingAsync(NightRecord undisturbed)
    {
        var trials = await TrialsAsync();
        trials.Count.ShouldBe(_trials);
        trials.ShouldAllBe(trial => trial.State == TrialState.Succeeded);
        Begun.Order().ShouldBe(Enumerable.Range(1, _trials));
        var record = await ReadAsync();
        record.Logs.ShouldBe(undisturbed.Logs);
        record.Report.ShouldBe(undisturbed.Report);
        Alive().ShouldBeEmpty();
        CheckDatabase().ShouldBe("ok");
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

    /// <summary>Waits until the run has ended.</summary>
    public async Task EndsAsync()
    {
        while (!await HasEndedAsync())
        {
            // Other processes drive it, and tell nobody.
            await Task.Delay(200);
        }
    }

    /// <summary>Waits until so many commands have begun.</summary>
    public async Task BeganAsync(int count)
    {
        while (Begun.Length < count)
        {
            // As above: the commands write a line into a file.
            await Task.Delay(50);
        }
    }

    /// <summary>Puts an empty file where the trials look for it: into <c>$SIGNS</c>.</summary>
    public void GiveSign(string name) => File.WriteAllText(Path.Combine(Path.GetDirectoryName(BegunFile)!, name), "");

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
        .. Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out var pid) && pid != System.Environment.ProcessId)
            .Where(folder => Read($"{folder}/cmdline").Contains(Data, StringComparison.Ordinal) || Read($"{folder}/environ").Contains($"{Data}/", StringComparison.Ordinal))
            .Select(folder => Read($"{folder}/cmdline").Replace('\0', ' ')),
    ];

    /// <summary>The digests of the logs by file name, those of attempts that never began left out.</summary>
    private SortedDictionary<string, string> Logs() => new(
        LogFiles().ToDictionary(path => Path.GetFileName(path).Split('.')[0], path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))),
        StringComparer.Ordinal);

    /// <summary>The report without what no two runs have in common: times, ids of processes, attempts that never began.</summary>
    private async Task<string> ReportAsync()
    {
        var report = JsonNode.Parse((await Cli.TypeAsync("report", "latest", "--format", "json")).ShouldEndWith(0).Out)!;
        return Moment.Replace(Timeless(report)!.ToJsonString(), "some time");
    }

    /// <summary>Opens the database as a stranger would, and has SQLite look at every page.</summary>
    public string CheckDatabase() => DatabaseCheck.Of(Path.Combine(Data, "gradientci.db"));

    /// <summary>The run.</summary>
    public async Task<Run> RunAsync()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(Data, TimeProvider.System, CancellationToken.None);
        return (await store.ListRunsAsync(new Stores.RunQuery(), CancellationToken.None)).Single();
    }

    /// <summary>All trials of the run.</summary>
    public async Task<IReadOnlyList<Trial>> TrialsAsync()
    {
        var run = await RunAsync();
        await using var store = await SqliteExperimentStore.OpenAsync(Data, TimeProvider.System, CancellationToken.None);
        return await store.ListTrialsAsync(run.Id, CancellationToken.None);
    }

    /// <summary>The logs, those of attempts that never began left out.</summary>
    public List<string> LogTexts() => [.. LogFiles().Select(File.ReadAllText)];

    public void Dispose()
    {
        foreach (var worker in _workers.Where(worker => !worker.HasExited))
        {
            worker.Kill();
            worker.WaitForExit();
        }

        // And whoever `run --detach` started: without its folder it would look for it for good.
        foreach (var pid in Leaders().Select(leader => -leader).Concat(Ours()).ToList())
        {
            using var kill = Process.Start(new ProcessStartInfo("kill", ["-KILL", "--", $"{pid}"]) { RedirectStandardError = true, UseShellExecute = false })!;
            kill.WaitForExit();
        }

        Cli.Dispose();
        _signs.Dispose();
        Repository.Dispose();
    }

    private async Task<bool> HasEndedAsync()
    {
        try
        {
            return (await RunAsync()).HasEnded;
        }
        catch (GradientException)
        {
            // The disk is full, and cannot even be looked at.
            return false;
        }
    }

    private IEnumerable<int> Ours() =>
        from folder in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(folder), out var pid) && pid != System.Environment.ProcessId && Read($"{folder}/cmdline").Contains($"\0{Data}\0", StringComparison.Ordinal)
        select int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);

    private static async Task<Process> KillAndStartAsync(Process driver, Func<Process> start)
    {
        await KillAsync(driver);
        return start();
    }

    private IEnumerable<string> LogFiles() =>
        Directory.EnumerateFiles(Path.Combine(Data, "logs"), "*.log", SearchOption.AllDirectories).Where(path => new FileInfo(path).Length > 0);

    private async Task<NightRecord> ReadAsync() => new(Logs(), await ReportAsync());

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
            start.Environment["DOCKER_HOST"] = Engine;
        }

        foreach (var (name, value) in Environment.Concat(environment))
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

/// <summary>What a night leaves for people to read.</summary>
/// <param name="Logs">The digests of the logs by trial and attempt.</param>
/// <param name="Report">The report, without what no two runs have in common.</param>
internal sealed record NightRecord(SortedDictionary<string, string> Logs, string Report);
