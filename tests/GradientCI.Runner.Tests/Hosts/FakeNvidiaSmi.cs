using GradientCI.Runner.Hosts;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Hosts;

/// <summary>A script that answers as <c>nvidia-smi</c> does, and counts how often it was asked.</summary>
internal sealed class FakeNvidiaSmi : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FakeNvidiaSmi(string script)
    {
        File.SetUnixFileMode(
            _folder.Write("nvidia-smi", $"#!/bin/sh\necho \"$@\" >>'{_folder["calls"]}'\n{script}\n"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string[] Calls => File.Exists(_folder["calls"]) ? File.ReadAllLines(_folder["calls"]) : [];

    public NvidiaSmi Program(TimeProvider time) => new(_folder["nvidia-smi"], time);

    public void Answer(string text) => _folder.Write("answer", text);

    public static FakeNvidiaSmi Answering(string text)
    {
        var fake = new FakeNvidiaSmi("cat \"$(dirname \"$0\")/answer\"");
        fake.Answer(text);
        return fake;
    }

    public void Dispose() => _folder.Dispose();
}
