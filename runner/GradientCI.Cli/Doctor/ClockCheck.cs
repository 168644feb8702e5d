using System.Globalization;
using GradientCI.Cli.Output;
using GradientCI.Runner;

namespace GradientCI.Cli.Doctor;

/// <summary>The clock tells a likely time, agrees with the file system's, and the machine knows since when it runs.</summary>
internal sealed class ClockCheck(DataFolder data, TimeProvider time) : IHostCheck
{
    // No clock of a machine that runs this was right before it was written.
    private static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    public string Name => "clock";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < Earliest || now > Earliest.AddYears(50))
        {
            return HostVerdict.Problem($"The clock says {now:yyyy-MM-dd HH:mm}, which cannot be.", "Set it, and let it be kept with: timedatectl set-ntp true");
        }

        var uptime = (await File.ReadAllTextAsync("/proc/uptime", cancellationToken)).Split(' ')[0];
        if (!double.TryParse(uptime, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || !File.Exists("/proc/sys/kernel/random/boot_id"))
        {
            return HostVerdict.Problem("The machine does not say when it booted, by which workers judge each other.", "Mount /proc.");
        }

        var skew = Skew();
        return skew.Duration() > Tolerance
            ? HostVerdict.Warning($"The file system's clock is {Plain.Duration(skew.Duration())} {(skew > TimeSpan.Zero ? "ahead of" : "behind")} this machine's.", "Keep the data folder on a local disk, or set both clocks by the same server.")
            : HostVerdict.Ok($"{now:yyyy-MM-dd HH:mm}Z, up for {Plain.Duration(TimeSpan.FromSeconds(seconds))}.");
    }

    private TimeSpan Skew()
    {
        if (!Directory.Exists(data.Root))
        {
            return TimeSpan.Zero;
        }

        // A new file's time is the file system's.
        var probe = Path.Combine(data.Root, $".gradientci.{Environment.ProcessId}.clock");
        try
        {
            File.WriteAllText(probe, "");
            return File.GetLastWriteTimeUtc(probe) - time.GetUtcNow().UtcDateTime;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Another check says so.
            return TimeSpan.Zero;
        }
        finally
        {
            File.Delete(probe);
        }
    }
}
