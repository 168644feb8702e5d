#:project ../runner/GradientCI.Runner/GradientCI.Runner.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// What a fresh workspace per trial costs: 5,000 files, 200 MB, 100 trials, against one checkout per trial.
//
//   dotnet run -c Release bench/workspaces.cs [-- TRIALS [FILES [BYTES]]]
//
// Every trial writes 20 new files, changes one of the commit's and deletes another. Both ways run in turn on the same
// repository in the same process; the figures are printed as a Markdown table.
using System.Diagnostics;
using System.Globalization;
using GradientCI.Runner.Git;
using GradientCI.Runner.Workspaces;

var trials = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
var files = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5_000;
var bytes = args.Length > 2 ? long.Parse(args[2], CultureInfo.InvariantCulture) : 200_000_000;
var folder = Directory.CreateTempSubdirectory("gradientci-bench-").FullName;
try
{
    var source = Path.Combine(folder, "source");
    MakeRepository(source, files, bytes);
    await using var git = await GitRepository.OpenAsync(source, default);
    var commit = (await git.ResolveCommitAsync("HEAD", default)).Sha;

    var milliseconds = new List<double>();
    long written = 0, filesWritten = 0, verified = 0;
    var total = Stopwatch.StartNew();
    await using (var pool = new WorkspacePool(Path.Combine(folder, "workspaces"), git))
    {
        for (var trial = 0; trial < trials; trial++)
        {
            var clock = Stopwatch.StartNew();
            await using var workspace = await pool.AcquireAsync(commit, Path.Combine(folder, "attempt", "workspace"), default);
            milliseconds.Add(clock.Elapsed.TotalMilliseconds);
            written += workspace.Statistics.BytesWritten;
            filesWritten += workspace.Statistics.FilesWritten;
            verified += workspace.Statistics.FilesVerified;
            Spoil(workspace.Path, trial, files);
        }
    }

    var restored = total.Elapsed;

    total.Restart();
    var checkouts = Math.Min(trials, 10);
    var checkoutMilliseconds = new List<double>();
    for (var trial = 0; trial < checkouts; trial++)
    {
        var clock = Stopwatch.StartNew();
        Git(source, "worktree", "add", "--quiet", "--detach", Path.Combine(folder, $"checkout-{trial}"), "HEAD");
        checkoutMilliseconds.Add(clock.Elapsed.TotalMilliseconds);
        Git(source, "worktree", "remove", "--force", Path.Combine(folder, $"checkout-{trial}"));
    }

    var checkedOut = total.Elapsed;
    Console.WriteLine($"{trials} trials, {files} files, {bytes / 1e6:0} MB, git {git.GitVersion}, {Environment.ProcessorCount} cores");
    Console.WriteLine();
    Console.WriteLine("| way | first | median of the others | slowest of the others | MB written | whole |");
    Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
    Row("restored", milliseconds, written / 1e6, restored);
    Row($"git worktree add ({checkouts} trials)", checkoutMilliseconds, bytes * (double)checkouts / 1e6, checkedOut);
    Console.WriteLine();
    Console.WriteLine($"files written {filesWritten}, verified by content {verified}");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static void Row(string way, List<double> milliseconds, double megabytes, TimeSpan whole)
{
    var others = milliseconds.Skip(1).Order().DefaultIfEmpty(double.NaN).ToList();
    Console.WriteLine($"| {way} | {milliseconds[0]:0} ms | {others[others.Count / 2]:0.0} ms | {others[^1]:0.0} ms | {megabytes:0.0} | {whole.TotalSeconds:0.0} s |");
}

static void MakeRepository(string path, int files, long bytes)
{
    var random = new Random(1);
    var content = new byte[bytes / files];
    for (var file = 0; file < files; file++)
    {
        random.NextBytes(content);
        var target = Path.Combine(path, $"folder-{file / 50}", $"file-{file}");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, content);
    }

    Git(path, "init", "--quiet");
    Git(path, "add", "--all");
    Git(path, "-c", "user.name=Bench", "-c", "user.email=bench@example.org", "commit", "--quiet", "-m", "Files");
}

static void Spoil(string path, int trial, int files)
{
    Directory.CreateDirectory(Path.Combine(path, "out"));
    for (var file = 0; file < 20; file++)
    {
        File.WriteAllText(Path.Combine(path, "out", $"{file}"), "result");
    }

    var changed = trial % files;
    var deleted = (trial + (files / 2)) % files;
    File.AppendAllText(Path.Combine(path, $"folder-{changed / 50}", $"file-{changed}"), "more");
    File.Delete(Path.Combine(path, $"folder-{deleted / 50}", $"file-{deleted}"));
}

static void Git(string path, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = path })!;
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        throw new InvalidOperationException($"git {string.Join(' ', arguments)}");
    }
}
