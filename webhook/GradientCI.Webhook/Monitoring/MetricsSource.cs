using GradientCI.Runner;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Linux;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Monitoring;

/// <summary>Everything that is measured, as text for Prometheus. Read from the record at most every few seconds, however many ask.</summary>
/// <param name="store">What waits and runs.</param>
/// <param name="meters">What this process counts.</param>
/// <param name="data">Whose size is told.</param>
/// <param name="time">Tells how old things are.</param>
public sealed class MetricsSource(IBacklog store, ServiceMeters meters, DataFolder data, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<string>? _text;
    private DateTimeOffset _until;

    /// <summary>The slots of this process, or null when it has none.</summary>
    public SlotPool? Slots { get; init; }

    /// <summary>What forges said last of how many calls are left.</summary>
    public Func<IEnumerable<CallsLeft>> CallsLeft { get; init; } = () => [];

    /// <summary>The text.</summary>
    public Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_text is null || (_text.IsCompleted && time.GetUtcNow() >= _until))
            {
                // Not the questioner's to cancel: the next one waits for the same text.
                _until = time.GetUtcNow() + Fresh;
                _text = WriteAsync();
            }

            return _text.WaitAsync(cancellationToken);
        }
    }

    private async Task<string> WriteAsync() =>
        PrometheusText.Write([.. await ReadRecordAsync(), .. ReadDisk(), .. ReadSlots(), .. ReadCalls(), .. meters.Read()]);

    // A record that cannot be read must not keep the rest from being told: that is when it is wanted.
    private async Task<IEnumerable<MeterFamily>> ReadRecordAsync()
    {
        try
        {
            var now = time.GetUtcNow();
            var backlog = await store.ReadBacklogAsync(CancellationToken.None);
            return
            [
                MeterFamily.Gauge("gradientci_record_readable", "Whether the database could be read.", 1),
                MeterFamily.Gauge("gradientci_inbox_deliveries", "Deliveries that wait to be processed.", backlog.Deliveries),
                MeterFamily.Gauge("gradientci_inbox_age_seconds", "Age of the oldest delivery that waits, 0 when none does.", Age(backlog.OldestDelivery, now)),
                MeterFamily.Gauge("gradientci_outbox_answers", "Answers that forges have not been told yet.", backlog.Answers),
                MeterFamily.Gauge("gradientci_outbox_age_seconds", "Age of the oldest answer that was not told yet, 0 when there is none.", Age(backlog.OldestAnswer, now)),
                MeterFamily.Gauge("gradientci_outbox_dead_answers", "Answers that were given up; gradientci doctor lists them.", backlog.DeadAnswers),
                MeterFamily.Gauge("gradientci_runs", "Runs that are not over, by state.", ByState(("queued", backlog.QueuedRuns), ("running", backlog.RunningRuns))),
                MeterFamily.Gauge("gradientci_trials", "Trials that are not over, by state.", ByState(("queued", backlog.QueuedTrials), ("running", backlog.RunningTrials))),
                MeterFamily.Gauge("gradientci_workers", "Workers of this data folder that live.", backlog.LivingWorkers),
            ];
        }
        catch (GradientException)
        {
            return [MeterFamily.Gauge("gradientci_record_readable", "Whether the database could be read.", 0)];
        }
    }

    private IEnumerable<MeterFamily> ReadDisk()
    {
        yield return MeterFamily.Gauge("gradientci_database_bytes", "Size of the database with its log.", Length(data.Database) + Length(data.Database + "-wal"));
        if (Free() is { } free)
        {
            yield return MeterFamily.Gauge("gradientci_disk_free_bytes", "What may still be written to the data folder's disk.", free);
        }
    }

    private IEnumerable<MeterFamily> ReadSlots()
    {
        if (Slots?.ReadUse() is { } use)
        {
            yield return MeterFamily.Gauge("gradientci_slots", "CPU slots of this process.", use.Cpus);
            yield return MeterFamily.Gauge("gradientci_slots_in_use", "CPU slots of this process that are taken.", use.CpusInUse);
            yield return MeterFamily.Gauge("gradientci_gpus", "GPUs that this process hands out.", use.Gpus);
            yield return MeterFamily.Gauge("gradientci_gpus_in_use", "GPUs of this process that are taken, in parts of one.", use.GpusInUse);
        }
    }

    private IEnumerable<MeterFamily> ReadCalls() =>
    [
        MeterFamily.Gauge(
            "gradientci_forge_calls_left", "Calls that the forge allows until its limit is reset, as it said last.",
            CallsLeft().Select(each => new MeterSample("", PrometheusText.Labels(("forge", each.Forge), ("as", each.Who)), each.Count))),
    ];

    private static IEnumerable<MeterSample> ByState(params (string State, int Count)[] counts) =>
        counts.Select(each => new MeterSample("", PrometheusText.Labels(("state", each.State)), each.Count));

    private static double Age(DateTimeOffset? since, DateTimeOffset now) => since is { } from && from < now ? (now - from).TotalSeconds : 0;

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private long? Free()
    {
        try
        {
            return FreeSpace.Read(data.Root).Bytes;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
