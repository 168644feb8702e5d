using System.Diagnostics;
using GradientCI.Runner.Hosts;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Hosts;

/// <summary>A script that answers as <c>nvidia-smi</c> does, and counts how often it was asked.</summary>
internal sealed class FakeNvidiaSmi : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FakeNvidiaSmi(string script)
    {
        // Written by a process of its own: a file that this one has just written cannot be executed while another
        // test's child, forked in between, still holds it open ("text file busy").
        using var writer = Process.Start("/bin/sh", ["-c", "printf %s \"$1\" >\"$2\" && chmod 700 \"$2\"", "sh", $"#!/bin/sh\necho \"$@\" >>'{_folder["calls"]}'\n{script}\n", _folder["nvidia-smi"]]);
        writer.WaitForExit();
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
