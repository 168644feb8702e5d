using GradientCI.Experiments;
using GradientCI.Metrics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GradientCI.Cli.Output;

/// <summary>A table on a terminal that follows the run: progress, time left, and what the running trials say.</summary>
internal sealed class LiveProgress : IProgressView
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _end = new();
    private readonly RunTally _tally;
    private readonly Terminal _terminal;
    private readonly Task _view;
    private string _waits = "";

    public LiveProgress(RunTally tally, Terminal terminal)
    {
        _terminal = terminal;
        _tally = tally;
        _view = Task.Run(LookOnAsync);
    }

    public void RunChanged(Run run)
    {
        // The header holds what stays; the end is told by the summary.
    }

    public void Waits(string sentence) => _waits = sentence;

    public void TrialChanged(Trial trial)
    {
        // Whatever it waited for has come.
        _waits = "";
        _tally.Note(trial);
    }

    public void TrialAdopted(Trial trial, WorkerId from)
    {
        // It stands in the table like the others.
    }

    public void MetricsRead(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest) => _tally.Note(trial, latest);

    public void Dispose()
    {
        _end.Cancel();
        _view.Wait();
        _end.Dispose();
    }

    // The run must not end because of its picture, whatever a terminal or a metric's name does to it.
    private async Task LookOnAsync()
    {
        try
        {
            await ShowAsync();
        }
        catch (Exception problem)
        {
            _terminal.Say($"note: The live view has ended, the run goes on: {Plain.Line(problem.Message)}");
        }
    }

    private async Task ShowAsync()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(_terminal.Error),
            Ansi = _terminal.Width is null ? AnsiSupport.Detect : AnsiSupport.Yes,
            Interactive = _terminal.Width is null ? InteractionSupport.Detect : InteractionSupport.Yes,
            ColorSystem = !_terminal.UseColour ? ColorSystemSupport.NoColors : _terminal.Width is null ? ColorSystemSupport.Detect : ColorSystemSupport.Standard,
        });
        console.Profile.Width = _terminal.Width ?? console.Profile.Width;
        await console.Live(Draw()).AutoClear(true).StartAsync(async context =>
        {
            using var beat = new PeriodicTimer(Beat, _terminal.Time);
            while (!_end.IsCancellationRequested)
            {
                context.UpdateTarget(Draw());
                try
                {
                    await beat.WaitForNextTickAsync(_end.Token);
                }
                catch (OperationCanceledException) when (_end.IsCancellationRequested)
                {
                    // The run has ended; the summary takes the table's place.
                }
            }
        });
    }

    private Rows Draw()
    {
        var (ended, failed, pruned) = _tally.Counts();
        var run = _tally.Run;
        var left = _tally.Left() is { } time ? $", about {Plain.Duration(time)} left" : "";
        var lines = new List<IRenderable>
        {
            new Text($"{run.Id}  {run.Commit.Sha.Short} {Plain.Fit(run.Commit.Subject, 50)}"),
            new Text($"{Bar(ended)} {ended}{(_tally.Planned is { } planned ? $"/{planned}" : "")} trials{(failed > 0 ? $", {failed} failed" : "")}{(pruned > 0 ? $", {pruned} pruned" : "")}, {Plain.Duration(_tally.Elapsed)}{left}"),
        };
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("trial", "parameters", "latest");
        foreach (var trial in _tally.Running().Take(16))
        {
            table.AddRow(new Text($".{trial.Id.Number}"), new Text(Plain.Fit(trial.Parameters.ToString(), 60)), new Text(_tally.Latest(trial.Id)));
        }

        if (_waits.Length > 0)
        {
            lines.Add(new Text($"waiting: {_waits}"));
        }

        return new Rows([.. lines, table]);
    }

    private string Bar(int ended)
    {
        const int Width = 24;
        var full = _tally.Planned is { } planned and > 0 ? Math.Min(Width, ended * Width / planned) : 0;
        return string.Concat(new string('█', full), new string('░', Width - full));
    }
}
