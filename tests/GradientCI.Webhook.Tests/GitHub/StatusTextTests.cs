using GradientCI.Webhook.Forges.GitHub;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class StatusTextTests
{
    [Fact]
    public void Of_UpTo140Characters_IsUnchanged() => StatusText.Of(new string('é', 140)).ShouldBe(new string('é', 140));

    [Fact]
    public void Of_LongText_IsCutTo140WithAMark() => StatusText.Of(new string('漢', 200)).ShouldBe(new string('漢', 139) + "…");

    [Fact]
    public void Of_AccentsOfTheirOwn_StayWithTheirLetter() =>
        StatusText.Of(new string('a', 138) + "e\u0301" + new string('b', 20)).ShouldBe(new string('a', 138) + "…");

    [Fact]
    public void Of_Emoji_BecomesWhatGitHubTakes() => StatusText.Of("val_acc 🐛 0.9 👩‍👩‍👧‍👦!").ShouldBe("val_acc □ 0.9 □!");

    [Fact]
    public void Of_OneEndlessCharacter_IsStillCut()
    {
        var text = StatusText.Of("e" + new string('\u0301', 500));

        text.Length.ShouldBeLessThanOrEqualTo(140);
    }

    [Fact]
    public void Of_HalfASurrogate_IsNotSent() => StatusText.Of("a\uD83D").ShouldBe("a□");
}
