using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store of forges' repositories promises.</summary>
public abstract class ForgeStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly CommitSha One = Sha('1');
    private static readonly CommitSha Two = Sha('2');

    private IForgeStore _store = null!;

    public async Task InitializeAsync()
    {
        _store = await OpenAsync();
        await _store.PutRepositoryAsync(StoreSamples.Project(), Repository(), None);
    }

    public async Task DisposeAsync() => await ((IAsyncDisposable)_store).DisposeAsync();

    protected abstract Task<IForgeStore> OpenAsync();

    /// <summary>How often a commit was marked to be answered; 0 for one that never was.</summary>
    protected abstract Task<long> ReadRevisionAsync(ProjectId project, CommitSha sha);

    [Fact(Timeout = Patience)]
    public async Task A_repository_is_found_by_the_forges_id_and_by_its_project_also_under_a_new_name()
    {
        var renamed = Repository() with { Owner = "grace", Name = "numbers", CloneUrl = "https://forge.test/grace/numbers.git", Installation = 7 };

        await _store.PutRepositoryAsync(StoreSamples.Project() with { Name = "numbers" }, renamed, None);

        (await _store.FindRepositoryAsync("github", 42, None)).ShouldBe(renamed);
        (await _store.FindRepositoryAsync(renamed.Project, None)).ShouldBe(renamed);
        (await _store.FindRepositoryAsync("gitea", 42, None)).ShouldBeNull();
        (await _store.FindRepositoryAsync(new ProjectId("other-000000"), None)).ShouldBeNull();
        (await ((IExperimentStore)_store).ListProjectsAsync(None)).ShouldHaveSingleItem().Name.ShouldBe("numbers");
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_told_of_a_repository_earlier_changes_nothing_and_what_is_not_told_stays()
    {
        var renamed = Repository() with { Name = "numbers", Installation = 7, ToldBy = 5 };
        await _store.PutRepositoryAsync(StoreSamples.Project() with { Name = "numbers" }, renamed, None);

        var known = await _store.PutRepositoryAsync(StoreSamples.Project(), Repository() with { Installation = 6, ToldBy = 4 }, None);
        var later = await _store.PutRepositoryAsync(
            StoreSamples.Project(), Repository() with { Name = "figures", DefaultBranch = "", ToldBy = 6 }, None);

        known.ShouldBe(renamed);
        later.ShouldBe(renamed with { Name = "figures", ToldBy = 6 });
    }

    [Fact(Timeout = Patience)]
    public async Task Whether_a_repository_lets_us_in_is_as_it_was_heard_last()
    {
        var project = Repository().Project;

        (await _store.SetRemovedAsync(project, isRemoved: true, 1, None)).ShouldBeTrue();
        (await _store.SetRemovedAsync(project, isRemoved: false, 3, None)).ShouldBeTrue();
        (await _store.SetRemovedAsync(project, isRemoved: true, 2, None)).ShouldBeFalse();
        await _store.PutRepositoryAsync(StoreSamples.Project(), Repository() with { IsRemoved = true, ToldBy = 7 }, None);

        (await _store.FindRepositoryAsync(project, None))!.IsRemoved.ShouldBeFalse();
    }

    [Fact(Timeout = Patience)]
    public async Task Repositories_are_listed_by_owner_and_name_removed_ones_included()
    {
        var other = Repository() with { Project = new ProjectId("alpha-000000"), RemoteId = 43, Name = "alpha", IsRemoved = true };
        await _store.PutRepositoryAsync(StoreSamples.Project(other.Project.Value), other, None);

        (await _store.ListRepositoriesAsync(None)).ShouldBe([other, Repository()]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_pull_request_keeps_every_head_and_nothing_older_changes_it()
    {
        await _store.PutPullRequestAsync(PullRequest(One, minute: 0), None);
        await _store.PutPullRequestAsync(PullRequest(Two, minute: 2), None);

        var known = await _store.PutPullRequestAsync(PullRequest(Sha('3'), minute: 1) with { IsOpen = false }, None);

        known.Head.ShouldBe(Two);
        known.IsOpen.ShouldBeTrue();
        known.Heads.ShouldBe([One, Two]);
        (await _store.FindPullRequestAsync(known.Project, 5, None))!.ShouldBe(known, new ByText());
        (await _store.FindPullRequestAsync(known.Project, 6, None)).ShouldBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task A_head_that_comes_back_is_the_last_one()
    {
        await _store.PutPullRequestAsync(PullRequest(One, minute: 0), None);
        await _store.PutPullRequestAsync(PullRequest(Two, minute: 1), None);

        (await _store.PutPullRequestAsync(PullRequest(One, minute: 2), None)).Heads.ShouldBe([Two, One]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_of_what_is_or_was_a_head_is_a_pull_requests()
    {
        var runs = (IExperimentStore)_store;
        var (was, other) = (await runs.AddRunAsync(run: StoreSamples.Run(sha: '1')), await runs.AddRunAsync(run: StoreSamples.Run(sha: '3')));
        await _store.PutPullRequestAsync(PullRequest(One, minute: 0), None);
        await _store.PutPullRequestAsync(PullRequest(Two, minute: 1), None);

        (await runs.ReadSnapshotAsync(was.Id, 2, None))!.IsPullRequest.ShouldBeTrue();
        (await runs.ReadSnapshotAsync(other.Id, 2, None))!.IsPullRequest.ShouldBeFalse();
    }

    [Fact(Timeout = Patience)]
    public async Task It_is_known_since_when_the_head_is_the_head()
    {
        await _store.PutPullRequestAsync(PullRequest(One, minute: 0), None);
        await _store.PutPullRequestAsync(PullRequest(Two, minute: 1), None);

        (await _store.PutPullRequestAsync(PullRequest(Two, minute: 2), None)).HeadSince.ShouldBe(StoreSamples.Noon.AddMinutes(1));
        (await _store.PutPullRequestAsync(PullRequest(One, minute: 3), None)).HeadSince.ShouldBe(StoreSamples.Noon.AddMinutes(3));
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_closed_in_the_same_second_stays_closed_and_opens_again_later()
    {
        await _store.PutPullRequestAsync(PullRequest(One, minute: 0) with { IsOpen = false }, None);

        (await _store.PutPullRequestAsync(PullRequest(One, minute: 0), None)).IsOpen.ShouldBeFalse();
        (await _store.PutPullRequestAsync(PullRequest(One, minute: 1), None)).IsOpen.ShouldBeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task Pull_requests_are_found_by_any_head_and_the_open_ones_are_listed()
    {
        await _store.PutPullRequestAsync(PullRequest(One, minute: 0), None);
        await _store.PutPullRequestAsync(PullRequest(Two, minute: 1), None);
        await _store.PutPullRequestAsync(PullRequest(One, minute: 0, number: 3) with { IsOpen = false }, None);

        (await _store.ListPullRequestsAsync(Repository().Project, One, None)).Select(each => each.Number).ShouldBe([3]);
        (await _store.ListPullRequestsAsync(Repository().Project, Two, None)).Select(each => each.Number).ShouldBe([5]);
        (await _store.ListOpenPullRequestsAsync(Repository().Project, None)).Select(each => each.Number).ShouldBe([5]);
    }

    [Fact(Timeout = Patience)]
    public async Task An_approval_is_for_exactly_one_commit_of_one_pull_request_and_the_first_one_counts()
    {
        var approval = new Approval(Repository().Project, 5, One, "ada@box", StoreSamples.Noon);

        await _store.ApproveAsync(approval, None);
        await _store.ApproveAsync(approval with { By = "bob@box" }, None);

        (await _store.FindApprovalAsync(approval.Project, 5, One, None)).ShouldBe(approval);
        (await _store.FindApprovalAsync(approval.Project, 5, Two, None)).ShouldBeNull();
        (await _store.FindApprovalAsync(approval.Project, 6, One, None)).ShouldBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task A_remark_replaces_that_of_its_source_and_each_change_marks_the_commit()
    {
        var project = Repository().Project;
        var manifest = new CommitRemark(project, One, "manifest", RemarkKind.Failure, "Broken.", "Line 3");
        var approval = new CommitRemark(project, One, "approval", RemarkKind.Waiting, "Waits.", "");

        await _store.PutRemarkAsync(manifest, None);
        await _store.PutRemarkAsync(manifest with { Detail = "Line 4" }, None);
        await _store.PutRemarkAsync(manifest with { Detail = "Line 4" }, None);
        await _store.PutRemarkAsync(approval, None);

        (await _store.ListRemarksAsync(project, One, None)).ShouldBe([approval, manifest with { Detail = "Line 4" }]);
        (await ReadRevisionAsync(project, One)).ShouldBe(3);
        (await ReadRevisionAsync(project, Two)).ShouldBe(0);

        await _store.RemoveRemarkAsync(project, One, "manifest", None);
        await _store.RemoveRemarkAsync(project, One, "manifest", None);

        (await _store.ListRemarksAsync(project, One, None)).ShouldBe([approval]);
        (await ReadRevisionAsync(project, One)).ShouldBe(4);
    }

    private static CommitSha Sha(char digit) => new(new string(digit, 40));

    private static ForgeRepository Repository() =>
        new(StoreSamples.Project().Id, "github", 42, "ada", "digits", "https://forge.test/ada/digits.git", "main");

    private static PullRequest PullRequest(CommitSha head, int minute, int number = 5) => new()
    {
        Project = Repository().Project,
        Number = number,
        Head = head,
        HeadRef = "topic",
        HeadRepository = "bob/digits",
        IsFork = true,
        BaseRef = "main",
        Base = Sha('b'),
        Author = "bob",
        UpdatedAt = StoreSamples.Noon.AddMinutes(minute),
    };

    // Immutable arrays are equal by reference alone.
    private sealed class ByText : IEqualityComparer<PullRequest>
    {
        public bool Equals(PullRequest? x, PullRequest? y) => x is not null && y is not null
            && x.Heads.SequenceEqual(y.Heads) && (x with { Heads = default }) == (y with { Heads = default });

        public int GetHashCode(PullRequest obj) => obj.Number;
    }
}
