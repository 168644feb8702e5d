using System.Diagnostics;

namespace GradientCI.Testing;

/// <summary>A test that shows pages to Chromium; skipped where there is none.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        Skip = Browser.Program is null ? "chromium is not installed" : null;
    }
}

/// <summary>Chromium, without a window.</summary>
public static class Browser
{
    /// <summary>Where it is, or null where it is not.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "chromium"))
        .FirstOrDefault(File.Exists);

    /// <summary>A page as it is once its scripts have run, as HTML.</summary>
    public static async Task<string> ShowAsync(string html)
    {
        using var folder = new TemporaryFolder();
        return await VisitAsync($"file://{folder.Write("page.html", html)}");
    }

    /// <summary>The page at an address as it is once its scripts have run, as HTML.</summary>
    /// <param name="address">The address.</param>
    /// <param name="options">Further options of the browser.</param>
    public static async Task<string> VisitAsync(string address, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo(Program!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", $"--user-data-dir={folder["profile"]}", "--dump-dom", .. options, address,
            ])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var page = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await errors);
        return page;
    }
}
