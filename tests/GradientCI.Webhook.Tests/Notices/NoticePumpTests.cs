using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Notices;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Notices;

public sealed class NoticePumpTests : IAsyncLifetime, IDisposable
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new(StoreSamples.Noon);
    private readonly RecordingChannel _chat = new("webhook chat");
    private readonly RecordingChannel _mail = new("mail") { IsForBadNewsOnly = true };
    private SqliteExperimentStore _store = null!;

    public async Task InitializeAsync() => _store = await SqliteExperimentStore.OpenAsync(_folder.Path, _time, None);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Patience)]
    public async Task An_ended_run_is_told_once_to_everybody_who_wants_to_know()
    {
        await EndRunAsync(passed: true);
        await EndRunAsync(passed: null);

        await StepAsync(times: 3);

        _chat.Sentences.Count.ShouldBe(2);
        _chat.Sentences[0].ShouldStartWith("digits#1 of digits passed: 1 trial in ");
        _chat.Sentences[1].ShouldBe("digits#2 of digits cancelled: Cancelled by a person.");
        _mail.Sentences.ShouldHaveSingleItem().ShouldStartWith("digits#2 of digits cancelled");
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_not_taken_is_tried_again_ever_more_seldom_and_holds_up_nobody_else()
    {
        _chat.IsBroken = true;
        await EndRunAsync(passed: null);
        await StepAsync(times: 3);
        (_chat.Tries, _mail.Sentences.Count).ShouldBe((1, 1));

        _time.Advance(TimeSpan.FromSeconds(11));
        await StepAsync(times: 3);
        _time.Advance(TimeSpan.FromSeconds(11));
        await StepAsync(times: 3);
        _chat.Tries.ShouldBe(2);

        _time.Advance(TimeSpan.FromSeconds(11));
        _chat.IsBroken = false;
        await StepAsync(times: 3);

        _chat.Sentences.Count.ShouldBe(1);
        _mail.Sentences.Count.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task What_nobody_takes_for_a_day_is_given_up()
    {
        _chat.IsBroken = true;
        await EndRunAsync(passed: true);
        await StepAsync(times: 1);

        for (var hour = 0; hour < 30; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1.1));
            await StepAsync(times: 1);
        }

        (await _store.ListDueNoticesAsync(_time.GetUtcNow().AddDays(9), [], 9, None)).ShouldBeEmpty();
        _chat.Tries.ShouldBeInRange(20, 30);
    }

    [Fact(Timeout = Patience)]
    public async Task What_ended_long_ago_is_no_news()
    {
        await EndRunAsync(passed: true);
        _time.Advance(TimeSpan.FromHours(25));

        await StepAsync(times: 2);

        _chat.Sentences.ShouldBeEmpty();
        (await _store.ListEndingsAsync(9, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_notice_whose_receiver_the_settings_name_no_more_is_dropped()
    {
        _chat.IsBroken = true;
        await EndRunAsync(passed: true);
        await StepAsync(times: 1);
        _time.Advance(TimeSpan.FromMinutes(1));

        await new NoticePump(_store, _store, [], null, _time, NullLogger<NoticePump>.Instance).StepAsync(None);

        (await _store.ListDueNoticesAsync(_time.GetUtcNow(), [], 9, None)).ShouldBeEmpty();
    }

    private async Task StepAsync(int times)
    {
        var pump = new NoticePump(_store, _store, [_chat, _mail], null, _time, NullLogger<NoticePump>.Instance);
        for (var time = 0; time < times; time++)
        {
            await pump.StepAsync(None);
        }
    }

    private async Task EndRunAsync(bool? passed)
    {
        var run = await _store.AddRunAsync(trials: 1);
        await _store.EndAsync(await _store.StartAsync(new TrialId(run.Id, 1)));
        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, StoreSamples.Noon), None);
        var update = passed is null
            ? new RunUpdate(run.Id, [RunState.Running], RunState.Cancelled, StoreSamples.Noon, "Cancelled by a person.")
            : new RunUpdate(run.Id, [RunState.Running], RunState.Finished, StoreSamples.Noon) { Passed = passed };
        (await _store.UpdateRunAsync(update, None)).ShouldBeTrue();
        await _store.MarkAnnouncedAsync(run.Id, None);
    }

    private sealed class RecordingChannel(string name) : INoticeChannel
    {
        public string Name => name;

        public bool IsForBadNewsOnly { get; init; }

        public bool IsBroken { get; set; }

        public int Tries { get; private set; }

        public List<string> Sentences { get; } = [];

        public Task SendAsync(Notice notice, CancellationToken cancellationToken)
        {
            Tries++;
            if (IsBroken)
            {
                throw new NoticeException("No.");
            }

            Sentences.Add(RunNotice.Parse(notice.Json).Sentence);
            return Task.CompletedTask;
        }
    }
}
