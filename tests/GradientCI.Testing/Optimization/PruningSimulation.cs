using GradientCI.Metrics;
using GradientCI.Pruners;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Testing.Optimization;

/// <summary>A sweep over trainings in closed form, epoch by epoch, on workers of different speed. Used once.</summary>
/// <remarks>It asks pruner and sampler as the orchestrator does: paused trials before new ones, each point judged when it comes.</remarks>
public sealed class PruningSimulation(LearningCurve training, ISampler sampler, PrunerSpec? pruner, int seed)
{
    private static readonly Objective Loss = new("loss", Direction.Minimize);

    private readonly History _history = [];
    private readonly List<int> _reached = [];
    private readonly List<int> _completed = [];
    private readonly PriorityQueue<(int Worker, int? Trial), (double Time, int Order)> _events = new();
    private readonly Queue<int> _idle = [];
    private PruningProblem? _problem;
    private IPruner? _pruner;
    private Curves? _curves;
    private SearchProblem? _search;
    private double _now;
    private double _busy;
    private int _order;

    /// <summary>The most parameter sets.</summary>
    public int Trials { get; init; } = int.MaxValue;

    /// <summary>The epochs after which all ends.</summary>
    public int Budget { get; init; } = int.MaxValue;

    /// <summary>How many trials run at once.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Whether trials keep a checkpoint, so that they are paused and go on.</summary>
    public bool Pauses { get; init; }

    /// <summary>How different the speeds of trials are: the deviation of the logarithm of an epoch's time.</summary>
    public double Straggling { get; init; }

    /// <summary>Epochs of all trials together.</summary>
    public int Epochs { get; private set; }

    /// <summary>The parameter sets that ran to their end, by number from 0.</summary>
    public IReadOnlyList<int> Completed => _completed;

    /// <summary>The regret of the best set that ran to its end; infinite when none did.</summary>
    public double Regret { get; private set; } = double.PositiveInfinity;

    /// <summary>When a regret of 0.8 was reached, in mean epochs of one worker; infinite when it was not.</summary>
    public double TimeToGood { get; private set; } = double.PositiveInfinity;

    /// <summary>The share of the workers' time that was used, as long as there was something left to propose.</summary>
    public double Utilisation { get; private set; } = double.NaN;

    /// <summary>How many parameter sets were proposed.</summary>
    public int Sets => _history.Count;

    /// <summary>The parameter set whose regret is least among all that were proposed.</summary>
    public int Best => Enumerable.Range(0, _history.Count).MinBy(set => training.Regret(_history[set].Parameters));

    /// <summary>Runs it to its end.</summary>
    public PruningSimulation Run()
    {
        _search = new SearchProblem(training.Space, seed, Loss) { MaxTrials = Trials };
        if (pruner is not null)
        {
            _problem = new PruningProblem(Loss, pruner);
            _pruner = PrunerCatalog.BuiltIn.Find(pruner.Name);
            _curves = new Curves(_pruner, _problem);
            _history.Foretells = _curves.Foretells;
        }

        for (var worker = 0; worker < Workers; worker++)
        {
            Claim(worker);
        }

        while (Epochs < Budget && _events.TryDequeue(out var next, out var at))
        {
            _now = at.Time;
            if (next.Trial is { } trial)
            {
                Train(next.Worker, trial);
            }
        }

        Utilisation = double.IsNaN(Utilisation) ? Used() : Utilisation;
        return this;
    }

    private void Claim(int worker)
    {
        int? next = _curves is not null && _pruner!.NextToResume(_problem!, _curves) is { } paused ? paused : Propose();
        if (next is { } trial)
        {
            _curves?.Begin(trial, trial);
            _history.Note(trial, new Observation(_history[trial].Parameters, null, HasEnded: false));
            Go(worker, trial);
            return;
        }

        // Nothing may be left to propose, or a paused one may go on after the next result.
        _idle.Enqueue(worker);
        if (double.IsNaN(Utilisation) && _now > 0)
        {
            Utilisation = Used();
        }
    }

    // What is under way was counted whole.
    private double Used() => (_busy - _events.UnorderedItems.Sum(item => item.Priority.Time - _now)) / (Workers * _now);

    private int? Propose()
    {
        if (_history.Count >= Trials || sampler.Propose(_search!, _history) is not { } set)
        {
            return null;
        }

        _history.Add(new Observation(set, null, HasEnded: false));
        _reached.Add(0);
        return _history.Count - 1;
    }

    private void Go(int worker, int trial)
    {
        var epochs = _reached[trial] == 0 ? training.First : 1;
        var pace = Math.Exp((Straggling * Normal(trial, 0)) - (Straggling * Straggling / 2));
        _busy += pace * epochs;
        _events.Enqueue((worker, trial), (_now + (pace * epochs), _order++));
    }

    private void Train(int worker, int trial)
    {
        Epochs += _reached[trial] == 0 ? training.First : 1;
        var epoch = _reached[trial] = _reached[trial] == 0 ? training.First : _reached[trial] + 1;
        var set = _history[trial].Parameters;
        var loss = training.Loss(set, epoch, Normal(trial, epoch));
        var isDue = _curves?.Add(trial, epoch, loss) ?? false;
        if (epoch == training.Last)
        {
            _curves?.End(trial, CurveEnd.Completed);
            _history.Note(trial, loss, hasEnded: true);
            _completed.Add(trial);
            Regret = Math.Min(Regret, training.Regret(set));
            TimeToGood = Regret <= 0.8 ? Math.Min(TimeToGood, _now) : TimeToGood;
            ClaimAll(worker);
        }
        else if (isDue && _pruner!.ReasonToPrune(_problem!, _curves!, trial) is not null)
        {
            _curves!.End(trial, Pauses ? CurveEnd.Paused : CurveEnd.Pruned);
            _history.Note(trial, new Observation(set, null, HasEnded: true) { Partial = new PartialResult(epoch, loss) });
            ClaimAll(worker);
        }
        else
        {
            Go(worker, trial);
        }
    }

    private void ClaimAll(int worker)
    {
        _idle.Enqueue(worker);
        for (var waiting = _idle.Count; waiting > 0; waiting--)
        {
            Claim(_idle.Dequeue());
        }
    }

    // The noise of a trial's epoch, whatever else is run: with and without a pruner the curves are the same.
    private double Normal(int trial, int epoch)
    {
        var random = new Random(HashOf(seed, trial, epoch));
        return Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static int HashOf(int seed, int trial, int epoch)
    {
        var hash = (((ulong)(uint)seed << 40) ^ ((ulong)(uint)trial << 12) ^ (uint)epoch) + 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return (int)((hash ^ (hash >> 31)) & int.MaxValue);
    }
}
