namespace GradientCI.Cli.Tests;

/// <summary>Hears the first line that begins in some way.</summary>
internal sealed class ListeningWriter(string beginning) : StringWriter
{
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Heard => _heard.Task;

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value!.StartsWith(beginning, StringComparison.Ordinal))
        {
            _heard.TrySetResult();
        }
    }
}
